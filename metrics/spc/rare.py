"""Rare events: the time between them (t), or the cases between them (g)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, exp, expm1, log, log1p
from statistics import NormalDist
from typing import ClassVar

from metrics.spc.levels import NO_CEILING, Place
from metrics.spc.limits import mean

ROOT = 3.6  # the 3.6th root of an exponential variable is very nearly normal
LEAST = 1e-300  # a share of the distribution below which its normal score is as good as endless
STANDARD = NormalDist()
EDGE = 3.0  # limits lie at the normal scores ± 3


@dataclass(frozen=True, slots=True)
class Rooted:
    """Times between events; levels are their 3.6th roots.

    Times between events that come by chance are exponential: many short, few long, and an XmR
    chart of them calls every long one a signal. Nelson's power 1/3.6 = 0.2777 makes them (and
    most Weibull times) nearly normal; limits and centre are brought back by the power 3.6, so
    that the centre is near the median. Source: Nelson 1994, Journal of Quality Technology 26(3),
    239-240; Montgomery, Introduction to Statistical Quality Control, 7.3.5; qicharts2's t chart.
    """

    chart: ClassVar[str] = "t"
    floor: ClassVar[float] = 0.0
    ceiling: ClassVar[float] = NO_CEILING
    has_unit: ClassVar[bool] = False

    def level(self, value: float, place: Place | None = None) -> float:
        return copysign(abs(value) ** (1 / ROOT), value)

    def drawn(self, level: float, place: Place | None = None) -> float:
        return copysign(abs(level) ** ROOT, level)


@dataclass(frozen=True, slots=True)
class Scored:
    """Cases between events; levels are normal scores of the geometric distribution.

    ``fade`` is the logarithm of the chance q that a case is no event: log(q), below 0. The
    distribution is far too skewed for limits at the mean ± 3 sigma, which call 1.8 % of the
    points of a quiet series a signal and can never see a gap that is too short. So limits are
    those of probability (Benneyan 2001, Health Care Management Science 4(4), 305-318), 0.135 %
    beyond either, and points are judged by their normal scores (Quesenberry 1995, Geometric Q
    charts, Journal of Quality Technology 27(4), 304-315), with half a case for the distribution's
    being of whole numbers. The centre is the median, as in qicharts2, which prints 0.693 times
    the mean for it.
    """

    fade: float
    chart: ClassVar[str] = "g"
    floor: ClassVar[float] = 0.0
    ceiling: ClassVar[float] = NO_CEILING
    has_unit: ClassVar[bool] = False

    def level(self, value: float, place: Place | None = None) -> float:
        longer = min(self.fade * (value + 0.5), -LEAST)  # log of the chance of a longer gap
        if longer > log(0.5):
            return STANDARD.inv_cdf(max(-expm1(longer), LEAST))
        return -STANDARD.inv_cdf(max(exp(longer), LEAST))

    def drawn(self, level: float, place: Place | None = None) -> float:
        share = max(STANDARD.cdf(-abs(level)), LEAST)
        longer = log(share) if level > 0 else log1p(-share)
        return longer / self.fade - 0.5


def scored(values: Sequence[float]) -> Scored | None:
    """Estimate the chance of no event from the mean: q = mean / (mean + 1); None for a mean of 0.

    That is the maximum-likelihood estimate of the geometric distribution of failures.
    """
    middle = mean(values) if values else 0.0
    return Scored(-log1p(1 / middle)) if middle > 0 else None
