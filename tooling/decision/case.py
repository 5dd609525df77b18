"""A decision, read and checked: options by criteria, weights and directions."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from productops.figures import at_least, numbers, pair, rectangle, row

Pair = tuple[float, float]

SCALES = (1.0, 10.0, 100.0)  # what scores without anchors may end at; all begin at 0
NARROWEST = 1e-100  # anchors closer than this cannot be divided by


@dataclass(frozen=True)
class Case:
    """``values``: options by criteria as given. ``weights`` add up to 1."""

    values: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    is_up: tuple[bool, ...]

    @property
    def columns(self) -> list[tuple[float, ...]]:
        return list(zip(*self.values, strict=True))


@dataclass(frozen=True)
class Scale:
    """How a raw value of one criterion becomes worth from 0 to ``top``, more being better.

    Share of the way from low to high, times top; where less is better, from high to low.
    """

    low: float
    high: float
    top: float
    is_up: bool

    @property
    def slope(self) -> float:
        """Worth for one raw point, below 0 where less is better."""
        return (1 if self.is_up else -1) * self.top / (self.high - self.low)

    def worth(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.top * (share if self.is_up else 1 - share)


def read_case(
    matrix: Sequence[Sequence[float]], weights: Sequence[float], directions: Sequence[str]
) -> Case:
    """Check the three against each other; weights are divided by their sum."""
    values = rectangle(matrix, "matrix")
    width = len(values[0])
    return Case(
        values=tuple(map(tuple, values)),
        weights=read_weights(weights, width),
        is_up=read_directions(directions, width),
    )


def read_weights(weights: Sequence[float], width: int) -> tuple[float, ...]:
    """Weights not below 0, one a criterion, divided by their sum."""
    found = [at_least(weight, 0, "weights") for weight in numbers(weights, "weights")]
    total = sum(found)
    if len(found) != width:
        raise ValueError("weights: there has to be one for each criterion.")
    if total == 0:
        raise ValueError("weights: at least one has to be above 0.")
    return tuple(weight / total for weight in found)


def read_directions(directions: Sequence[str], width: int) -> tuple[bool, ...]:
    """True for "up", False for "down", one a criterion."""
    found = row(directions, "directions")
    if len(found) != width:
        raise ValueError("directions: there has to be one for each criterion.")
    if any(direction not in ("up", "down") for direction in found):
        raise ValueError('directions: each has to be "up" or "down".')
    return tuple(direction == "up" for direction in found)


def read_scales(case: Case, anchors: Pair | Sequence[Pair] | None) -> tuple[Scale, ...]:
    """The fixed scale of each criterion, never taken from the best in the set.

    ``anchors``: (lowest, highest) that a raw value can be, one pair for all criteria or one each;
    worth then lies in 0..1. Without anchors every score stands on one scale of 0 to 1, 10 or 100,
    whichever is the smallest to hold all of them, and worth is the score itself.
    """
    if anchors is None:
        top = _common_top(case)
        return tuple(Scale(0.0, top, top, is_up) for is_up in case.is_up)
    pairs = _pairs(anchors, len(case.weights))
    scales = tuple(Scale(*pair, 1.0, is_up) for pair, is_up in zip(pairs, case.is_up, strict=True))
    for number, (scale, column) in enumerate(zip(scales, case.columns, strict=True), 1):
        if min(column) < scale.low or max(column) > scale.high:
            raise ValueError(f"matrix: criterion {number} leaves its anchors.")
    return scales


def worth_of(case: Case, scales: Sequence[Scale]) -> list[list[float]]:
    """Options by criteria, every value turned so that more is better."""
    return [
        [scale.worth(value) for scale, value in zip(scales, line, strict=True)]
        for line in case.values
    ]


def weigh(weights: Sequence[float], worth: Sequence[float]) -> float:
    """Sum of weight times worth."""
    return sum(map(mul, weights, worth))


def _common_top(case: Case) -> float:
    every = [value for line in case.values for value in line]
    top = next((top for top in SCALES if max(every) <= top), None)
    if top is None or min(every) < 0:
        raise ValueError(
            "matrix: without anchors all scores have to stand on one scale of 0 to 1, 10 or 100."
        )
    return top


def _pairs(anchors: Pair | Sequence[Pair], width: int) -> list[Pair]:
    given = list(row(anchors, "anchors"))
    if given and not isinstance(given[0], Sequence):
        given = [given] * width
    if len(given) != width:
        raise ValueError("anchors: a (lowest, highest) is needed for each criterion.")
    pairs = [pair(one, "anchors") for one in given]
    if any(high - low < NARROWEST for low, high in pairs):
        raise ValueError("anchors: the lowest has to be clearly below the highest.")
    return pairs
