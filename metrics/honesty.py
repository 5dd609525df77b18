"""How many of a portfolio's signals chance alone explains: expected, seen, and which stand.

A chart under a rule set gives a signal now and then although nothing is happening. RATES is how
often the newest point does, simulated by this module's own rules on normal series that resemble
their past with lag-1 autocorrelation 0, 0.3 and 0.6, with limits from the first 12 or 24 points
(12,000 runs each, standard error at most 0.4 points; the same set-up as the false-alarm table of
formulae 4.1, which counts whole charts). Between the columns it is interpolated.

``p_newest`` answers the opposite question for one series: how surprising is its newest point, by
itself or as the end of a run on one side of the mean, were nothing happening? Benjamini and
Hochberg's procedure over these says which series stand out from the whole portfolio. A cluster
near a limit has no p of its own here: such a series stands only by its newest value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from metrics.discovery import Q, discoveries
from metrics.student import two_sided_p

LIKENESS = (0.0, 0.3, 0.6)
SHORT, LONG = 12, 24
# Rule set: the rates at lag-1 r of 0, 0.3, 0.6 with limits from 12, then from 24 points.
RATES = {
    "wheeler": ((0.024, 0.053, 0.155), (0.027, 0.096, 0.291)),
    "nhs": ((0.028, 0.058, 0.158), (0.037, 0.110, 0.287)),
    "western_electric": ((0.027, 0.075, 0.204), (0.033, 0.125, 0.339)),
    "nelson": ((0.028, 0.072, 0.201), (0.045, 0.120, 0.340)),
}
FREEDOM = 0.62  # degrees of freedom of a mean moving range for each range (Wheeler; formulae 4.1)
OF_A_RUN = 2  # either side will do


@dataclass(frozen=True, slots=True)
class Watched:
    """One series as it stands, with limits from ``n`` points; its newest point is judged.

    ``places``: where its points lie from their mean, in sigmas (a third of the way to the limit),
    oldest first, of the present stretch and without those left out. ``points``: how many of them
    were new this week; ``signals``: how many of these said so.
    """

    key: str
    rule_set: str
    n: int
    r1: float | None
    places: Sequence[float]
    points: int
    signals: int


@dataclass(frozen=True, slots=True)
class Portfolio:
    """``expected`` signals of the week by chance, ``seen`` ones, the chance of as many or more
    (``chance``) were nothing happening, and the keys of the series that stand out for good."""

    series: int
    points: int
    expected: float
    seen: int
    chance: float
    stands: tuple[str, ...]
    q: float


def portfolio(watched: Sequence[Watched], *, q: float = Q) -> Portfolio:
    """Weigh the signals of a week against what chance brings about."""
    expected = sum(rate(one.rule_set, one.n, one.r1) * one.points for one in watched)
    seen = sum(one.signals for one in watched)
    found = discoveries([p_newest(one) for one in watched], q=q)
    return Portfolio(
        series=len(watched),
        points=sum(one.points for one in watched),
        expected=expected,
        seen=seen,
        chance=at_least(seen, expected),
        stands=tuple(one.key for one, stands in zip(watched, found.stands, strict=True) if stands),
        q=q,
    )


def rate(rule_set: str, n: int, r1: float | None) -> float:
    """How often a new point gives a signal by chance; 0 for a rule set that marks no points."""
    if rule_set not in RATES:
        return 0.0
    short, long = (between(row, r1 or 0.0) for row in RATES[rule_set])
    share = min(1.0, max(0.0, (n - SHORT) / (LONG - SHORT)))
    return short + (long - short) * share


def between(row: Sequence[float], r1: float) -> float:
    """A rate at a likeness, by straight lines between the simulated ones."""
    likeness = min(LIKENESS[-1], max(LIKENESS[0], r1))
    step = LIKENESS[1] - LIKENESS[0]
    place = min(int(likeness / step), len(LIKENESS) - 2)
    share = (likeness - LIKENESS[place]) / step
    return row[place] + (row[place + 1] - row[place]) * share


def p_newest(one: Watched) -> float:
    """The chance of a newest value as far out, or of a run as long, were nothing happening.

    The value by a prediction interval: t = place / √(1 + 1/n) with 0.62 (n - 1)
    degrees of freedom; the run by 2 (1/2)^k. The smaller counts, doubled for having looked twice.
    A likeness of neighbours widens neither: see ``rate`` for what that costs.
    """
    if not one.places:
        return 1.0
    distance = one.places[-1] / sqrt(1 + 1 / one.n)
    by_value = two_sided_p(distance, max(1.0, FREEDOM * (one.n - 1)))
    by_run = OF_A_RUN * 0.5 ** run_of(one.places)
    return min(1.0, 2 * min(by_value, by_run))


def run_of(places: Sequence[float]) -> int:
    """How many of the newest points lie on one side of the mean; those on it are skipped."""
    sides = [place > 0 for place in places if place]
    length = 0
    for side in reversed(sides):
        if side != sides[-1]:
            break
        length += 1
    return length


def at_least(seen: int, expected: float) -> float:
    """The chance of ``seen`` signals or more where ``expected`` come by chance (Poisson)."""
    if seen <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    from scipy.special import pdtrc  # noqa: PLC0415

    return float(pdtrc(seen - 1, expected))
