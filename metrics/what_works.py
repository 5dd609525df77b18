"""What works here: the effects of all changes of one kind, pooled, and every one of them listed.

All that went live count, those without effect and those that were never put into practice too:
leaving them out is how a house deceives itself (formulae 4.7).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.choices import Basis, Delivery, Kind, Reason, Result
from metrics.models import Improvement, Registration, Verdict
from metrics.pooling import POOLED_FROM, Pooled, pool
from metrics.spc.readings import BETTER_SIDE
from metrics.student import quantile
from metrics.verdict import LEAST_FREEDOM, corrected, inflation_of
from productops import numbers
from productops.charts.shapes import Interval

SIGMA_OF_RANGE = 1.128  # d2: mean moving range of two normal values, in sigma
SURE = NormalDist().inv_cdf(0.975)
DECIMALS = 1  # a tenth of a sigma is finer than any of it is known
LEAST_REACH = 2.0  # sigma that the pictures show at least on both sides


@dataclass(frozen=True)
class Case:
    """One promise that was tried. ``g`` is its effect in sigma of the time before, above 0 where
    it is better, with variance ``v``; None where no number can be had."""

    promise: Registration
    verdict: Verdict | None
    g: float | None = None
    v: float | None = None
    shrunken: float | None = None

    @property
    def improvement(self) -> Improvement:
        return self.promise.improvement

    @property
    def is_missed(self) -> bool:
        return self.improvement.delivery == Delivery.NOT_IMPLEMENTED

    @property
    def ends(self) -> tuple[float, float] | None:
        if self.g is None or self.v is None:
            return None
        reach = SURE * sqrt(self.v)
        return self.g - reach, self.g + reach


@dataclass(frozen=True)
class Lever:
    """All that was tried by one kind of lever."""

    kind: Kind
    cases: tuple[Case, ...]
    pooled: Pooled | None

    @property
    def measured(self) -> int:
        return sum(case.g is not None for case in self.cases)

    @property
    def reach(self) -> float:
        ends = [abs(end) for case in self.cases for end in case.ends or ()]
        if self.pooled:
            ends += [abs(end) for end in self.pooled.prediction]
        return max([LEAST_REACH, *ends])


def levers_of(promises: Iterable[Registration]) -> list[Lever]:
    """What was tried, by kind of lever; kinds of which nothing was tried are left out."""
    cases: dict[Kind, list[Case]] = {}
    for promise in promises:
        cases.setdefault(Kind(promise.improvement.kind), []).append(case_of(promise))
    return [lever_of(kind, cases[kind]) for kind in Kind if kind in cases]


def lever_of(kind: Kind, cases: Sequence[Case]) -> Lever:
    measured = [case for case in cases if case.g is not None]
    pooled = pool([case.g for case in measured], [case.v for case in measured])
    if pooled is None:
        return Lever(kind, tuple(cases), None)
    drawn = dict(zip((case.promise.pk for case in measured), pooled.shrunken, strict=True))
    told = [replace(case, shrunken=drawn.get(case.promise.pk)) for case in cases]
    return Lever(kind, tuple(told), pooled)


def case_of(promise: Registration) -> Case:
    verdicts = [one for one in promise.verdicts.all() if one.basis == Basis.DECIDED]
    verdict = verdicts[0] if verdicts else None
    size = size_in_sigma(verdict, promise.direction) if verdict else None
    return Case(promise, verdict, *(size or (None, None)))


def size_in_sigma(verdict: Verdict, direction: str) -> tuple[float, float] | None:
    """The effect and its variance in sigma of the time before, by gate B; None where the verdict
    was not reached by its numbers, where another change had a part in it, or nothing varies."""
    sigma = ((verdict.summary.get("before") or {}).get("mr") or 0.0) / SIGMA_OF_RANGE
    if verdict.ci_low is None or verdict.reason == Reason.SHARED or not sigma:
        return None
    n = verdict.n_before + verdict.n_after
    inflation = inflation_of(corrected(verdict.r1 or 0.0, n))
    freedom = max(n / inflation - 2, LEAST_FREEDOM)
    error = (verdict.ci_high - verdict.ci_low) / 2 / quantile(0.975, freedom)
    if error == 0:
        return None
    return verdict.effect * BETTER_SIDE[direction] / sigma, (error / sigma) ** 2


# In words and pictures ---------------------------------------------------------------------
def lever_page(lever: Lever) -> dict[str, Any]:
    """What templates/metrics/what_works.html needs of one kind of lever."""
    return {
        "kind": lever.kind,
        "name": lever.kind.label,
        "counts": counts(lever),
        "said": said_of(lever),
        "picture": picture_of_all(lever),
        "rows": [row(case, lever) for case in lever.cases],
    }


def counts(lever: Lever) -> str:
    """How they ended: "3 Improved, 2 No detectable change, 1 Not implemented"."""
    found = Counter(ending(case) for case in lever.cases)
    order = [*(str(result.label) for result in Result), str(Delivery.NOT_IMPLEMENTED.label)]
    return ", ".join(f"{found[word]} {word}" for word in order if found[word])


def ending(case: Case) -> str:
    if case.is_missed:
        return str(Delivery.NOT_IMPLEMENTED.label)
    result = case.verdict.result if case.verdict else Result.TOO_EARLY
    return str(Result(result).label)


def said_of(lever: Lever) -> str:
    if not lever.measured:
        return _("None of them can be measured yet.")
    if lever.pooled is None:
        return ngettext(
            "%(n)s of them can be measured; from %(needed)s on they are summed up.",
            "%(n)s of them can be measured; from %(needed)s on they are summed up.",
            lever.measured,
        ) % {"n": lever.measured, "needed": POOLED_FROM}
    mean, (low, high) = lever.pooled.mean, lever.pooled.interval
    least, most = lever.pooled.prediction
    return _(
        "On average %(mean)s sigma, 95%% sure between %(low)s and %(high)s. The next one is "
        "expected between %(least)s and %(most)s."
    ) % {
        "mean": numbers.signed(mean, DECIMALS),
        "low": numbers.signed(low, DECIMALS),
        "high": numbers.signed(high, DECIMALS),
        "least": numbers.signed(least, DECIMALS),
        "most": numbers.signed(most, DECIMALS),
    }


def picture_of_all(lever: Lever) -> Interval | None:
    if lever.pooled is None:
        return None
    low, high = lever.pooled.prediction
    return Interval(said_of(lever), lever.pooled.mean, low, high, lever.reach, is_sum=True)


def row(case: Case, lever: Lever) -> dict[str, Any]:
    text = effect_text(case)
    low, high = case.ends or (None, None)
    return {
        "case": case,
        "ending": ending(case),
        "effect": text,
        "shrunken": numbers.signed(case.shrunken, DECIMALS) if case.shrunken is not None else "",
        "picture": Interval(text, case.g, low, high, lever.reach) if case.ends else None,
    }


def effect_text(case: Case) -> str:
    if case.ends is None:
        return ""
    low, high = case.ends
    return _("%(effect)s (%(low)s to %(high)s)") % {
        "effect": numbers.signed(case.g, DECIMALS),
        "low": numbers.signed(low, DECIMALS),
        "high": numbers.signed(high, DECIMALS),
    }
