"""Whether two series move together as people believe: what the numbers say beside a belief. Pure.

Changes from one period to the next are compared, those of the effect as many periods later as it
is believed to take: levels that both drift would seem linked whatever they are. Spearman's rank
correlation, with a 95 % interval by Fisher's z and the standard error of Bonett and Wright
(2000), sqrt((1 + r²/2) / (n - 3)).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import atanh, sqrt, tanh

from productops.cadences import DAY, MONTH, QUARTER, WEEK, count_between, first_day

LEAST = 12  # pairs of changes; fewer say nothing
Z = 1.96  # of a 95 % interval
DAYS = {DAY: 1.0, WEEK: 7.0, MONTH: 30.4, QUARTER: 91.3}  # of a period
ALMOST_ONE = 0.999_999  # a perfect rank correlation has no interval
EPOCH = date(2000, 1, 1)

Points = Sequence[tuple[date, float]]  # first days of periods, oldest first


class Says(StrEnum):
    AGREES = "agrees"
    OPPOSITE = "opposite"
    NOTHING = "nothing"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Linkage:
    """``r`` with its interval, from ``n`` pairs of changes up to the period ``last``."""

    says: Says
    n: int
    r: float | None = None
    low: float | None = None
    high: float | None = None
    last: date | None = None
    cadence: str = WEEK


def linkage(
    cause: Points, effect: Points, *, raises: bool, cadence: str, after_days: int | None
) -> Linkage:
    """What two series of one cadence say of a belief; nobody's guess at the delay is none."""
    lag = round((after_days or 0) / DAYS[cadence])
    before, after = _changes(cause, cadence), _changes(effect, cadence)
    pairs = [(before[at], after[at + lag]) for at in sorted(before) if at + lag in after]
    last = effect[-1][0] if effect else None
    if len(pairs) < LEAST:
        return Linkage(Says.TOO_FEW, len(pairs), last=last, cadence=cadence)
    r = spearman([one for one, _other in pairs], [other for _one, other in pairs])
    if r is None:
        return Linkage(Says.NOTHING, len(pairs), last=last, cadence=cadence)
    low, high = interval(r, len(pairs))
    says = Says.NOTHING
    if low > 0 or high < 0:
        says = Says.AGREES if (low > 0) == raises else Says.OPPOSITE
    return Linkage(says, len(pairs), r, low, high, last, cadence)


def _changes(points: Points, cadence: str) -> Mapping[int, float]:
    """The change to each period from the one before it, by the period's number."""
    start = first_day(EPOCH, cadence)
    found = {count_between(start, period, cadence): value for period, value in points}
    return {at: value - found[at - 1] for at, value in found.items() if at - 1 in found}


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The correlation of ranks, -1 to 1; None where one of both does not vary."""
    first, second = _ranks(one), _ranks(other)
    mean = (len(first) + 1) / 2
    spread = sqrt(sum((a - mean) ** 2 for a in first) * sum((b - mean) ** 2 for b in second))
    if not spread:
        return None
    return sum((a - mean) * (b - mean) for a, b in zip(first, second, strict=True)) / spread


def _ranks(values: Sequence[float]) -> list[float]:
    """From 1 on; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for place in order[at : end + 1]:
            ranks[place] = (at + end) / 2 + 1
        at = end + 1
    return ranks


def interval(r: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a rank correlation of ``n`` pairs (at least 4)."""
    bounded = min(ALMOST_ONE, max(-ALMOST_ONE, r))
    centre, error = atanh(bounded), sqrt((1 + r * r / 2) / (n - 3))
    return tanh(centre - Z * error), tanh(centre + Z * error)
