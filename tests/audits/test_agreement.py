import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.agreement import (
    acceptable_deviation,
    agreement,
    average_deviation,
    band,
    cronbach_alpha,
    krippendorff_alpha,
    rwg,
    rwg_j,
)

RATINGS = st.lists(st.integers(1, 5), min_size=2, max_size=12)
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


@pytest.mark.parametrize(
    ("ratings", "expected"), [([4, 4, 5, 4], 0.875), ([1, 5, 1, 5], 0), ([2, 3, 4], 0.5)]
)
def test_within_group_agreement_gives_the_golden_values(ratings, expected):
    assert rwg(ratings, 5) == pytest.approx(expected)


def test_agreement_over_items_gives_the_golden_value():
    assert rwg_j([[4, 4], [5, 4], [4, 3]], 5) == pytest.approx(0.9091, abs=5e-5)


def test_agreement_over_items_is_nothing_where_answers_spread_more_than_chance():
    assert rwg_j([[1, 1], [5, 5]], 5) == 0


def test_average_deviation_gives_the_golden_value():
    assert average_deviation([4, 4, 5, 4]) == pytest.approx(0.375)


@pytest.mark.parametrize(("levels", "limit"), [(5, 0.83), (7, 1.17)])
def test_a_sixth_of_the_scale_is_an_acceptable_deviation(levels, limit):
    assert acceptable_deviation(levels) == pytest.approx(limit, abs=0.005)


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491)]
)
def test_alpha_gives_krippendorffs_published_values(level, expected):
    assert krippendorff_alpha(KRIPPENDORFF, level) == pytest.approx(expected, abs=5e-5)


def test_nominal_alpha_takes_words():
    words = [["yes", "no", "no", None], ["yes", "no", "no", "yes"]]

    assert krippendorff_alpha(words, "nominal") == pytest.approx(1)


@pytest.mark.parametrize("table", [[[3, 3], [3, 3]], [[1, None], [None, 2]], [], [[]]])
def test_alpha_is_undefined_without_two_values_to_compare(table):
    assert krippendorff_alpha(table, "interval") is None


def test_alpha_is_below_nothing_where_raters_contradict_each_other():
    assert krippendorff_alpha([[1, 2], [2, 1]], "nominal") == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("table", "level"),
    [
        ([[1, 2], [1]], "nominal"),
        ([["a", "b"], ["a", "b"]], "ordinal"),
        ([[-1, 2], [1, 2]], "ratio"),
        ([[1, 2], [1, 2]], "cardinal"),
        ([[math.nan, 1], [1, 1]], "nominal"),
        ("12", "nominal"),
    ],
)
def test_a_table_that_cannot_be_rated_is_refused(table, level):
    with pytest.raises(ValueError, match=r"table|level"):
        krippendorff_alpha(table, level)


@given(RATINGS)
def test_agreement_lies_between_nothing_and_one(ratings):
    assert 0 <= rwg(ratings, 5) <= 1


@given(RATINGS, st.integers(-3, 3))
def test_agreement_does_not_care_where_the_scale_begins(ratings, shift):
    moved = [rating + shift for rating in ratings]

    assert rwg(moved, 5) == pytest.approx(rwg(ratings, 5))


@given(st.lists(st.lists(st.integers(0, 4), min_size=6, max_size=6), min_size=2, max_size=4))
def test_interval_alpha_does_not_change_when_the_scale_is_stretched(table):
    stretched = [[3 * value + 7 for value in rater] for rater in table]

    before, after = (krippendorff_alpha(rows, "interval") for rows in (table, stretched))

    assert (before is None) == (after is None)
    assert before is None or after == pytest.approx(before)


def test_small_groups_get_their_range_but_no_index():
    four = agreement([4, 4, 5, 4], 5)

    assert (four.n, four.lowest, four.middle, four.highest) == (4, 4, 4, 5)
    assert (four.rwg, four.band) == (None, None)


def test_five_answers_get_an_index_and_its_word():
    five = agreement([4, 4, 5, 4, 4], 5)

    assert five.rwg == pytest.approx(0.9)
    assert five.band == "strong"
    assert five.is_acceptable


@pytest.mark.parametrize(
    ("index", "word"),
    [(0.3, "lack"), (0.31, "weak"), (0.51, "moderate"), (0.71, "strong"), (0.91, "very_strong")],
)
def test_each_band_begins_where_it_is_published_to(index, word):
    assert band(index) == word


def test_consistency_is_undefined_where_everyone_has_the_same_sum():
    assert cronbach_alpha([[1, 2], [2, 1]]) is None


def test_items_that_move_together_are_fully_consistent():
    assert cronbach_alpha([[1, 1], [2, 2], [5, 5]]) == pytest.approx(1)


@pytest.mark.parametrize("ratings", [[], [4], [1, 6], [4, "4"], [4, None], [4, math.nan], "44"])
def test_ratings_that_are_not_a_group_on_the_scale_are_refused(ratings):
    with pytest.raises(ValueError, match="ratings"):
        rwg(ratings, 5)


@pytest.mark.parametrize("levels", [1, 0, 2.5, None, "5"])
def test_a_scale_needs_at_least_two_whole_levels(levels):
    with pytest.raises(ValueError, match="levels"):
        rwg([4, 4], levels)
