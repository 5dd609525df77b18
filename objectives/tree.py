"""Objectives as a tree: each under the first that it contributes to; the other ties are named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

DEEPEST = 20


@dataclass(frozen=True)
class Branch:
    """One objective with what contributes to it. ``also`` are further ones that it serves."""

    key: int
    depth: int
    children: tuple["Branch", ...] = ()
    also: tuple[int, ...] = field(default=())

    def walk(self) -> Iterator["Branch"]:
        """This one and all beneath it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def roots_of(keys: Sequence[int], ties: Iterable[tuple[int, int]]) -> list[int]:
    """Those of ``keys`` that contribute to no other of them, in their order.

    ``ties``: (lower, upper). Of a circle, which verbs refuse, the first is a root, so that nothing
    is lost.
    """
    known = set(keys)
    parents = _parents(ties, known)
    roots = [key for key in keys if not parents.get(key)]
    reached = {branch.key for tree in branches(roots, ties, known) for branch in tree.walk()}
    return roots + [key for key in keys if key not in reached][:1]


def branches(
    roots: Sequence[int], ties: Iterable[tuple[int, int]], known: set[int]
) -> list[Branch]:
    """The trees beneath ``roots``, of ``known`` objectives; each stands in one place only."""
    ties = list(ties)
    below: dict[int, list[int]] = {}
    for lower, upper in ties:
        if lower in known and upper in known and lower != upper:
            below.setdefault(upper, []).append(lower)
    parents, seen = _parents(ties, known), set(roots)
    return [_branch(root, 0, below, parents, seen, None) for root in roots]


def _parents(ties: Iterable[tuple[int, int]], known: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for lower, upper in ties:
        if lower in known and upper in known and lower != upper:
            found.setdefault(lower, []).append(upper)
    return found


def _branch(
    key: int,
    depth: int,
    below: Mapping[int, list[int]],
    parents: Mapping[int, list[int]],
    seen: set[int],
    above: int | None,
) -> Branch:
    children = []
    for lower in below.get(key, ()):
        if lower not in seen and depth < DEEPEST:
            seen.add(lower)
            children.append(_branch(lower, depth + 1, below, parents, seen, key))
    also = tuple(upper for upper in parents.get(key, ()) if upper != above)
    return Branch(key, depth, tuple(children), also)
