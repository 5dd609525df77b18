import math
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from productops.parsing import (
    Unreadable,
    clean_text,
    to_amount,
    to_date,
    to_flag,
    to_moment,
    to_number,
    to_slug,
    to_whole,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4.126", 4.126),
        (" 12 ", 12),
        ("-3", -3),
        ("\u22123", -3),
        ("+0.5", 0.5),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("1.5E-3", 0.0015),
        ("1,234,567", 1234567),
        ("1,234.5", 1234.5),
        ("-0", 0),
        ("0e9999", 0),
        (7, 7),
        (Decimal("2.5"), 2.5),
    ],
)
def test_a_number_is_read_as_it_is_written(text, number):
    assert to_number(text) == number


def test_minus_zero_becomes_zero():
    assert math.copysign(1, to_number("-0.0")) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "abc", "NaN", "nan", "Infinity", "-inf", "1e999", "1e101", "1e-400", "1e-101"),
        *("1,5", "2,666", "1.234,5", "1 234", "1_000", "1,23,456", "0x10", "1e", "--1", "1.2.3"),
        *("١٢", "１２", "1\u00a0000", "41%", "€5", "9" * 65, "9" * 5000, "1\n2", "1\x00", "\ud800"),
        *(True, None, [], {}, math.nan, math.inf, 10**400, Decimal("NaN"), b"1"),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused_with_a_sentence(text):
    with pytest.raises(Unreadable) as refusal:
        to_number(text)

    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "number"), [("1,7", 1.7), ("200.000.000", 2e8), ("1.234,5", 1234.5), ("-2,5", -2.5)]
)
def test_a_source_may_declare_a_comma_as_its_decimal_mark(text, number):
    assert to_number(text, decimal=",") == number


@pytest.mark.parametrize("text", ["1.7", "2.666", "1,234.5"])
def test_a_point_is_refused_where_the_comma_was_declared(text):
    with pytest.raises(Unreadable):
        to_number(text, decimal=",")


@given(st.floats(min_value=-1e100, max_value=1e100).filter(lambda x: x == 0 or abs(x) >= 1e-100))
def test_every_number_in_range_comes_back_exactly(number):
    assert to_number(repr(number)) == number


@given(st.text())
def test_any_text_is_either_a_finite_number_or_refused(text):
    try:
        number = to_number(text)
    except Unreadable:
        return
    assert math.isfinite(number)


def test_whole_numbers_are_held_to_their_range():
    assert to_whole("3.0", low=1, high=4) == 3
    for text in ("3.5", "0", "5"):
        with pytest.raises(Unreadable):
            to_whole(text, low=1, high=4)


def test_money_keeps_its_decimals():
    assert to_amount("1200.10") == Decimal("1200.10")
    for text in ("0.001", "1e12", "1,5"):
        with pytest.raises(Unreadable):
            to_amount(text)


def test_a_date_is_written_one_way():
    assert to_date(" 2024-02-29 ") == date(2024, 2, 29)
    assert to_date(date(2024, 2, 29)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        *("2023-02-29", "0000-00-00", "9999-12-31", "1899-12-31", "2201-01-01", "2024-13-01"),
        *("31/12/2012", "2024-1-5", "20240105", "2024-W01", "٢٠٢٤-٠١-٠١", "", "today", "\x00"),
        *(20240105, None, True, datetime(2024, 1, 1, tzinfo=UTC)),
    ],
)
def test_other_dates_are_refused(text):
    with pytest.raises(Unreadable):
        to_date(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01", "2026-06-30T22:00"),
        ("2026-01-15T08:30", "2026-01-15T07:30"),
        ("2026-01-15 08:30:15.5", "2026-01-15T07:30:15.500"),
        ("2026-01-15T08:30Z", "2026-01-15T08:30"),
        ("2026-01-15T08:30:00+05:30", "2026-01-15T03:00"),
        ("2026-01-15T08:30-0500", "2026-01-15T13:30"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
    ],
)
def test_a_time_without_an_offset_is_the_organisations_wall_clock(text, utc):
    assert to_moment(text, BERLIN) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-29T02:30", "2026-01-15T25:00", "2026-01-15T08", "2026-01-15T08:30+99:99"),
        *("9999-12-31T23:59Z", "1899-12-31T23:59", "yesterday", 5, None, "2026-01-15T08:30 PM"),
    ],
)
def test_times_that_do_not_exist_are_refused(text):
    with pytest.raises(Unreadable):
        to_moment(text, BERLIN)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("commits_per_week", "commits-per-week"),
        ("Lead time, P85", "lead-time-p85"),
        ("  Größe  ", "gr-e"),
        ("a--b", "a-b"),
    ],
)
def test_a_slug_keeps_letters_and_digits_and_one_dash_for_the_rest(name, slug):
    assert to_slug(name) == slug


@pytest.mark.parametrize("name", ["", "---", "数据", None, 5])
def test_a_name_that_leaves_nothing_makes_no_slug(name):
    with pytest.raises(Unreadable):
        to_slug(name)


def test_text_is_kept_in_composed_form():
    assert clean_text("  Cafe\u0301 👩‍💻 ") == "Café 👩‍💻"
    assert clean_text("a\r\nb\tc", has_lines=True) == "a\nb\tc"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\nb", "a\x1bb", "a\x85b", None, 5, b"x"])
def test_control_characters_and_what_is_no_text_are_refused(text):
    with pytest.raises(Unreadable):
        clean_text(text)


def test_text_has_a_greatest_length():
    assert clean_text("abc", longest=3) == "abc"
    for text in ("abcd", "a" * 1_000_000):
        with pytest.raises(Unreadable, match="at most 3"):
            clean_text(text, longest=3)


def test_yes_and_no_are_read_in_any_case():
    assert [to_flag(text) for text in ("TRUE", "yes", 1, True)] == [True] * 4
    assert [to_flag(text) for text in ("False", "NO", 0)] == [False] * 3
    with pytest.raises(Unreadable):
        to_flag("maybe")
