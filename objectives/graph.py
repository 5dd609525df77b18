"""Objectives as a graph, read in a constant number of queries, however large it is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from objectives.choices import Tie
from objectives.models import Alignment, KeyResult, Objective
from objectives.rolling import Place, rolled_up
from objectives.standing import Standing, together

OBJECTIVE, KEY_RESULT = "objective", "key-result"


def standings_of(objectives: Iterable[Objective], on: date) -> dict[int, Standing]:
    """The standing of each objective with all that rolls up into it, by its key.

    ``objectives`` come ``with_standing`` or ``with_numbers``; what rolls up into them is read as
    lightly as it can be. One query where nothing rolls up, four otherwise.
    """
    known = {each.pk: each for each in objectives}
    edges = [_edge(tie) for tie in Alignment.objects.rolling_up()]
    wanted = _below([(OBJECTIVE, pk) for pk in known], edges)
    more = {pk for kind, pk in wanted if kind == OBJECTIVE} - known.keys()
    alone = {pk for kind, pk in wanted if kind == KEY_RESULT}
    if more:
        lower = Objective.objects.filter(pk__in=more).with_numbers()
        known |= {each.pk: each for each in lower}
    single: dict[Place, Standing] = {}
    if alone:
        rows = KeyResult.objects.filter(pk__in=alone, objective__deleted_at=None)
        rows = rows.with_numbers().select_related("objective__cycle")
        single = {(KEY_RESULT, each.pk): each.standing(on) for each in rows}
    own: dict[Place, list[tuple[Standing, float]]] = {
        (OBJECTIVE, pk): [(each.standing(on), each.weight) for each in objective.key_results.all()]
        for pk, objective in known.items()
    }
    # Nothing moves a closed one any more, neither here nor above, not even what serves it.
    for pk in [pk for pk, each in known.items() if each.is_closed]:
        place = (OBJECTIVE, pk)
        single[place] = _as_closed(known[pk], together(own.pop(place)))
    found = single | rolled_up(own, [edge for edge in edges if edge[0] in wanted], single)
    return {pk: found[OBJECTIVE, pk] for pk in known}


def _as_closed(objective: Objective, found: Standing) -> Standing:
    """It keeps the grade that it was closed with."""
    return found if objective.grade is None else replace(found, progress=objective.grade)


def _edge(tie: Alignment) -> tuple[Place, Place, float]:
    assert tie.weight is not None, "it does not roll up"
    assert tie.to_objective_id is not None, "it leads to no objective"
    return tie.begin, (OBJECTIVE, tie.to_objective_id), tie.weight


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
