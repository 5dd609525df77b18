from datetime import date

import pytest

from audits.facts import Compared, FactRule, fact_rule

RISING = FactRule((0, 20, 40, 60, 80))
FALLING = FactRule((90, 60, 30, 14, 7))


@pytest.mark.parametrize(
    ("value", "level"), [(0, 0), (19.9, 0), (20, 1), (41, 2), (60, 3), (80, 4), (1e9, 4), (-5, 0)]
)
def test_a_value_has_the_highest_level_whose_bound_it_reaches(value, level):
    assert RISING.level_of(value) == level


@pytest.mark.parametrize(
    ("value", "level"), [(200, 0), (90, 0), (61, 0), (60, 1), (30, 2), (20, 2), (7, 4), (0, 4)]
)
def test_where_less_is_better_the_bounds_fall(value, level):
    assert FALLING.level_of(value) == level


@pytest.mark.parametrize(("value", "level"), [(0, 1), (50, 2), (90, 5)])
def test_levels_have_the_numbers_of_the_questions_own_scale(value, level):
    assert FactRule((0, 50, 90), steps=(1, 2, 5)).level_of(value) == level


def test_more_bounds_than_levels_end_at_the_highest():
    assert FactRule((0, 10, 20), steps=(0, 4)).level_of(99) == 4


def test_without_bounds_a_value_amounts_to_no_level():
    compared = Compared(3, 41, date(2026, 11, 1), FactRule(()))

    assert (compared.level, compared.differs) == (None, False)


@pytest.mark.parametrize(
    ("said", "differs"), [(4, True), (3, True), (2, False), (1, False), (0, False), (None, False)]
)
def test_answer_and_record_differ_beyond_the_tolerance_in_either_direction(said, differs):
    assert Compared(said, 20, date(2026, 11, 1), RISING).differs is differs


def test_a_fact_is_stale_after_its_days():
    rule = fact_rule({"levels": [0, 1], "days": 30})

    assert rule.is_stale(date(2026, 11, 1), date(2026, 12, 1)) is False
    assert rule.is_stale(date(2026, 11, 1), date(2026, 12, 2)) is True


def test_what_is_stale_or_was_not_said_neither_agrees_nor_differs():
    fresh, old = date(2026, 11, 20), date(2026, 1, 1)

    found = [
        Compared(*given, RISING).agrees_on(date(2026, 11, 26))
        for given in [(4, 20, fresh), (1, 20, fresh), (4, 20, old), (None, 20, fresh)]
    ]

    assert found == [False, True, None, None]


def test_a_question_that_says_little_of_its_fact_gets_the_usual_rule():
    assert fact_rule({}) == FactRule((), (), 1.0, 60)
