"""Shares and rates whose denominators vary: Laney's p' and u' charts, limits for each point."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import ClassVar

from metrics.spc.levels import NO_CEILING, Place
from metrics.spc.limits import mean

SHARE, PER_CENT = 1.0, 100.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """Values that stray the less from the ``centre`` the larger their denominator is.

    The level of a value is what it would be, had its denominator been ``size``.
    """

    chart: str
    centre: float
    size: float
    ceiling: float = NO_CEILING
    floor: ClassVar[float] = 0.0
    has_unit: ClassVar[bool] = True

    def level(self, value: float, place: Place | None = None) -> float:
        return self.centre + (value - self.centre) * self.weight(place)

    def drawn(self, level: float, place: Place | None = None) -> float:
        return self.centre + (level - self.centre) / self.weight(place)

    def weight(self, place: Place | None) -> float:
        if place is None or not place.size:
            return 1.0
        return sqrt(place.size / self.size)


def weighed(
    values: Sequence[float], places: Sequence[Place], chart: str, ceiling: float | None = None
) -> Weighed:
    """Take the centre of all numerators over all denominators, and the usual denominator.

    With z_i = (x_i - centre) / sqrt(centre (1 - centre) / n_i) for shares, or / sqrt(centre / n_i)
    for rates, the limits of Laney are centre ± 3 sigma_i sigma_z, sigma_z = mean moving range of
    z / 1.128. The binomial or Poisson sigma stands above and below the line and cancels: what is
    left is sqrt(n_i), which the levels carry, so that both charts are XmR charts of levels. They
    need no distribution to hold, as p and u charts do, which see signals everywhere in large
    denominators (Laney 2002, Quality Engineering 14(4), 531-537; qicharts2's pp and up).
    """
    sizes = [place.size or 0.0 for place in places]
    total = fsum(sizes)
    centre = fsum(value * size for value, size in zip(values, sizes, strict=True)) / total
    return Weighed(chart, centre, mean(sizes), whole_of(chart, ceiling, values))


def whole_of(chart: str, ceiling: float | None, values: Sequence[float]) -> float:
    """Return what no value can exceed: the whole, as 1 or as 100 %, for shares."""
    if chart != "p":
        return NO_CEILING
    return ceiling or (SHARE if max(values, default=0.0) <= SHARE else PER_CENT)
