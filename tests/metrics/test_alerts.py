"""Episodes of signals: raised on the first point, told once, over when the signal is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.actions.charts import exclude_point, split_limits
from metrics.models import Alert, Observation
from tests.factories.metrics import TODAY, observe, settle, weekly_series, weeks_before
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
# A process that is at rest: mean 10.5, moving ranges of 1.
CALM = [10.0, 11.0] * 8
NEXT = TODAY + timedelta(weeks=1)


def episodes(series) -> list[tuple]:
    rows = Alert.objects.filter(series=series).order_by("since")
    return [(row.since, row.side, row.is_open, row.is_withdrawn) for row in rows]


def calm(**kwargs):
    return weekly_series(CALM, version__direction="down", **kwargs)


def next_week(series, value: float, weeks: int = 1) -> None:
    """The week after the newest one closes with a value."""
    today = TODAY + timedelta(weeks=weeks)
    observe(series, [(weeks_before(1, today)[0], value)])
    settle(today)


def test_the_first_point_of_a_signal_raises_one_alert():
    series = calm()
    next_week(series, 20.0)

    alert = Alert.objects.get()
    assert (alert.series, alert.since, alert.seen_in) == (series, *2 * weeks_before(1, NEXT))
    assert (alert.side, alert.variation, alert.names) == ("high", "worse", ["outside"])
    assert (alert.value, alert.told_at) == (20.0, None)


def test_a_signal_that_lasts_raises_no_second_alert():
    series = calm()
    next_week(series, 20.0)
    next_week(series, 21.0, weeks=2)

    assert episodes(series) == [(weeks_before(1, NEXT)[0], "high", True, False)]


def test_it_is_over_with_the_first_usual_point_and_armed_anew_then():
    series = calm()
    for weeks, value in enumerate((20.0, 10.0, 20.0), 1):
        next_week(series, value, weeks)

    first, _calm, second = weeks_before(3, TODAY + timedelta(weeks=3))
    assert episodes(series) == [(first, "high", False, False), (second, "high", True, False)]


def test_a_signal_that_turns_to_the_other_side_is_another_one():
    series = calm()
    next_week(series, 20.0)
    next_week(series, 1.0, weeks=2)

    assert [row[1:3] for row in episodes(series)] == [("high", False), ("low", True)]


def test_a_run_is_raised_when_its_eighth_point_comes_and_tells_where_it_began():
    series = weekly_series([*CALM, *[11.4] * 6])
    assert episodes(series) == []

    next_week(series, 11.4)

    alert = Alert.objects.get()
    assert alert.names == ["run"]
    assert (alert.since, alert.seen_in) == (weeks_before(8, NEXT)[0], weeks_before(1, NEXT)[0])


def test_three_years_that_come_at_once_raise_at_most_what_the_newest_point_says():
    values = [*CALM * 4, 30.0, *CALM * 4, *[11.4] * 12]
    old, fresh = weekly_series(values), weekly_series([*CALM * 4, 30.0, *CALM, 30.0])

    assert episodes(old) == []
    assert [row[0] for row in episodes(fresh)] == weeks_before(1)


def test_numbers_that_are_late_raise_none():
    series = SeriesFactory()
    days = weeks_before(20)[:17]
    observe(series, zip(days, [*CALM, 30.0], strict=True))
    settle()

    assert episodes(series) == []


def test_a_correction_of_the_newest_number_raises_and_withdraws():
    series = calm()
    newest = weeks_before(1)[0]

    observe(series, [(newest, 40.0)], external_id="more")
    settle()
    assert [row[2:] for row in episodes(series)] == [(True, False)]

    Observation.objects.filter(series=series, external_id="more").delete()
    observe(series, [(newest, 11.0)], external_id="again")
    settle()
    assert [row[2:] for row in episodes(series)] == [(False, True)]


def test_older_numbers_that_are_corrected_raise_none():
    series = weekly_series([*CALM, 13.0], version__aggregation="sum")
    before = episodes(series)

    observe(series, [(day, 0.0) for day in weeks_before(12)[:6]], external_id="late")
    observe(series, [(weeks_before(3)[0], 90.0)], external_id="late")
    settle()

    assert episodes(series) == before


def test_a_point_left_out_ends_its_alert_and_raises_no_other(ines):
    series = calm()
    next_week(series, 20.0)

    exclude_point(series=series, period=weeks_before(1, NEXT)[0], reason="A freeze", by=ines)
    settle(NEXT)

    assert [row[2:] for row in episodes(series)] == [(False, True)]


def test_new_limits_raise_none(ines):
    series = weekly_series([*CALM, *[14.0, 15.0] * 4])
    Alert.objects.all().delete()

    split_limits(series=series, period=weeks_before(8)[0], cause="Another way", by=ines)
    settle()

    assert episodes(series) == []


def test_a_definition_that_counts_anew_raises_none():
    series = weekly_series(CALM, version__direction="down")

    KpiVersionFactory(kpi=series.kpi, number=2, valid_from=weeks_before(5)[0], aggregation="count")
    observe(series, [(day, 1.0) for day in weeks_before(4)], external_id="more")
    settle()

    assert episodes(series) == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_without_a_change_of_signals_asks_for_no_alert(count):
    batch = [calm() for _number in range(count)]
    for series in batch:
        observe(series, [(weeks_before(1, NEXT)[0], 10.0)])

    with CaptureQueriesContext(connection) as captured:
        settle(NEXT)

    assert [each["sql"] for each in captured if "metrics_alert" in each["sql"]] == []


@pytest.mark.parametrize("count", [1, 3])
def test_alerts_of_a_batch_are_raised_and_ended_in_one_statement_each(count):
    batch = [calm() for _number in range(count)]
    for series in batch:
        next_week(series, 20.0)
    for number, series in enumerate(batch):
        values = (10.0, 1.0) if number % 2 else (1.0, 10.0)
        observe(series, zip(weeks_before(1, NEXT + timedelta(weeks=1)), values, strict=False))

    with CaptureQueriesContext(connection) as captured:
        settle(NEXT + timedelta(weeks=1))

    asked = [each["sql"] for each in captured if '"metrics_alert"' in each["sql"]]
    assert len(asked) == 2
