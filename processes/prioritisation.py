"""Which work first: published scores, and how far their order can be trusted."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from productops.figures import above, at_least, between, finite_result, numbers, row, whole

IMPACT = {"massive": 3.0, "high": 2.0, "medium": 1.0, "low": 0.5, "minimal": 0.25}
CONFIDENCE = {"high": 1.0, "medium": 0.8, "low": 0.5}  # below low it is a moonshot
RELATIVE = (1, 2, 3, 5, 8, 13, 20)  # SAFe's steps for value, urgency, risk and size
MOST_DRAWS = 100_000

Range = tuple[float, float, float]


@dataclass(frozen=True)
class Stability:
    """For each item: the share of draws in 0..1 in which it is among the first, and its mean rank.

    ``top`` says how many places count as first; rank 1 is the best.
    """

    top: int
    in_top: tuple[float, ...]
    mean_rank: tuple[float, ...]


def rice(reach: float, impact: float, confidence: float, effort: float) -> float:
    """Reach * impact * confidence / effort.

    ``reach``: people or events in a period; ``impact`` 3, 2, 1, .5 or .25 (see IMPACT), or any
    number not below 0; ``confidence`` a share in 0..1; ``effort`` in person-months, above 0.
    Source: Intercom, formulae 4.8.
    """
    size = at_least(reach, 0, "reach") * at_least(impact, 0, "impact")
    sure = between(confidence, 0, 1, "confidence")
    return finite_result(size * sure / above(effort, 0, "effort"), "rice")


def is_moonshot(confidence: float) -> bool:
    """Whether the confidence, a share in 0..1, is below the lowest that Intercom would rank."""
    return between(confidence, 0, 1, "confidence") < CONFIDENCE["low"]


def wsjf(value: float, time_criticality: float, risk_opportunity: float, size: float) -> float:
    """SAFe's weighted shortest job first: (value + time criticality + risk or opportunity) / size.

    All four on one relative scale (RELATIVE). The sum is not a cost of delay and cannot trade
    money for time: prefer ``delay_cost_rate``. Source: SAFe, formulae 4.8.
    """
    parts = {
        "value": value,
        "time_criticality": time_criticality,
        "risk_opportunity": risk_opportunity,
    }
    total = sum(at_least(part, 0, name) for name, part in parts.items())
    return finite_result(total / above(size, 0, "size"), "wsjf")


def delay_cost_rate(cost_of_delay: float, duration: float) -> float:
    """Reinertsen's order of work: cost of delay (money a week) over duration (weeks).

    Highest first loses the least money. Source: Reinertsen 2009, formulae 4.8.
    """
    cost = at_least(cost_of_delay, 0, "cost_of_delay")
    return finite_result(cost / above(duration, 0, "duration"), "delay_cost_rate")


def within_confidence(value: float, confidence: float) -> Range:
    """(low, likely, high) around a value: at 80 % confidence it may be 20 % off either way."""
    likely = at_least(value, 0, "value")
    doubt = 1 - between(confidence, 0, 1, "confidence")
    return likely * (1 - doubt), likely, likely * (1 + doubt)


def rank_stability(
    items: Sequence[Sequence[Range]],
    score: Callable[..., float],
    *,
    top: int = 3,
    draws: int = 2000,
    seed: int = 1,
) -> Stability:
    """How often each item stays among the first when its inputs move within their confidence.

    ``items``: for each the (low, likely, high) of every argument of ``score``, in its order; each
    draw takes triangular values. Equal scores are put in order by lot. The same seed gives the
    same answer. Raises ValueError naming the argument.
    """
    ranges = [[_range(one) for one in row(item, "items")] for item in row(items, "items")]
    if not ranges:
        raise ValueError("items is empty.")
    places, rounds = whole(top, 1, "top"), int(between(draws, 1, MOST_DRAWS, "draws"))
    chance = random.Random(seed)
    in_top: Counter[int] = Counter()
    ranks: Counter[int] = Counter()
    for _ in range(rounds):
        scores = [score(*(_draw(chance, one) for one in item)) for item in ranges]
        lots = [(-value, chance.random()) for value in scores]
        for rank, item in enumerate(sorted(range(len(ranges)), key=lots.__getitem__), 1):
            ranks[item] += rank
            in_top[item] += rank <= places
    each = range(len(ranges))
    return Stability(
        top=places,
        in_top=tuple(in_top[item] / rounds for item in each),
        mean_rank=tuple(ranks[item] / rounds for item in each),
    )


def _range(values: Range) -> Range:
    found = numbers(values, "items, range")
    if len(found) != 3 or sorted(found) != found:
        raise ValueError("items: each range has to be (low, likely, high).")
    return found[0], found[1], found[2]


def _draw(chance: random.Random, values: Range) -> float:
    low, likely, high = values
    return chance.triangular(low, high, likely) if low < high else low
