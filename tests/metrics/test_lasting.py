import pytest

from metrics.lasting import lasting

OLD = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
NEW = [value + 10 for value in OLD[:8]]


def asked(later, direction="up", before=OLD, after=NEW):
    return lasting(before, after, later, direction=direction)


def test_points_at_the_level_reached_have_held():
    found = asked([20.0, 22.0, 21.0, 20.0, 22.0, 21.0])

    assert found.result == "held"
    assert found.effect == pytest.approx(10)
    assert found.ci[0] > 0
    assert found.n == 6


def test_points_back_at_the_old_level_have_faded():
    assert asked(OLD).result == "faded"


def test_points_half_way_back_have_faded_though_still_better_than_before():
    found = asked([15.0, 16.0, 15.5, 16.0, 15.0, 16.5])

    assert found.result == "faded"
    assert found.ci[0] > 0


def test_points_worse_than_before_the_change_have_reversed():
    assert asked([2.0, 1.0, 3.0, 2.0, 1.0, 2.0]).result == "reversed"


def test_where_less_is_better_the_same_numbers_mean_the_contrary():
    found = asked([30.0, 31.0, 30.0, 31.0, 30.0, 31.0], direction="down", before=NEW, after=OLD)

    assert found.result == "reversed"


def test_points_that_got_better_still_have_held():
    assert asked([25.0, 26.0, 25.0, 26.0, 25.0, 27.0]).result == "held"


def test_points_that_could_be_either_level_leave_it_unclear():
    wild = [10.0, 30.0, 12.0, 28.0, 14.0, 26.0]

    assert asked([24.0, 8.0, 22.0, 9.0], before=wild, after=wild).result == "unclear"


def test_two_points_say_nothing():
    found = asked([21.0, 22.0])

    assert (found.result, found.effect, found.n) == ("unclear", None, 2)


def test_what_is_no_number_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^later\[0\]"):
        asked(["x"])
