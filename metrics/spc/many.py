"""Limits of many series at once, for nightly work and benches: NumPy, loaded on first use."""

# NumPy takes 15 MB that a web process never needs, so every function here imports it itself.
# ruff: noqa: PLC0415

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metrics.spc import given
from metrics.spc.limits import FACTORS, LIMITS_FROM, ROUNDING, SCREEN_AT

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class LimitsOfMany:
    """One array element a series, in the order of the rows; NaN where ``Limits`` has None."""

    centre: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    mr_centre: np.ndarray
    mr_upper: np.ndarray
    n: np.ndarray


def limits_of_many(matrix: Any, *, rule_set: str = "wheeler", screen: bool = False) -> LimitsOfMany:
    """Compute the mean form of ``limits_of`` for every row of a matrix, NaN meaning a gap.

    Rows are series, columns periods in time order; shorter series end, or begin, with NaN.
    Raises ValueError for anything but a matrix of finite numbers and gaps.
    """
    import numpy as np

    given.one_of(rule_set, "rule_set", FACTORS)
    table = as_table(matrix)
    # The largest size of each row, gaps aside: what is far below it is rounding.
    size = np.fmax.reduce(np.abs(table), axis=1, initial=0.0)
    if (size > given.LARGEST).any():
        raise ValueError("matrix must hold finite numbers between -1e100 and 1e100.")
    here = ~np.isnan(table)
    n = here.sum(axis=1)
    centre = np.where(n > 0, mean_of_rows(table, here), np.nan)
    return with_factors(centre, mean_ranges(table, here, screen), n, size, FACTORS[rule_set])


def as_table(matrix: Any) -> np.ndarray:
    import numpy as np

    try:
        table = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError("matrix must hold rows of numbers, all of one length.") from error
    if table.ndim != 2:
        raise ValueError("matrix must be rows of numbers, a row a series.")
    return table


def mean_ranges(table: np.ndarray, here: np.ndarray, screen: bool) -> np.ndarray:
    """Return the mean moving range of every row, taken over the gaps; 0 where none is left."""
    import numpy as np

    ranges = np.abs(np.diff(carried(table, here), axis=1))
    # Before the first point of a row there is nothing to carry, nor to differ from.
    counted = here[:, 1:] & ~np.isnan(ranges)
    means = mean_of_rows(ranges, counted)
    if not screen:
        return means
    return mean_of_rows(ranges, counted & (ranges < SCREEN_AT * means[:, None]))


def carried(table: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Carry the last point over the gaps, so that differences reach across them."""
    import numpy as np

    if here.all():
        return table
    last_seen = np.maximum.accumulate(np.where(here, np.arange(table.shape[1]), 0), axis=1)
    return np.take_along_axis(table, last_seen, axis=1)


def mean_of_rows(table: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return the mean of the counted elements of every row; 0 where there are none."""
    import numpy as np

    if counted.size and counted.all():
        return table.mean(axis=1)
    sums = np.where(counted, table, 0.0).sum(axis=1)
    return sums / np.maximum(counted.sum(axis=1), 1)


def with_factors(
    centre: np.ndarray, spread: np.ndarray, n: np.ndarray, size: np.ndarray, factors: tuple
) -> LimitsOfMany:
    import numpy as np

    limit, range_limit = factors
    usable = np.where((n >= LIMITS_FROM) & (spread > ROUNDING * size), spread, np.nan)
    return LimitsOfMany(
        centre=centre,
        lower=centre - limit * usable,
        upper=centre + limit * usable,
        mr_centre=np.where(n > 0, spread, np.nan),
        mr_upper=range_limit * usable,
        n=n,
    )
