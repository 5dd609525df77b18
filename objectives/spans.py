"""Which span of time comes next, and what people call it. Pure.

A span is whole months where it begins on a day of a month and ends before the same day of a later
one, else days. Quarters, halves and years count from the month in which the fiscal year begins;
a fiscal year that does not begin in January bears the number of the year in which it ends.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_OF_A_YEAR = 12
LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}  # months
LETTERS = {3: "Q", 6: "H"}
LAST_YEAR = 9990  # beyond it dates end


@dataclass(frozen=True)
class Span:
    """From its first to its last day."""

    first: date
    last: date

    @property
    def months(self) -> int | None:
        """How many whole months it is; None where it is counted in days."""
        if self.last.year > LAST_YEAR:
            return None
        end = self.last + timedelta(days=1)
        months = _month_number(end) - _month_number(self.first)
        return months if months > 0 and months_after(self.first, months) == end else None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def _month_number(day: date) -> int:
    return day.year * MONTHS_OF_A_YEAR + day.month - 1


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(_month_number(day) + months, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def span_of(first: date, months: int) -> Span:
    return Span(first, months_after(first, months) - timedelta(days=1))


def span_around(day: date, months: int, begins_in: int = 1) -> Span:
    """The span of so many months of the fiscal year in which ``day`` lies."""
    gone = (day.month - begins_in) % MONTHS_OF_A_YEAR
    first = months_after(day.replace(day=1), -(gone % months))
    return span_of(first, months)


def following(span: Span) -> Span:
    """The next one of the same length."""
    first = span.last + timedelta(days=1)
    if span.months is not None:
        return span_of(first, span.months)
    return Span(first, first + timedelta(days=span.days - 1))


def next_span(
    present: Iterable[Span], today: date, *, months: int | None = None, begins_in: int = 1
) -> Span:
    """What to open after ``present``: the span after the last one of its length, or the one that
    today lies in where there is none. Without ``months``, as long as the shortest one around
    today, else as the one that ends last, else a quarter."""
    spans = [span for span in present if span.last.year < LAST_YEAR]
    alike = [span for span in spans if span.months == months] if months else _alike(spans, today)
    if not alike:
        return span_around(today, months or LENGTHS["quarter"], begins_in)
    return following(max(alike, key=lambda span: span.last))


def _alike(spans: list[Span], today: date) -> list[Span]:
    """Those that are as long as the one that people work in."""
    if not spans:
        return []
    around = [span for span in spans if span.first <= today <= span.last]
    model = min(around, key=lambda s: s.days) if around else max(spans, key=lambda s: s.last)
    if model.months is not None:
        return [span for span in spans if span.months == model.months]
    return [span for span in spans if span.months is None and span.days == model.days]


def fiscal_year(day: date, begins_in: int = 1) -> int:
    """The number of the year: where it does not begin in January, that of its end."""
    return day.year + (begins_in > 1 and day.month >= begins_in)


def name_of(span: Span, begins_in: int = 1) -> str:
    """ "Q1 2027", "FY27 Q1", "H2 2026", "2027", "2027-02", or the two days."""
    months = span.months
    if months is None or span.first.day != 1:
        return f"{span.first.isoformat()} – {span.last.isoformat()}"
    if months == 1:
        return f"{span.first.year}-{span.first.month:02}"
    gone = (span.first.month - begins_in) % MONTHS_OF_A_YEAR
    year = fiscal_year(span.first, begins_in)
    stem = str(year) if begins_in == 1 else f"FY{year % 100:02}"
    if months == MONTHS_OF_A_YEAR and gone == 0:
        return stem
    if months not in LETTERS or gone % months:
        return f"{span.first.isoformat()} – {span.last.isoformat()}"
    part = f"{LETTERS[months]}{gone // months + 1}"
    return f"{part} {stem}" if begins_in == 1 else f"{stem} {part}"
