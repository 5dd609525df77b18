"""Where answers differ: the queue of an audit, place by place."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import access
from audits.agreement import acceptable_deviation
from audits.differing import Key, Ladder, differences_in, ladders_of
from audits.disagreement import Difference
from audits.forms.agreement import AgreeForm
from audits.models import Answer, Audit, Consensus, Scope, Workshop
from audits.pages.answers import BANDS, said_at
from audits.rungs import Rung, counts
from audits.workshop_access import consensus_for, scopes_told
from productops import numbers
from productops.charts.shapes import Spread, Stack
from teams.models import Person, Subject

PER_PAGE = 10


def differences(
    person: Person, audit: Audit, *, scope: str = "", number: str = "", bound=None
) -> dict[str, Any]:
    """A page of the queue. ``bound``: the key of a place and the form that was sent for it."""
    told = {one.pk: one for one in scopes_told(person, audit)}
    ladders = ladders_of(audit)
    agreed = list(consensus_for(person, audit).filter(scope__in=told))
    settled = {key_of(one): one for one in agreed}
    found = differences_in(audit, told, ladders)
    chosen = next((pk for pk in told if str(pk) == scope), None)
    page = Paginator(_narrowed(found, settled, chosen), PER_PAGE).get_page(number)
    if bound is not None:
        page = _with_place(page, found, bound[0])
    waiting = [one for one in found if one.said.place not in settled]
    return {
        "page": page,
        "cards": _cards(person, audit, page.object_list, told, ladders, settled, bound),
        "waiting": len(waiting),
        "talks": _talks(audit, told, waiting, person),
        "scope": told.get(chosen),
        "agreed": _with_before(person, audit, agreed),
        "may_agree": audit.is_open and may_write(person),
    }


def may_write(person: Person) -> bool:
    """Whoever is told of a scope and is no mere reader may write down what was agreed there."""
    return person.changes_all or person.role == "pm"


def key_of(one: Answer | Consensus) -> Key:
    return one.scope_id, one.node_id, one.subject_id


def _narrowed(found: list[Difference], settled, scope: int | None) -> list[Difference]:
    """Those of a scope; what was agreed upon goes to the end."""
    mine = [one for one in found if scope is None or one.said.place[0] == scope]
    return sorted(mine, key=lambda one: one.said.place in settled)


def _with_place(page, found: list[Difference], key: Key):
    """The page with the place whose form was sent at its top, wherever it stands."""
    others = [one for one in page.object_list if one.said.place != key]
    page.object_list = [one for one in found if one.said.place == key] + others
    return page


def _cards(person, audit, shown, told, ladders, settled, bound) -> list[dict]:
    keys = [one.said.place for one in shown]
    subjects = Subject.objects.in_bulk({subject for _scope, _node, subject in keys})
    said = _said(person, audit, keys)
    return [
        _card(one, told, ladders, settled, bound)
        | {"subject": subjects[one.said.place[2]], "said": said.get(one.said.place, [])}
        for one in shown
    ]


def _card(one: Difference, told, ladders: dict[int, Ladder], settled, bound) -> dict[str, Any]:
    key = one.said.place
    ladder, agreed = ladders[key[1]], settled.get(key)
    name = "agree-{}-{}-{}".format(*key)
    form = bound[1] if bound is not None and bound[0] == key else None
    return {
        "key": key,
        "name": name,
        "fields": list(zip(("scope", "node", "subject"), key, strict=True)),
        "scope": told[key[0]],
        "node": ladder.node,
        "agreed": agreed,
        "apart": apart(one),
        "words": in_words(one, ladder.rungs),
        "spread": spread_of(ladder.rungs, one.said.ratings, name=in_words(one, ladder.rungs)),
        "form": form
        or AgreeForm(
            node=ladder.node,
            rungs=ladder.rungs,
            agreed=agreed,
            middle=None if agreed else median_given(one.said.ratings),
            name=name,
        ),
    }


def median_given(ratings: Sequence[float]) -> float:
    """The median as an answer that was really given: of two middle ones the lower."""
    return sorted(ratings)[(len(ratings) - 1) // 2]


def apart(one: Difference) -> str:
    levels = numbers.number(one.range)
    return ngettext("%(n)s level apart", "%(n)s levels apart", int(one.range)) % {"n": levels}


def in_words(one: Difference, rungs: Sequence[Rung]) -> str:
    """How far answers agree; an index only from five on, below it who reads sees the answers."""
    found = one.found
    facts = {
        "n": found.n,
        "low": label_at(rungs, found.lowest),
        "high": label_at(rungs, found.highest),
        "middle": label_at(rungs, found.middle),
    }
    if found.lowest == found.highest:
        return _("%(n)s times %(low)s") % facts
    words = [_("%(n)s from %(low)s to %(high)s, middle %(middle)s") % facts, _off_the_mean(one)]
    return " · ".join(words + ([str(BANDS[found.band])] if found.band else []))


def _off_the_mean(one: Difference) -> str:
    return _("on average %(deviation)s levels off the mean; up to %(most)s counts as agreement") % {
        "deviation": numbers.number(one.found.deviation, 1),
        "most": numbers.number(acceptable_deviation(one.said.levels), 1),
    }


def label_at(rungs: Sequence[Rung], place: float) -> str:
    """A place on the ladder in short; between two numbers the number between them."""
    lower = rungs[int(place)].label
    if place == int(place):
        return lower
    upper = rungs[int(place) + 1].label
    try:
        low, high = float(lower), float(upper)
    except ValueError:
        return f"{lower}–{upper}"
    return numbers.number(low + (high - low) * (place - int(place)), 1)


def spread_of(
    rungs: Sequence[Rung],
    ratings: Sequence[float],
    *,
    name: str,
    before: Sequence[float] = (),
    is_ordered: bool = True,
) -> Spread:
    """The picture of ratings (and of those before) with the median, where there is an order."""
    now, then = counts(rungs, ratings), counts(rungs, before)
    stacks = [Stack(rung.label, *both) for rung, *both in zip(rungs, now, then, strict=True)]
    middle = median(ratings) if ratings and is_ordered else None
    return Spread(name, tuple(stacks), middle)


def _said(person: Person, audit: Audit, keys: list[Key]) -> dict[Key, list[Answer]]:
    """Who said what at these places, lowest first; nothing of an anonymous audit."""
    if audit.is_anonymous or not keys:
        return {}
    answers = access.answers_for(person, audit).filter(
        scope__in={key[0] for key in keys}, node__in={key[1] for key in keys}
    )
    wanted, found = set(keys), {}
    for answer in answers.order_by("number", "invitation__person__name", "pk"):
        if key_of(answer) in wanted:
            found.setdefault(key_of(answer), []).append(answer)
    return found


def _talks(audit: Audit, told: dict[int, Scope], waiting: list[Difference], person) -> list[dict]:
    """For each scope how much waits for a talk, and the workshop that runs about it."""
    running = {one.scope_id: one for one in Workshop.objects.running().filter(scope__in=told)}
    number = dict.fromkeys(told, 0)
    for one in waiting:
        number[one.said.place[0]] += 1
    talks = [
        {"scope": scope, "waiting": number[pk], "workshop": running.get(pk)}
        for pk, scope in told.items()
    ]
    return sorted(talks, key=lambda talk: -talk["waiting"])


def _with_before(person: Person, audit: Audit, agreed: list[Consensus]) -> list[Consensus]:
    """What was agreed upon, each with what people had said there (not in anonymous audits)."""
    said = {} if audit.is_anonymous else said_at(access.answers_for(person, audit), agreed)
    for one in agreed:
        one.before = ", ".join(said.get(key_of(one), []))
    return agreed
