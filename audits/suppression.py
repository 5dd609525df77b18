"""What an anonymous result keeps back, so that no single answer can be worked out of it.

A node with fewer respondents than the smallest group is kept back. Were it the only one under its
parent, the parent's score and its siblings' would give it away by subtraction; so siblings are
kept back with it, those with the fewest respondents first, until what is missing is made of several
nodes and of a group that is large enough. Figures that name the extreme, or add up counts, say too
much of any node beneath them and are given only where nothing beneath is kept back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SEVERAL = 2


@dataclass(frozen=True)
class Counted:
    """One node of one scope: how many answered there, and whether it counts in its parent."""

    key: str
    parent: str | None
    respondents: int
    counts: bool = True


@dataclass(frozen=True)
class Withheld:
    """``hidden``: nodes of which nothing is shown; ``partial``: shown, but for lowest and highest
    values, other means and counts."""

    hidden: frozenset[str]
    partial: frozenset[str]


def withheld(nodes: Iterable[Counted], smallest: int) -> Withheld:
    """What of these nodes (parents before children) is not shown."""
    rows = list(nodes)
    by_key = {node.key: node for node in rows}
    below: dict[str, list[Counted]] = {}
    for node in rows:
        if node.parent in by_key and node.respondents:
            below.setdefault(node.parent, []).append(node)
    hidden = {node.key for node in rows if 0 < node.respondents < smallest}
    for node in rows:  # parents first: what is hidden with its siblings hides all beneath it
        children = [child for child in below.get(node.key, ()) if child.counts]
        if node.key in hidden:
            hidden.update(_beneath(node.key, below))
        else:
            _complete(children, hidden, smallest)
            if not _is_safe([child for child in children if child.key in hidden], smallest):
                hidden.add(node.key)  # it says what its only part would
    partial = {
        node.key for node in rows if node.key not in hidden and _beneath(node.key, below) & hidden
    }
    return Withheld(frozenset(hidden), frozenset(partial))


def _complete(children: list[Counted], hidden: set[str], smallest: int) -> None:
    """Hide siblings of a hidden child until it cannot be told from the parent any more."""
    shown = sorted(
        (child for child in children if child.key not in hidden),
        key=lambda child: (child.respondents, child.key),
    )
    while shown and not _is_safe([c for c in children if c.key in hidden], smallest):
        hidden.add(shown.pop(0).key)


def _is_safe(missing: list[Counted], smallest: int) -> bool:
    if not missing:
        return True
    return len(missing) >= SEVERAL and sum(one.respondents for one in missing) >= smallest


def _beneath(key: str, below: dict[str, list[Counted]]) -> set[str]:
    found: set[str] = set()
    for child in below.get(key, ()):
        found |= {child.key} | _beneath(child.key, below)
    return found
