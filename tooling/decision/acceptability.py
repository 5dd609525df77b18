"""How often each option takes each rank when nobody is sure of the weights."""

import random
from collections.abc import Sequence

from productops.figures import above, between, rectangle
from tooling.decision.case import Pair, read_case, read_scales, read_weights, weigh, worth_of

MOST_DRAWS = 100_000


def acceptability(
    matrix: Sequence[Sequence[float]],
    directions: Sequence[str],
    *,
    weights: Sequence[float] | None = None,
    concentration: float = 50.0,
    anchors: Pair | Sequence[Pair] | None = None,
    draws: int = 10_000,
    seed: int = 1,
) -> tuple[tuple[float, ...], ...]:
    """Share of draws in 0..1 in which option i takes rank r: row i, column r - 1.

    Without ``weights`` every mix of weights is as likely as any other (Dirichlet 1, ..., 1); with
    them draws scatter around the stated ones, the closer the higher ``concentration``. Scores as
    in ``weighted_sum``; equal scores are put in order by lot. The same seed gives the same answer.
    Golden (formulae 4.5): first ranks .27, .43, .30. Source: SMAA, Lahdelma & Salminen 2001.
    """
    values = rectangle(matrix, "matrix")
    width = len(values[0])
    case = read_case(values, [1.0] * width, directions)
    worth = worth_of(case, read_scales(case, anchors))
    shapes = _shapes(weights, width, above(concentration, 0, "concentration"))
    rounds = int(between(draws, 1, MOST_DRAWS, "draws"))
    chance = random.Random(seed)
    counts = [[0] * len(values) for _ in values]
    for _ in range(rounds):
        # Gamma variates stand in the proportions of a Dirichlet draw; ranks need no more.
        drawn = [chance.gammavariate(shape, 1.0) if shape else 0.0 for shape in shapes]
        keys = [(-weigh(drawn, line), chance.random()) for line in worth]
        for rank, option in enumerate(sorted(range(len(worth)), key=keys.__getitem__)):
            counts[option][rank] += 1
    return tuple(tuple(count / rounds for count in line) for line in counts)


def _shapes(weights: Sequence[float] | None, width: int, concentration: float) -> list[float]:
    if weights is None:
        return [1.0] * width
    return [weight * concentration for weight in read_weights(weights, width)]
