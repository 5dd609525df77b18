"""Targets of series over time: what was wanted, what came of it, what is wanted next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from objectives import wording
from objectives.models import Series, Target
from productops import numbers

LOOKS_BACK = timedelta(days=365)
MOST_PLANS = 6  # of one page; the others have a page of their own


@dataclass(frozen=True)
class PlanRow:
    """One target with what the series was when it ended; of the present one, what it is now."""

    since: str
    target: str
    reached: str
    kind: str
    word: str
    is_now: bool


@dataclass(frozen=True)
class Plan:
    series: Series
    rows: list[PlanRow]


def target_plans(rows: Iterable[Series], on: date) -> list[Plan]:
    """The plans of the series that have a target for later."""
    planned = [each for each in rows if any(one.from_on > on for one in each.targets.all())]
    return [Plan(each, plan_rows(each, on)) for each in planned[:MOST_PLANS]]


def plan_rows(series: Series, on: date) -> list[PlanRow]:
    """From a year ago on; the series comes with its targets and its state."""
    targets = sorted(series.targets.all(), key=lambda one: one.from_on)
    ends = [one.from_on - timedelta(days=1) for one in targets[1:]] + [date.max]
    return [
        _row(series, target, end, on)
        for target, end in zip(targets, ends, strict=True)
        if end >= on - LOOKS_BACK
    ]


def _row(series: Series, target: Target, end: date, on: date) -> PlanRow:
    is_begun, unit = target.from_on <= on, series.unit
    value = series.value_on(min(end, on)) if is_begun else None
    kind, word = "", ""
    if value is not None:
        is_met = is_inside(value, target)
        kind, word = ("good", _("met")) if is_met else ("bad", _("not met"))
    return PlanRow(
        since=since(target.from_on, on),
        target=wording.target_of(target, unit),
        reached=numbers.quantity(value, unit),
        kind=kind,
        word=word,
        is_now=is_begun and on <= end,
    )


def since(day: date, on: date) -> str:
    return str(_("the beginning")) if day.year == 1900 else numbers.short_date(day, on)


def is_inside(value: float, target: Target) -> bool:
    is_high_enough = target.low is None or value >= target.low
    return is_high_enough and (target.high is None or value <= target.high)
