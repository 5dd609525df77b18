from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import periods
from metrics.periods import EVER, spans_of
from productops import cadences

CADENCES = ("day", "week", "month", "quarter")
days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@dataclass(frozen=True)
class Version:
    """As much of a KpiVersion as spans ask for."""

    number: int
    valid_from: date
    cadence: str = "week"
    restates_history: bool = False
    aggregation: str = "mean"
    empty: str = "gap"
    direction: str = "up"
    expression: str = ""
    unit: str = ""

    @property
    def pk(self) -> int:
        return self.number


FIRST = Version(1, date(1900, 1, 1))


def told(versions) -> list[tuple]:
    return [(span.version_id, span.starts, span.cadence) for span in spans_of(versions)]


@given(days, st.sampled_from(CADENCES))
def test_every_day_lies_in_the_one_period_that_begins_by_it(day, cadence):
    first = periods.first_day(day, cadence)

    assert first <= day < periods.next_first(first, cadence)
    assert periods.first_day(first, cadence) == first


@given(days, st.sampled_from(CADENCES), st.integers(-60, 60))
def test_moving_and_counting_periods_agree(day, cadence, by):
    first = periods.first_day(day, cadence)
    other = periods.moved(first, cadence, by)

    assert periods.first_day(other, cadence) == other
    assert cadences.count_between(first, other, cadence) == by


@pytest.mark.parametrize(
    ("day", "cadence", "first"),
    [
        (date(2026, 1, 1), "week", date(2025, 12, 29)),  # ISO week 1 of 2026
        (date(2027, 1, 3), "week", date(2026, 12, 28)),  # ISO week 53 of 2026
        (date(2024, 2, 29), "month", date(2024, 2, 1)),
        (date(2024, 12, 31), "quarter", date(2024, 10, 1)),
        (date(2024, 2, 29), "day", date(2024, 2, 29)),
    ],
)
def test_weeks_begin_on_monday_and_quarters_in_january(day, cadence, first):
    assert periods.first_day(day, cadence) == first


def test_the_first_definition_counts_from_ever():
    assert told([FIRST]) == [(1, EVER, "week")]


def test_a_later_definition_counts_from_its_next_whole_period():
    wednesday = Version(2, date(2026, 3, 11))

    assert told([FIRST, wednesday]) == [(1, EVER, "week"), (2, date(2026, 3, 16), "week")]


def test_a_period_is_cut_short_where_another_cadence_takes_over():
    monthly = Version(2, date(2026, 3, 11), "month")
    weeks, months = spans_of([FIRST, monthly])

    assert months.starts == date(2026, 4, 1)
    assert weeks.end_of(date(2026, 3, 30)) == date(2026, 4, 1)
    assert weeks.last_closed(date(2026, 6, 1)) == date(2026, 3, 30)


def test_a_restatement_counts_everything_before_it():
    restated = Version(3, date(2026, 3, 2), "month", restates_history=True)
    later = Version(4, date(2026, 7, 1), "month")

    found = told([FIRST, Version(2, date(2026, 1, 5)), restated, later])

    assert found == [(3, EVER, "month"), (4, date(2026, 7, 1), "month")]


@given(
    st.lists(
        st.tuples(days, st.sampled_from(CADENCES), st.booleans()),
        min_size=1,
        max_size=6,
        unique_by=lambda version: version[0],
    ),
    days,
)
def test_every_day_is_counted_by_one_definition_in_a_period_of_its_own(drawn, day):
    versions = [
        Version(number, valid_from, cadence, restates)
        for number, (valid_from, cadence, restates) in enumerate(drawn, 1)
    ]
    spans = spans_of(versions)
    span = periods.span_on(spans, day)
    period = span.period_of(day)

    assert span.starts <= day < span.until
    assert period >= span.starts or span.starts == EVER
    assert periods.span_of_period(spans, period) == span
    assert day < span.end_of(period)


@given(days, st.sampled_from(CADENCES))
def test_the_last_closed_period_is_over_and_the_next_is_not(today, cadence):
    (span,) = spans_of([Version(1, date(1900, 1, 1), cadence)])
    last = span.last_closed(today)

    assert span.is_closed(last, today)
    assert not span.is_closed(periods.next_first(last, cadence), today)


@pytest.mark.parametrize(
    ("step", "cadence"), [(1, "day"), (7, "week"), (30, "month"), (91, "quarter")]
)
def test_the_cadence_is_told_from_the_steps_between_dates(step, cadence):
    taken = [date(2026, 1, 1) + timedelta(days=step * number) for number in range(6)]

    assert periods.guessed_cadence([taken]) == cadence


def test_steps_are_taken_within_each_series_and_gaps_do_not_matter():
    mondays = [date(2026, 1, 5) + timedelta(weeks=number) for number in (0, 1, 2, 9, 10)]
    thursdays = [day + timedelta(days=3) for day in mondays]

    assert periods.guessed_cadence([mondays, thursdays]) == "week"
    assert periods.guessed_cadence([[date(2026, 1, 5)]]) == "week"


# A year before -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("period", "cadence", "before"),
    [
        (date(2026, 11, 1), "month", date(2025, 11, 1)),
        (date(2026, 10, 1), "quarter", date(2025, 10, 1)),
        (date(2026, 11, 16), "week", date(2025, 11, 17)),  # week 47 of both years
        (date(2026, 12, 28), "week", None),  # week 53, and 2025 has 52
        (date(2027, 1, 4), "week", date(2025, 12, 29)),  # week 1 begins in December
        (date(2026, 3, 2), "day", date(2025, 3, 2)),
        (date(2028, 2, 29), "day", None),
        (date(2029, 2, 28), "day", date(2028, 2, 28)),
        (date(1, 1, 1), "month", None),
    ],
)
def test_a_period_is_laid_beside_the_one_of_the_same_name(period, cadence, before):
    assert periods.year_before(period, cadence) == before


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.sampled_from(("week", "month", "quarter")))
def test_what_is_laid_beside_a_period_is_a_period_about_a_year_before(day, cadence):
    period = periods.first_day(day, cadence)

    before = periods.year_before(period, cadence)

    if before is not None:
        assert periods.first_day(before, cadence) == before
        assert 363 <= (period - before).days <= 372
