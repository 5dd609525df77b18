"""Published survey scores, each with its number of answers and its uncertainty."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from productops.figures import numbers, row, whole

ENOUGH = 20  # answers below which an eNPS is not shown as a bare number (formulae 4.9)
Z95 = 1.959964  # two-sided 95 % of the normal distribution
SUS_ITEMS = 10

# Lowest rating, highest rating, highest detractor, lowest promoter.
SCALES = {"0-10": (0, 10, 6, 9), "1-5": (1, 5, 3, 5)}


@dataclass(frozen=True)
class SusSummary:
    """Mean SUS of ``n`` people in 0..100 with its 95 % interval (None for one person)."""

    score: float
    n: int
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class ENps:
    """``score`` in -100..100 with its standard error and 95 % interval in the same points."""

    score: float
    n: int
    interval: tuple[float, float]
    standard_error: float
    promoters: int
    passives: int
    detractors: int

    @property
    def is_enough(self) -> bool:
        """Whether the score may be shown without drawing attention to how few answered."""
        return self.n >= ENOUGH


def sus(ten_answers: Sequence[int]) -> float:
    """System Usability Scale of one person, 0..100; it is not a percentage, the mean is about 68.

    2.5 * (sum over odd items of (x - 1) + sum over even items of (5 - x)), ten answers of 1..5 in
    the questionnaire's order. Golden: 4, 2, 4, 1, 5, 2, 4, 2, 5, 1 is 85. Source: Brooke 1996.
    """
    answers = [_rating(answer, 1, 5, "ten_answers") for answer in row(ten_answers, "ten_answers")]
    if len(answers) != SUS_ITEMS:
        raise ValueError(f"ten_answers: there have to be ten of them, not {len(answers)}.")
    return 2.5 * (sum(x - 1 for x in answers[::2]) + sum(5 - x for x in answers[1::2]))


def sus_summary(responses: Sequence[Sequence[int]]) -> SusSummary:
    """Mean SUS of several people; interval mean +- t * s / sqrt(n), inside 0..100."""
    scores = numbers([sus(one) for one in row(responses, "responses")], "responses")
    n, mean = len(scores), fmean(scores)
    if n < 2:
        return SusSummary(mean, n, None)
    reach = _t95(n - 1) * stdev(scores) / math.sqrt(n)
    return SusSummary(mean, n, (max(0.0, mean - reach), min(100.0, mean + reach)))


def enps(ratings: Sequence[int], scale: str = "0-10") -> ENps:
    """Employee Net Promoter Score: 100 * (share of promoters - share of detractors).

    ``scale`` "0-10": promoters 9 and 10, detractors 0 to 6; "1-5": promoters 5, detractors 1 to 3.
    Standard error 100 * sqrt((P + D - (P - D)^2) / n). Where all answers fall into one group that
    is 0, which is not certainty: the interval then reaches as far as 3 / n of other answers would
    take it (rule of three). Golden: 8 promoters, 7 passives, 5 detractors give 15, error 17.7.
    Source: formulae 4.9; 5-point form Culture Amp.
    """
    if scale not in tuple(SCALES):
        raise ValueError(f"scale has to be one of {', '.join(SCALES)}.")
    low, high, detractor, promoter = SCALES[scale]
    found = [_rating(rating, low, high, "ratings") for rating in row(ratings, "ratings")]
    if not found:
        raise ValueError("ratings is empty.")
    n = len(found)
    up, down = sum(x >= promoter for x in found), sum(x <= detractor for x in found)
    score = 100 * (up - down) / n
    error = 100 * math.sqrt(max(0.0, (up + down) / n - ((up - down) / n) ** 2) / n)
    interval = _interval(score, error, n)
    return ENps(score, n, interval, error, up, n - up - down, down)


def _interval(score: float, error: float, n: int) -> tuple[float, float]:
    others = (100 + abs(score)) * min(1.0, 3 / n)  # if unseen answers were the opposite
    reach = Z95 * error if error else others
    return max(-100.0, score - reach), min(100.0, score + reach)


def _rating(value: object, low: int, high: int, name: str) -> int:
    rating = whole(value, low, name)
    if rating > high:
        raise ValueError(f"{name} is {rating}; it has to lie between {low} and {high}.")
    return rating


def _t95(freedom: int) -> float:
    """Two-sided 95 % quantile of Student's t."""
    from scipy.special import stdtrit  # noqa: PLC0415 (heavy, and seldom needed)

    return float(stdtrit(freedom, 0.975))
