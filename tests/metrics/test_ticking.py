from datetime import date, timedelta

import pytest

from metrics.actions.ticking import close_periods, notice_targets
from metrics.models import Mark, Verdict
from tests.factories.metrics import (
    NOW,
    TODAY,
    ImprovementFactory,
    RegistrationFactory,
    observe,
    settle,
    state_of,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import SeriesFactory, TargetFactory

pytestmark = pytest.mark.django_db
NEXT_MONDAY = date(2026, 7, 6)


def test_a_period_that_ends_is_judged_without_any_new_number():
    series = weekly_series([10.0, 11.0] * 6)
    observe(series, [(TODAY, 99.0)])
    settle()
    assert state_of(series).latest == 11.0

    count = close_periods(today=NEXT_MONDAY, now=NOW)
    settle(NEXT_MONDAY)

    assert count == 1
    assert (state_of(series).latest, state_of(series).variation) == (99.0, "changed")


def test_a_period_that_was_read_as_over_is_left_alone():
    weekly_series([10.0, 11.0] * 6)

    assert close_periods(today=NEXT_MONDAY, now=NOW) == 0
    assert not Mark.objects.pending().exists()


def test_periods_without_data_become_zero_as_they_end():
    series = SeriesFactory(version__empty="zero")
    weekly_series([5.0, 6.0], series=series)

    close_periods(today=NEXT_MONDAY + timedelta(weeks=1), now=NOW)
    settle(NEXT_MONDAY + timedelta(weeks=1))

    assert [point[1] for point in state_of(series).recent] == [5.0, 6.0, 0.0, 0.0]


def test_a_promise_falls_due_or_goes_stale_by_time():
    series = SeriesFactory()
    improvement = ImprovementFactory(state="live", go_live_on=weeks_before(2)[0])
    RegistrationFactory(improvement=improvement, series=series, locked_at=NOW)
    weekly_series([10.0, 12.0] * 8, series=series)
    assert Verdict.objects.get().result == "too_early"

    close_periods(today=NEXT_MONDAY + timedelta(weeks=4), now=NOW)

    assert Verdict.objects.get().reason == "stale"


def test_a_target_that_is_set_changes_what_is_said_of_the_series():
    series = weekly_series([10.0, 11.0] * 7, version__direction="up")
    TargetFactory(series=series, low=1.0)

    assert notice_targets(today=TODAY, now=NOW) == 1
    settle()

    assert state_of(series).assurance == "met"
    assert notice_targets(today=TODAY, now=NOW) == 0


def test_a_target_that_is_taken_back_is_noticed():
    series = SeriesFactory(version__direction="up")
    target = TargetFactory(series=series, low=1.0)
    weekly_series([10.0, 11.0] * 7, series=series)
    target.delete()

    assert notice_targets(today=TODAY, now=NOW) == 1
    settle()

    assert state_of(series).assurance == "none"


def test_a_target_of_the_future_is_not_noticed_before_its_day():
    series = weekly_series([10.0, 11.0] * 7, version__direction="up")
    TargetFactory(series=series, low=1.0, from_on=TODAY + timedelta(days=1))

    assert notice_targets(today=TODAY, now=NOW) == 0
    assert notice_targets(today=TODAY + timedelta(days=1), now=NOW) == 1
