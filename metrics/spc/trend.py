"""A usual range about a straight line, where the process moves at an even pace (formulae 4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression
from typing import ClassVar

from metrics.spc.levels import NO_CEILING, NO_FLOOR, Place


@dataclass(frozen=True, slots=True)
class Sloped:
    """Values about a line that rises by ``slope`` a period; levels are those of ``since``."""

    slope: float
    since: int
    chart: ClassVar[str] = "trend"
    floor: ClassVar[float] = NO_FLOOR
    ceiling: ClassVar[float] = NO_CEILING
    has_unit: ClassVar[bool] = True

    def level(self, value: float, place: Place | None = None) -> float:
        return value - self.rise(place)

    def drawn(self, level: float, place: Place | None = None) -> float:
        return level + self.rise(place)

    def rise(self, place: Place | None) -> float:
        return self.slope * (place.time - self.since) if place else 0.0


def sloped(values: Sequence[float], places: Sequence[Place], since: int) -> Sloped:
    """Fit the line y = c + m t by least squares; t counts periods, so that gaps count too.

    Limits are then c + m t ± 2.66 mean moving ranges *of the residuals*. (xmrit's "reduced"
    limits take the slope off the mean moving range of the values, which widens them where a
    series falls.) Fewer than two points have no slope.
    """
    if len(values) < 2:
        return Sloped(0.0, since)
    times = [float(place.time) for place in places]
    return Sloped(linear_regression(times, values).slope, since)
