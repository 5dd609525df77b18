"""How far somebody is with all that they are asked: as a sheet works it out from answers, and as it
is kept beside the invitation, so that pages about hundreds of people read no answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Key = tuple[int, int, int]  # scope, node, subject


@dataclass(frozen=True)
class Part:
    """One part of the questionnaire (a section at the top, or a question beside them) about one
    scope: how many questions are asked as things stand, how many of those are answered, and how
    many have to be and are not."""

    scope: int
    node: int
    asked: int
    answered: int
    missing: int


@dataclass(frozen=True)
class Progress:
    """``unasked``: what was answered, and is not asked any more. It is kept and does not count."""

    parts: tuple[Part, ...] = ()
    unasked: frozenset[Key] = frozenset()

    @property
    def asked(self) -> int:
        return sum(part.asked for part in self.parts)

    @property
    def answered(self) -> int:
        return sum(part.answered for part in self.parts)

    @property
    def is_complete(self) -> bool:
        return not any(part.missing for part in self.parts)


class Places:
    """Counts places of a sheet one by one into its progress."""

    def __init__(self) -> None:
        self.counts: dict[tuple[int, int], list[int]] = {}
        self.unasked: set[Key] = set()

    def add(self, scope: int, part: int, *, is_answered: bool, is_required: bool) -> None:
        counts = self.counts.setdefault((scope, part), [0, 0, 0])
        counts[0] += 1
        counts[1] += is_answered
        counts[2] += is_required and not is_answered

    @property
    def progress(self) -> Progress:
        parts = (Part(*where, *counts) for where, counts in sorted(self.counts.items()))
        return Progress(tuple(parts), frozenset(self.unasked))


def to_kept(progress: Progress) -> dict[str, Any]:
    """As JSON that is the same for the same progress."""
    parts = [[one.scope, one.node, one.asked, one.answered, one.missing] for one in progress.parts]
    return {"parts": parts, "unasked": [list(key) for key in sorted(progress.unasked)]}


def from_kept(kept: Mapping[str, Any]) -> Progress:
    parts: Iterable[list[int]] = kept["parts"]
    return Progress(
        tuple(Part(*one) for one in parts),
        frozenset((scope, node, subject) for scope, node, subject in kept["unasked"]),
    )
