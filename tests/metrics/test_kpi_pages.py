"""KPIs in a list and one by one: who sees which, what stands there, and in which forms."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from metrics.actions import definitions
from metrics.models import Mark
from objectives.actions import follow_up
from productops import cadences, clock
from productops.measures import Direction
from teams.models import Subject
from tests.factories.metrics import (
    CommentFactory,
    ExclusionFactory,
    ImprovementFactory,
    NoteFactory,
    observe,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import KpiFactory, KpiVersionFactory, SeriesFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]
LIST = "metrics:kpi-list"


def computed(values=STEADY, **kwargs):
    return weekly_series(values, clock.today(), **kwargs)


@pytest.fixture
def lead_time(checkout):
    kpi = KpiFactory(slug="lead-time", name="Lead time", family="flow")
    KpiVersionFactory(kpi=kpi, unit="d", direction=Direction.DOWN)
    return computed(kpi=kpi, subject=checkout.subject)


def lines(response) -> list[dict]:
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


# The list ----------------------------------------------------------------------------------
def test_a_pm_sees_their_own_kpis_and_those_of_the_organisation(as_, mia, billing, lead_time):
    ours = computed(subject=Subject.organisation(), kpi__name="Ours")
    computed(subject=billing.subject, kpi__name="Theirs")

    response = as_(mia).get(reverse(LIST))

    assert {row.series for row in response.context["rows"]} == {lead_time, ours}


def test_a_respondent_sees_no_kpi(as_, rui, lead_time):
    response = as_(rui).get(reverse(LIST))

    assert response.context["rows"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_series(
    as_, ines, count, django_assert_num_queries
):
    for _number in range(count):
        computed()
    client = as_(ines)
    client.get(reverse(LIST))

    with django_assert_num_queries(12):
        response = client.get(reverse(LIST))

    assert len(response.context["rows"]) == count


def test_the_list_says_of_each_number_what_it_means_and_of_when_it_is(as_, ines, lead_time):
    lead_time.targets.create(from_on=weeks_before(14, clock.today())[0], high=30)

    row = as_(ines).get(reverse(LIST)).context["rows"][0]

    assert (row.value, row.unit, row.reading) == ("10", "\u00a0d", "As usual")
    assert (row.usual, row.target) == ("usual 6.5–14.0", "≤ 30")
    assert row.period == cadences.name_of_period(row.state.latest_period, "week", clock.today())
    assert row.is_pending is False


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lead", 1),
        ("q=lead+checkout", 1),
        ("q=nothing", 0),
        ("family=flow", 1),
        ("family=cost", 0),
        ("reading=usual", 1),
        ("reading=worse", 0),
        ("reading=none", 0),
    ],
)
def test_the_list_is_narrowed_by_its_address(as_, ines, lead_time, query, found):
    response = as_(ines).get(f"{reverse(LIST)}?{query}")

    assert len(response.context["rows"]) == found


def test_a_filter_that_nobody_can_mean_filters_nothing(as_, ines, lead_time):
    query = "?subject=999999999999999999999&owner=x&family=%27&reading=odd&page=0&sort=-x"

    response = as_(ines).get(reverse(LIST) + query)

    assert response.status_code == 200
    assert len(response.context["rows"]) == 1


def test_the_list_as_csv_holds_exactly_what_the_list_shows(as_, mia, billing, lead_time):
    computed(subject=billing.subject)

    [line] = lines(as_(mia).get(f"{reverse(LIST)}?format=csv"))

    assert (line["kpi"], line["subject"]) == ("lead-time", "product:checkout")
    assert (line["value"], line["reading"]) == ("10.0", "usual")


def test_an_empty_list_says_what_to_do_first(as_, ines):
    response = as_(ines).get(reverse(LIST))

    assert "No KPI has a series yet" in response.content.decode()


# One series --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("mia", 200), ("ines", 200), ("astrid", 200), ("jonas", 404), ("rui", 404)]
)
def test_a_series_is_shown_to_those_who_may_see_its_subject(as_, lead_time, who, status, request):
    person = request.getfixturevalue(who)

    response = as_(person).get(lead_time.get_absolute_url())

    assert response.status_code == status


def test_a_kpi_without_a_subject_in_its_address_shows_the_organisation_first(as_, ines, lead_time):
    ours = computed(kpi=lead_time.kpi, subject=Subject.organisation())

    response = as_(ines).get(reverse("metrics:kpi-chart", args=["lead-time"]))

    assert response.context["series"] == ours
    assert [row.series for row in response.context["kin"]] == [lead_time]


def test_a_kpi_that_is_counted_for_none_of_ones_subjects_says_so(as_, jonas, lead_time):
    response = as_(jonas).get(reverse("metrics:kpi-chart", args=["lead-time"]))

    assert response.status_code == 200
    assert "No series that you may see" in response.content.decode()


@pytest.mark.parametrize(
    "reference", ["product:nobody", "product", ":", "x" * 300, "team:checkout"]
)
def test_a_subject_that_is_none_is_not_found(as_, ines, lead_time, reference):
    address = reverse("metrics:kpi-chart", args=["lead-time"])

    response = as_(ines).get(address, {"subject": reference})

    assert response.status_code == 404


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_the_page_costs_the_same_whatever_the_history(as_, ines, lead_time, checkout):
    client = as_(ines)
    client.get(lead_time.get_absolute_url())
    long = computed(STEADY * 4, subject=checkout.subject)
    for day in weeks_before(30, clock.today())[:3]:
        ExclusionFactory(series=long, period=day)

    cost = queries_of(client, lead_time.get_absolute_url())

    assert queries_of(client, long.get_absolute_url()) == cost
    assert cost <= 20


def test_the_range_cuts_the_picture_and_never_the_limits(as_, ines, checkout):
    series = computed([*STEADY, *STEADY, *STEADY], subject=checkout.subject)
    address = series.get_absolute_url()

    short = as_(ines).get(f"{address}&range=13").context["portrait"].chart
    whole = as_(ines).get(f"{address}&range=all").context["portrait"].chart

    assert (len(short.points), len(whole.points)) == (13, 42)
    assert short.segments[0].centre == whole.segments[0].centre
    assert short.segments[0].upper == whole.segments[0].upper


def test_a_range_that_is_none_shows_the_usual_one(as_, ines, checkout):
    series = computed([*STEADY, *STEADY, *STEADY], subject=checkout.subject)

    response = as_(ines).get(f"{series.get_absolute_url()}&range=-1&view=nothing")

    assert len(response.context["portrait"].chart.points) == 39
    assert response.context["is_table"] is False


def test_the_table_names_every_period_with_what_its_value_says(as_, ines, checkout):
    series = computed([*STEADY, 30], subject=checkout.subject)

    response = as_(ines).get(f"{series.get_absolute_url()}&view=table")

    [(_name, newest), *_older] = response.context["portrait"].table
    assert newest.rules == "outside the usual range"
    assert "outside the usual range" in response.content.decode().lower()


def test_the_same_address_gives_what_the_api_gives(as_, ines, api, lead_time):
    page = as_(ines).get(f"{lead_time.get_absolute_url()}&format=json").json()

    program = api(ines).get("/api/v1/kpis/lead-time/series/?product=checkout").json()
    assert page == program


def test_the_same_address_gives_the_chart_as_csv(as_, ines, lead_time):
    found = lines(as_(ines).get(f"{lead_time.get_absolute_url()}&format=csv"))

    assert [float(line["value"]) for line in found] == STEADY
    assert {line["complete"] for line in found} == {"true"}


def test_numbers_on_their_way_are_said_to_be_on_their_way(as_, ines, lead_time):
    observe(lead_time, [(clock.today(), 12)])

    response = as_(ines).get(lead_time.get_absolute_url())

    assert Mark.objects.pending().exists()
    assert "Computing: " in response.content.decode()


def test_old_numbers_are_said_to_be_old(as_, ines, checkout):
    kpi = KpiFactory(slug="old", name="Old")
    KpiVersionFactory(kpi=kpi)
    series = SeriesFactory(kpi=kpi, subject=checkout.subject)
    weeks = weeks_before(len(STEADY) + 4, clock.today())[: len(STEADY)]
    observe(series, zip(weeks, STEADY, strict=True))
    weekly_series([], clock.today(), series=series)

    row = as_(ines).get(series.get_absolute_url()).context["row"]

    assert row.is_stale
    assert row.spark.stale
    assert row.stale == f"{(clock.today() - weeks[-1]).days - 7} days old"


def test_a_series_without_numbers_has_a_page(as_, ines, checkout):
    series = SeriesFactory(subject=checkout.subject)

    response = as_(ines).get(series.get_absolute_url())

    assert response.status_code == 200
    assert "No numbers yet" in response.content.decode()


def test_the_guide_to_the_chart_is_there_for_everybody(as_, rui):
    assert as_(rui).get(reverse("metrics:chart-guide")).status_code == 200


# Laid beside ---------------------------------------------------------------------------------
def two_years():
    """A weekly series whose values count the weeks of the two years up to now."""
    return computed([float(number) for number in range(110)])


def test_the_year_before_is_laid_behind_the_chart_and_stands_in_the_table(as_, ines):
    series = two_years()
    address = series.get_absolute_url()

    alone = as_(ines).get(address).context["portrait"].chart
    beside = as_(ines).get(f"{address}&overlay=year&view=table")

    [echo] = beside.context["portrait"].chart.echoes
    spots = beside.context["portrait"].window
    assert alone.echoes == ()
    assert echo.values == tuple(spot.prior for spot in spots)
    assert {spot.value - spot.prior for spot in spots if spot.prior is not None} <= {52.0, 53.0}
    assert "A year before" in beside.content.decode()


def test_the_file_and_the_json_carry_targets_the_year_before_and_comments(as_, ines):
    series = two_years()
    newest = series.snapshots.latest("period")
    series.targets.create(from_on=newest.period, high=120)
    CommentFactory.create_batch(2, series=series, period=newest.period)
    address = series.get_absolute_url()

    line = lines(as_(ines).get(f"{address}&format=csv"))[-1]
    data = as_(ines).get(f"{address}&format=json").json()

    prior = newest.value - (53 if newest.period.isocalendar().week == 53 else 52)
    point = data["points"][-1]
    assert (line["target_low"], line["target_high"], line["comments"]) == ("", "120.0", "2")
    assert point["comments"] == 2
    assert line["prior_year"] == ("" if point["prior_year"] is None else str(point["prior_year"]))
    assert point["prior_year"] in (prior, None)
    assert data["targets"] == [
        {"from_on": newest.period.isoformat(), "low": None, "high": 120.0},
    ]


def test_others_are_laid_behind_the_chart_as_far_as_one_may_see_them(
    as_, mia, ines, lead_time, billing
):
    computed([20.0] * 14, kpi=lead_time.kpi, subject=billing.subject)
    address = f"{lead_time.get_absolute_url()}&overlay=subjects"

    seen = as_(ines).get(address).context["portrait"].chart.echoes
    unseen = as_(mia).get(address)

    assert [(echo.label, set(echo.values)) for echo in seen] == [("Billing", {20.0})]
    assert unseen.context["portrait"].chart.echoes == ()
    assert "overlay=subjects" not in [way["url"] for way in unseen.context["overlays"]]


@pytest.mark.parametrize("query", ["overlay=moon", "events=x", "overlay=", "range=-1&view=9"])
def test_an_address_that_asks_for_the_unknown_asks_for_nothing(as_, ines, lead_time, query):
    response = as_(ines).get(f"{lead_time.get_absolute_url()}&{query}")

    assert response.status_code == 200
    assert response.context["portrait"].overlay == ""
    assert response.context["has_events"] is True


def test_each_point_leads_to_its_page_and_shows_that_it_is_in_discussion(as_, ines, lead_time):
    newest = lead_time.snapshots.latest("period").period
    CommentFactory(series=lead_time, period=newest, text="**Why** this?", author=ines)

    response = as_(ines).get(lead_time.get_absolute_url())

    points = response.context["portrait"].chart.points
    page = reverse("metrics:point-detail", args=[lead_time.pk, newest.isoformat()])
    assert (points[-1].url, points[-1].talk, points[-2].talk) == (page, 1, 0)
    assert [thread.first_line for thread in response.context["open_threads"]] == ["Why this?"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_comments_notes_and_events(
    as_, ines, lead_time, count, django_assert_num_queries
):
    newest = lead_time.snapshots.latest("period").period
    for _number in range(count):
        CommentFactory(series=lead_time, period=newest, author=ines)
        NoteFactory(subject=lead_time.subject, on=newest)
        follow_up(series=lead_time, title="Ask", owner=ines, by=ines)
        ImprovementFactory(subject=lead_time.subject, state="live", go_live_on=newest)
        lead_time.targets.create(from_on=newest + timedelta(days=_number), high=30)
    client = as_(ines)

    with django_assert_num_queries(KPI_QUERIES):
        response = client.get(f"{lead_time.get_absolute_url()}&overlay=year")

    assert len(response.context["open_threads"]) == count
    assert len(response.context["portrait"].known) == count
    assert len(response.context["follow_ups"]) == count


KPI_QUERIES = 19


def test_a_changed_definition_leads_to_what_it_says_now(as_, ines):
    series = computed()
    begins = series.snapshots.order_by("period")[8].period
    KpiVersionFactory(
        kpi=series.kpi, number=2, valid_from=begins, aggregation="median", reason="Fewer outliers"
    )
    definitions.work_slice(5)
    settle(clock.today(), timezone.now())

    occasions = as_(ines).get(series.get_absolute_url()).context["portrait"].occasions

    told = [(each.text, each.url) for each in occasions if each.divides]
    assert told == [("The definition changed: Fewer outliers", series.kpi.get_absolute_url())]
