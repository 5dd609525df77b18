"""Computed KPIs: what becomes of their inputs is seen in them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from metrics.actions import definitions, recompute
from metrics.actions.ingest import Row, delete_observations, record_observations
from metrics.actions.intake import take_observations
from metrics.actions.ticking import close_periods
from metrics.models import Mark, Observation, Snapshot
from metrics.verify.computed import differences
from objectives.actions import change_definition, define_kpi, series_for
from objectives.models import Kpi, Series
from productops import clock
from productops.exchange import Refused
from teams.models import Subject
from tests.factories.metrics import NOW, TODAY, observe, settle, weeks_before
from tests.factories.teams import ProductFactory

pytestmark = pytest.mark.django_db


def kpi(slug, **meant):
    return define_kpi(
        name=slug, slug=slug, by=None, **({"cadence": "week", "aggregation": "sum"} | meant)
    )


def series(slug, subject=None) -> Series:
    return Series.objects.get(kpi__slug=slug, subject=subject or Subject.organisation())


def values(slug):
    return dict(Snapshot.objects.filter(series__kpi__slug=slug).values_list("period", "value"))


@pytest.fixture
def share():
    """Bugs for each release, of the organisation, with numbers of three weeks."""
    for slug in ("bugs", "releases"):
        series_for(kpi=kpi(slug), subject=Subject.organisation(), by=None)
    made = kpi("share", expression="{bugs} / {releases}")
    weeks = weeks_before(3)
    observe(series("bugs"), zip(weeks, [6.0, 3.0, 8.0], strict=True))
    observe(series("releases"), zip(weeks, [2.0, 3.0, 4.0], strict=True))
    definitions.work_slice(60)
    settle()
    return made


def test_a_series_begins_wherever_all_inputs_have_one(share, checkout):
    assert values("share") == dict(zip(weeks_before(3), [3, 1, 2], strict=True))

    series_for(kpi=Kpi.objects.get(slug="bugs"), subject=checkout.subject, by=None)
    assert not share.series.filter(subject=checkout.subject).exists()
    raws = [(1, {"kpi": "releases", "product": "checkout", "at": "2026-06-02", "value": 2})]
    take_observations(raws=raws, by=None)

    assert share.series.filter(subject=checkout.subject).exists()


def test_writing_and_deleting_a_number_of_an_input_marks_what_is_computed_from_it(share):
    (first, second, _third) = weeks_before(3)

    observe(series("bugs"), [(first + timedelta(days=1), 4.0)])
    assert set(Mark.objects.pending().values_list("series__kpi__slug", "period")) == {
        ("bugs", first),
        ("share", first),
    }
    settle()
    gone = Observation.objects.filter(series=series("releases"), on=second).get()
    delete_observations(keys=[(gone.series_id, gone.on, gone.at, "")], by=None)
    settle()

    assert list(values("share").values()) == [5, None, 2]


def test_a_chain_of_formulas_follows_at_once(share):
    kpi("load", expression="{share} * 10", cadence="month")
    definitions.work_slice(60)
    settle()

    observe(series("bugs"), [(weeks_before(1)[0], 9.0)], external_id="b")
    assert Mark.objects.pending().filter(series__kpi__slug="load").exists()
    settle()

    assert values("load") == {weeks_before(3)[0].replace(day=1): pytest.approx(26 / 9 * 10)}


def test_a_definition_of_an_input_that_changes_changes_what_is_computed(share):
    change_definition(
        kpi=Kpi.objects.get(slug="bugs"),
        valid_from=TODAY,
        reason="Only the worst",
        restates_history=True,
        by=None,
        aggregation="count",
    )
    definitions.work_slice(60)
    settle()

    assert list(values("share").values()) == [0.5, pytest.approx(1 / 3), 0.25]


def test_another_formula_counts_from_its_day_on(share):
    second = weeks_before(2)[0]
    change_definition(
        kpi=share, valid_from=second, reason="Per ten", by=None, expression="{bugs} * 10"
    )
    definitions.work_slice(60)
    settle()

    assert list(values("share").values()) == [3, 30, 80]
    numbers = Snapshot.objects.filter(series=series("share")).order_by("period")
    assert list(numbers.values_list("kpi_version__number", flat=True)) == [1, 2, 2]


def test_zeros_between_the_numbers_of_an_input_are_computed_too():
    for slug, empty in [("bugs", "zero"), ("releases", "gap")]:
        series_for(kpi=kpi(slug, empty=empty), subject=Subject.organisation(), by=None)
    kpi("left", expression="{releases} - {bugs}")
    weeks = weeks_before(5)
    observe(series("releases"), [(week, 4.0) for week in weeks])
    definitions.work_slice(60)
    settle()
    assert list(values("left").values()) == [None] * 5

    observe(series("bugs"), [(weeks[1], 1.0)])
    settle()
    assert list(values("left").values()) == [None, 3, 4, 4, 4]
    observe(series("bugs"), [(weeks[0], 2.0)])
    settle()

    assert list(values("left").values()) == [2, 3, 4, 4, 4]


def test_a_period_in_which_an_input_stays_empty_is_computed_when_it_ends():
    for slug, empty in [("bugs", "zero"), ("releases", "gap")]:
        series_for(kpi=kpi(slug, empty=empty), subject=Subject.organisation(), by=None)
    kpi("left", expression="{releases} - {bugs}", cadence="month")
    observe(series("bugs"), [(date(2026, 5, 5), 1.0)])
    observe(series("releases"), [(date(2026, 6, 2), 4.0)])
    definitions.work_slice(60)
    settle()
    june = TODAY.replace(day=1)
    assert values("left")[june] is None

    tomorrow = TODAY + timedelta(days=1)
    close_periods(today=tomorrow, now=NOW + timedelta(days=1))
    settle(tomorrow, NOW + timedelta(days=1))

    assert values("left")[june] == 4


def test_a_series_that_two_writers_forgot_begins_by_night_with_all_its_past(share):
    Snapshot.objects.filter(series=series("share")).delete()
    Mark.objects.filter(series=series("share")).delete()
    series("share").delete()

    close_periods(today=TODAY, now=NOW)
    settle()

    assert list(values("share").values()) == [3, 1, 2]


def test_a_computed_series_is_as_new_as_the_newest_number_behind_it(share):
    newest = Observation.objects.order_by("at").last()

    assert series("share").state.observed_at == newest.at


def test_what_differs_from_its_formula_is_found(share):
    Snapshot.objects.filter(series=series("share"), period=weeks_before(2)[0]).update(value=7)
    Snapshot.objects.filter(series=series("share"), period=weeks_before(1)[0]).delete()

    found = list(differences(series("share"), TODAY))

    assert [(each.found, each.expected) for each in found] == [
        ("7.0 of 2", "1.0 of 2"),
        ("no snapshot", "2.0 of 2"),
    ]


def test_marking_costs_one_query_where_nothing_is_computed():
    series_for(kpi=kpi("bugs"), subject=Subject.organisation(), by=None)
    for _count in range(2):
        with CaptureQueriesContext(connection) as captured:
            record_observations(
                rows=[Row(series("bugs").pk, TODAY, clock.start_of(TODAY), "", 1.0, None, None)],
                by=None,
            )
    assert sum("kpiinput" in query["sql"] for query in captured) <= 1


def batch_cost(count: int) -> int:
    for place in range(count):
        subject = ProductFactory().subject
        for slug in ("bugs", "releases"):
            made = series_for(kpi=Kpi.objects.get(slug=slug), subject=subject, by=None)
            observe(made, [(week, 1.0 + place) for week in weeks_before(8)])
    recompute.work_batch(today=TODAY, now=NOW)
    Mark.objects.update(done=0)
    with CaptureQueriesContext(connection) as captured:
        recompute.work_batch(today=TODAY, now=NOW)
    assert not Mark.objects.pending().exists()
    return len(captured)


def test_a_batch_of_computed_series_costs_the_same_for_any_number(share):
    one = batch_cost(1)

    assert batch_cost(3) == one


def test_a_formula_that_is_written_late_counts_all_that_is_known(share):
    kpi("double", expression="{bugs} * 2")
    definitions.work_slice(60)
    settle()

    assert list(values("double").values()) == [12, 6, 16]


@pytest.mark.parametrize("door", ["rows", "page", "api"])
def test_a_computed_kpi_takes_no_numbers_of_its_own(share, as_, api, ines, door):
    row = {"kpi": "share", "at": "2026-06-02", "value": 1}
    before = Observation.objects.count()

    if door == "rows":
        with pytest.raises(Refused) as refused:
            take_observations(raws=[(1, row | {"kpi": "bugs"}), (2, row)], by=None)
        (found,) = refused.value.report.refused
        assert (found.row, found.column) == (2, "kpi")
        text = found.reason
    elif door == "page":
        sent = row | {"subject": Subject.organisation().pk}
        answer = as_(ines).post(reverse("metrics:observation-new"), sent)
        assert answer.status_code == 422
        text = answer.content.decode()
    else:
        answer = api(ines).post(
            "/api/v1/observations/", {"observations": [row]}, "application/json"
        )
        assert 400 <= answer.status_code < 500
        text = answer.content.decode()

    assert "computed from others" in text
    assert Observation.objects.count() == before
