"""Periods of a cadence: where they begin, and what they are called. Pure but for the language.

Days are the organisation's dates; a period is named by its first day. Weeks begin on Monday.
"""

from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from productops import numbers

DAY, WEEK, MONTH, QUARTER = "day", "week", "month", "quarter"
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)
MONTHS = {MONTH: 1, QUARTER: 3}
# Days after the end of the newest period with a value, from which a series counts as stale: the
# next period is over, and its number is late (formulae 4.8, freshness of metrics).
LATE_AFTER = {
    DAY: timedelta(days=2),
    WEEK: timedelta(days=8),
    MONTH: timedelta(days=32),
    QUARTER: timedelta(days=95),
}


def first_day(day: date, cadence: str) -> date:
    """The first day of the period that holds ``day``."""
    if cadence == DAY:
        return day
    if cadence == WEEK:
        return day - timedelta(days=day.weekday())
    months = MONTHS[cadence]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def next_first(period: date, cadence: str) -> date:
    """The first day of the period after the one that begins on ``period``."""
    if cadence == DAY:
        return period + ONE_DAY
    if cadence == WEEK:
        return period + ONE_WEEK
    month = period.month + MONTHS[cadence]
    return date(period.year + (month > 12), month - 12 * (month > 12), 1)


def count_between(first: date, last: date, cadence: str) -> int:
    """How many periods later ``last`` begins than ``first``; both are first days."""
    if cadence in (DAY, WEEK):
        return (last - first).days // (1 if cadence == DAY else 7)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months // MONTHS[cadence]


def name_of_period(first: date, cadence: str, today: date) -> str:
    """Name a whole period: "16–22 Nov", "November 2026", "Q4 2026", "13 Nov"."""
    if cadence == WEEK:
        return numbers.date_range(first, first + timedelta(days=6), today)
    if cadence == MONTH:
        return formats.date_format(first, "F Y")
    if cadence == QUARTER:
        return _("Q%(quarter)s %(year)s") % {"quarter": quarter_of(first), "year": first.year}
    return numbers.short_date(first, today)


def quarter_of(day: date) -> int:
    return (day.month - 1) // 3 + 1


def count_of_periods(n: int, cadence: str) -> str:
    """Write "14 weeks", "1 month" …"""
    words = {
        DAY: ngettext("%(n)s day", "%(n)s days", n),
        WEEK: ngettext("%(n)s week", "%(n)s weeks", n),
        MONTH: ngettext("%(n)s month", "%(n)s months", n),
        QUARTER: ngettext("%(n)s quarter", "%(n)s quarters", n),
    }
    return words[cadence] % {"n": n}


def names_of_periods(cadence: str) -> str:
    """Periods of a cadence in the plural, as they stand in a heading: "weeks"."""
    return {
        DAY: _("days"),
        WEEK: _("weeks"),
        MONTH: _("months"),
        QUARTER: _("quarters"),
    }[cadence]


def age_of_period(newest: date, cadence: str, today: date) -> str:
    """How long ago the period that begins on ``newest`` ended: "9 days old"."""
    return numbers.age(min(next_first(newest, cadence), today), today)


def is_late(newest: date, cadence: str, today: date) -> bool:
    """Whether the period after ``newest`` (its first day) is over and its number is late."""
    return today - next_first(newest, cadence) >= LATE_AFTER[cadence]
