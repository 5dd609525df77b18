"""Seasonal adjustment: what a period usually is of the mean, taken out before limits are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from metrics.spc.levels import NO_CEILING, NO_FLOOR, Place
from metrics.spc.limits import mean

SEASONS_NEEDED = 2  # from one season everything would be season and nothing left to judge


@dataclass(frozen=True, slots=True)
class Seasonal:
    """Values in seasons of as many periods as there are factors; levels have no season."""

    factors: tuple[float, ...]
    chart: ClassVar[str] = "xmr"
    floor: ClassVar[float] = NO_FLOOR
    ceiling: ClassVar[float] = NO_CEILING
    has_unit: ClassVar[bool] = True

    def level(self, value: float, place: Place | None = None) -> float:
        return value / self.factor(place)

    def drawn(self, level: float, place: Place | None = None) -> float:
        return level * self.factor(place)

    def factor(self, place: Place | None) -> float:
        return self.factors[place.time % len(self.factors)] if place else 1.0


def has_seasons(places: Sequence[Place], season: int) -> bool:
    """Whether every part of the season was seen in two seasons at least."""
    # First of all, since a season may be given as any number.
    if len(places) < SEASONS_NEEDED * season:
        return False
    seen = [0] * season
    for place in places:
        seen[place.time % season] += 1
    return min(seen) >= SEASONS_NEEDED


def seasonal(values: Sequence[float], places: Sequence[Place], season: int) -> Seasonal:
    """Take the factor of each part of the season: its mean / the overall mean (formulae 4.1).

    Raises ValueError below two full seasons, and where a mean is not above 0: a share of nothing,
    or of less than nothing, is no factor, and an additive season would need other limits.
    """
    if not has_seasons(places, season):
        raise ValueError(
            f"season must have been seen twice in full: {SEASONS_NEEDED * season} values, "
            f"{SEASONS_NEEDED} or more of each of its {season} parts."
        )
    overall = mean(values)
    parts: list[list[float]] = [[] for _ in range(season)]
    for value, place in zip(values, places, strict=True):
        parts[place.time % season].append(value)
    means = [mean(part) for part in parts]
    if overall <= 0 or min(means) <= 0:
        raise ValueError("season needs means above 0: factors are shares of the overall mean.")
    return Seasonal(tuple(middle / overall for middle in means))


def widening(count: int, season: int) -> float:
    """Return by how much limits of ``count`` adjusted values are too narrow for later values.

    Each factor is a mean of the very values that it adjusts. With m = count / season values in a
    factor, what is left of them varies by the root of (1 - 1/m) less than the process does, and a
    later value, adjusted by a factor that may be wrong, by the root of (1 + 1/m) more: together
    1.73 from two seasons, 1.41 from three. Without it a quiet series would signal four times as
    often (bench/operating_characteristics.py).
    """
    return sqrt((count + season) / (count - season))
