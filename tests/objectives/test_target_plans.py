"""The target of a series by month or quarter, and what "No target" looks like."""

import io
import json
from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from metrics.models import SeriesState
from objectives.actions import plan_targets
from objectives.exchange import kpis as files
from objectives.forms.targets import FillForm, TargetPlanForm
from objectives.models import Kpi, Target
from objectives.target_plan import held_on, only_changes, periods_ahead, straight
from productops import clock
from productops.changelog import history_of
from teams.models import Subject
from tests.factories.objectives import KpiVersionFactory, SeriesFactory, TargetFactory


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


@pytest.fixture
def series(checkout):
    """Higher is better; at least 40 since long."""
    found = SeriesFactory(kpi__slug="activation", subject=checkout.subject, version__direction="up")
    TargetFactory(series=found, low=40)
    return found


def sent(series, client, values, query=""):
    """The form of the page as a browser would send it, with some values typed."""
    page = client.get(url("target-plan", series.pk) + query)
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()} | values


def steps_of(series):
    return list(series.targets.values_list("from_on", "low", "high"))


# Pure ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "grain", "first", "last", "number"),
    [
        (date(2026, 11, 26), "month", date(2026, 12, 1), date(2027, 11, 1), 12),
        (date(2026, 12, 1), "month", date(2026, 12, 1), date(2027, 11, 1), 12),
        (date(2026, 11, 26), "quarter", date(2027, 1, 1), date(2027, 10, 1), 4),
        (date(2028, 2, 29), "quarter", date(2028, 4, 1), date(2029, 1, 1), 4),
    ],
)
def test_periods_ahead_begin_within_twelve_months(today, grain, first, last, number):
    found = periods_ahead(today, grain)

    assert (found[0], found[-1], len(found)) == (first, last, number)


def test_a_straight_line_has_both_its_ends():
    assert straight(10, 40, 4) == [10, 20, 30, 40]
    assert straight(1, 2, 4) == [1, 1.333, 1.667, 2]
    assert straight(7, 7, 1) == [7]


def test_only_what_differs_is_a_target_and_an_empty_period_is_as_before():
    days = periods_ahead(date(2026, 11, 26), "quarter")
    typed = [(days[0], 40, None), (days[1], None, None), (days[2], 50, None), (days[3], 50, None)]

    assert only_changes((40, None), typed) == [(days[2], 50, None)]


def test_what_holds_is_the_newest_that_has_begun():
    steps = [(date(2026, 1, 1), 1.0, None), (date(2026, 3, 1), 2.0, None)]

    assert held_on(date(2026, 2, 28), steps) == (1.0, None)
    assert held_on(date(2025, 1, 1), steps) == (None, None)


# The page -----------------------------------------------------------------------------------
def test_the_form_starts_with_what_holds(series, as_, mia):
    form = as_(mia).get(url("target-plan", series.pk)).context["form"]

    assert [field.value() for _day, (field,) in form.periods] == [40] * 12


def test_a_straight_line_is_saved_from_each_periods_first_day(series, as_, mia):
    client, query = as_(mia), "?by=quarter&low_from=40&low_to=70"
    days = periods_ahead(clock.today(), "quarter")
    body = sent(series, client, {}, query)

    response = client.post(url("target-plan", series.pk) + query, body)

    assert response.headers["Location"] == url("kpi-detail", "activation")
    assert steps_of(series)[1:] == [(days[1], 50, None), (days[2], 60, None), (days[3], 70, None)]
    assert history_of(series)[0].after[days[3].isoformat()] == "≥ 70"


def test_a_plan_is_planned_anew_and_the_past_stays(series, as_, mia):
    days = periods_ahead(clock.today(), "month")
    later = (days[-1] + timedelta(days=400), 90.0, None)
    for day, low in ((days[2] + timedelta(days=10), 45), (later[0], 90)):
        TargetFactory(series=series, from_on=day, low=low)
    client = as_(mia)
    body = sent(series, client, {f"low_{number}": "" for number in range(1, 13)} | {"low_5": "55"})

    client.post(url("target-plan", series.pk), body)

    assert steps_of(series) == [(date(2020, 1, 1), 40, None), (days[4], 55, None), later]


def test_the_same_plan_again_changes_nothing(series, as_, mia):
    client = as_(mia)

    client.post(url("target-plan", series.pk), sent(series, client, {}))

    assert len(steps_of(series)) == 1
    assert not history_of(series).exists()


def test_a_plan_that_was_read_before_another_was_saved_is_stale(series, as_, mia):
    client = as_(mia)
    body = sent(series, client, {"low_1": "60"})
    TargetFactory(series=series, from_on=date(2021, 1, 1), low=50)

    late = client.post(url("target-plan", series.pk), body)
    again = client.post(
        url("target-plan", series.pk), body | {"version": late.context["form"].mark}
    )

    assert (late.status_code, again.status_code) == (409, 302)
    assert len(steps_of(series)) == 4


def test_a_plan_that_was_read_last_month_is_stale(series):
    fill = FillForm({}, sides=("low",), usual="month")
    facts = {"series": series, "steps": steps_of(series), "fill": fill}
    read = TargetPlanForm(**facts, on=date(2026, 11, 26))

    late = TargetPlanForm(QueryDict(f"version={read.mark}"), **facts, on=date(2026, 12, 2))

    assert not late.is_valid()
    assert late.status == 409


@pytest.mark.parametrize("value", ["many", "1e999", "nan", "1,2,3"])
def test_what_is_no_number_is_told_at_its_period(series, as_, mia, value):
    client = as_(mia)

    response = client.post(url("target-plan", series.pk), sent(series, client, {"low_3": value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["low_3"]
    assert len(steps_of(series)) == 1


def test_a_band_needs_both_ends_in_each_period(checkout, as_, mia):
    band = SeriesFactory(subject=checkout.subject, version__direction="band")
    client = as_(mia)
    body = sent(
        band, client, {"low_1": "3", "high_1": "5", "low_2": "4", "low_3": "9", "high_3": "8"}
    )

    response = client.post(url("target-plan", band.pk), body)

    assert list(response.context["form"].errors) == ["high_2", "high_3"]


def test_a_pm_plans_only_their_own(series, as_, jonas, astrid):
    assert as_(jonas).get(url("target-plan", series.pk)).status_code == 404
    assert as_(astrid).post(url("target-plan", series.pk), {"low_1": "1"}).status_code == 403


def test_the_kpis_page_shows_the_plan_to_date(series, as_, mia):
    today = clock.today()
    began, ended = today - timedelta(days=20), today - timedelta(days=21)
    days = periods_ahead(today, "month")
    TargetFactory(series=series, from_on=began, low=50)
    TargetFactory(series=series, from_on=days[0], low=60)
    SeriesState.objects.create(
        series=series,
        latest=45,
        latest_period=today - timedelta(days=1),
        as_of=timezone.now(),
        recent=[[ended.isoformat(), 42, True, False, ""]],
    )

    (plan,) = as_(mia).get(url("kpi-detail", "activation")).context["plans"]

    assert [(row.target, row.reached, row.word, row.is_now) for row in plan.rows] == [
        ("at least 40", "42", "met", False),
        ("at least 50", "45", "not met", True),
        ("at least 60", "–", "", False),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_plan_and_card_cost_the_same_for_any_number_of_targets(
    series, as_, ines, mia, count, django_assert_num_queries
):
    for number in range(1, count + 1):
        other = SeriesFactory(kpi=series.kpi)
        for each in (series, other):
            TargetFactory(series=each, from_on=date(2100 + number, 1, 1), low=60 + number)
    pm, ops = as_(mia), as_(ines)
    pm.get(url("target-plan", series.pk))
    ops.get(url("kpi-detail", "activation"))

    with django_assert_num_queries(7):
        pm.get(url("target-plan", series.pk))
    with django_assert_num_queries(13):
        page = ops.get(url("kpi-detail", "activation"))

    assert len(page.context["plans"]) == count + 1


# API ----------------------------------------------------------------------------------------
def put(client, series, body):
    path = f"/api/v1/series/{series.pk}/targets/"
    return client.put(path, json.dumps(body), "application/json")


def test_a_program_puts_all_targets_of_a_series_at_once(series, api, mia, jonas):
    steps = [
        {"from_on": "2027-01-01", "low": 50.0, "high": None},
        {"from_on": "2027-04-01", "low": 60.0, "high": None},
    ]

    response = put(api(mia), series, {"targets": steps[::-1]})
    read = api(mia).get(f"/api/v1/series/{series.pk}/targets/")
    strange = api(jonas).get(f"/api/v1/series/{series.pk}/targets/")

    assert response.status_code == 200, response.content
    assert response.json() == read.json() == {"targets": steps}
    assert strange.status_code == 404


@pytest.mark.parametrize(
    "targets",
    [
        [{"from_on": "2027-01-01"}],
        [{"from_on": "2027-01-01", "high": 5}],
        [{"from_on": "2027-01-01", "low": 5}, {"from_on": "2027-01-01", "low": 6}],
        [{"from_on": "soon", "low": 5}],
        [{"from_on": "2027-01-01", "low": "much"}],
        [{"from_on": "2027-01-01", "low": 5, "mood": 1}],
        "all",
        [{"from_on": "2027-01-01", "low": 1}] * 401,
    ],
)
def test_targets_that_cannot_be_meant_change_nothing(series, api, mia, targets):
    response = put(api(mia), series, {"targets": targets})

    assert response.status_code == 400
    assert len(steps_of(series)) == 1


def test_only_who_may_change_the_series_puts_its_targets(series, api, astrid, jonas):
    assert put(api(astrid), series, {"targets": []}).status_code == 403
    assert put(api(jonas), series, {"targets": []}).status_code == 404
    assert len(steps_of(series)) == 1


def test_targets_outside_of_what_is_planned_are_refused_whole(series, mia):
    with pytest.raises(Exception, match="lies outside"):
        plan_targets(
            series=series, steps=[(date(2026, 1, 1), 1, None)], since=date(2027, 1, 1), by=mia
        )


# No target ----------------------------------------------------------------------------------
@pytest.mark.parametrize("target", ["", "Above 95%, as ever"])
def test_no_target_or_one_in_words_reads_no_target_everywhere(as_, api, ines, organisation, target):
    file = f'name,direction,target\nUptime,up,"{target}"'.encode()
    files.take(io.BytesIO(file), "x.csv", None, {})
    kpi = Kpi.objects.get()
    series = SeriesFactory(kpi=kpi, subject=Subject.organisation())
    SeriesState.objects.create(
        series=series, latest=3, latest_period=clock.today(), as_of=timezone.now()
    )
    client, program = as_(ines), api(ines)

    detail = client.get(url("kpi-detail", "uptime"))
    scorecard = client.get(reverse("metrics:kpi-list")).text
    chart = client.get(series.get_absolute_url())

    assert not Target.objects.exists()
    assert detail.context["wanted"] == "No target"
    assert [row.target for row in detail.context["rows"]] == ["No target"]
    assert "no target" in scorecard
    assert chart.context["row"].target == ""
    assert program.get("/api/v1/kpis/uptime/").json()["target"] is None
    assert program.get("/api/v1/kpis/uptime/series/").json()["targets"] == []
    assert program.get(f"/api/v1/series/{series.pk}/").json()["assurance"] == "none"


def test_a_target_in_words_is_kept_as_words(db):
    file = b'name,direction,target\nUptime,up,"Above 95%"'
    files.take(io.BytesIO(file), "x.csv", None, {})

    assert Kpi.objects.get().purpose == "Target as it was written: Above 95%"


def test_a_kpi_that_nobody_has_defined_has_no_target(as_, ines):
    KpiVersionFactory(kpi__slug="plain", direction="neutral")

    assert as_(ines).get(url("kpi-detail", "plain")).context["wanted"] == "No target"
