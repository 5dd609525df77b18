"""A second opinion where the series are long: segmented regression (interrupted time series)."""

# NumPy takes 15 MB that a web process never needs, so the functions here import it themselves.
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics.spc import given
from metrics.spc.limits import is_rounding
from metrics.student import quantile

if TYPE_CHECKING:
    import numpy as np

POINTS_FROM = 12  # on each side; with fewer a slope is hardly known (Turner et al. 2021)
PARAMETERS = 4
ROUNDS = 25  # of estimating r from the residuals; it settles in a handful
SETTLED = 1e-6
MOST_R = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float

    @property
    def is_beyond_doubt(self) -> bool:
        """Whether the 95 % interval excludes 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """y = b0 + b1 t + b2 D + b3 (t - T) D with errors of lag-1 autocorrelation ``r``.

    ``trend``: b1, by how much the series moved from period to period before the change.
    ``level``: b2, the step at the change beyond that trend. ``slope``: b3, how much more it
    moves a period since. ``at_the_end``: b2 + b3 (t - T) at the last point: how far that point's
    expectation lies from where the old trend would have led.
    """

    trend: Estimate
    level: Estimate
    slope: Estimate
    at_the_end: Estimate
    r: float


def second_opinion(before: Sequence[float], after: Sequence[float]) -> Opinion | None:
    """Fit the segmented regression; None below 12 + 12 points or where nothing varies.

    The model is fixed beforehand and never chosen by its result. Generalised least squares for
    AR(1) errors by Prais and Winsten, intervals by Student's t. They are somewhat too narrow in
    short series, as all known ones are: so this is an opinion, and never the verdict.
    Raises ValueError naming the argument. Source: formulae 4.6, step 6; Turner et al. 2021.
    """
    import numpy as np

    earlier = given.present(given.numbers(before, "before"))
    later = given.present(given.numbers(after, "after"))
    if min(len(earlier), len(later)) < POINTS_FROM:
        return None
    y = np.array(earlier + later)
    x = design(len(earlier), len(later))
    if is_rounding(float(np.abs(y - x @ least_squares(x, y)).max()), earlier + later):
        return None
    r = estimated_r(x, y)
    beta, covariance = generalised(x, y, r)
    reach = quantile(0.975, len(y) - PARAMETERS)
    ends = np.array([0.0, 0.0, 1.0, float(len(later) - 1)])
    trend, level, slope = (estimate(row, beta, covariance, reach) for row in np.eye(PARAMETERS)[1:])
    return Opinion(trend, level, slope, estimate(ends, beta, covariance, reach), r)


def design(before: int, after: int) -> np.ndarray:
    """The columns 1, t, D and (t - T) D; t counts from 0, T is the first point after."""
    import numpy as np

    t = np.arange(before + after, dtype=float)
    changed = (t >= before).astype(float)
    return np.column_stack([np.ones_like(t), t, changed, (t - before) * changed])


def least_squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.linalg.lstsq(x, y, rcond=None)[0]


def estimated_r(x: np.ndarray, y: np.ndarray) -> float:
    """Lag-1 r of the errors, iterated to rest; 0 where it comes out negative.

    Residuals of a fit are less alike than the errors were: r is corrected upwards by the share
    that four parameters take, since an r too low makes intervals that promise too much.
    """
    r = 0.0
    for _round in range(ROUNDS):
        beta, _covariance = generalised(x, y, r)
        errors = y - x @ beta
        found = float(errors[1:] @ errors[:-1] / (errors @ errors))
        raised = found + (1 + PARAMETERS * max(found, 0.0)) / len(y)
        step, r = r, min(max(raised, 0.0), MOST_R)
        if abs(r - step) < SETTLED:
            break
    return r


def generalised(x: np.ndarray, y: np.ndarray, r: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their covariance, of rows made independent by Prais and Winsten."""
    import numpy as np

    x, y = whitened(x, r), whitened(y, r)
    beta = least_squares(x, y)
    errors = y - x @ beta
    variance = float(errors @ errors) / (len(y) - PARAMETERS)
    return beta, variance * np.linalg.inv(x.T @ x)


def whitened(rows: np.ndarray, r: float) -> np.ndarray:
    """Take r times the row before from each row; the first is shortened to the same spread."""
    import numpy as np

    return np.concatenate([rows[:1] * np.sqrt(1 - r * r), rows[1:] - r * rows[:-1]])


def estimate(row: np.ndarray, beta: np.ndarray, covariance: np.ndarray, reach: float) -> Estimate:
    """A combination of coefficients with its 95 % interval."""
    value, error = float(row @ beta), float(row @ covariance @ row) ** 0.5
    return Estimate(value, value - reach * error, value + reach * error)
