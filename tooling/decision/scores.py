"""Two ways to score options over several criteria, and whether the first is clearly first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from productops.figures import finite, numbers
from tooling.decision.case import Case, Pair, read_case, read_scales, weigh, worth_of

CLOSE = 0.10  # a lead smaller than this share of the first score names no clear winner


@dataclass(frozen=True)
class Scores:
    """One score an option, in the order given; higher is better.

    ``ranking`` holds each option's rank from 1; equal scores share the better rank (1, 2, 2, 4).
    ``order`` holds the options' indexes from 0, best first.
    """

    scores: tuple[float, ...]
    ranking: tuple[int, ...]
    order: tuple[int, ...]


def weighted_sum(
    matrix: Sequence[Sequence[float]],
    weights: Sequence[float],
    directions: Sequence[str],
    *,
    anchors: Pair | Sequence[Pair] | None = None,
) -> Scores:
    """P_i = sum over criteria of W_k * a_ik, with the weights divided by their sum.

    ``matrix``: one row an option, one column a criterion; ``directions`` "up" or "down". Scores
    stand on fixed scales and are never rescaled to the best in the set, which would let a poor
    option turn the order of the others: see ``read_scales`` for ``anchors`` and for scores without
    them. A "down" criterion counts from the other end of its scale. Raises ValueError naming the
    argument. Golden: formulae 4.5 gives .650, .675, .650. Source: Triantaphyllou & Sánchez 1997.
    """
    case = read_case(matrix, weights, directions)
    return ranked(_totals(case, worth_of(case, read_scales(case, anchors))))


def topsis(
    matrix: Sequence[Sequence[float]], weights: Sequence[float], directions: Sequence[str]
) -> Scores:
    """Closeness in 0..1 to the ideal option, away from the worst: d- / (d+ + d-).

    Each column is divided by its Euclidean length and weighted; the ideal takes the best of every
    column, the worst the opposite. Raw values of any unit. Options that nothing tells apart score
    .5. The set of options matters here: adding one can turn the order of others. Source: Hwang &
    Yoon 1981, vector normalisation as in Tzeng & Huang 2011.
    """
    case = read_case(matrix, weights, directions)
    columns = [
        _weighted(column, weight if is_up else -weight)
        for column, weight, is_up in zip(case.columns, case.weights, case.is_up, strict=True)
    ]
    ideal, worst = [max(column) for column in columns], [min(column) for column in columns]
    rows = zip(*columns, strict=True)
    return ranked([_closeness(math.dist(line, ideal), math.dist(line, worst)) for line in rows])


def ranked(scores: Sequence[float]) -> Scores:
    """Ranks of scores; a difference that is only rounding is none."""
    order = sorted(range(len(scores)), key=lambda option: -scores[option])
    ranking = [0] * len(scores)
    for place, option in enumerate(order):
        before = order[place - 1]
        is_tie = place > 0 and math.isclose(scores[option], scores[before], abs_tol=1e-12)
        ranking[option] = ranking[before] if is_tie else place + 1
    return Scores(tuple(scores), tuple(ranking), tuple(order))


def margin(scores: Sequence[float]) -> float | None:
    """Lead of the first over the second as a share of the first; None for a single option.

    0 where the first score is 0. Raises ValueError below 0, where a share means nothing.
    """
    first, *others = sorted(numbers(scores, "scores"), reverse=True)
    if others and others[-1] < 0:
        raise ValueError("scores: one is below 0.")
    if not others:
        return None
    return (first - others[0]) / first if first else 0.0


def close_call(scores: Sequence[float], limit: float = CLOSE) -> bool:
    """Whether there is no clear winner: a margin below 10 %. Source: formulae 4.5."""
    lead = margin(scores)
    is_at_limit = lead is not None and math.isclose(lead, limit, abs_tol=1e-12)
    return lead is not None and lead < finite(limit, "limit") and not is_at_limit


def _totals(case: Case, worth: Sequence[Sequence[float]]) -> list[float]:
    return [weigh(case.weights, line) for line in worth]


def _weighted(column: Sequence[float], weight: float) -> list[float]:
    length = math.hypot(*column)
    return [weight * value / length if length else 0.0 for value in column]


def _closeness(to_ideal: float, to_worst: float) -> float:
    whole = to_ideal + to_worst
    return to_worst / whole if whole else 0.5
