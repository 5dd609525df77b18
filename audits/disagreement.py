"""Which places people should talk about: where answers lie too far apart, most divided first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audits.agreement import Agreement, agreement

FAR_APART = 2  # levels between the lowest and the highest answer from which on people should talk


@dataclass(frozen=True)
class Said:
    """What was answered at one place. ``ratings`` are steps on a scale of ``levels`` steps (a
    level's place among the levels, not its score), one for each person who chose one."""

    place: Any
    ratings: Sequence[float]
    levels: int
    weight: float = 1.0


@dataclass(frozen=True)
class Difference:
    """A place of the queue. ``rank`` is average deviation (levels) times the question's weight."""

    said: Said
    found: Agreement

    @property
    def rank(self) -> float:
        return self.found.deviation * self.said.weight

    @property
    def range(self) -> float:
        return self.found.highest - self.found.lowest


def differences(said: Iterable[Said], *, smallest_group: int = 2) -> list[Difference]:
    """The places that should be talked about, most divided first; order else as given.

    A place joins where at least ``smallest_group`` answered (and two in any case), and answers
    differ by two levels or more or the average deviation is above a sixth of the levels. Source:
    formulae 4.3 (Burke & Dunlap 2002 for the sixth). Raises ValueError as ``agreement`` does.
    """
    fewest = max(2, smallest_group)
    known = [one for one in said if len(one.ratings) >= fewest]
    found = [Difference(one, agreement(one.ratings, one.levels)) for one in known]
    return sorted(filter(differs, found), key=lambda one: -one.rank)


def differs(one: Difference) -> bool:
    return one.range >= FAR_APART or not one.found.is_acceptable


def step_of(value: float, scale: Sequence[float]) -> float:
    """The place of a value among the values of a scale in order, 0 the first; between two of
    them in proportion, so that a half level stays one. Raises ValueError outside the scale."""
    if not scale or not min(scale) <= value <= max(scale):
        raise ValueError(f"{value:g} is not on the scale.")
    ordered = sorted(scale)
    below = max(place for place, one in enumerate(ordered) if one <= value)
    if ordered[below] == value:
        return float(below)
    width = ordered[below + 1] - ordered[below]
    return below + (value - ordered[below]) / width
