"""The chain from an answer to a verdict, walked over the foreign keys that make it.

Each app declares, in ``trace.py``, its nouns and its edges. The newer row points at the older
one. The walk is breadth-first with one query for each kind of edge and level.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise

from productops.registry import Registry

# A chain has as many levels as there are nouns; more are a ring in somebody's data.
MOST_LEVELS = 30
MOST_ROWS = 500


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
    name: str | Promise = ""  # as people read it; its kind where none is given

    @property
    def label(self) -> str:
        return str(self.name) or self.kind.replace("-", " ").capitalize()


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


@dataclass
class Walk:
    """What hangs together with one row: its nodes, (newer, older) pairs of their keys, and how
    many rows the person may not see or were too many to show."""

    start: tuple[str, int]
    nodes: dict[tuple[str, int], Node]
    edges: set[tuple[tuple[str, int], tuple[str, int]]]
    hidden: int = 0

    def columns(self) -> list[tuple[Noun, list[Node]]]:
        """The nodes by noun, from the answer that began it to the verdict."""
        found = [(noun, self._of(noun.kind)) for noun in all_nouns()]
        return [(noun, nodes) for noun, nodes in found if nodes]

    def _of(self, kind: str) -> list[Node]:
        nodes = [node for key, node in self.nodes.items() if key[0] == kind]
        return sorted(nodes, key=lambda node: (node.title, node.id))


def walk(person, kind: str, row_id: int) -> Walk:
    """All that led to a row and all that came of it, as far as the person may see.

    Breadth-first over what is older and over what is newer, one query for each kind of edge and
    level and one for each kind of noun and level. Nothing is walked through a hidden row. Raises
    Http404 where the row is none or not theirs.
    """
    start = (kind, row_id)
    noun = noun_named(kind)
    first = list(noun.nodes(person, {row_id})) if noun else []
    if not first:
        raise Http404
    found = Walk(start, {start: first[0]}, set())
    hidden: set[tuple[str, int]] = set()
    for towards_older in (True, False):
        _spread(person, found, hidden, towards_older)
    found.hidden = len(hidden)
    return found


def _spread(person, found: Walk, hidden: set, towards_older: bool) -> None:
    """Add, level by level, what stands on one side of the start."""
    seen = {found.start}
    level: dict[str, set[int]] = {found.start[0]: {found.start[1]}}
    for _number in range(MOST_LEVELS):
        if not level:
            return
        pairs = [pair for edge in _edges for pair in _followed(edge, level, towards_older)]
        ends = {pair[1] if towards_older else pair[0] for pair in pairs} - seen
        visible = _seen_by(person, ends, MOST_ROWS - len(found.nodes))
        seen |= ends
        hidden |= ends - visible.keys()
        found.nodes |= visible
        found.edges |= {pair for pair in pairs if set(pair) <= found.nodes.keys()}
        level = {}
        for kind, row_id in visible:
            level.setdefault(kind, set()).add(row_id)


def _followed(edge: Edge, level: dict[str, set[int]], towards_older: bool) -> list:
    """The pairs of keys that one kind of edge adds to a level."""
    from_kind = edge.newer if towards_older else edge.older
    ids = level.get(from_kind)
    if not ids:
        return []
    pairs = edge.pairs(ids, None) if towards_older else edge.pairs(None, ids)
    return [((edge.newer, newer), (edge.older, older)) for newer, older in pairs]


def _seen_by(person, keys: set[tuple[str, int]], most: int) -> dict[tuple[str, int], Node]:
    """The nodes among ``keys`` that the person may see, at most so many."""
    by_kind: dict[str, set[int]] = {}
    for kind, row_id in sorted(keys)[: max(0, most)]:
        by_kind.setdefault(kind, set()).add(row_id)
    nouns = [(noun_named(kind), ids) for kind, ids in by_kind.items()]
    nodes = [node for noun, ids in nouns if noun for node in noun.nodes(person, ids)]
    return {(node.kind, node.id): node for node in nodes}
