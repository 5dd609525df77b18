from datetime import date

import pytest

from metrics.actions.measuring import backfill, record_measures
from metrics.models import Observation, ObservationRevision
from objectives.models import Kpi
from productops.measures import Aggregation, Cadence, Direction, Measure
from tests.factories.metrics import settle, state_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 23)


def measure(compute, **words) -> Measure:
    given = {
        "key": "test.open-gaps",
        "name": "Open gaps",
        "unit": "",
        "direction": Direction.DOWN,
        "cadence": Cadence.WEEK,
        "aggregation": Aggregation.LAST,
        "subject_kind": "product",
        "compute": compute,
    }
    return Measure(**given | words)


def record(*measures, on=DAY):
    return record_measures(on=on, by=None, measures=measures)


def test_a_measure_becomes_a_kpi_with_a_series_for_each_subject(checkout, billing):
    done = record(measure(lambda on: {checkout.subject.pk: 3, billing.subject.pk: 5}))

    kpi = Kpi.objects.get()
    assert (done.values, done.failed) == (2, [])
    assert (kpi.slug, kpi.measure) == ("test-open-gaps", "test.open-gaps")
    assert (kpi.definition.direction, kpi.definition.cadence) == ("down", "week")
    assert sorted(Observation.objects.values_list("value", flat=True)) == [3, 5]


def test_a_second_run_of_a_day_corrects_the_first(checkout):
    record(measure(lambda on: {checkout.subject.pk: 3}))

    record(measure(lambda on: {checkout.subject.pk: 4}))

    assert Observation.objects.get().value == 4
    assert ObservationRevision.objects.get().value == 3


def test_what_is_not_measured_any_more_leaves_the_day(checkout, billing):
    record(measure(lambda on: {checkout.subject.pk: 3, billing.subject.pk: 5}))

    record(measure(lambda on: {checkout.subject.pk: 3}))

    assert Observation.objects.get().series.subject == checkout.subject


def test_a_ratio_keeps_its_parts(checkout):
    record(measure(lambda on: {checkout.subject.pk: (3, 4)}, aggregation=Aggregation.RATIO))
    settle(date(2026, 7, 6))

    observation = Observation.objects.get()
    assert (observation.numerator, observation.denominator) == (3, 4)
    assert state_of(observation.series).latest == 0.75


def test_a_subject_that_is_gone_is_left_out(checkout):
    done = record(measure(lambda on: {checkout.subject.pk: 3, 10**9: 5}))

    assert done.values == 1


def broken(on):
    raise ValueError("no data")


def test_a_measure_that_fails_does_not_keep_the_others_from_being_written(checkout):
    good = measure(lambda on: {checkout.subject.pk: 1}, key="test.good")

    done = record(measure(broken, key="test.bad"), good)

    assert (done.values, done.failed) == (1, ["test.bad"])


@pytest.mark.parametrize("value", [(1, 2), "x", None])
def test_the_wrong_kind_of_number_is_a_failure_and_nothing_is_written(checkout, value):
    done = record(measure(lambda on: {checkout.subject.pk: value}))

    assert done.failed == ["test.open-gaps"]
    assert not Observation.objects.exists()


def test_every_measure_of_the_application_can_be_taken(checkout, checkout_team, mia, ines):
    done = record_measures(on=DAY, by=ines)

    assert done.failed == []


def test_the_past_can_be_filled_in_day_by_day(checkout):
    done = backfill(first=DAY, last=date(2026, 6, 24), by=None)

    assert done.failed == []
    assert set(Observation.objects.values_list("on", flat=True)) <= {DAY, date(2026, 6, 24)}
