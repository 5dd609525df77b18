"""Which cycle comes next, and what it is called."""

from datetime import date

import pytest

from objectives.spans import Span, name_of, next_span, span_around, span_of

Q4 = Span(date(2026, 10, 1), date(2026, 12, 31))
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("span", "begins_in", "name"),
    [
        (span_of(date(2027, 1, 1), 3), 1, "Q1 2027"),
        (span_of(date(2026, 11, 1), 3), 2, "FY27 Q4"),
        (span_of(date(2027, 2, 1), 3), 2, "FY28 Q1"),
        (span_of(date(2026, 7, 1), 6), 1, "H2 2026"),
        (span_of(date(2026, 4, 1), 6), 4, "FY27 H1"),
        (YEAR, 1, "2026"),
        (span_of(date(2026, 10, 1), 12), 10, "FY27"),
        (span_of(date(2027, 2, 1), 1), 1, "2027-02"),
        (Span(date(2027, 1, 4), date(2027, 1, 17)), 1, "2027-01-04 – 2027-01-17"),
        (span_of(date(2026, 2, 1), 3), 1, "2026-02-01 – 2026-04-30"),
    ],
)
def test_a_span_is_called_by_its_place_in_the_fiscal_year(span, begins_in, name):
    assert name_of(span, begins_in) == name


def test_the_next_cycle_follows_the_last_of_the_same_length():
    assert next_span([Q4, YEAR], TODAY) == Span(date(2027, 1, 1), date(2027, 3, 31))
    assert next_span([Q4, YEAR], TODAY, months=12) == span_of(date(2027, 1, 1), 12)


def test_cycles_of_weeks_go_on_in_weeks():
    fortnight = Span(date(2026, 11, 16), date(2026, 11, 29))

    assert next_span([fortnight], TODAY) == Span(date(2026, 11, 30), date(2026, 12, 13))


def test_a_month_that_is_shorter_ends_with_its_last_day():
    january = Span(date(2027, 1, 1), date(2027, 1, 31))

    assert next_span([january], date(2027, 1, 15)).last == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("begins_in", "first"), [(1, date(2026, 10, 1)), (2, date(2026, 11, 1)), (3, date(2026, 9, 1))]
)
def test_the_first_cycle_is_the_quarter_of_today_in_the_fiscal_year(begins_in, first):
    assert next_span([], TODAY, begins_in=begins_in) == span_of(first, 3)
    assert span_around(TODAY, 3, begins_in).first == first


def test_a_cycle_at_the_end_of_time_is_no_model_for_another():
    forever = Span(date(9998, 1, 1), date(9999, 12, 31))

    assert next_span([forever], TODAY) == Q4
