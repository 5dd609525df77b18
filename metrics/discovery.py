"""Many verdicts at once: which of them would stand if some were found by chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from metrics.spc import given

Q = 0.10  # of the changes that are called found, so many may be false
LEVEL = 0.05  # of gate B: so many changes without effect differ by chance alone


@dataclass(frozen=True, slots=True)
class Discovery:
    """What of several p-values stands.

    ``stands``: for each, in the order given. ``expected_false``: how many of those that stand
    are expected to be false, at most. ``by_chance``: how many would have been found, each looked
    at by itself at 5 %, if none of the changes had done anything. ``threshold``: the largest p
    that stands, None where none does.
    """

    stands: tuple[bool, ...]
    threshold: float | None
    expected_false: float
    by_chance: float

    @property
    def n(self) -> int:
        return len(self.stands)

    @property
    def found(self) -> int:
        return sum(self.stands)


def discoveries(p_values: Sequence[float], *, q: float = Q) -> Discovery:
    """Benjamini and Hochberg's procedure: all up to the largest p(i) with p(i) <= q i / n stand.

    Raises ValueError naming the argument unless every p and q lies in 0 … 1.
    Source: Benjamini & Hochberg 1995; formulae 4.6, step 7.
    """
    chances = [share(p, f"p_values[{index}]") for index, p in enumerate(p_values)]
    rate, n = share(q, "q"), len(chances)
    passed = [p for rank, p in enumerate(sorted(chances), 1) if p <= rate * rank / n]
    threshold = passed[-1] if passed else None
    stands = tuple(threshold is not None and p <= threshold for p in chances)
    return Discovery(
        stands=stands,
        threshold=threshold,
        expected_false=rate * sum(stands),
        by_chance=fsum([LEVEL] * n),
    )


def share(value: float, name: str) -> float:
    found = given.number(value, name)
    if not 0 <= found <= 1:
        raise ValueError(f"{name} must lie between 0 and 1.")
    return found
