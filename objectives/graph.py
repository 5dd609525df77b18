"""Objectives as a graph, read in a constant number of queries, however large it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from objectives.choices import Tie
from objectives.columns import (
    ObjectiveColumns,
    columns_of_key_results,
    columns_of_objectives,
)
from objectives.models import Alignment, KeyResult, Objective
from objectives.rolling import Place, Weighted, rolled_up
from objectives.standing import Standing, as_closed, together

OBJECTIVE, KEY_RESULT = "objective", "key-result"


@dataclass(frozen=True)
class Counted:
    """Objectives that are counted and not shown, in order; by their keys how they stand and,
    where it was asked for, how far their key results got ("" where nobody knows)."""

    objectives: list[ObjectiveColumns]
    standings: dict[int, Standing]
    zones: dict[int, list[str]]

    @property
    def keys(self) -> list[int]:
        return [each.key for each in self.objectives]


@dataclass(frozen=True, slots=True)
class Goal:
    """One objective as it rolls up: its key results' standings with their weights."""

    is_closed: bool
    grade: float | None
    own: list[Weighted]


def standings_of(objectives: Iterable[Objective], on: date) -> dict[int, Standing]:
    """The standing of each objective with all that rolls up into it, by its key.

    ``objectives`` come ``with_standing``; what rolls up into them is read as plain columns. One
    query where nothing rolls up, three otherwise.
    """
    goals = {}
    for each in objectives:
        own = [(one.standing(on), one.weight) for one in each.key_results.all()]
        goals[each.pk] = Goal(each.is_closed, each.grade, own)
    return _rolled_up(goals, on)


def counted(objectives: Any, on: date, *, with_zones: bool = False) -> Counted:
    """``objectives``, narrowed and in order, with all that rolls up into them: two queries and
    those of ``standings_of``, whatever their number."""
    rows = columns_of_objectives(objectives)
    inside = KeyResult.objects.filter(objective__in=objectives.order_by().values("pk"))
    zones: dict[int, list[str]] = {row.key: [] for row in rows}
    goals = {row.key: Goal(row.is_closed, row.grade, []) for row in rows}
    for each in columns_of_key_results(inside, on):
        if with_zones:
            zones[each.objective].append(each.numbers.zone_reached(on))
        goals[each.objective].own.append((each.standing(on), each.weight))
    return Counted(rows, _rolled_up(goals, on), zones)


def _rolled_up(goals: dict[int, Goal], on: date) -> dict[int, Standing]:
    """The standing of each of these objectives, with all beneath it, wherever that stands."""
    edges = list(_edges())
    wanted = _below([(OBJECTIVE, pk) for pk in goals], edges)
    more = {pk for kind, pk in wanted if kind == OBJECTIVE} - goals.keys()
    alone = {pk for kind, pk in wanted if kind == KEY_RESULT}
    known, single = goals, dict[Place, Standing]()
    if more or alone:
        lower, single = _read(more, alone, on)
        known = goals | lower
    # Nothing moves a closed one any more, neither here nor above, not even what serves it.
    ended = {
        (OBJECTIVE, pk): as_closed(together(each.own), each.grade)
        for pk, each in known.items()
        if each.is_closed
    }
    running = {(OBJECTIVE, pk): each.own for pk, each in known.items() if not each.is_closed}
    edges = [edge for edge in edges if edge[0] in wanted]
    found = ended | rolled_up(running, edges, single | ended)
    return {pk: found[OBJECTIVE, pk] for pk in goals}


def _read(
    objectives: set[int], key_results: set[int], on: date
) -> tuple[dict[int, Goal], dict[Place, Standing]]:
    """These objectives, and these key results as they stand alone; not what is in the trash."""
    rows = columns_of_objectives(Objective.objects.filter(pk__in=objectives).order_by())
    goals = {row.key: Goal(row.is_closed, row.grade, []) for row in rows}
    single: dict[Place, Standing] = {}
    wanted = Q(objective__in=objectives) | Q(pk__in=key_results)
    inside = KeyResult.objects.filter(wanted, objective__deleted_at=None)
    for each in columns_of_key_results(inside, on):
        standing = each.standing(on)
        if each.key in key_results:
            single[KEY_RESULT, each.key] = standing
        if each.objective in goals:
            goals[each.objective].own.append((standing, each.weight))
    return goals, single


def _edges() -> Iterable[tuple[Place, Place, float]]:
    """Contributions that roll up, as (from, to objective, weight)."""
    rows = Alignment.objects.rolling_up().order_by("pk")
    for lower, key_result, upper, weight in rows.values_list(
        "objective", "key_result", "to_objective", "weight"
    ):
        begin = (KEY_RESULT, key_result) if lower is None else (OBJECTIVE, lower)
        yield begin, (OBJECTIVE, upper), weight


def _below(places: Iterable[Place], edges: list[tuple[Place, Place, float]]) -> set[Place]:
    """All that contributes to these places, over any number of steps."""
    lower: dict[Place, list[Place]] = {}
    for begin, end, _weight in edges:
        lower.setdefault(end, []).append(begin)
    seen, waiting = set(places), list(places)
    while waiting:
        for place in lower.get(waiting.pop(), ()):
            if place not in seen:
                seen.add(place)
                waiting.append(place)
    return seen


def leading_up() -> dict[Place, list[Place]]:
    """Where each place leads: to what it contributes to or depends on, and a key result to its
    objective. Two queries. What lies in the trash leads on: it may come back."""
    edges: dict[Place, list[Place]] = {}
    for pk, objective in KeyResult.with_trash.order_by().values_list("pk", "objective"):
        edges.setdefault((KEY_RESULT, pk), []).append((OBJECTIVE, objective))
    for tie in Alignment.objects.order_by().exclude(kind=Tie.CONFLICTS):
        edges.setdefault(tie.begin, []).append(tie.end)
    return edges
