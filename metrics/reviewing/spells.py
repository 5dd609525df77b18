"""The spells of a review: six weeks and twelve months, each beside the same a year before, and the
days to date of month, quarter and year. Pure: days in, days out.

A year before is 52 weeks before where a KPI is counted by days or weeks, so that the same weekdays
are compared, and the same months of last year where it is counted by months or quarters.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from metrics.periods import DAY, MONTH, QUARTER, WEEK, first_day, moved

WEEKS, MONTHS = 6, 12
YEAR, FOUR_WEEKS = timedelta(weeks=52), timedelta(weeks=4)
Days = tuple[date, date]  # from, to and not with


@dataclass(frozen=True)
class ToDate:
    """One column of the box score: the days that it sums up, and those it is compared with."""

    name: str  # last, month, quarter, year
    days: Days
    before: Days | None  # the spell just before: WOW, MOM
    year_before: Days


@dataclass(frozen=True)
class Spells:
    """All that a KPI of one cadence shows in a review."""

    weeks: tuple[Days, ...]
    months: tuple[Days, ...]  # or quarters, where the KPI is counted by quarters
    columns: tuple[ToDate, ...]
    cadence: str

    def year_before(self, days: Days) -> Days:
        """The same days a year before, as this cadence counts years."""
        if self.cadence in (DAY, WEEK):
            return days[0] - YEAR, days[1] - YEAR
        return moved(days[0], MONTH, -12), moved(days[1], MONTH, -12)

    @property
    def all(self) -> set[Days]:
        shown = {*self.weeks, *self.months}
        compared = {days for column in self.columns for days in _of(column)}
        return shown | {self.before_in_chart(days) for days in shown} | compared

    def before_in_chart(self, days: Days) -> Days:
        """What is drawn thin behind a period: a month's own month of last year."""
        if days in self.weeks:
            return days[0] - YEAR, days[1] - YEAR
        return moved(days[0], MONTH, -12), moved(days[1], MONTH, -12)


def _of(column: ToDate) -> set[Days]:
    found = {column.days, column.year_before}
    return found | {column.before} if column.before else found


def spells_of(cadence: str, week: date) -> Spells:
    """What to show of a KPI of this cadence when ``week`` (its Monday) is the newest week."""
    ends = moved(week, WEEK, 1)
    coarse = cadence if cadence in (MONTH, QUARTER) else MONTH
    closed = first_day(ends, coarse)
    per = 1 if coarse == MONTH else 3
    return Spells(
        weeks=() if coarse == cadence else periods(week, WEEK, WEEKS),
        months=periods(moved(closed, coarse, -1), coarse, MONTHS // per),
        columns=columns(cadence, ends if coarse != cadence else closed, week),
        cadence=cadence,
    )


def periods(last: date, cadence: str, count: int) -> tuple[Days, ...]:
    return tuple(
        (moved(last, cadence, -back), moved(last, cadence, 1 - back))
        for back in reversed(range(count))
    )


def columns(cadence: str, until: date, week: date) -> tuple[ToDate, ...]:
    """Last week, and to date: month, quarter, year; only spells that hold a whole period."""
    newest = until - timedelta(days=1)
    named = {
        "month": first_day(newest, MONTH),
        "quarter": first_day(newest, QUARTER),
        "year": date(newest.year, 1, 1),
    }
    if cadence == QUARTER:
        del named["month"]
    spells = Spells((), (), (), cadence)
    found = [] if cadence in (MONTH, QUARTER) else [last_week(week)]
    for name, since in named.items():
        days = (since, until)
        before = former(days, cadence) if name == "month" else None
        found.append(ToDate(name, days, before, spells.year_before(days)))
    return tuple(found)


def last_week(week: date) -> ToDate:
    days = (week, moved(week, WEEK, 1))
    return ToDate(
        "last", days, (moved(week, WEEK, -1), week), (days[0] - YEAR, days[1] - YEAR)
    )  # fmt: skip


def former(days: Days, cadence: str) -> Days:
    """What a month to date is compared with: four weeks before, or the month before."""
    if cadence in (DAY, WEEK):
        return days[0] - FOUR_WEEKS, days[1] - FOUR_WEEKS
    return moved(days[0], MONTH, -1), moved(days[1], MONTH, -1)
