"""Following objectives: a mail a week with what moved in them, and only then."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.graph import standings_of
from objectives.models import CheckIn, Follower, KeyResult, Objective
from objectives.standing import Standing
from productops import changelog, clock, links, numbers
from productops.account import zone_of
from productops.bounces import standing_among
from productops.models import Link
from productops.outbox import post_mail
from productops.quiet import house_hours
from teams.models import Person

MOST_LISTED = 20
WEEK = timedelta(days=7)


@transaction.atomic
def follow(*, objective: Objective, person: Person) -> None:
    """Hear once a week what moved in it."""
    Follower.objects.get_or_create(objective=objective, person=person)


@transaction.atomic
def unfollow(*, objective: Objective, person: Person) -> None:
    Follower.objects.filter(objective=objective, person=person).delete()


@transaction.atomic
def unfollow_all(*, person: Person) -> None:
    """End the mail for good: what its one-click way out does."""
    if Follower.objects.filter(person=person).delete()[0]:
        changelog.record(by=person, row=person, verb="unfollowed all")


@dataclass(frozen=True)
class Moved:
    """What became of an objective in a week, as lines of a mail."""

    objective: Objective
    state: str
    lines: list[str]


@transaction.atomic
def tell_followers(*, now: datetime) -> int:
    """Mail those who follow objectives what moved in the last seven days, where anything did; how
    many were mailed. Only what a follower may still see is told."""
    day = clock.day_of(now)
    follows = Follower.objects.filter(person__is_active=True, objective__deleted_at=None)
    by_person: dict[Person, set[int]] = defaultdict(set)
    for each in follows.select_related("person").order_by("person", "pk"):
        by_person[each.person].add(each.objective_id)
    if not by_person:
        return 0
    moved = {one.objective.pk: one for one in moved_since(day - WEEK, day, follows)}
    bounced, ways_out = standing_among(one.email for one in by_person), _ways_out(by_person)
    sent = 0
    for person, followed in by_person.items():
        if person.email in bounced:
            continue
        seen = Objective.objects.visible_to(person).filter(pk__in=followed & moved.keys())
        if told := [moved[pk] for pk in seen.values_list("pk", flat=True)]:
            _tell(person, told, ways_out[person.pk], now)
            sent += 1
    return sent


def _ways_out(people) -> dict[int, Link]:
    """The link of each person that ends the mail: one for good, so that old mails work as well."""
    rows = Link.objects.filter(purpose=Link.Purpose.FOLLOWED, person__in=people, revoked_at=None)
    found = {link.person_id: link for link in rows}
    for person in people:
        if person.pk not in found:
            found[person.pk] = links.make(Link.Purpose.FOLLOWED, person=person)
    return found


def moved_since(since: date, on: date, follows: QuerySet[Follower]) -> list[Moved]:
    """What moved in followed objectives, in a constant number of queries."""
    lately = CheckIn.objects.filter(on__gt=since, on__lte=on).order_by("on", "pk")
    rows = Objective.objects.filter(pk__in=follows.values("objective")).with_standing()
    rows = rows.prefetch_related(
        Prefetch("key_results__check_ins", lately, to_attr="said_lately"),
        Prefetch("key_results__check_ins", CheckIn.objects.newest_by(since), "said_earlier"),
    )
    objectives = list(rows)
    standings = standings_of(objectives, on)
    found = [_moved(each, standings[each.pk], since, on) for each in objectives]
    return [one for one in found if one.lines]


def _moved(objective: Objective, now: Standing, since: date, on: date) -> Moved:
    lines = []
    if objective.closed_on and since < objective.closed_on <= on:
        facts = {"state": objective.get_state_display(), "learning": objective.learning}
        lines.append(_("%(state)s. What was learned: %(learning)s") % facts)
    for key_result in objective.key_results.all():
        if key_result.said_lately:
            before = next(iter(key_result.said_earlier), None)
            lines += _of_check_in(key_result, before, key_result.said_lately[-1])
    state = _("%(status)s, %(share)s") % {
        "status": now.word,
        "share": numbers.percent(now.progress, 0),
    }
    return Moved(objective, state, lines)


def _of_check_in(key_result: KeyResult, before: CheckIn | None, said: CheckIn) -> list[str]:
    """ "Lead time: 9 d → 7.1 d, confidence 6 → 8 of 10. Two more teams." Nothing where a word was
    said and nothing moved."""
    value = _step(_where(key_result, before), _where(key_result, said))
    sure = _step(_sure(before), _sure(said))
    first = said.changed.strip().split("\n", 1)[0]
    if not first and "→" not in value + sure:
        return []
    parts = [value] if value else []
    if sure:
        parts.append(_("confidence %s of 10") % sure)
    return [f"{key_result.title}: {', '.join(parts)}" + (f". {first}" if first else "")]


def _step(before: str, now: str) -> str:
    """ "9 d → 7.1 d", or what stands where it stood there before or nobody knows."""
    return f"{before} → {now}" if before and now and before != now else now


def _where(key_result: KeyResult, said: CheckIn | None) -> str:
    if said is None or (not said.zone and said.value is None):
        return ""
    if said.zone:
        return str(said.get_zone_display())
    return numbers.quantity(said.value, key_result.unit)


def _sure(said: CheckIn | None) -> str:
    return "" if said is None or said.confidence is None else numbers.number(said.confidence)


def _tell(person: Person, told: list[Moved], way_out: Link, now: datetime) -> None:
    year, week, _day = clock.day_of(now).isocalendar()
    post_mail(
        to=person,
        subject=_("What moved in the objectives that you follow"),
        template="mail/followed",
        once=f"followed-{person.pk}-{year}-{week}",
        not_before=house_hours().next_awake(now, zone_of(person)),
        context=_context(told),
        unsubscribe=way_out,
    )
    changelog.record(by=None, row=person, verb="told what moved", after={"objectives": len(told)})


def _context(told: list[Moved]) -> dict[str, Any]:
    left = len(told) - MOST_LISTED
    return {
        "objectives": [
            {
                "title": one.objective.title,
                "url": one.objective.get_absolute_url(),
                "about": f"{one.objective.cycle}, {one.objective.subject.name}: {one.state}",
                "lines": one.lines,
            }
            for one in told[:MOST_LISTED]
        ],
        "more": ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left}
        if left > 0
        else "",
        "button": _("All objectives"),
        "link_url": reverse("objectives:objective-list"),
        "why": _("You get this at most once a week because you follow these objectives."),
    }
