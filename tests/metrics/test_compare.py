"""What a chart may be laid beside. Pure: values and spans."""

from datetime import date

from metrics.compare import prior
from metrics.periods import EVER, NEVER, Span

MONTHS = {date(2025, month, 1): float(month) for month in range(1, 13)}


def span(version, starts=EVER, until=NEVER, cadence="month"):
    return Span(version, starts, until, cadence, "mean", "gap", "up")


def test_the_same_month_a_year_before():
    assert prior(date(2026, 3, 1), MONTHS, [span(1)]) == 3.0


def test_where_nothing_was_counted_there_is_nothing_beside():
    assert prior(date(2025, 3, 1), MONTHS, [span(1)]) is None


def test_no_value_of_another_definition_is_laid_beside():
    spans = [span(1, until=date(2025, 7, 1)), span(2, starts=date(2025, 7, 1))]

    assert prior(date(2026, 6, 1), MONTHS, spans) is None
    assert prior(date(2026, 7, 1), MONTHS, spans) == 7.0
