"""Whether confidence, read as a probability, came true."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from productops.figures import between, row

ENOUGH = 20  # closed key results; fewer say more about luck than about judgement


@dataclass(frozen=True)
class Calibration:
    """``score`` = ``reliability`` - ``resolution`` + ``uncertainty``: 0 is best, .25 a coin.

    ``curve``: (confidence as a probability, number of key results, share of them met).
    """

    n: int
    score: float
    reliability: float
    resolution: float
    uncertainty: float
    curve: tuple[tuple[float, int, float], ...]

    @property
    def base(self) -> float:
        """The share of all that was met."""
        return sum(size * share for _at, size, share in self.curve) / self.n

    @property
    def said(self) -> float:
        """The mean of what was said, as a probability."""
        return sum(size * at for at, size, _share in self.curve) / self.n

    @property
    def apart(self) -> float:
        """How far what was said and what came true lie apart, as a probability: the root of the
        mean square, so that it has the unit of the scale."""
        return math.sqrt(self.reliability)

    @property
    def told_apart(self) -> float | None:
        """The share of all that could be told apart; None where all ended the same."""
        return self.resolution / self.uncertainty if self.uncertainty else None


def brier(confidences: Sequence[float], outcomes: Sequence[bool]) -> Calibration | None:
    """Brier score of confidences 0..10 against whether the key result was met; None below 20.

    mean((c / 10 - o)^2), with Murphy's decomposition over equal confidences. Show it to the owner
    alone. Source: Brier 1950, Murphy 1973, formulae 4.4.
    """
    groups = _by_confidence(confidences, outcomes)
    n = sum(len(met) for met in groups.values())
    if n < ENOUGH:
        return None
    base = sum(map(sum, groups.values())) / n
    curve = tuple((at, len(met), sum(met) / len(met)) for at, met in sorted(groups.items()))
    return Calibration(
        n=n,
        score=sum((at - one) ** 2 for at, met in groups.items() for one in met) / n,
        reliability=sum(size * (at - share) ** 2 for at, size, share in curve) / n,
        resolution=sum(size * (share - base) ** 2 for _, size, share in curve) / n,
        uncertainty=base * (1 - base),
        curve=curve,
    )


def _by_confidence(confidences: Sequence[float], outcomes: Sequence[bool]) -> dict[float, list]:
    if len(row(confidences, "confidences")) != len(row(outcomes, "outcomes")):
        raise ValueError("outcomes: there has to be one for each confidence.")
    groups = defaultdict(list)
    for confidence, outcome in zip(confidences, outcomes, strict=True):
        if not isinstance(outcome, int) or outcome not in (0, 1):
            raise ValueError("outcomes have to be met (true) or not (false).")
        groups[between(confidence, 0, 10, "confidences") / 10].append(bool(outcome))
    return groups
