"""Whether a target is met by itself, by luck, or not without an improvement."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from productops.figures import at_least, finite, numbers, pair, whole

FEWEST = 6  # points below which there are no natural limits (architecture 4)
ENOUGH_TO_COUNT = 20  # points from which the share that met the target speaks for itself
D2 = 1.128  # mean moving range of two normal values, in standard deviations
NATURAL = 3.0  # natural limits, in standard deviations
# How a share is told: estimates beyond the first two are "under" or "over", never 0 or 100 %.
LEAST_TOLD, MOST_TOLD = 0.001, 0.99
WHOLE_FROM = 0.0995  # whole per cent; one decimal below

SENTENCES = {
    "too_few": "Too few points to say: {n} of at least 6.",
    "outside": "Outside what this process does by itself: it needs an improvement.",
    "by_luck": "Inside the usual variation: expected to be met by luck in {share} of {periods}.",
    "usual": "Already met in about {share} of {periods}: not a stretch.",
    "constant_met": "The series does not vary and meets the target already.",
    "constant_missed": "The series does not vary and misses the target: it needs an improvement.",
}


@dataclass(frozen=True)
class Realism:
    """``probability`` in 0..1 that a period (or the mean of several) meets the target by itself.

    None with fewer than 6 points (``centre`` and ``mr_centre`` are not looked at then).
    ``reading`` is a key of SENTENCES, for a translated text; ``basis`` says where the probability
    comes from: empirical, normal, constant or none.
    """

    probability: float | None
    sentence: str
    reading: str
    basis: str


def realism(
    centre: float,
    mr_centre: float,
    n: int,
    target: float | tuple[float, float],
    direction: str,
    values: Sequence[float] | None = None,
    buckets: int = 1,
    r1: float = 0.0,
) -> Realism:
    """How likely a stable process meets ``target`` without any change to it.

    ``centre`` and ``mr_centre``: mean and mean moving range of the locked baseline of ``n``
    points, in the KPI's unit; ``direction`` up, down, or band with ``target`` (low, high).
    With sigma = mr_centre / 1.128, upwards: P = 1 - Phi((target - centre) / sigma). From n = 20 on
    and for one period the share of ``values`` that met it is used instead. For the mean of
    ``buckets`` periods sigma becomes sigma / sqrt(m) * sqrt((1 + r1) / (1 - r1)), never more than
    that of a single period. Golden: 62, 4, target 70 up gives .0120. Source: formulae 4.4.
    """
    low, high = _wanted(target, direction)
    if whole(n, 0, "n") < FEWEST:
        return _realism(None, "too_few", "none", n=int(n))
    middle, spread = finite(centre, "centre"), _sigma(mr_centre, buckets, r1)
    counted = None if values is None else numbers(values, "values")
    if counted and buckets == 1 and min(n, len(counted)) >= ENOUGH_TO_COUNT:
        share = sum(low <= value <= high for value in counted) / len(counted)
        return _realism(share, _reading(share, middle, spread, low, high), "empirical")
    if spread == 0:
        is_met = low <= middle <= high
        reading = "constant_met" if is_met else "constant_missed"
        return _realism(float(is_met), reading, "constant")
    share = _phi((high - middle) / spread) - _phi((low - middle) / spread)
    reading = _reading(share, middle, spread, low, high)
    return _realism(share, reading, "normal", buckets=int(buckets))


def _wanted(target: float | tuple[float, float], direction: str) -> tuple[float, float]:
    """The interval in which a value meets the target."""
    if direction == "band":
        low, high = pair(target, "target, (low, high),")
        return low, at_least(high, low, "target, high,")
    if direction == "up":
        return finite(target, "target"), math.inf
    if direction == "down":
        return -math.inf, finite(target, "target")
    raise ValueError(f"direction {direction!r:.40} has no target: it is up, down or band.")


def _sigma(mr_centre: float, buckets: int, r1: float) -> float:
    """Standard deviation of one period, or of the mean of several that resemble each other."""
    sigma = at_least(mr_centre, 0, "mr_centre") / D2
    periods, likeness = whole(buckets, 1, "buckets"), finite(r1, "r1")
    if not -1 < likeness < 1:
        raise ValueError("r1 has to lie between -1 and 1, both left out.")
    if periods == 1:
        return sigma
    return sigma * min(1.0, math.sqrt((1 + likeness) / (1 - likeness) / periods))


def _phi(z: float) -> float:
    """Distribution function of the standard normal."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _reading(share: float, middle: float, spread: float, low: float, high: float) -> str:
    is_beyond = low > middle + NATURAL * spread or high < middle - NATURAL * spread
    if is_beyond and share < 0.5:
        return "outside"
    return "usual" if share >= 0.5 else "by_luck"


def _realism(
    share: float | None, reading: str, basis: str, n: int = 0, buckets: int = 1
) -> Realism:
    periods = "periods" if buckets == 1 else f"cycles of {buckets} periods"
    text = SENTENCES[reading].format(n=n, periods=periods, share=_percent(share, basis))
    return Realism(share, text, reading, basis)


def _percent(share: float | None, basis: str) -> str:
    """No more digits than luck has: whole per cent from 10 up, one decimal below."""
    if share is None:
        return ""
    if basis == "normal" and share < LEAST_TOLD:
        return f"under {100 * LEAST_TOLD:.1f} %"
    if basis == "normal" and share > MOST_TOLD:
        return f"over {100 * MOST_TOLD:.0f} %"
    return f"{100 * share:.{0 if share >= WHOLE_FROM or share == 0 else 1}f} %"
