from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from productops import numbers

NB = "\u00a0"
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.126, "4.13"),
        (41.26, "41.3"),
        (412.6, "413"),
        (1234.5, "1,235"),
        (1_234_567, "1,234,567"),
        (0.01234, "0.0123"),
        (7.0, "7"),
        (99.96, "100"),
        (0, "0"),
        (-0.0, "0"),
        (-3.5, "−3.5"),
        (Decimal("2.50"), "2.5"),
        (1e20, "1.00e+20"),
        (1e-12, "1.00e−12"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_number_keeps_three_significant_digits_but_every_integer_digit(value, text):
    assert numbers.number(value) == text


def test_number_keeps_the_decimals_it_is_asked_for():
    assert numbers.number(7, 1) == "7.0"
    assert numbers.number(8.459, 1) == "8.5"


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_number_writes_any_float(value):
    text = numbers.number(value)

    assert text
    assert "-" not in text
    assert "nan" not in text.lower()


@pytest.mark.parametrize(("value", "text"), [(0.3, "+0.3"), (-0.1, "−0.1"), (0, "±0"), (None, "–")])
def test_a_change_carries_its_sign(value, text):
    assert numbers.signed(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.414, "41.4%"), (1.35, "135%"), (-0.2, "−20%"), (None, "–")]
)
def test_a_share_is_written_as_per_cent(share, text):
    assert numbers.percent(share) == text


def test_the_gap_before_the_percent_sign_follows_the_language():
    with translation.override("de"):
        assert numbers.quantity(41, "%") == f"41{NB}%"
    with translation.override("en-gb"):
        assert numbers.quantity(41, "%") == "41%"


def test_separators_follow_the_language():
    with translation.override("de"):
        assert numbers.number(1234.5, 1) == "1.234,5"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (48_000, "EUR", "€48,000"),
        (5.5, "EUR", "€5.50"),
        (12, "GBP", "£12"),
        (-1200.5, "CHF", f"−CHF{NB}1,201"),
        (None, "EUR", "–"),
        (Decimal("0.1"), "USD", "$0.10"),
    ],
)
def test_money_has_its_currency_before_it(amount, currency, text):
    assert numbers.money(amount, currency) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (5.9, "d", f"5.9{NB}d"),
        (214, "€", "€214"),
        (-214, "EUR", "−€214"),
        (3, "", "3"),
        (None, "d", "–"),
    ],
)
def test_a_quantity_has_its_unit_where_the_unit_belongs(value, unit, text):
    assert numbers.quantity(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (6.886, 12.2, "", "6.9–12.2"),
        (19, 38, "%", "19–38%"),
        (194, 217, "€", "€194–217"),
        (-3, 4, "d", f"−3 to 4{NB}d"),
        (0, 12.34, "", "0.0–12.3"),
        (1e300, 2e300, "", "1.00e+300–2.00e+300"),
        (None, 4, "", "–"),
    ],
)
def test_both_ends_of_a_range_have_the_same_decimals(low, high, unit, text):
    assert numbers.between(low, high, unit) == text


@pytest.mark.parametrize(
    ("past", "text"),
    [
        (timedelta(seconds=20), "new"),
        (timedelta(minutes=1), "1 minute old"),
        (timedelta(hours=3), "3 hours old"),
        (timedelta(days=1), "1 day old"),
        (timedelta(days=9), "9 days old"),
        (timedelta(seconds=-50), "new"),
    ],
)
def test_age_is_said_in_the_largest_whole_unit(past, text):
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    assert numbers.age(now - past, now) == text


def test_age_of_a_date_counts_days():
    assert numbers.age(date(2026, 11, 13), TODAY) == "9 days old"


def test_a_date_names_its_year_only_where_it_is_another():
    assert numbers.short_date(date(2026, 11, 13), TODAY) == "13 Nov"
    assert numbers.short_date(date(2025, 11, 13), TODAY) == "13 Nov 2025"


def test_a_time_is_dated_in_the_time_zone_of_the_organisation():
    just_before_midnight = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)

    assert numbers.short_date(just_before_midnight, TODAY) == "13 Nov"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "16–22 Nov"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Oct – 3 Nov"),
        (date(2026, 11, 16), date(2026, 11, 16), "16 Nov"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 Dec 2025 – 4 Jan"),
    ],
)
def test_a_span_of_days_says_the_month_once(first, last, text):
    assert numbers.date_range(first, last, TODAY) == text


@pytest.mark.parametrize(
    "write", [numbers.number, numbers.percent, numbers.money, numbers.quantity]
)
def test_what_is_not_there_is_a_dash(write):
    assert (write(""), write(None)) == ("–", "–")


@pytest.mark.parametrize(("unit", "text"), [("%", "8.7\u00a0points"), ("d", "8.7\u00a0d")])
def test_values_in_per_cent_lie_points_apart(unit, text):
    assert numbers.quantity(8.7, numbers.unit_apart(unit)) == text
