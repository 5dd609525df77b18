from datetime import date, timedelta

import numpy as np
import pytest

from metrics.judgement import Dot
from metrics.triggers import came_back, trigger_of
from metrics.verdict import judge

MONDAY = date(2026, 1, 5)
USUAL = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]


def dots(values, *, left_out=()):
    return [
        Dot(MONDAY + timedelta(weeks=week), value, True, week in left_out)
        for week, value in enumerate(values)
    ]


def trigger(values, direction="up"):
    return trigger_of(dots(values), direction=direction)


def test_the_last_three_points_on_the_worse_side_caused_it():
    assert trigger([*USUAL, 9.0, 9.5, 9.0]) == 12


def test_on_the_better_side_they_caused_nothing():
    assert trigger([*USUAL, 9.0, 9.5, 9.0], direction="down") is None


def test_one_point_beyond_the_limits_is_enough():
    assert trigger([*USUAL, *USUAL[:8], 0.0]) == 20


def test_points_as_usual_caused_nothing():
    assert trigger(USUAL + USUAL[::-1]) is None


def test_what_has_lasted_for_longer_than_a_run_is_the_level_of_now():
    assert trigger([*USUAL, *[4.0] * 12]) is None


def test_with_too_short_a_past_nobody_knows_what_is_usual():
    assert trigger([10.0, 11.0, 10.0, 12.0, 11.0, 10.0, 11.0, 2.0, 2.0, 2.0]) is None


def test_points_left_out_are_passed_over():
    values = [*USUAL, 9.0, 50.0, 9.5, 9.0]

    assert trigger_of(dots(values, left_out={13}), direction="up") == 12


def test_what_came_back_by_itself_is_told_of_the_whole_way():
    back = came_back(10.0, 14.0, 8.0, direction="down")

    assert (back.by_itself, back.gain) == (4.0, 6.0)


@pytest.mark.parametrize(
    ("before", "cause", "after"),
    [(10.0, 9.0, 8.0), (10.0, 14.0, 15.0), (None, 14.0, 8.0), (10.0, None, 8.0)],
)
def test_nothing_came_back_where_the_cause_was_no_bad_moment_or_nothing_got_better(
    before, cause, after
):
    assert came_back(before, cause, after, direction="down") is None


# Formulae 4.6: started because the last three points looked bad, and nothing had any effect. So
# often it is called improved with these points before, and so often without them.
SIMULATED = {0.0: (0.030, 0.013), 0.3: (0.051, 0.029), 0.6: (0.060, 0.045)}
RUNS = 800


def stable(luck, phi, length):
    """A stable series whose points resemble each other by ``phi``."""
    shocks = luck.normal(size=length + 20) * (1 - phi * phi) ** 0.5
    for t in range(1, len(shocks)):
        shocks[t] += phi * shocks[t - 1]
    return [float(value) for value in shocks[20:]]


def bad_moments(phi):
    """Stable series of 15 before and 8 after, of which the last three before looked bad."""
    luck, found = np.random.default_rng(20), 0
    while found < RUNS:
        values = stable(luck, phi, 23)
        if np.mean(values[12:15]) <= -1:
            found += 1
            yield values[:15], values[15:]


def share_improved(pairs):
    told = [judge(before, after, direction="up").verdict == "improved" for before, after in pairs]
    return sum(told) / len(told)


@pytest.mark.parametrize("phi", SIMULATED)
def test_without_the_points_that_caused_it_no_more_is_called_improved_than_simulated(phi):
    published = SIMULATED[phi][1]
    luck = 2 * (published * (1 - published) / RUNS) ** 0.5

    dropped = share_improved((before[:12], after) for before, after in bad_moments(phi))

    assert dropped <= published + luck


def guarded(before):
    first = trigger_of(dots(before), direction="up")
    return before[:first]


@pytest.mark.parametrize("phi", SIMULATED)
def test_the_guard_that_finds_the_points_by_itself_takes_most_of_the_error_away(phi):
    pairs = list(bad_moments(phi))

    kept = share_improved((before[3:], after) for before, after in pairs)
    found = share_improved((guarded(before), after) for before, after in pairs)

    assert found < kept
    assert found <= SIMULATED[phi][0]
