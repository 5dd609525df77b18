"""Which points caused a decision: extreme ones, which would have come back by themselves.

Who acts because the last points looked bad compares a bad moment with an ordinary one: half of
the time the average gets better whatever was done (regression to the mean). So the points that
caused the decision are left out of the time before. Pure: points in, a period out.
"""

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from metrics.judgement import Dot
from metrics.spc import judge_points, limits_of
from metrics.spc.limits import mean
from metrics.spc.readings import BETTER_SIDE
from metrics.verdict import BASELINE_FROM

LOOKED_AT = 3  # who looks at a chart sees the last few points
EXTREME = 0.5  # sigma that their mean lies off; too many left out cost less than too few
SIGMA_OF_RANGE = 1.128  # d2: mean moving range of two normal values, in sigma
# What has lasted for a run of eight is the level of now, no passing moment: nothing to leave out.
LASTING = 8


def trigger_of(dots: Sequence[Dot], *, direction: str) -> int | None:
    """The place of the first of the newest points that would cause a decision; None where they
    look as usual, or where the past is too short to know.

    ``direction`` is the way that is better. The points that did it are signals on the worse side,
    or the last three where all lie there and their mean is off by half a sigma or more; both
    against the limits of the points before.
    """
    worse = -BETTER_SIDE[direction]
    counted = [place for place, dot in enumerate(dots) if dot.counts]
    values = [dots[place].value for place in counted]
    first = first_signal(values, worse)
    if first is None and looks_bad(values, worse):
        first = len(values) - LOOKED_AT
    if first is None or len(values) - first > LASTING:
        return None
    return counted[first]


def first_signal(values: list[float], worse: int) -> int | None:
    """The first of the unbroken signals on the worse side that the newest point ends.

    Limits come from what lies more than a run before, so that the extreme ones do not hide
    themselves by widening them."""
    usual = values[:-LASTING]
    if len(usual) < BASELINE_FROM:
        return None
    points, first = judge_points(values, limits_of(usual)), None
    for place in reversed(range(len(values))):
        if not points[place].signals or points[place].side != worse:
            break
        first = place
    return first


def looks_bad(values: list[float], worse: int) -> bool:
    """Whether the last three all lie on the worse side, and their mean half a sigma off."""
    usual, newest = values[:-LOOKED_AT], values[-LOOKED_AT:]
    if len(usual) < BASELINE_FROM:
        return False
    sigma = (limits_of(usual).mr_centre or 0.0) / SIGMA_OF_RANGE
    off = [(value - mean(usual)) * worse for value in newest]
    return sigma > 0 and min(off) > 0 and fsum(off) / LOOKED_AT >= EXTREME * sigma


class CameBack(NamedTuple):
    """How much of a gain was a way back: ``by_itself`` of ``gain``, both sizes."""

    by_itself: float
    gain: float


def came_back(
    before: float | None, trigger: float | None, after: float | None, *, direction: str
) -> CameBack | None:
    """How much of the way from the points that caused a change to those after it was expected
    anyway, by means of each; None where the trigger was not on the worse side or nothing came
    back."""
    if before is None or trigger is None or after is None:
        return None
    better = BETTER_SIDE[direction]
    expected, gain = (before - trigger) * better, (after - trigger) * better
    if expected <= 0 or gain <= 0:
        return None
    return CameBack(min(expected, gain), gain)
