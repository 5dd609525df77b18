"""Weights from pairwise comparisons, and where the comparisons contradict each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from productops.figures import between, rectangle
from tooling.decision.case import weigh

# Saaty's consistency index of random matrices, by number of criteria.
RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
ACCEPTABLE = 0.10
FURTHEST = 1000.0  # one criterion may be this many times as important as another
ROUNDING = 0.03  # a_ij * a_ji may miss 1 by this: people write .33 and .17
STEPS = 1000


@dataclass(frozen=True)
class Triple:
    """Three criteria (indexes from 0) whose comparisons contradict each other.

    (i over j) times (j over k) is ``factor`` times (i over k); 1 would be consistent.
    """

    i: int
    j: int
    k: int
    factor: float


@dataclass(frozen=True)
class AhpWeights:
    """Weights that add up to 1; ``ratio`` is the consistency ratio, acceptable up to .10.

    ``inconsistent`` is the most contradictory triple, None where all agree.
    """

    weights: tuple[float, ...]
    largest_eigenvalue: float
    index: float
    ratio: float
    inconsistent: Triple | None

    @property
    def is_acceptable(self) -> bool:
        return self.ratio <= ACCEPTABLE


def ahp_weights(matrix: Sequence[Sequence[float]]) -> AhpWeights:
    """The principal eigenvector of a matrix of comparisons, and its consistency.

    ``matrix[i][j]``: how many times as important criterion i is as j; 1 on the diagonal, and
    matrix[j][i] its reciprocal. CI = (lambda_max - n) / (n - 1), CR = CI / RI(n), and 0 for one or
    two criteria, which cannot contradict themselves; at most ten criteria. Raises ValueError
    naming ``matrix``. Source: Saaty 1980, formulae 4.5.
    """
    ratios = _reciprocal(rectangle(matrix, "matrix"))
    n = len(ratios)
    weights, eigenvalue = _principal(ratios)
    index = max(0.0, (eigenvalue - n) / (n - 1)) if n > 1 else 0.0
    return AhpWeights(
        weights=tuple(weights),
        largest_eigenvalue=eigenvalue,
        index=index,
        ratio=index / RANDOM_INDEX[n] if n in RANDOM_INDEX else 0.0,
        inconsistent=_most_inconsistent(ratios),
    )


def _reciprocal(rows: list[list[float]]) -> list[list[float]]:
    size = len(rows)
    if any(len(line) != size for line in rows) or size > max(RANDOM_INDEX):
        raise ValueError(f"matrix has to be square, with at most {max(RANDOM_INDEX)} criteria.")
    for i in range(size):
        for j in range(size):
            between(rows[i][j], 1 / FURTHEST, FURTHEST, f"matrix, row {i + 1}, column {j + 1}")
            if abs(rows[i][j] * rows[j][i] - 1) > ROUNDING:
                raise ValueError(
                    f"matrix, row {i + 1}, column {j + 1} has to be the reciprocal of its mirror."
                )
    return rows


def _principal(ratios: list[list[float]]) -> tuple[list[float], float]:
    """Power iteration: a positive matrix has one largest eigenvalue, with a positive vector."""
    weights = [1 / len(ratios)] * len(ratios)
    eigenvalue = 0.0
    for _ in range(STEPS):
        turned = [weigh(line, weights) for line in ratios]
        eigenvalue = sum(turned)
        after = [value / eigenvalue for value in turned]
        moved = max(abs(a - b) for a, b in zip(after, weights, strict=True))
        weights = after
        if moved < 1e-14:
            break
    return weights, eigenvalue


def _most_inconsistent(ratios: list[list[float]]) -> Triple | None:
    found = [
        Triple(i, j, k, ratios[i][j] * ratios[j][k] / ratios[i][k])
        for i, j, k in permutations(range(len(ratios)), 3)
        if i == min(i, j, k)
    ]
    worst = max(found, key=lambda triple: triple.factor, default=None)
    return worst if worst and worst.factor > 1 + ROUNDING else None
