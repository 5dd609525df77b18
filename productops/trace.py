"""The chain from an answer to a verdict, walked over the foreign keys that make it.

Each app declares, in ``trace.py``, its nouns and its edges. The newer row points at the older
one. The walk is breadth-first with one query for each kind of edge and level.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from productops.registry import Registry


@dataclass(frozen=True)
class Node:
    kind: str  # answer, gap, objective, key-result, series, improvement, verdict ...
    id: int
    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Noun:
    """``nodes(person, ids)`` gives the rows among ``ids`` that the person may see."""

    kind: str
    nodes: Callable[[object, set[int]], Iterable[Node]]
    order: int  # place in the chain: smaller is older (answer 10, gap 20, objective 30 ...)


@dataclass(frozen=True)
class Edge:
    """``pairs(newer_ids, older_ids)`` yields (newer id, older id); exactly one of the two
    arguments is a set, the other is None."""

    newer: str
    older: str
    pairs: Callable[[set[int] | None, set[int] | None], Iterable[tuple[int, int]]]


_nouns: Registry[Noun] = Registry("nouns of the trace")
_edges: Registry[Edge] = Registry("edges of the trace")


def noun(entry: Noun) -> Noun:
    return _nouns.add(entry.kind, entry)


def edge(entry: Edge) -> Edge:
    return _edges.add(f"{entry.newer}->{entry.older}", entry)


def noun_named(kind: str) -> Noun | None:
    return _nouns.get(kind)


def all_nouns() -> list[Noun]:
    return sorted(_nouns, key=lambda noun: noun.order)


def all_edges() -> list[Edge]:
    return list(_edges)


def through(queryset, newer: str, older: str):
    """Make ``pairs`` of an Edge from a queryset and the names of its two id columns."""

    def pairs(newer_ids, older_ids):
        if newer_ids is not None:
            found = queryset().filter(**{f"{newer}__in": newer_ids})
        else:
            found = queryset().filter(**{f"{older}__in": older_ids})
        return found.exclude(**{older: None}).exclude(**{newer: None}).values_list(newer, older)

    return pairs
