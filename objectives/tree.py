"""Objectives as a tree: each under the first that it contributes to; the other ties are named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

DEEPEST = 20  # levels of one tree; what lies deeper begins a tree of its own


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

    ``ties``: (lower, upper). So that nothing is lost, what lies too deep for its tree is a root,
    and so is the first of a circle, which verbs refuse.
    """
    known, ties = set(keys), list(ties)
    parents = _parents(ties, known)
    roots, level, left = list[int](), [key for key in keys if not parents.get(key)], list(keys)
    while left:
        reached = {one.key for tree in branches(level, ties, set(left)) for one in tree.walk()}
        roots, left = roots + level, [key for key in left if key not in reached]
        waiting = set(left)
        level = [key for key in left if not waiting.issuperset(parents.get(key, ()))] or left[:1]
    return roots


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
