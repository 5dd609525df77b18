"""What a promise could show: the least change that a window finds, before anything is changed."""

from collections.abc import Sequence
from math import fsum, sqrt

from metrics.spc import given
from metrics.spc.readings import residual_autocorrelation, residuals_of
from metrics.verdict import (
    AFTER_FROM,
    BASELINE_FROM,
    LEAST_FREEDOM,
    Size,
    corrected,
    inflation_of,
    least_detectable,
)

MOST_PERIODS = 104  # a window longer than two years of weeks is no plan


def detectable(before: Sequence[float | None], periods: int) -> float | None:
    """The change that a window of so many periods finds in 80 of 100 cases; None where the past
    is too short to say.

    As gate B of the verdict will compute it, should the time after vary as the time before did
    and resemble itself as much (its lag-1 r). Raises ValueError naming the argument.
    Source: formulae 4.6, steps 4 and 5.
    """
    known = given.present(given.numbers(before, "before"))
    window = given.whole(periods, "periods", least=AFTER_FROM)
    if len(known) < BASELINE_FROM:
        return None
    return least_detectable(size_expected(known, window))


def periods_for(before: Sequence[float | None], effect: float) -> int | None:
    """The least window, from 8 periods on, that finds a change of ``effect``; None where the past
    is too short, or where no window up to 104 periods would."""
    known = given.present(given.numbers(before, "before"))
    wanted = abs(given.number(effect, "effect"))
    if len(known) < BASELINE_FROM:
        return None
    windows = range(AFTER_FROM, MOST_PERIODS + 1)
    return next((n for n in windows if least_detectable(size_expected(known, n)) <= wanted), None)


def size_expected(before: list[float], periods: int) -> Size:
    """The size that gate B would have, of a window that varies as the time before did."""
    variance = fsum(error * error for error in residuals_of(before)) / (len(before) - 1)
    r1, n = residual_autocorrelation([before]), len(before) + periods
    inflation = inflation_of(corrected(r1 or 0.0, n))
    error = sqrt(variance * (1 / len(before) + 1 / periods) * inflation)
    return Size(effect=0.0, error=error, freedom=max(n / inflation - 2, LEAST_FREEDOM), r1=r1)
