"""Anhøj's rules: is the order of points about their centre line still random?"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log2, sqrt
from operator import sub
from statistics import NormalDist

COUNTED_UP_TO = 2000  # counting costs the square of n; the normal is then seldom off, and by 1


@dataclass(frozen=True, slots=True)
class RunCount:
    """Runs and crossings of a series; None where no point lies off the centre line.

    ``signal``: the longest run is too long, or the crossings are too few, for chance.
    """

    n_useful: int = 0
    longest_run: int | None = None
    longest_run_max: int | None = None
    crossings: int | None = None
    crossings_min: int | None = None
    signal: bool = False


def count_runs(sides: Sequence[int]) -> RunCount:
    """Count runs and crossings of points that are above (1), on (0) or below (-1) the centre.

    Points on the centre line are left out. Signal: longest run > round(log2 n) + 3, or
    crossings < the 5 % quantile of Binomial(n - 1, 1/2).
    Source: Anhøj & Olesen 2014 as in qicharts2; formulae 4.1.
    """
    useful = [side for side in sides if side]
    if not useful:
        return RunCount()
    starts = [0, *crossings_of(useful), len(useful)]
    longest, crossings = max(map(sub, starts[1:], starts)), len(starts) - 2
    most, fewest = longest_run_allowed(len(useful)), fewest_crossings(len(useful))
    return RunCount(
        n_useful=len(useful),
        longest_run=longest,
        longest_run_max=most,
        crossings=crossings,
        crossings_min=fewest,
        signal=longest > most or crossings < fewest,
    )


def crossings_of(useful: Sequence[int]) -> list[int]:
    """Return the index of each point on the other side than the one before."""
    pairs = enumerate(zip(useful, useful[1:], strict=False), start=1)
    return [index for index, (before, side) in pairs if before != side]


def longest_run_allowed(n: int) -> int:
    """Return the longest run that chance explains among ``n`` points."""
    return round(log2(n)) + 3


@lru_cache(maxsize=1024)
def fewest_crossings(n: int) -> int:
    """Return the smallest k with P(Binomial(n - 1, 1/2) <= k) >= 5 %."""
    return fewest_counted(n - 1) if n <= COUNTED_UP_TO else fewest_by_normal(n - 1)


def fewest_counted(trials: int) -> int:
    """Count it in whole numbers: 20 total >= 2 ** trials is total / 2 ** trials >= 0.05."""
    term, total, k = 1, 1, 0
    while total * 20 < 1 << trials:
        term = term * (trials - k) // (k + 1)
        total += term
        k += 1
    return k


def fewest_by_normal(trials: int) -> int:
    """Take the normal distribution for it, with half a step for its being continuous."""
    return ceil(NormalDist(trials / 2, sqrt(trials) / 2).inv_cdf(0.05) - 0.5)
