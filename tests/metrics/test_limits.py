from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.actions.charts import (
    CannotSay,
    exclude_point,
    include_point,
    join_limits,
    release_limits,
    split_limits,
)
from metrics.models import Exclusion, Segment, SeriesState
from metrics.spc import limits_of
from productops.models import ChangeEntry
from tests.factories.metrics import (
    TODAY,
    observe,
    settle,
    state_of,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import KpiVersionFactory, SeriesFactory, TargetFactory

pytestmark = pytest.mark.django_db
# A process that is at rest: mean 10.5, moving ranges of 1.
CALM = [10.0, 11.0] * 20


def only_segment(series) -> Segment:
    return Segment.objects.get(series=series)


def add(series, value: float, day: date) -> None:
    observe(series, [(day, value)])
    settle()


@pytest.mark.parametrize(
    ("count", "n"), [(1, 0), (6, 5), (7, 6), (12, 11), (24, 23), (25, 24), (40, 24)]
)
def test_limits_come_from_the_closed_points_before_the_newest_and_from_24_at_most(count, n):
    series = weekly_series(CALM[:count])

    segment = only_segment(series)
    expected = limits_of(CALM[:n]) if n >= 6 else limits_of([])
    assert segment.n == n
    assert (segment.centre, segment.lower, segment.upper) == (
        expected.centre, expected.lower, expected.upper,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("count", "is_provisional", "is_locked"),
    [
        (7, True, False),
        (12, True, False),
        (13, False, False),
        (24, False, False),
        (25, False, True),
    ],
)
def test_limits_are_provisional_below_12_points_and_lock_at_24(count, is_provisional, is_locked):
    segment = only_segment(weekly_series(CALM[:count]))

    assert segment.is_provisional == is_provisional
    assert (segment.locked_at is not None) == is_locked
    assert segment.locked_by is None


def test_the_open_period_is_neither_judged_nor_counted():
    series = weekly_series(CALM[:10])

    add(series, 999.0, TODAY)

    state = state_of(series)
    assert (state.latest, state.n, state.variation) == (11.0, 9, "usual")
    assert state.recent[-1] == ["2026-06-29", 999.0, False, False, ""]


def test_limits_do_not_depend_on_the_order_in_which_data_came():
    straight = weekly_series(CALM[:30])
    backward = SeriesFactory()
    days = list(zip(weeks_before(30), CALM[:30], strict=True))
    for part in (days[20:], days[:5], days[5:20]):
        observe(backward, part)
        settle()

    fields = ("from_period", "baseline_until", "centre", "lower", "upper", "n")
    one, other = only_segment(straight), only_segment(backward)
    assert [getattr(one, name) for name in fields] == [getattr(other, name) for name in fields]


def test_a_signal_on_the_newest_point_is_read_by_the_kpis_direction():
    up = weekly_series([*CALM[:12], 20.0], version__direction="up")
    down = weekly_series([*CALM[:12], 20.0], version__direction="down")
    neutral = weekly_series([*CALM[:12], 20.0])

    found = [state_of(series).variation for series in (up, down, neutral)]
    assert found == ["better", "worse", "changed"]
    assert state_of(up).signals == ["outside"]


def test_since_when_a_shift_lasts_is_told():
    series = weekly_series([*CALM[:24], *[11.4] * 9], version__direction="up")

    state = state_of(series)
    assert state.signals == ["run"]
    assert state.signal_since == weeks_before(10)[0]  # the 11.0 before it lies above 10.5


def test_a_point_left_out_stays_drawn_and_leaves_the_limits(ines):
    series = weekly_series([*CALM[:6], 99.0, *CALM[:6]])

    exclude_point(series=series, period=weeks_before(7)[0], reason="An incident", by=ines)
    settle()

    segment, state = only_segment(series), state_of(series)
    assert (segment.n, segment.upper) == (11, limits_of([*CALM[:6], *CALM[:5]]).upper)
    assert state.recent[6] == [str(weeks_before(7)[0]), 99.0, True, True, ""]


def test_a_point_taken_back_counts_again(ines):
    series = weekly_series([*CALM[:6], 99.0, *CALM[:6]])
    wide = only_segment(series).upper
    period = weeks_before(7)[0]
    exclude_point(series=series, period=period, reason="An incident", by=ines)
    settle()

    include_point(series=series, period=period, by=ines)
    settle()

    assert only_segment(series).upper == wide
    assert not Exclusion.objects.exists()


def test_limits_can_be_held_from_12_points_and_then_no_data_moves_them(ines):
    series = weekly_series(CALM[:13])
    only_segment(series).lock(by=ines)
    held = only_segment(series)

    observe(series, [(weeks_before(13)[2] + timedelta(days=1), 500.0)])
    settle()

    assert only_segment(series).upper == held.upper
    assert ChangeEntry.objects.filter(verb="lock").count() == 1


def test_limits_of_fewer_points_cannot_be_held(ines):
    series = weekly_series(CALM[:12])

    with pytest.raises(ValueError, match="12"):
        only_segment(series).lock(by=ines)


def test_limits_let_go_move_again(ines):
    series = weekly_series(CALM[:13])
    only_segment(series).lock(by=ines)

    release_limits(segment=only_segment(series), by=ines)
    add(series, 30.0, weeks_before(13)[2] + timedelta(days=1))

    assert only_segment(series).upper > limits_of(CALM[:12]).upper


def test_a_split_begins_limits_of_its_own_and_keeps_the_former(ines):
    series = weekly_series([*CALM[:12], *[value + 50 for value in CALM[:12]]])
    period = weeks_before(12)[0]

    split_limits(series=series, period=period, cause="A new process", by=ines)
    settle()

    first, second = Segment.objects.filter(series=series)
    assert (first.n, first.centre) == (12, 10.5)
    assert (second.n, second.cause) == (11, "A new process")
    assert second.centre == pytest.approx(limits_of([v + 50 for v in CALM[:11]]).centre)
    assert state_of(series).variation == "usual"


def test_a_split_taken_back_leaves_one_segment(ines):
    series = weekly_series([*CALM[:12], *[value + 50 for value in CALM[:12]]])
    segment = split_limits(series=series, period=weeks_before(12)[0], cause="New", by=ines)
    settle()

    join_limits(segment=segment, by=ines)
    settle()

    assert only_segment(series).n == 23


@pytest.mark.parametrize(
    ("week", "cause"), [(3, ""), (3, "  "), (99, "Nothing is there"), (0, "Limits begin there")]
)
def test_limits_are_not_split_without_a_cause_or_a_point(ines, week, cause):
    series = weekly_series(CALM[:12])
    period = weeks_before(12)[0] + timedelta(weeks=week)

    with pytest.raises(CannotSay):
        split_limits(series=series, period=period, cause=cause, by=ines)


def test_a_new_definition_begins_new_limits():
    series = weekly_series(CALM[:24])
    KpiVersionFactory(kpi=series.kpi, valid_from=weeks_before(10)[0], aggregation="max")

    add(series, 11.0, weeks_before(1)[0] + timedelta(days=2))

    first, second = Segment.objects.filter(series=series)
    assert second.from_period == weeks_before(10)[0]
    assert second.cause == "The definition changed"
    assert first.kpi_version.number == 1
    assert second.kpi_version.number == 2


def test_a_constant_series_has_no_limits_and_any_departure_is_a_signal():
    series = weekly_series([*[5.0] * 12, 5.1])

    assert only_segment(series).upper is None
    assert state_of(series).variation == "changed"


@pytest.mark.parametrize(
    ("direction", "bounds", "assurance"),
    [
        ("up", {"low": 5.0}, "met"),
        ("up", {"low": 30.0}, "missed"),
        ("up", {"low": 10.5}, "hit_or_miss"),
        ("down", {"low": None, "high": 30.0}, "met"),
        ("down", {"low": 5.0, "high": None}, "none"),
        ("band", {"low": 0.0, "high": 30.0}, "met"),
        ("band", {"low": 10.0, "high": 11.0}, "hit_or_miss"),
        ("neutral", {"low": 5.0}, "none"),
    ],
)
def test_a_target_is_read_against_the_limits(direction, bounds, assurance):
    series = SeriesFactory(version__direction=direction)
    TargetFactory(series=series, **bounds)

    weekly_series(CALM[:14], series=series)

    assert state_of(series).assurance == assurance


def test_the_target_that_holds_now_counts():
    series = SeriesFactory(version__direction="up")
    TargetFactory(series=series, low=30.0)
    TargetFactory(series=series, low=5.0, from_on=TODAY)
    TargetFactory(series=series, low=40.0, from_on=TODAY + timedelta(days=1))

    weekly_series(CALM[:14], series=series)

    state = state_of(series)
    assert (state.assurance, state.target_low) == ("met", 5.0)


def test_a_batch_costs_the_same_for_any_number_of_series():
    costs = []
    for number in (1, 3):
        for _ in range(number):
            observe(SeriesFactory(), zip(weeks_before(30), CALM[:30], strict=True))
        # The databases differ in how many statements a batch takes; within one it is constant.
        with CaptureQueriesContext(connection) as captured:
            settle()
        costs.append(len(captured))

    assert costs[0] == costs[1] <= 30
    assert SeriesState.objects.count() == 4


def test_a_long_history_is_read_by_its_newest_points_and_its_stored_limits():
    days = [TODAY - timedelta(days=back) for back in range(300, 0, -1)]
    series = SeriesFactory(version__cadence="day", version__direction="up")
    observe(series, zip(days, CALM * 8, strict=False))
    settle()

    observe(series, [(days[3], 1000.0)], external_id="late")
    settle()

    segment = only_segment(series)
    assert (segment.from_period, segment.n) == (days[0], 24)
    assert segment.upper == pytest.approx(limits_of([10, 11, 10, 505.5, *CALM[:20]]).upper)
    assert state_of(series).variation == "worse"  # all the newest lie below the new centre
    assert len(state_of(series).recent) == 26


def test_anhoejs_rules_mark_the_chart_and_no_point():
    series = SeriesFactory(rule_set="anhoej", version__direction="up")

    weekly_series([*CALM[:24], *[11.2] * 14], series=series)

    state = state_of(series)
    assert (state.variation, state.signals) == ("changed", [])
