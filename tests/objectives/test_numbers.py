"""The one rule of where a key result stands, from its numbers alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from objectives.choices import Pace
from objectives.progress import Numbers
from objectives.standing import Standing, standing_of

ON = date(2026, 2, 14)  # the middle of the cycle
TO_REACH = Numbers(
    kind="metric",
    begun_on=date(2026, 1, 1),
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 3, 31),
    baseline=10,
    commit=7,
    target=5,
    stretch=3,
    said_on=date(2026, 2, 9),
    said_value=7,
    confidence=6,
)
WATCHED = replace(
    TO_REACH,
    said_value=99,
    is_watched=True,
    latest=6,
    latest_period=date(2026, 2, 9),
    recent=[["2026-02-02", 8, True, False, ""], ["2026-02-09", 6, True, False, ""]],
)
TO_KEEP = replace(WATCHED, kind="maintain", baseline=None, target=None, low=7, high=9)
DESCRIBED = Numbers(
    kind="ordinal", begun_on=TO_REACH.begun_on, starts_on=TO_REACH.starts_on,
    ends_on=TO_REACH.ends_on, said_on=ON, said_zone="commit",
)  # fmt: skip
LATE = date(2026, 3, 1)


def test_a_number_to_reach_is_measured_against_the_days_gone():
    assert standing_of(TO_REACH, ON) == Standing(
        status=Pace.ON_TRACK,
        progress=0.6,
        expected=0.5,
        pace=1.2,
        current=7,
        confidence=6,
        said_on=date(2026, 2, 9),
    )


def test_a_series_says_the_value_whatever_was_said():
    assert standing_of(WATCHED, ON).current == 6
    assert standing_of(WATCHED, date(2026, 2, 8)).current == 8
    assert standing_of(WATCHED, date(2026, 1, 8)).current is None


def test_a_range_to_keep_has_no_pace_and_its_own_limits():
    found = standing_of(TO_KEEP, ON)

    assert (found.progress, found.pace, found.status) == (0.5, None, Pace.AT_RISK)


def test_a_described_result_is_as_far_as_its_zone_is_on_the_way_to_the_target():
    found = standing_of(DESCRIBED, ON)

    assert found.progress == pytest.approx(3 / 7)
    assert (found.current, DESCRIBED.zone_reached(ON)) == (None, "commit")


def test_zones_are_the_numbers_of_the_key_result_itself():
    assert [replace(TO_REACH, said_value=value).zone_reached(ON) for value in (8, 7, 4, 3)] == [
        "fail",
        "commit",
        "target",
        "stretch",
    ]
    assert replace(TO_REACH, stretch=None).zone_reached(ON) == ""


def test_a_plan_says_what_is_expected_and_has_limits_of_its_own():
    planned = replace(TO_REACH, plan=[["2026-02-14", 6.7], ["2026-03-31", 5]])

    found = standing_of(planned, ON)

    assert found.expected == pytest.approx(0.66)
    assert (found.pace, found.status) == (pytest.approx(0.909, abs=1e-3), Pace.ON_TRACK)
    assert standing_of(replace(planned, plan=()), LATE).status == Pace.LAGGING


def test_steps_of_a_plan_from_before_it_began_say_nothing():
    """As after a move to a later cycle."""
    planned = replace(TO_REACH, plan=[["2025-11-01", 9], ["2026-01-01", 8], ["2026-03-31", 5]])

    assert planned.expected(ON) == pytest.approx(44 / 89)


def test_once_it_is_graded_only_the_grade_counts():
    graded = replace(
        WATCHED, closed_on=ON, is_graded=True, final_progress=0.3, final_value=8.5,
        final_zone="fail",
    )  # fmt: skip

    found = standing_of(graded, LATE)

    assert (found.progress, found.current, found.expected) == (0.3, 8.5, 0.5)
    assert graded.zone_reached(LATE) == "fail"


def test_closed_without_a_grade_it_stands_where_it_stood_on_that_day():
    closed = replace(WATCHED, closed_on=date(2026, 2, 8))

    assert standing_of(closed, LATE).current == 8


@pytest.mark.parametrize("numbers", [WATCHED, TO_KEEP], ids=["to reach", "to keep"])
def test_where_the_kpi_means_something_else_by_now_progress_is_not_known(numbers):
    meant = replace(numbers, meant_otherwise=True)

    found = standing_of(meant, ON)

    assert (found.progress, found.pace, found.status) == (None, None, Pace.UNKNOWN)
    assert (found.current, meant.zone_reached(ON)) == (6, "")
    graded = replace(meant, is_graded=True, final_progress=0.4)
    assert graded.progress(ON) == 0.4


def test_a_backlog_expects_nothing():
    backlog = replace(TO_REACH, starts_on=None, ends_on=None)

    found = standing_of(backlog, ON)

    assert (found.progress, found.expected, found.status) == (0.6, None, Pace.UNKNOWN)


def test_a_cycle_that_has_not_begun_expects_nothing_yet():
    assert TO_REACH.expected(TO_REACH.starts_on - timedelta(days=1)) == 0
    assert standing_of(TO_REACH, date(2025, 12, 1)).status == Pace.UNKNOWN
