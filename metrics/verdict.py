"""Did a change move its KPI? Two gates that must both open: a signal, and a size beyond doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum, sqrt
from typing import Any

from metrics.spc import given
from metrics.spc.limits import PROVISIONAL_BELOW, is_rounding, limits_of, mean
from metrics.spc.points import judge_points
from metrics.spc.readings import BETTER_SIDE, residual_autocorrelation, residuals_of
from metrics.student import quantile, two_sided_p
from metrics.verdict_sentences import sentence_of

BASELINE_FROM = 8  # fewer points before say too little about the usual range
AFTER_FROM = 8  # and fewer after cannot hold a run of 8
MOST_AUTOCORRELATION = 0.9  # beyond, no window we could wait for would be long enough
LEAST_FREEDOM = 2.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one change.

    ``verdict``: improved, worsened, no_change, too_early or unclear; ``reason`` of unclear:
    short_baseline or gates_disagree. ``effect`` is mean after minus mean before and ``ci`` its
    95 % interval, in the unit of the values whichever direction is better; ``mde`` the least
    effect that would have been found in 80 of 100 cases. ``r1`` is the lag-1 autocorrelation
    within the windows, None where nothing varies. ``gate_signal``: an unusual point or run
    after the change, on either side; ``gate_size``: the interval excludes 0; ``p_value`` belongs
    to it. ``worth`` (improved only): worth_it where the whole interval reaches the smallest
    worthwhile effect, else size_uncertain. ``provisional``: a baseline below 12 points.
    ``missing``: points still to come before a verdict that is too early.
    Where it is too early, or the baseline short, only ``effect`` is known.
    """

    verdict: str
    reason: str | None = None
    effect: float | None = None
    ci: tuple[float, float] | None = None
    mde: float | None = None
    r1: float | None = None
    gate_signal: bool | None = None
    gate_size: bool | None = None
    p_value: float | None = None
    worth: str | None = None
    provisional: bool = False
    missing: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """Gate B: the difference of two means with its standard error, for autocorrelated points."""

    effect: float
    error: float
    freedom: float
    r1: float | None


def judge(
    before: Sequence[float | None],
    after: Sequence[float | None],
    *,
    direction: str,
    smallest_effect: float | None = None,
) -> Verdict:
    """Judge a change by the points before it and those after it (formulae 4.6).

    ``before`` ends before the points that caused the change, ``after`` begins past its lag;
    both in time order, None for a gap. ``direction`` is up or down: the way that is better.
    ``smallest_effect``: the least effect worth having, in the unit of the values. Improved (or
    worsened) needs a signal on that side against the limits of ``before`` and a 95 % interval
    on that side of 0. Raises ValueError with a sentence that names the argument.
    """
    earlier = given.present(given.numbers(before, "before"))
    later = given.present(given.numbers(after, "after"))
    given.one_of(direction, "direction", tuple(BETTER_SIDE))
    smallest = checked_smallest(smallest_effect)
    result = judge_checked(earlier, later, BETTER_SIDE[direction], smallest)
    return replace(result, sentence=sentence_of(result, len(earlier), len(later)))


def judge_beside(
    before: Sequence[float | None],
    after: Sequence[float | None],
    control_before: Sequence[float | None],
    control_after: Sequence[float | None],
    *,
    direction: str,
    smallest_effect: float | None = None,
) -> Verdict:
    """Judge by how much a change moved a series away from a control, where nothing changed.

    The values of the control stand beside those of the series, period by period; a gap in either
    is one in the difference. Raises ValueError naming the argument.
    """
    return judge(
        differences(before, control_before, "before"),
        differences(after, control_after, "after"),
        direction=direction,
        smallest_effect=smallest_effect,
    )


def differences(values: Any, control: Any, name: str) -> list[float | None]:
    own, beside = given.numbers(values, name), given.numbers(control, f"control_{name}")
    if len(own) != len(beside):
        raise ValueError(f"control_{name} must have as many values as {name}.")
    pairs = zip(own, beside, strict=True)
    return [None if one is None or other is None else one - other for one, other in pairs]


def checked_smallest(smallest_effect: Any) -> float | None:
    if smallest_effect is None:
        return None
    smallest = given.number(smallest_effect, "smallest_effect")
    if smallest < 0:
        raise ValueError("smallest_effect must not be below 0: it is a size, without direction.")
    return smallest


def judge_checked(
    before: list[float], after: list[float], better_side: int, smallest: float | None
) -> Verdict:
    effect = mean(after) - mean(before) if before and after else None
    if len(before) < BASELINE_FROM:
        return Verdict("unclear", reason="short_baseline", effect=effect)
    provisional = len(before) < PROVISIONAL_BELOW
    if len(after) < AFTER_FROM:
        missing = AFTER_FROM - len(after)
        return Verdict("too_early", effect=effect, missing=missing, provisional=provisional)
    gated = through_gates(before, after, better_side)
    return replace(gated, provisional=provisional, worth=worth_of(gated, better_side, smallest))


def through_gates(before: list[float], after: list[float], better_side: int) -> Verdict:
    sides = signal_sides(before, after)
    size = size_of(before, after)
    low, high = interval(size)
    size_side = (low > 0) - (high < 0)
    verdict, reason = outcome(sides, size_side, better_side)
    return Verdict(
        verdict,
        reason=reason,
        effect=size.effect,
        ci=(low, high),
        mde=least_detectable(size),
        r1=size.r1,
        gate_signal=bool(sides),
        gate_size=size_side != 0,
        p_value=p_value(size),
    )


def signal_sides(before: list[float], after: list[float]) -> set[int]:
    """Gate A: the sides (1, -1) of Wheeler's signals after, against the limits of before."""
    points = judge_points(after, limits_of(before))
    return {point.side for point in points if point.signals}


def outcome(sides: set[int], size_side: int, better_side: int) -> tuple[str, str | None]:
    """Return verdict and reason: both gates open on one side, neither open, or at odds."""
    if size_side and size_side in sides:
        return ("improved" if size_side == better_side else "worsened"), None
    if sides or size_side:
        return "unclear", "gates_disagree"
    return "no_change", None


def worth_of(gated: Verdict, better_side: int, smallest: float | None) -> str | None:
    if gated.verdict != "improved" or gated.ci is None or smallest is None:
        return None
    least_gain = min(edge * better_side for edge in gated.ci)
    return "worth_it" if least_gain >= smallest else "size_uncertain"


def size_of(before: list[float], after: list[float]) -> Size:
    """Estimate the difference of means; VIF widens its error for autocorrelation."""
    n = len(before) + len(after)
    if is_rounding(max(span_of(before), span_of(after)), before + after):
        return size_without_variation(after[0] - before[0])
    errors = residuals_of(before) + residuals_of(after)
    variance = fsum(error * error for error in errors) / (n - 2)
    r1 = residual_autocorrelation([before, after])
    inflation = inflation_of(corrected(r1 or 0.0, n))
    return Size(
        effect=mean(after) - mean(before),
        error=sqrt(variance * (1 / len(before) + 1 / len(after)) * inflation),
        freedom=max(n / inflation - 2, LEAST_FREEDOM),
        r1=r1,
    )


def span_of(window: list[float]) -> float:
    return max(window) - min(window)


def size_without_variation(effect: float) -> Size:
    """Two windows in each of which nothing varies: their difference is known without error."""
    return Size(effect=effect, error=0.0, freedom=LEAST_FREEDOM, r1=None)


def corrected(r1: float, n: int) -> float:
    """Correct r for short windows, in which it comes out too low; clipped to 0 … 0.9."""
    raised = r1 + (1 + 4 * max(r1, 0.0)) / (n / 2)
    return min(max(raised, 0.0), MOST_AUTOCORRELATION)


def inflation_of(r: float) -> float:
    """Return the factor by which autocorrelation r widens the variance of a mean."""
    return (1 + r) / (1 - r)


def interval(size: Size) -> tuple[float, float]:
    """Return the 95 % interval of the effect."""
    reach = quantile(0.975, size.freedom) * size.error
    return size.effect - reach, size.effect + reach


def least_detectable(size: Size) -> float:
    """Return the effect that a window like this one finds in 80 of 100 cases."""
    return (quantile(0.975, size.freedom) + quantile(0.8, size.freedom)) * size.error


def p_value(size: Size) -> float:
    """Return the two-sided p of gate B: what Benjamini and Hochberg's procedure asks for."""
    if size.error == 0:
        return 0.0 if size.effect else 1.0
    return two_sided_p(size.effect / size.error, size.freedom)
