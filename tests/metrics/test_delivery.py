from datetime import timedelta

import pytest

from metrics.actions.judging import judge_all
from metrics.models import Verdict
from productops.models import ChangeEntry
from tests.factories.metrics import (
    NOW,
    TODAY,
    live_on,
    observe,
    promised_on,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import SeriesFactory

pytestmark = pytest.mark.django_db
BEFORE = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
HIGHER = [value + 10 for value in BEFORE]


def with_dose(dose, *, values, weeks_ago, **words):
    """A promise judged by ``values``, of a change that counts as delivered at 80 of its dose."""
    reach, series = SeriesFactory(), SeriesFactory()
    promise = promised_on(
        series, weeks_ago=weeks_ago, change_dose_series=reach, change_dose_level=80, **words
    )
    weekly_series(dose, series=reach)
    weekly_series(values, series=series)
    promise.improvement.refresh_from_db()
    return promise


def verdicts(promise):
    return {verdict.basis: verdict for verdict in Verdict.objects.filter(registration=promise)}


def test_it_counts_as_delivered_from_the_first_week_in_which_the_dose_was_reached():
    promise = with_dose(
        [0.0, 10.0, 40.0, 85.0, *[90.0] * 8], values=BEFORE + BEFORE[:4] + HIGHER[:8], weeks_ago=12
    )

    assert promise.improvement.delivery == "delivered"
    assert promise.improvement.delivered_on == weeks_before(9)[0]


def test_as_delivered_it_is_judged_from_that_day_and_by_the_time_before_it_went_live():
    promise = with_dose(
        [0.0, 10.0, 40.0, 70.0, *[90.0] * 8], values=BEFORE + BEFORE[:4] + HIGHER[:8], weeks_ago=12
    )

    decided, delivered = verdicts(promise)["decided"], verdicts(promise)["delivered"]
    assert (decided.n_before, decided.n_after) == (12, 8)
    assert decided.summary["after"]["mean"] < 17
    assert (delivered.result, delivered.n_before, delivered.n_after) == ("improved", 12, 8)
    assert delivered.summary["after"]["mean"] == pytest.approx(21)


def test_a_dose_that_was_reached_before_counts_from_going_live():
    promise = with_dose([90.0] * 20, values=BEFORE + HIGHER[:8], weeks_ago=8)

    assert promise.improvement.delivered_on == live_on(8)


def test_a_dose_that_is_not_reached_within_the_window_is_no_implementation():
    promise = with_dose([10.0] * 12, values=BEFORE + BEFORE[:8], weeks_ago=8)

    assert promise.improvement.delivery == "not_implemented"
    assert list(verdicts(promise)) == ["decided"]
    assert verdicts(promise)["decided"].result == "no_change"


def test_as_long_as_the_window_runs_the_dose_may_still_come():
    promise = with_dose([10.0] * 8, values=BEFORE + HIGHER[:7], weeks_ago=7)

    assert promise.improvement.delivery == "waiting"
    assert not ChangeEntry.objects.filter(verb__contains="deliver").exists()


def test_where_less_is_the_dose_it_is_reached_from_above():
    promise = with_dose(
        [200.0, 150.0, *[70.0] * 8],
        values=BEFORE + HIGHER[:8],
        weeks_ago=8,
        change_dose_direction="down",
    )

    assert promise.improvement.delivered_on == weeks_before(8)[0]


def test_without_a_dose_nothing_is_said_of_delivery():
    promise = promised_on(SeriesFactory(), weeks_ago=8)
    weekly_series(BEFORE + HIGHER[:8], series=promise.series)

    promise.improvement.refresh_from_db()
    assert promise.improvement.delivery == "unasked"
    assert list(verdicts(promise)) == ["decided"]


def test_the_dose_may_come_after_the_numbers_and_is_noticed_and_logged():
    promise = with_dose([10.0] * 12, values=BEFORE + HIGHER[:8], weeks_ago=8)

    observe(promise.improvement.dose_series, [(live_on(8) + timedelta(days=1), 999.0)])
    settle()

    promise.improvement.refresh_from_db()
    assert promise.improvement.delivery == "delivered"
    assert "delivered" in verdicts(promise)
    entries = ChangeEntry.objects.filter(kind="metrics.improvement", verb="found delivered")
    assert entries.get().after == {"delivery": "delivered", "delivered_on": str(live_on(8))}


def test_a_dose_that_was_corrected_takes_the_verdict_as_delivered_back():
    promise = with_dose([10.0, *[90.0] * 8], values=BEFORE + HIGHER[:8], weeks_ago=8)
    assert "delivered" in verdicts(promise)

    days = [day + timedelta(days=1) for day in weeks_before(8)]
    observe(promise.improvement.dose_series, [(day, -90.0) for day in days])
    settle()

    promise.improvement.refresh_from_db()
    assert promise.improvement.delivery == "not_implemented"
    assert list(verdicts(promise)) == ["decided"]


def test_time_alone_makes_a_missing_dose_missed():
    promise = with_dose([10.0] * 8, values=BEFORE + HIGHER[:7], weeks_ago=7)

    judge_all(today=TODAY + timedelta(weeks=1), now=NOW)

    promise.improvement.refresh_from_db()
    assert promise.improvement.delivery == "not_implemented"
