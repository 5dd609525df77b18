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
    table = checked(matrix)
    here = ~np.isnan(table)
    n = here.sum(axis=1)
    # A row of gaps has no mean, and a row of one point no range: NaN is the answer.
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(here, table, 0.0).sum(axis=1) / n
        spread = mean_ranges(table, here, screen)
    return with_factors(centre, spread, n, largest(table, here), FACTORS[rule_set])


def checked(matrix: Any) -> np.ndarray:
    import numpy as np

    try:
        table = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError("matrix must hold numbers only.") from error
    if table.ndim != 2 or (np.abs(table) > given.LARGEST).any():
        raise ValueError("matrix must be rows of finite numbers between -1e100 and 1e100.")
    return table


def mean_ranges(table: np.ndarray, here: np.ndarray, screen: bool) -> np.ndarray:
    """Return the mean moving range of every row, taken over the gaps; 0 where none is left."""
    import numpy as np

    ranges = np.abs(np.diff(carried(table, here), axis=1))
    counted = here[:, 1:] & ~np.isnan(ranges)
    means = masked_mean(ranges, counted)
    if not screen:
        return means
    return masked_mean(ranges, counted & (ranges < SCREEN_AT * means[:, None]))


def carried(table: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Carry the last point over the gaps, so that differences reach across them."""
    import numpy as np

    if here.all():
        return table
    last_seen = np.maximum.accumulate(np.where(here, np.arange(table.shape[1]), 0), axis=1)
    return np.take_along_axis(table, last_seen, axis=1)


def masked_mean(ranges: np.ndarray, counted: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.where(counted, ranges, 0.0).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)


def largest(table: np.ndarray, here: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.where(here, np.abs(table), 0.0).max(axis=1, initial=0.0)


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
