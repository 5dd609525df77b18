"""The list of objectives: what stands in its first sentence, and what its rows stand under."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import wording
from objectives.choices import Grouping, ObjectiveState, Pace
from objectives.graph import Counted
from objectives.models import Cycle, Objective
from objectives.pages.objectives import KeyResultRow, ObjectiveRow
from objectives.standing import Standing
from productops import numbers

MOST_NAMED = 2  # objectives to talk about first
WORST_FIRST = {Pace.AT_RISK: 0, Pace.LAGGING: 1}


@dataclass(frozen=True)
class Told:
    """What is told of one objective in a sentence about many."""

    key: int
    state: str
    standing: Standing

    @property
    def wants_talk(self) -> bool:
        is_worse = self.standing.status in WORST_FIRST or self.standing.disagrees
        return is_worse and self.state == ObjectiveState.ONGOING


@dataclass(frozen=True)
class Lead:
    """The first sentence of a page of objectives: how many, in which cycle, how they stand
    (``counts``: kind, words) and which to talk about first."""

    number: int
    cycle: Cycle | None
    gone: float | None
    counts: list[tuple[str, str]]
    first: list[Objective]

    @property
    def begins(self) -> str:
        """ "5 objectives in Q4 2026, with 62% of the time gone" """
        many = ngettext("%(n)s objective", "%(n)s objectives", self.number) % {"n": self.number}
        if self.cycle is None:
            return many
        words = {"objectives": many, "cycle": self.cycle}
        if self.gone is None or not 0 < self.gone < 1:
            return _("%(objectives)s in %(cycle)s") % words
        words["gone"] = numbers.percent(self.gone, 0)
        return _("%(objectives)s in %(cycle)s, with %(gone)s of the time gone") % words


@dataclass(frozen=True)
class Group:
    """Rows that stand under one name. ``progress``: the mean of those where it is known."""

    name: str
    note: str
    rows: list[ObjectiveRow]

    @property
    def progress(self) -> float | None:
        known = [row.standing.progress for row in self.rows if row.standing.progress is not None]
        return sum(known) / len(known) if known else None


def lead(
    rows: Sequence[ObjectiveRow], all_of_them: Counted, cycle: Cycle | None, on: date
) -> Lead | None:
    """What is told of all objectives of a list, of which a page shows ``rows``; None where there
    are none."""
    if not rows:
        return None
    told = told_of(all_of_them)
    wanting = sorted((one for one in told if one.wants_talk), key=_urgency)
    return Lead(
        number=len(told),
        cycle=cycle,
        gone=cycle.elapsed(on) if cycle else None,
        counts=_said(_statuses(told)),
        first=_named([one.key for one in wanting[:MOST_NAMED]], rows),
    )


def _statuses(told: Iterable[Told]) -> Counter[tuple[str, str]]:
    """How many have which status (kind, word); words are looked up once for all that are alike."""
    many = Counter[tuple[str, str]]()
    for (state, status), number in Counter(
        (one.state, one.standing.status) for one in told
    ).items():
        many[wording.status_in(state, Standing(status))] += number
    return many


def told_of(found: Counted) -> list[Told]:
    return [Told(one.key, one.state, found.standings[one.key]) for one in found.objectives]


def _named(keys: Sequence[int], rows: Iterable[ObjectiveRow]) -> list[Objective]:
    """The objectives of these keys, in their order; those that the page shows are there."""
    known = {row.objective.pk: row.objective for row in rows}
    missing = [key for key in keys if key not in known]
    if missing:
        known |= Objective.objects.in_bulk(missing)
    return [known[key] for key in keys]


def by_standing(found: Counted, sort: str) -> list[int] | None:
    """Keys in an order that only standings give ("progress", "-status"); None for others."""
    orders = {"progress": _share, "status": _urgency}
    order = orders.get(sort.removeprefix("-"))
    if order is None:
        return None
    return [one.key for one in sorted(told_of(found), key=order, reverse=sort.startswith("-"))]


def _share(one: Told) -> tuple[bool, float, int]:
    share = one.standing.progress
    return share is not None, share or 0.0, one.key


@dataclass(frozen=True)
class Weakest:
    """The first sentence of the page of one objective, and the key result that it hangs on."""

    words: str
    row: KeyResultRow | None


def weakest(row: ObjectiveRow, key_results: Sequence[KeyResultRow]) -> Weakest | None:
    """How far it is, against the time gone, and what holds it back; None where nobody knows."""
    if row.standing.progress is None or row.objective.state != ObjectiveState.ONGOING:
        return None
    done = numbers.percent(row.standing.progress, 0)
    words = _("%(done)s of the way.") % {"done": done}
    if row.standing.expected is not None:
        gone = numbers.percent(row.standing.expected, 0)
        words = _("%(done)s of the way, with %(gone)s of the time gone.") % {
            "done": done,
            "gone": gone,
        }
    behind = [each for each in key_results if each.standing.status in WORST_FIRST]
    return Weakest(words, min(behind, key=_urgency, default=None))


def _said(counted: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    """Parts of the sentence, most first: "3 at risk,", "1 lagging." """
    found = counted.most_common()
    ends = [","] * (len(found) - 1) + ["."]
    return [
        (kind, f"{many} {word[:1].lower()}{word[1:]}{end}")
        for ((kind, word), many), end in zip(found, ends, strict=True)
    ]


def _urgency(one: Told | KeyResultRow) -> tuple[Any, ...]:
    """At risk before lagging before all else, and there what is farthest behind its time."""
    behind = (one.standing.progress or 0.0) - (one.standing.expected or 0.0)
    return WORST_FIRST.get(one.standing.status, len(WORST_FIRST)), behind


def groups_of(
    objectives: Iterable[Objective], standings: Mapping[int, Standing], group: Grouping, on: date
) -> list[Group]:
    """Rows under what they are about, their pillar or owner; they come ``listed`` by that."""
    rows = [ObjectiveRow(each, standings[each.pk], on) for each in objectives]
    if group == Grouping.NONE:
        return [Group("", "", rows)] if rows else []
    return [
        Group(*key, list(found)) for key, found in groupby(rows, lambda row: _name_of(row, group))
    ]


def _name_of(row: ObjectiveRow, group: Grouping) -> tuple[str, str]:
    objective = row.objective
    if group == Grouping.OWNER:
        return str(objective.owner), ""
    if group == Grouping.PILLAR:
        return str(objective.pillar) if objective.pillar else _("Under no pillar"), ""
    return objective.subject.name, str(objective.subject.get_kind_display())
