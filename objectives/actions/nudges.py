"""A mail a week to owners whose check-ins are late, and to those who follow objectives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import wording
from objectives.graph import standings_of
from objectives.models import CheckIn, Follower, KeyResult, Objective
from objectives.standing import Standing
from productops import changelog, clock, numbers
from productops.account import zone_of
from productops.bounces import standing_among
from productops.outbox import post_mail
from productops.quiet import house_hours
from teams.models import Person

LATE_DAYS = 2  # after a check-in was due; a day late needs no mail
MOST_LISTED = 20
WEEK = timedelta(days=7)


@transaction.atomic
def nudge_late(*, now: datetime) -> int:
    """Mail each owner what waits for a word, once a week; how many were mailed.

    Whose quiet hours it is gets the mail when they are over. Nobody is told of anybody else's.
    """
    day = clock.day_of(now)
    late = KeyResult.objects.due(day - timedelta(days=LATE_DAYS)).select_related("owner")
    by_owner: dict[Person, list[KeyResult]] = {}
    for each in late.filter(owner__is_active=True).order_by("owner", "pk"):
        by_owner.setdefault(each.owner, []).append(each)
    bounced, hours = standing_among(owner.email for owner in by_owner), house_hours()
    told = {owner: rows for owner, rows in by_owner.items() if owner.email not in bounced}
    for owner, rows in told.items():
        year, week, _day = day.isocalendar()
        post_mail(
            to=owner,
            subject=ngettext(
                "%(n)d key result waits for a word", "%(n)d key results wait for a word", len(rows)
            )
            % {"n": len(rows)},
            template="mail/message",
            once=f"nudge-{owner.pk}-{year}-{week}",
            not_before=hours.next_awake(now, zone_of(owner)),
            context={
                "paragraphs": [
                    _("What changed is drafted already; a minute each is enough."),
                    *(each.title for each in rows[:MOST_LISTED]),
                ],
                "button": _("Check in"),
                "link_url": reverse("objectives:check-in-run"),
                "why": _("You get this once a week because you own these key results."),
            },
        )
    return len(told)


# Following ----------------------------------------------------------------------------------
@transaction.atomic
def follow(*, objective: Objective, person: Person) -> None:
    """Hear once a week what moved in it."""
    Follower.objects.get_or_create(objective=objective, person=person)


@transaction.atomic
def unfollow(*, objective: Objective, person: Person) -> None:
    Follower.objects.filter(objective=objective, person=person).delete()


@dataclass(frozen=True)
class Moved:
    """What became of an objective in a week, as a line of a mail."""

    objective: Objective
    lines: list[str]


@transaction.atomic
def tell_followers(*, now: datetime) -> int:
    """Mail those who follow objectives what moved in the last seven days, where anything did; how
    many were mailed. Only what a follower may still see is told."""
    day = clock.day_of(now)
    follows = Follower.objects.filter(person__is_active=True, objective__deleted_at=None)
    by_person: dict[Person, set[int]] = {}
    for each in follows.select_related("person").order_by("person", "pk"):
        by_person.setdefault(each.person, set()).add(each.objective_id)
    if not by_person:
        return 0
    moved = {one.objective.pk: one for one in moved_since(day - WEEK, day, follows)}
    bounced, sent = standing_among(person.email for person in by_person), 0
    for person, followed in by_person.items():
        seen = Objective.objects.visible_to(person).filter(pk__in=followed & moved.keys())
        told = [moved[pk] for pk in seen.values_list("pk", flat=True)]
        if told and person.email not in bounced:
            _tell(person, told, now, day)
            sent += 1
    return sent


def moved_since(since: date, on: date, follows) -> list[Moved]:
    """What moved in followed objectives, in a constant number of queries."""
    said = CheckIn.objects.filter(on__gt=since, on__lte=on).select_related("author")
    rows = Objective.objects.filter(pk__in=follows.values("objective")).with_standing()
    rows = rows.prefetch_related(
        Prefetch("key_results__check_ins", said.order_by("on", "pk"), to_attr="said_lately")
    )
    objectives = list(rows)
    standings = standings_of(objectives, on)
    found = [Moved(each, _lines(each, standings[each.pk], since, on)) for each in objectives]
    return [one for one in found if one.lines]


def _lines(objective: Objective, now: Standing, since: date, on: date) -> list[str]:
    lines = []
    if objective.closed_on and since < objective.closed_on <= on:
        facts = {"state": objective.get_state_display(), "learning": objective.learning}
        lines.append(_("%(state)s. What was learned: %(learning)s") % facts)
    for key_result in objective.key_results.all():
        lines += [_of_check_in(key_result, said) for said in key_result.said_lately[-1:]]
    if lines:
        share = numbers.percent(now.progress)
        lines.insert(0, _("%(status)s, %(share)s") % {"status": now.word, "share": share})
    return lines


def _of_check_in(key_result: KeyResult, said: CheckIn) -> str:
    """ "Lead time from 9 to 6 d: 7.1 d, confidence 7 of 10. Two more teams." """
    where = said.get_zone_display() if said.zone else numbers.quantity(said.value, key_result.unit)
    parts = [f"{key_result.title}: {where}"]
    if said.confidence is not None:
        parts.append(wording.confidence(Standing(confidence=said.confidence)))
    first = said.changed.split("\n", 1)[0]
    return ", ".join(parts) + (f". {first}" if first else "")


def _tell(person: Person, told: Iterable[Moved], now: datetime, day: date) -> None:
    year, week, _day = day.isocalendar()
    told = list(told)
    post_mail(
        to=person,
        subject=_("What moved in the objectives that you follow"),
        template="mail/message",
        once=f"followed-{person.pk}-{year}-{week}",
        not_before=house_hours().next_awake(now, zone_of(person)),
        context={
            "paragraphs": [
                f"{one.objective.title} ({one.objective.cycle}): {' '.join(one.lines)}"
                for one in told[:MOST_LISTED]
            ],
            "links": [
                {"label": one.objective.title, "url": one.objective.get_absolute_url()}
                for one in told[:MOST_LISTED]
            ],
            "button": _("All objectives"),
            "link_url": reverse("objectives:objective-list"),
            "why": _("You get this once a week because you follow these objectives."),
        },
    )
    changelog.record(by=None, row=person, verb="told what moved", after={"objectives": len(told)})
