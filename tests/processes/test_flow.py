from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.flow import (
    StepDone,
    adherence,
    cycle_time,
    durations,
    event_log,
    first_pass_yield,
    percentile,
    throughput,
    work_in_progress,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(hours):
    return NOON + timedelta(hours=hours)


def test_durations_set_aside_what_is_open_or_ends_before_it_starts():
    monday, friday = date(2026, 3, 2), date(2026, 3, 6)

    found = durations([(monday, friday), (monday, None), (friday, monday), (monday, monday)])

    assert found.days == (4, 0)
    assert (found.open, found.backwards) == (1, 1)


def test_durations_of_times_have_fractions_of_a_day():
    assert durations([(NOON, at(36))]).days == (1.5,)


@pytest.mark.parametrize(
    "work",
    [(date(2026, 3, 2), NOON), (NOON, datetime(2026, 3, 2)), ("2026-03-02", "2026-03-03")],
)
def test_a_date_and_a_time_are_not_subtracted(work):
    with pytest.raises(ValueError, match="start and end"):
        durations([work])


def test_cycle_time_gives_the_middle_and_the_promise():
    found = cycle_time([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])

    assert (found.n, found.p50, found.p85, found.longest) == (11, 6, 9.5, 11)


def test_without_finished_work_there_is_no_cycle_time():
    assert cycle_time([]) is None


def test_a_negative_cycle_time_is_refused():
    with pytest.raises(ValueError, match="days"):
        cycle_time([3, -1])


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 2.5), (0.85, 3.55), (1, 4)])
def test_percentiles_lie_straight_between_neighbours(share, value):
    assert percentile([4, 1, 3, 2], share) == pytest.approx(value)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0, 1))
def test_a_percentile_never_leaves_its_values(values, share):
    assert min(values) <= percentile(values, share) * (1 + 1e-9)
    assert percentile(values, share) <= max(values) * (1 + 1e-9)


def test_throughput_counts_both_ends_of_its_period():
    monday = date(2026, 3, 2)
    finished = [monday + timedelta(days=day) for day in (-1, 0, 3, 13, 14)]

    found = throughput(finished, start=monday, end=monday + timedelta(days=13))

    assert (found.finished, found.days) == (3, 14)
    assert found.per_week == 1.5
    assert found.per_day == pytest.approx(3 / 14)


@pytest.mark.parametrize(
    ("start", "end"), [(date(2026, 3, 2), date(2026, 3, 1)), (NOON, NOON), (None, None)]
)
def test_throughput_needs_a_period_of_days(start, end):
    with pytest.raises(ValueError, match="end"):
        throughput([], start=start, end=end)


def test_littles_law_gives_the_work_in_progress():
    assert work_in_progress(per_day=2, cycle_days=3.5) == 7


def test_first_pass_yield_is_the_share_without_rework():
    assert first_pass_yield(4, 3) == 0.75
    assert first_pass_yield(0, 0) is None

    with pytest.raises(ValueError, match="without_rework"):
        first_pass_yield(3, 4)


def test_a_run_done_as_written_adheres_fully():
    steps = [
        StepDone(1, at(1), due_at=at(1)),
        StepDone(2, at(2), needs_evidence=True, has_evidence=True),
    ]

    found = adherence(steps)

    assert (found.required, found.adhered, found.share) == (2, 2, 1)


def test_each_way_of_not_adhering_is_counted_apart():
    steps = [
        StepDone(1, None),
        StepDone(2, at(2), due_at=at(1)),
        StepDone(3, at(3), needs_evidence=True),
        StepDone(4, at(4)),
        StepDone(5, None, is_required=False),
    ]

    found = adherence(steps)

    assert (found.required, found.done, found.in_order) == (4, 3, 3)
    assert (found.on_time, found.with_evidence) == (2, 2)
    assert (found.adhered, found.share) == (1, 0.25)


def test_one_late_first_step_is_out_of_order_not_the_others():
    steps = [StepDone(1, at(9)), StepDone(2, at(2)), StepDone(3, at(3)), StepDone(4, at(4))]

    assert adherence(steps).in_order == 3


def test_steps_of_the_same_place_may_come_in_any_order():
    steps = [StepDone(1, at(1)), StepDone(2, at(3)), StepDone(2, at(2)), StepDone(3, at(4))]

    assert adherence(steps).in_order == 4


@given(st.permutations(range(6)))
def test_the_steps_in_order_are_the_longest_that_can_be_kept(hours):
    steps = [StepDone(order, at(hour)) for order, hour in enumerate(hours)]

    longest = [1] * 6
    for late in range(6):
        for early in range(late):
            if hours[early] < hours[late]:
                longest[late] = max(longest[late], longest[early] + 1)
    assert adherence(steps).in_order == max(longest)


def test_a_run_without_required_steps_has_no_adherence():
    assert adherence([StepDone(1, at(1), is_required=False)]).share is None


def test_an_event_log_is_sorted_by_case_and_time_then_by_row():
    log = event_log(
        [
            ("b", "plan", at(5)),
            ("a", "close", at(3)),
            ("a", "plan", at(1)),
            ("a", "check", at(1)),
            ("b", "close", at(29)),
        ]
    )

    assert [case.key for case in log.cases] == ["b", "a"]
    assert log.cases[1].activities == ("plan", "check", "close")
    assert log.cases[0].days == 1
    assert (log.events, log.activities) == (5, {"plan": 2, "close": 2, "check": 1})


def test_a_repeated_activity_is_rework():
    log = event_log(
        [("a", "check", at(1)), ("a", "check", at(2)), ("b", "check", at(1)), ("c", "check", at(1))]
    )

    assert log.first_pass_yield == pytest.approx(2 / 3)
    assert [(variant.activities, variant.cases) for variant in log.variants] == [
        (("check",), 2),
        (("check", "check"), 1),
    ]


def test_an_empty_log_has_no_figures():
    log = event_log([])

    assert (log.events, log.median_days, log.mean_days, log.first_pass_yield) == (
        0,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    "events",
    [
        [("a", "plan", "2026-03-02")],
        [("a", "plan", date(2026, 3, 2))],
        [("a", "plan", NOON), ("a", "close", datetime(2026, 3, 2))],
    ],
)
def test_an_event_needs_a_time_like_the_others(events):
    with pytest.raises(ValueError, match="events, time"):
        event_log(events)
