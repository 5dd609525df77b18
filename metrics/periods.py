"""Periods: which one a day belongs to, and by which version of a KPI's definition it is counted.

Days are the organisation's dates; a period is named by its first day. Weeks begin on Monday.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from productops.cadences import (
    DAY,
    MONTH,
    MONTHS,
    ONE_DAY,
    ONE_WEEK,
    QUARTER,
    WEEK,
    first_day,
    next_first,
)

CADENCES = (DAY, WEEK, MONTH, QUARTER)  # from fine to coarse
# A definition may not begin before this: dates are refused from 1900 on (productops.parsing).
EVER, NEVER = date(1, 1, 1), date(9000, 1, 1)


def moved(period: date, cadence: str, by: int) -> date:
    """The first day of the period ``by`` periods later (or, below 0, earlier)."""
    if cadence in (DAY, WEEK):
        return period + by * (ONE_DAY if cadence == DAY else ONE_WEEK)
    count = period.year * 12 + period.month - 1 + by * MONTHS[cadence]
    return date(count // 12, count % 12 + 1, 1)


def is_finer(cadence: str, other: str) -> bool:
    """Whether periods of a cadence are shorter than those of another."""
    return CADENCES.index(cadence) < CADENCES.index(other)


def year_before(period: date, cadence: str) -> date | None:
    """The first day of the period that bears the same name a year before: the same ISO week,
    month, quarter or date. None for week 53 and 29 February where that year has none."""
    try:
        if cadence == WEEK:
            year, week, _day = period.isocalendar()
            return date.fromisocalendar(year - 1, week, 1)
        return period.replace(year=period.year - 1)
    except ValueError:
        return None


def first_days(first: date, until: date, cadence: str) -> Iterable[date]:
    """The periods that begin from ``first`` (a first day) on and before ``until``."""
    period = first
    while period < until:
        yield period
        period = next_first(period, cadence)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``starts`` to, not with, ``until`` that one definition counts.

    ``is_only``: the KPI never had another, so that no period of another cadence lies between.
    """

    version_id: int
    starts: date
    until: date
    cadence: str
    aggregation: str
    empty: str
    direction: str
    is_only: bool = False
    expression: str = ""  # of a computed KPI
    unit: str = ""

    def period_of(self, day: date) -> date:
        return first_day(day, self.cadence)

    def end_of(self, period: date) -> date:
        """The day after the period's last: a change of the definition may cut it short."""
        return min(next_first(period, self.cadence), self.until)

    def is_closed(self, period: date, today: date) -> bool:
        return self.end_of(period) <= today

    def last_closed(self, today: date) -> date:
        """The newest period of this span that is over by ``today``."""
        if today >= self.until:
            return first_day(self.until - ONE_DAY, self.cadence)
        return moved(first_day(today, self.cadence), self.cadence, -1)


def spans_of(versions: Iterable[Any]) -> list[Span]:
    """Lay the versions of one KPI (rows of KpiVersion) along time.

    A version holds from the first of its periods that begins on or after its ``valid_from``, so
    that no period is counted by two definitions; the first, and one that restates history, holds
    from ever, and what was numbered before a restatement holds no more.
    """
    known = list(versions)
    oldest, *later = holding(known)
    found = {EVER: oldest} | {first_from(version): version for version in later}
    return [
        span_from(found[start], start, until, len(known) == 1)
        for start, until in pairwise([*sorted(found), NEVER])
    ]


def holding(versions: Iterable[Any]) -> list[Any]:
    """The versions that still count anything, by number, led by the one that holds from ever."""
    numbered = sorted(versions, key=lambda version: version.number)
    restating = [place for place, version in enumerate(numbered) if version.restates_history]
    if restating:
        return numbered[restating[-1] :]
    oldest = min(numbered, key=lambda version: (version.valid_from, version.number))
    return [oldest, *(version for version in numbered if version is not oldest)]


def first_from(version: Any) -> date:
    """The first day that a later version counts: the next beginning of one of its periods."""
    here = first_day(version.valid_from, version.cadence)
    return here if here == version.valid_from else next_first(here, version.cadence)


def span_from(version: Any, starts: date, until: date, is_only: bool) -> Span:
    return Span(
        version.pk,
        starts,
        until,
        str(version.cadence),
        str(version.aggregation),
        str(version.empty),
        str(version.direction),
        is_only,
        version.expression,
        str(version.unit),
    )


def span_on(spans: Sequence[Span], day: date) -> Span:
    """The span that counts ``day``."""
    if len(spans) == 1:
        return spans[0]
    return spans[bisect_right(spans, day, key=lambda span: span.starts) - 1]


def span_of_period(spans: Sequence[Span], period: date) -> Span | None:
    """The span that ``period`` is a period of; None where no definition has one that begins so."""
    span = span_on(spans, period)
    return span if span.period_of(period) == period else None


def guessed_cadence(groups: Iterable[Iterable[date]]) -> str:
    """Guess how often a number is taken from the days of its series: by their median step."""
    ordered = [sorted(set(days)) for days in groups]
    steps = [(later - earlier).days for days in ordered for earlier, later in pairwise(days)]
    if not steps:
        return WEEK
    step = median(steps)
    if step < 5:
        return DAY
    if step < 20:
        return WEEK
    return MONTH if step < 75 else QUARTER
