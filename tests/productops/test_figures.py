import math
from decimal import Decimal

import pytest

from productops import figures

HOSTILE = [None, "7", True, math.nan, math.inf, -math.inf, 10**400, Decimal("NaN"), [1], 1e200]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_not_a_finite_number_is_refused_by_name(value):
    with pytest.raises(ValueError, match="^target "):
        figures.finite(value, "target")


@pytest.mark.parametrize(("value", "number"), [(3, 3.0), (Decimal("0.5"), 0.5), (-2.25, -2.25)])
def test_a_number_of_any_kind_becomes_a_float(value, number):
    assert figures.finite(value, "target") == number


def test_bounds_are_part_of_the_range():
    assert figures.between(0, 0, 1, "share") == 0
    assert figures.between(1, 0, 1, "share") == 1
    assert figures.at_least(2, 2, "n") == 2


def test_a_number_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="share is 1.5"):
        figures.between(1.5, 0, 1, "share")
    with pytest.raises(ValueError, match="n is 1"):
        figures.at_least(1, 2, "n")
    with pytest.raises(ValueError, match="above 0"):
        figures.above(0, 0, "effort")


def test_a_whole_number_may_be_written_with_a_point_but_not_a_fraction():
    assert figures.whole(3.0, 0, "n") == 3

    with pytest.raises(ValueError, match="whole number"):
        figures.whole(3.5, 0, "n")


def test_money_is_read_as_it_is_written():
    assert figures.money(0.1, "price") == Decimal("0.1")
    assert figures.money(Decimal("9.90"), "price") == Decimal("9.90")


def test_a_list_of_numbers_names_the_place_of_the_wrong_one():
    with pytest.raises(ValueError, match=r"ratings \(2\)"):
        figures.numbers([1, "x"], "ratings")


@pytest.mark.parametrize("rows", [[], [[]], [[1, 2], [3]], "12", [1, 2], {"a": 1}])
def test_a_table_has_to_be_a_rectangle(rows):
    with pytest.raises(ValueError, match="matrix"):
        figures.rectangle(rows, "matrix")


def test_a_result_beyond_all_numbers_is_refused():
    with pytest.raises(ValueError, match="progress is too large"):
        figures.finite_result(math.inf, "progress")
