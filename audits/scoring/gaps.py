"""From scores to gaps: which comes first, and how much of a change is mere chance."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from productops.figures import at_least, between, pair, whole

EFFORT = {"XS": 1, "S": 2, "M": 3, "L": 4, "XL": 5}


@dataclass(frozen=True)
class GapPriority:
    """A gap's place in the order, with its parts: show them, never only the product."""

    weight: float
    shortfall: float
    criticality: float
    coverage: float
    effort: float

    @property
    def priority(self) -> float:
        return self.weight * self.shortfall * self.criticality * self.coverage / self.effort


def gap_priority(
    *,
    score: float,
    target: float,
    scale: tuple[float, float],
    weight: float = 1.0,
    criticality: float = 1.0,
    coverage: float = 1.0,
    effort: str | float = 1,
) -> GapPriority:
    """Priority = weight * (target - score) / range * criticality * coverage / effort.

    ``scale`` is the node's (min, max), ``coverage`` the share in 0..1 of subjects that have the
    gap, ``effort`` XS, S, M, L, XL or 1..5. A score at or above its target has shortfall 0, not
    less. Raises ValueError naming the argument. Source: formulae 4.2, our composition.
    """
    low, high = pair(scale, "scale")
    if low == high:
        raise ValueError("scale: min and max are the same.")
    ends = min(low, high), max(low, high)
    reached = between(score, *ends, "score")
    wanted = between(target, *ends, "target")
    return GapPriority(
        weight=at_least(weight, 0, "weight"),
        shortfall=max(0.0, (wanted - reached) / (high - low)),
        criticality=at_least(criticality, 0, "criticality"),
        coverage=between(coverage, 0, 1, "coverage"),
        effort=_effort(effort),
    )


def _effort(effort: str | float) -> float:
    if isinstance(effort, str):
        if effort not in EFFORT:
            raise ValueError(f"effort has to be one of {', '.join(EFFORT)}.")
        return float(EFFORT[effort])
    return between(effort, 1, 5, "effort")


def expected_drift(k: int, reliability: float) -> float:
    """How far the worst of ``k`` areas comes back by itself, in standard deviations.

    E = (1 - r) * |E[min of k N(0, 1)]|: an audit picks the worst, and part of being worst was
    chance. ``reliability`` r is the re-test reliability in 0..1. Golden: r = .7, k = 6, 10, 20
    give .38, .46, .56. Source: formulae 4.2, features 3 item 6.
    """
    share = 1 - between(reliability, 0, 1, "reliability")
    return share * _expected_extreme(whole(k, 1, "k"))


@lru_cache(maxsize=256)
def _expected_extreme(k: int) -> float:
    """E[max of k standard normals] = integral of 1 - P(max <= x) - P(max <= -x) over x > 0."""
    below = NormalDist().cdf
    steps, end = 2000, 12.0
    width = end / steps

    def height(x: float) -> float:
        return -math.expm1(k * math.log(below(x))) - below(-x) ** k

    inner = sum((4 if at % 2 else 2) * height(at * width) for at in range(1, steps))
    area = (height(0.0) + inner + height(end)) * width / 3  # Simpson's rule
    return max(0.0, area)  # the worst of one is no selection, whatever rounding says


def rescale(value: float, *, source: tuple[float, float], result: tuple[float, float]) -> float:
    """A value moved from one scale to another: Likert 1..5 to 0..10, a failure rate to 10..0.

    result_min + (value - source_min) / (source_max - source_min) * (result_max - result_min).
    Raises ValueError if the value leaves ``source``. Source: DORA Quick Check, formulae 4.2.
    """
    low, high = pair(source, "source")
    start, end = pair(result, "result")
    if low == high:
        raise ValueError("source: both ends are the same.")
    number = between(value, min(low, high), max(low, high), "value")
    return start + (number - low) / (high - low) * (end - start)


def stage(passes: Iterable[tuple[int, bool]]) -> int:
    """The highest level whose mandatory nodes, and those of every level below it, all pass.

    ``passes``: (level from 1, whether the node passes) for each mandatory node. 0 where level 1
    fails; a level without a mandatory node is passed only if a higher one has any. Source:
    formulae 4.2, stage rule.
    """
    rows = [(whole(level, 1, "passes, level"), bool(passed)) for level, passed in passes]
    failed = min((level for level, passed in rows if not passed), default=None)
    top = max((level for level, _ in rows), default=0)
    return top if failed is None else failed - 1
