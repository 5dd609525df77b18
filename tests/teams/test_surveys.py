import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.surveys import enps, sus, sus_summary

GOLDEN = [4, 2, 4, 1, 5, 2, 4, 2, 5, 1]


def test_sus_gives_the_golden_value():
    assert sus(GOLDEN) == 85.0


@given(st.lists(st.integers(1, 5), min_size=10, max_size=10))
def test_sus_lies_between_nothing_and_a_hundred(answers):
    mirrored = [6 - answer for answer in answers]

    assert 0 <= sus(answers) <= 100
    assert sus(answers) + sus(mirrored) == 100


@pytest.mark.parametrize(
    "answers", [[], [3] * 9, [3] * 11, [0] * 10, [6] * 10, [2.5] * 10, ["3"] * 10, [True] * 10, 3]
)
def test_sus_takes_ten_answers_of_one_to_five(answers):
    with pytest.raises(ValueError, match="ten_answers"):
        sus(answers)


def test_several_answers_to_sus_have_an_interval():
    found = sus_summary([GOLDEN, [3] * 10, GOLDEN])

    reach = 4.302653 * (35 / math.sqrt(3)) / math.sqrt(3)
    assert (found.n, found.score) == (3, pytest.approx(220 / 3))
    assert found.interval == (pytest.approx(220 / 3 - reach), 100)


def test_one_answer_to_sus_has_no_interval():
    assert sus_summary([GOLDEN]).interval is None


def test_enps_gives_the_golden_values():
    found = enps([9] * 8 + [7] * 7 + [3] * 5)

    assert (found.score, found.n) == (15, 20)
    assert found.standard_error == pytest.approx(17.7, abs=0.05)
    assert found.interval == (pytest.approx(15 - 34.8, abs=0.1), pytest.approx(15 + 34.8, abs=0.1))
    assert (found.promoters, found.passives, found.detractors) == (8, 7, 5)
    assert found.is_enough


def test_the_five_point_form_counts_only_fives_as_promoters():
    found = enps([5, 5, 4, 3, 1], scale="1-5")

    assert (found.promoters, found.passives, found.detractors) == (2, 1, 2)
    assert found.score == 0


def test_nineteen_answers_are_not_enough_for_a_bare_number():
    assert not enps([10] * 19).is_enough


@pytest.mark.parametrize(
    ("rating", "interval"), [(10, (40, 100)), (0, (-100, -40)), (8, (-30, 30))]
)
def test_ten_equal_answers_are_not_certainty(rating, interval):
    assert enps([rating] * 10).interval == pytest.approx(interval)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_enps_lies_inside_its_interval(ratings):
    found = enps(ratings)

    assert -100 <= found.interval[0] <= found.score <= found.interval[1] <= 100


@pytest.mark.parametrize("ratings", [[], [11], [-1], [7.5], ["9"], [None], [True], "9"])
def test_ratings_off_the_scale_are_refused(ratings):
    with pytest.raises(ValueError, match="ratings"):
        enps(ratings)


def test_an_unknown_scale_is_refused():
    with pytest.raises(ValueError, match="scale"):
        enps([1], scale="1-7")
