"""Scores for a backlog: what each model asks, how it counts, and how far its order can be trusted.

The formulae are those of ``processes.prioritisation``; ICE (impact, confidence and ease, each from
1 to 10, multiplied; Sean Ellis) is its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from metrics.choices import ScoringModel
from processes.prioritisation import (
    RELATIVE,
    Stability,
    delay_cost_rate,
    rank_stability,
    rice,
    within_confidence,
    wsjf,
)
from productops.figures import between

USUAL_CONFIDENCE = 0.8  # of inputs about which nobody said how sure they are
DRAWS = 400  # enough to tell a first place from a coin toss, in a tenth of a second
TOP = 3
LARGEST = 1e12


@dataclass(frozen=True)
class Input:
    """A number that a model asks for, and where it lies."""

    name: str
    low: float
    high: float
    steps: tuple[float, ...] = ()


def ice(impact: float, confidence: float, ease: float) -> float:
    """Impact * confidence * ease, each from 1 to 10: quick, and coarse."""
    parts = {"impact": impact, "confidence": confidence, "ease": ease}
    product = 1.0
    for name, part in parts.items():
        product *= between(part, 1, 10, name)
    return product


RELATIVELY = tuple(map(float, RELATIVE))
INPUTS: Mapping[str, tuple[Input, ...]] = {
    ScoringModel.RICE: (
        Input("reach", 0, LARGEST),
        Input("impact", 0, 3),
        Input("confidence", 0, 1),
        Input("effort", 0.01, LARGEST),
    ),
    ScoringModel.WSJF: (
        Input("value", 1, 20, RELATIVELY),
        Input("time_criticality", 1, 20, RELATIVELY),
        Input("risk_opportunity", 1, 20, RELATIVELY),
        Input("size", 1, 20, RELATIVELY),
    ),
    ScoringModel.ICE: (
        Input("impact", 1, 10),
        Input("confidence", 1, 10),
        Input("ease", 1, 10),
    ),
    ScoringModel.COST_OF_DELAY: (
        Input("cost_of_delay", 0, LARGEST),
        Input("duration", 0.01, LARGEST),
    ),
}
FORMULAE: Mapping[str, Callable[..., float]] = {
    ScoringModel.RICE: rice,
    ScoringModel.WSJF: wsjf,
    ScoringModel.ICE: ice,
    ScoringModel.COST_OF_DELAY: delay_cost_rate,
}


def score(model: str, inputs: Mapping[str, float]) -> float:
    """The score of one item. Raises ValueError naming the input that is missing or out of range."""
    values = []
    for asked in INPUTS[model]:
        if asked.name not in inputs:
            raise ValueError(f"{asked.name} is missing.")
        values.append(between(inputs[asked.name], asked.low, asked.high, asked.name))
    return FORMULAE[model](*values)


def stability(model: str, items: Sequence[Mapping[str, float]]) -> Stability | None:
    """How often each item is among the first three when its inputs move within their confidence:
    that of RICE where it says one, else 80 %. None for no items."""
    if not items:
        return None
    ranges = [[doubted(model, asked, inputs) for asked in INPUTS[model]] for inputs in items]
    return rank_stability(ranges, FORMULAE[model], top=TOP, draws=DRAWS)


def doubted(model: str, asked: Input, inputs: Mapping[str, float]) -> tuple[float, float, float]:
    value = inputs[asked.name]
    if model == ScoringModel.RICE and asked.name == "confidence":
        return value, value, value
    sure = inputs["confidence"] if model == ScoringModel.RICE else USUAL_CONFIDENCE
    low, likely, high = within_confidence(value, sure)
    return max(asked.low, low), likely, min(asked.high, high)
