"""What a chart means to its reader: is it better or worse, will the target be met."""

from collections.abc import Sequence
from math import fsum
from operator import mul
from typing import Any

from metrics.spc import given
from metrics.spc.limits import Limits, mean
from metrics.spc.points import Point

BETTER_SIDE = {"up": 1, "down": -1}


def variation(points: Sequence[Point], limits: Limits, *, direction: str | None = None) -> str:
    """Read the last point: "better", "worse", "usual", "changed" or "none".

    Changed: a signal where no way is the better one (direction None, neutral or band), or a
    signal that points no way. None: no limits yet. The NHS calls it the variation icon.
    """
    if direction is not None:
        given.one_of(direction, "direction", given.DIRECTIONS)
    last = next((point for point in reversed(points) if point.value is not None), None)
    if last is None or not limits.can_judge:
        return "none"
    if not last.signals:
        return "usual"
    return change(last.side * BETTER_SIDE.get(direction or "neutral", 0))


def change(gain: int) -> str:
    return {1: "better", -1: "worse"}.get(gain, "changed")


def assurance(limits: Limits, *, direction: str | None = None, target: Any = None) -> str:
    """Read the target against the limits: "met", "missed", "hit_or_miss" or "none".

    Met (missed): a process that goes on like this meets (misses) the target in every period.
    A target is a number for up and down, (low, high) for a band; neutral has none.
    Source: the NHS's assurance icon; formulae 4.1.
    """
    if direction is not None:
        given.one_of(direction, "direction", given.DIRECTIONS)
    goal = given.one_target(target, direction)
    if goal is None or limits.lower is None or limits.upper is None:
        return "none"
    if isinstance(goal, tuple):
        return assured_within(limits.lower, limits.upper, goal)
    if direction not in BETTER_SIDE:
        return "none"
    return assured_beyond(limits.lower, limits.upper, goal, BETTER_SIDE[direction])


def assured_within(lower: float, upper: float, band: tuple[float, float]) -> str:
    low, high = band
    if low <= lower and upper <= high:
        return "met"
    return "missed" if upper < low or high < lower else "hit_or_miss"


def assured_beyond(lower: float, upper: float, target: float, better_side: int) -> str:
    if lower <= target <= upper:
        return "hit_or_miss"
    return "met" if (lower > target) == (better_side > 0) else "missed"


def autocorrelation(values: Sequence[float | None]) -> float | None:
    """Return the lag-1 autocorrelation r of the present values; None where nothing varies.

    r = sum of e(t) e(t-1) / sum of e(t) squared, with e = value - mean. Above 0.3 the limits
    are too narrow and signals too many (formulae 4.1): use longer periods.
    """
    return residual_autocorrelation([given.present(given.numbers(values, "values"))])


def residual_autocorrelation(windows: Sequence[Sequence[float]]) -> float | None:
    """Return lag-1 r pooled over windows, each about its own mean; None where nothing varies."""
    residuals = [residuals_of(window) for window in windows]
    squares = fsum(fsum(map(mul, window, window)) for window in residuals)
    if squares == 0:
        return None
    return fsum(fsum(map(mul, window, window[1:])) for window in residuals) / squares


def residuals_of(window: Sequence[float]) -> list[float]:
    middle = mean(window) if window else 0.0
    return [value - middle for value in window]
