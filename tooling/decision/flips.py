"""What it would take for another option to win: a weight that shifts, a score that moves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from productops.figures import above
from tooling.decision.case import Case, Pair, Scale, read_case, read_scales, weigh, worth_of
from tooling.decision.scores import ranked


@dataclass(frozen=True)
class WeightFlip:
    """The change of one weight at which ``rival`` draws level with the leader.

    Options and criteria are indexes from 0. ``change`` is subtracted from ``weight`` (weights add
    up to 1, the others stay as they are), so above 0 the weight falls to ``becomes``. ``relative``
    is change / weight, None for a weight of 0.
    """

    leader: int
    rival: int
    criterion: int
    weight: float
    change: float
    becomes: float
    relative: float | None


@dataclass(frozen=True)
class ScoreFlip:
    """The value at which one score of ``option`` lets ``rival`` draw level with the leader.

    ``option`` is the leader or the rival itself; figures are raw values as they were given.
    """

    leader: int
    rival: int
    option: int
    criterion: int
    value: float
    change: float
    becomes: float


@dataclass(frozen=True)
class Flips:
    """All feasible flips of the first-ranked option, the smallest first.

    ``most_critical`` is the weight flip with the smallest relative change, None if no single
    weight can turn the result.
    """

    leader: int
    weights: tuple[WeightFlip, ...]
    scores: tuple[ScoreFlip, ...]
    most_critical: WeightFlip | None

    def within(self, step: float) -> tuple[ScoreFlip, ...]:
        """Flips that one score off by ``step`` raw points is enough for."""
        reach = above(step, 0, "step") + 1e-12
        return tuple(flip for flip in self.scores if abs(flip.change) <= reach)


def flips(
    matrix: Sequence[Sequence[float]],
    weights: Sequence[float],
    directions: Sequence[str],
    *,
    anchors: Pair | Sequence[Pair] | None = None,
) -> Flips:
    """What ties each other option with the first of the weighted sum (arguments as there).

    Weight: delta_k = (P_j - P_i) / (a_jk - a_ik) for leader i and rival j, feasible where
    delta_k <= W_k. Score: the leader's falls, or the rival's rises, by (P_i - P_j) / W_k, feasible
    inside the scale. Golden (formulae 4.5): options 2 and 3, criterion 2: .0625, a quarter of its
    weight. Source: Triantaphyllou & Sánchez 1997.
    """
    case = read_case(matrix, weights, directions)
    scales = read_scales(case, anchors)
    worth = worth_of(case, scales)
    totals = [weigh(case.weights, line) for line in worth]
    leader = ranked(totals).order[0]
    by_weight: list[WeightFlip] = []
    by_score: list[ScoreFlip] = []
    for rival in range(len(totals)):
        if rival != leader:
            lead = totals[leader] - totals[rival]
            by_weight += _weight_flips(case, worth, leader, rival, lead)
            by_score += _score_flips(case, scales, leader, rival, lead)
    by_weight.sort(key=_relative)
    by_score.sort(key=lambda flip: abs(flip.change))
    most_critical = next((flip for flip in by_weight if flip.relative is not None), None)
    return Flips(leader, tuple(by_weight), tuple(by_score), most_critical)


def _relative(flip: WeightFlip) -> float:
    return math.inf if flip.relative is None else abs(flip.relative)


def _weight_flips(
    case: Case, worth: Sequence[Sequence[float]], leader: int, rival: int, lead: float
) -> list[WeightFlip]:
    found = []
    for criterion, weight in enumerate(case.weights):
        difference = worth[leader][criterion] - worth[rival][criterion]
        is_only_weight = math.isclose(weight, 1)  # at 0 nothing would be weighed at all
        if is_only_weight or math.isclose(difference, 0, abs_tol=1e-12):
            continue
        change = lead / difference
        if change <= weight + 1e-12:
            relative = change / weight if weight else None
            becomes = max(0.0, weight - change)
            found.append(WeightFlip(leader, rival, criterion, weight, change, becomes, relative))
    return found


def _score_flips(
    case: Case, scales: Sequence[Scale], leader: int, rival: int, lead: float
) -> list[ScoreFlip]:
    found = []
    for criterion, (weight, scale) in enumerate(zip(case.weights, scales, strict=True)):
        if not weight:
            continue
        for option, sign in ((leader, -1), (rival, 1)):
            value = case.values[option][criterion]
            change = sign * lead / weight / scale.slope
            if scale.low - 1e-12 <= value + change <= scale.high + 1e-12:
                found.append(
                    ScoreFlip(leader, rival, option, criterion, value, change, value + change)
                )
    return found
