"""Rows read a column at a time say what rows read one by one say, or are left to be read so."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.actions.columns import columns_of, plain_ids, plain_numbers
from productops.parsing import Unreadable, clean_text, to_number

cells = st.one_of(st.floats(), st.integers(), st.booleans(), st.text(max_size=5), st.none())


def read_alone(value):
    try:
        return to_number(value)
    except Unreadable:
        return None


@given(st.lists(cells, min_size=1, max_size=6))
def test_numbers_in_a_column_are_those_that_each_cell_gives(values):
    found = plain_numbers(values)

    if found is not None:
        assert found == [read_alone(value) for value in values]


@given(st.lists(st.floats(1e-90, 1e90) | st.integers(-9, 9), min_size=1))
def test_common_numbers_need_no_second_look(values):
    assert plain_numbers(values) == list(map(float, values))


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e101, 1e-101, 10**400, True, "1", None])
def test_one_odd_number_sends_the_whole_column_back(value):
    assert plain_numbers([1.0, value, 2.0]) is None


def test_minus_zero_is_zero_in_a_column_too():
    assert [math.copysign(1, number) for number in plain_numbers([-0.0, 3.0])] == [1, 1]


@given(st.lists(st.text(max_size=4) | st.just(" a") | st.just("é"), min_size=1))
def test_ids_in_a_column_are_kept_only_as_each_cell_would_be(texts):
    if plain_ids(texts, 4):
        assert [clean_text(text, longest=4) for text in texts] == texts


@pytest.mark.parametrize("odd", ["a\x00", " a", "a\n", "ä", "aaaaa", 7, None])
def test_one_odd_id_sends_the_whole_column_back(odd):
    assert not plain_ids(["a", odd, "b"], 4)


@pytest.mark.parametrize(
    "odd",
    [
        {"kpi": "lead-time", "at": "2026-01-05"},
        {"kpi": "lead-time", "at": 20260105, "value": 1.0},
        {"kpi": ["lead-time"], "at": "2026-01-05", "value": 1.0},
        {"kpi": "lead-time", "at": "2026-01-05", "numerator": 1.0, "denominator": 2.0},
        {"kpi": "lead-time", "at": "2026-01-05", "value": 1.0, "product": "checkout"},
    ],
)
def test_rows_of_different_forms_are_no_columns(odd):
    usual = {"kpi": "lead-time", "at": "2026-01-05", "value": 1.0}

    assert columns_of([usual, usual]) is not None
    assert columns_of([usual, odd]) is None
