"""Did an improvement last? The points of later months against the level reached and the old one.

Pure: three windows of points in, a result out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.spc import given
from metrics.spc.limits import mean
from metrics.spc.readings import BETTER_SIDE
from metrics.verdict import interval, signal_sides, size_of

LATER_FROM = 3  # fewer points say nothing; a quarter of months has three


@dataclass(frozen=True, slots=True)
class Lasting:
    """``result``: held, faded, reversed or unclear. ``effect`` is the later mean minus the mean
    before the change, ``ci`` its 95 % interval; None where there are too few points."""

    result: str
    effect: float | None = None
    ci: tuple[float, float] | None = None
    n: int = 0


def lasting(
    before: Sequence[float | None],
    after: Sequence[float | None],
    later: Sequence[float | None],
    *,
    direction: str,
) -> Lasting:
    """Ask again about a change that improved ``after`` over ``before``, by the points ``later``.

    Held: still better than the old mean beyond doubt, and usual for the level reached. Faded: the
    later points fell below that level, by a signal against its limits or in their mean.
    Reversed: worse than the old mean beyond doubt. Unclear: fewer than three later points, or
    they could be either level's. Raises ValueError naming the argument.
    Source: formulae 4.6, step 8.
    """
    old = given.present(given.numbers(before, "before"))
    new = given.present(given.numbers(after, "after"))
    now = given.present(given.numbers(later, "later"))
    given.one_of(direction, "direction", tuple(BETTER_SIDE))
    if not old or not new or len(now) < LATER_FROM:
        return Lasting("unclear", n=len(now))
    better = BETTER_SIDE[direction]
    low, high = interval(size_of(old, now))
    result = result_of(side_of(low, high) * better, has_fallen(new, now, better))
    return Lasting(result, mean(now) - mean(old), (low, high), len(now))


def result_of(side: int, has_fallen: bool) -> str:
    """``side``: 1 where the later mean is better than the old one beyond doubt, -1 where worse."""
    if side < 0:
        return "reversed"
    if has_fallen:
        return "faded"
    return "held" if side > 0 else "unclear"


def has_fallen(new: list[float], now: list[float], better: int) -> bool:
    """Whether the later points left the level reached for the worse."""
    if -better in signal_sides(new, now):
        return True
    return side_of(*interval(size_of(new, now))) == -better


def side_of(low: float, high: float) -> int:
    return (low > 0) - (high < 0)
