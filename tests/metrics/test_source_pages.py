"""Setting up a source step by step, and what its pages tell and keep to themselves."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from metrics.actions import source_runs
from metrics.choices import SourceState
from metrics.models import Observation, Source, SourceRun
from objectives.models import Kpi
from tests.factories.objectives import SeriesFactory
from tests.factories.sources import SourceFactory, SourceRunFactory

pytestmark = pytest.mark.django_db
LIST = "/metrics/sources/"
BEGIN = "/metrics/sources/new/file_url/"
CSV = """day,service,metric,number
2026-01-05,checkout,lead-time,4.5
2026-01-12,checkout,lead-time,5
"""
CANARY = "canary-7c1f9e"
MAPPED = {"at": "day", "product": "service", "kpi": "metric", "value": "number"}


@pytest.fixture
def series(checkout):
    return SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)


@pytest.fixture
def url(server):
    return server.gives("/numbers.csv", CSV)


@pytest.fixture
def source(url, ines):
    return SourceFactory(name="Delivery", slug="delivery", settings={"url": url}, owner=ines)


def page(source, what: str = "") -> str:
    return f"{LIST}{source.slug}/{what}"


def settings_of(url: str, **others) -> dict:
    return {"name": "Delivery", "s_url": url, "s_decimal": ".", **others}


def versioned(source, **answers) -> dict:
    return {"version": Source.objects.get(pk=source.pk).version, **answers}


def test_a_source_is_set_up_in_four_steps_and_reads_nothing_before_the_last(as_, ines, series, url):
    browser = as_(ines)
    assert b"File by address" in browser.get(f"{LIST}new/").content

    begun = browser.post(BEGIN, settings_of(url))
    source = Source.objects.get()
    mapping = browser.get(begun.url)
    tried = browser.post(begun.url, versioned(source, **MAPPED, then="look"))
    mapped = browser.post(begun.url, versioned(source, **MAPPED, then="save"))
    before = (Source.objects.get().state, Observation.objects.count(), source_runs.work_slice(5))
    started = browser.post(mapped.url, versioned(source, every="day", at="07:30"))

    assert begun.url == page(source, "mapping/")
    assert mapping.context["form"].initial["value"] == "number"
    assert tried.context["preview"].report.created == 2
    assert [point.value for point in tried.context["chart"].points] == [4.5, 5]
    assert before == ("draft", 0, 0)
    assert started.url == page(source)
    assert source_runs.work_slice(5) == 1
    assert Observation.objects.count() == 2
    assert Source.objects.get().next_run_at.astimezone().minute == 30


def test_a_preview_writes_nothing(as_, ines, url):
    browser = as_(ines)
    begun = browser.post(BEGIN, settings_of(url))
    answers = versioned(Source.objects.get(), **MAPPED, create_kpis="on", aggregation="sum")

    tried = browser.post(begun.url, answers | {"then": "look"})

    assert tried.context["preview"].report.created == 2
    assert not Observation.objects.exists()
    assert not Kpi.objects.exists()
    assert Source.objects.get().mapping == {}


def test_a_preview_says_what_would_be_refused(as_, ines, url):
    browser = as_(ines)
    begun = browser.post(BEGIN, settings_of(url))

    tried = browser.post(begun.url, versioned(Source.objects.get(), **MAPPED, then="look"))

    assert tried.context["preview"].report.refused[0].column == "metric"
    assert "There is no KPI" in tried.content.decode()


def test_a_connection_that_cannot_be_is_told_beside_its_field_with_the_values_kept(
    as_, ines, server
):
    response = as_(ines).post(BEGIN, settings_of(server.url("/nothing.csv"), then="test"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["s_url"]
    assert server.url("/nothing.csv") in response.content.decode()


def test_a_connection_is_tested(as_, ines, url):
    response = as_(ines).post(BEGIN, settings_of(url, then="test"))

    assert response.status_code == 200
    assert response.context["answers"] == "It answers: 2 rows, 4 columns."


def test_a_test_of_other_settings_does_not_save_them(as_, ines, source, server):
    other = server.gives("/other.csv", "a,b\n1,2\n")

    response = as_(ines).post(
        page(source, "settings/"), versioned(source, **settings_of(other, then="test"))
    )

    assert response.context["answers"] == "It answers: 1 row, 2 columns."
    assert Source.objects.get().settings == source.settings


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/a.csv",
        "http://169.254.169.254/latest/",
        "file:///etc/passwd",
        "http://user:pass@example.com/",
        "gopher://example.com",
        "not an address",
        "",
    ],
)
def test_an_address_that_is_not_to_be_asked_is_refused_by_its_field(as_, ines, server, address):
    response = as_(ines).post(BEGIN, settings_of(address))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["s_url"]


def test_a_secret_is_asked_for_and_never_shown(as_, ines, api, server, url):
    browser = as_(ines)
    server.gives("/private.csv", CSV, status=403)
    answers = settings_of(url, s_token=CANARY)
    pages = [browser.post(BEGIN, answers), browser.post(BEGIN, answers | {"then": "test"})]
    pages.append(browser.post(BEGIN, settings_of(server.url("/private.csv"), s_token=CANARY)))
    source = Source.objects.earliest("pk")
    browser.post(page(source, "mapping/"), versioned(source, **MAPPED))
    browser.post(page(source, "schedule/"), versioned(source, every="day"))
    source_runs.work_slice(5)
    run = SourceRun.objects.get()
    steps = ["", "settings/", "mapping/", "schedule/"]
    pages += [browser.get(page(source, step)) for step in steps]
    pages += [browser.get(LIST), browser.get(f"{LIST}runs/{run.pk}/")]
    pages += [browser.get("/settings/changes/"), browser.get("/metrics/")]

    told = [
        response.request["PATH_INFO"] for response in pages if CANARY.encode() in response.content
    ]

    assert {response.status_code for response in pages} <= {200, 302, 422}
    assert told == []


def test_a_secret_stays_when_it_is_left_empty_and_is_asked_again_for_another_place(
    as_, ines, server, url
):
    browser = as_(ines)
    browser.post(BEGIN, settings_of(url, s_token=CANARY))
    source = Source.objects.get()
    kept = browser.post(
        page(source, "settings/"), versioned(source, **settings_of(server.url("/b.csv")))
    )
    stored = Source.objects.get().secret
    elsewhere = browser.post(
        page(source, "settings/"), versioned(source, **settings_of("https://evil.example/a.csv"))
    )

    assert stored == source.secret
    assert "s_url" in kept.context["form"].errors  # nothing is there, which is said, and saved
    assert elsewhere.status_code == 422
    assert list(elsewhere.context["form"].errors) == ["s_token"]


def test_a_stale_edit_is_refused_with_both_shown(as_, ines, source, url):
    answers = versioned(source, **settings_of(url, name="Mine"))
    Source.objects.update(name="Theirs", version=7)

    response = as_(ines).post(page(source, "settings/"), answers | {"name": "Mine"})

    assert response.status_code == 409
    assert "Theirs" in response.content.decode()
    assert Source.objects.get().name == "Theirs"


def test_a_mapping_without_what_is_needed_is_refused_by_its_fields(as_, ines, source, url):
    browser = as_(ines)
    browser.post(page(source, "look/"))

    response = browser.post(page(source, "mapping/"), versioned(source, product="service"))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"at", "kpi", "value"}


def test_a_source_is_paused_resumed_read_and_deleted(as_, ines, source, series):
    browser = as_(ines)
    Source.objects.update(mapping={"map": MAPPED, "exact": True})
    states = []
    for verb in ("pause/", "resume/", "run/", "delete/"):
        assert browser.post(page(source, verb)).status_code == 302
        states.append(Source.with_trash.get().state)
        source_runs.work_slice(5)

    assert states == ["paused", "active", "active", "active"]
    assert SourceRun.objects.get().by == ines
    assert not Source.objects.exists()
    assert Observation.objects.count() == 2


def test_a_run_lists_what_was_refused(as_, ines, source):
    refused = [{"row": 4, "column": "at", "reason": "“soon” is not a time."}]
    run = SourceRunFactory(
        source=source, state="failed", started_at=timezone.now(), refused=refused, refused_in_all=1
    )

    response = as_(ines).get(f"{LIST}runs/{run.pk}/")

    assert "“soon” is not a time." in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"state": SourceState.DRAFT}, "Draft"),
        ({"state": SourceState.PAUSED}, "Paused"),
        ({"failing_since": timezone.now()}, "Failing"),
        ({"last_ok_at": timezone.now() - timedelta(hours=37)}, "Old"),
        ({"last_ok_at": timezone.now() - timedelta(hours=3)}, "Works"),
        ({"last_ok_at": timezone.now() - timedelta(hours=3), "every": "hour"}, "Old"),
        ({"last_ok_at": timezone.now() - timedelta(days=900), "every": "hand"}, "Works"),
        ({"last_ok_at": timezone.now() - timedelta(hours=3), "stale_hours": 2}, "Old"),
        ({}, "Not read yet"),
    ],
)
def test_the_list_says_how_each_source_is(as_, ines, source, fields, word):
    Source.objects.update(**fields)

    [line] = as_(ines).get(LIST).context["lines"]

    assert line.reading.text == word


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_sources(as_, ines, count, cost_of):
    SourceFactory.create_batch(count)

    assert cost_of(as_(ines), LIST) <= 6


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_for_any_number_of_runs(as_, ines, source, count, cost_of):
    SourceRunFactory.create_batch(count, source=source, started_at=timezone.now(), by=ines)

    assert cost_of(as_(ines), page(source)) <= 9


@pytest.mark.parametrize(("who", "status"), [("mia", 403), ("astrid", 403), ("rui", 403)])
def test_sources_are_for_operators(as_, request, source, who, status):
    browser = as_(request.getfixturevalue(who))

    assert browser.get(LIST).status_code == status
    assert browser.get(page(source)).status_code == status
    assert browser.post(page(source, "run/")).status_code == status


def test_only_an_administrator_writes_queries(as_, ines, olga):
    source = SourceFactory(slug="warehouse", kind="sql", settings={"query": "select 1"})

    assert as_(ines).get(page(source)).status_code == 200
    assert as_(ines).get(page(source, "settings/")).status_code == 403
    assert as_(ines).get(f"{LIST}new/sql/").status_code == 403


def test_a_kind_that_there_is_not_is_not_there(as_, ines):
    assert as_(ines).get(f"{LIST}new/nothing/").status_code == 404


def test_a_source_of_a_kind_that_is_gone_is_told_and_not_broken(as_, ines):
    source = SourceFactory(slug="old", kind="gone", next_run_at=timezone.now())

    source_runs.work_slice(5)

    assert as_(ines).get(page(source)).status_code == 200
    assert "knows no sources of this kind" in SourceRun.objects.get().note


def test_the_page_of_a_kpi_says_who_feeds_it_and_how_old_that_is(as_, ines, mia, source, series):
    Source.objects.update(mapping={"map": MAPPED, "exact": True}, next_run_at=timezone.now())
    source_runs.work_slice(5)

    operators = as_(ines).get(series.get_absolute_url()).content.decode()
    hers = as_(mia).get(series.get_absolute_url()).content.decode()

    assert reverse("metrics:source-detail", args=["delivery"]) in operators
    assert "Delivery" in hers
    assert reverse("metrics:source-detail", args=["delivery"]) not in hers


def test_a_whole_number_stays_one(as_, ines, server):
    url = server.gives("/numbers.csv", "Report\n" + CSV)

    as_(ines).post(BEGIN, settings_of(url, s_header_row="2"))

    assert Source.objects.get().settings == {"url": url, "header_row": 2, "decimal": "."}


def test_a_source_comes_back_from_the_trash_and_is_read_again(as_, ines, source, series):
    browser = as_(ines)
    Source.objects.update(mapping={"map": MAPPED, "exact": True})
    browser.post(page(source, "delete/"))
    nothing = source_runs.work_slice(5)
    browser.post(reverse("trash-restore", args=["metrics.source", source.pk]))

    assert (nothing, source_runs.work_slice(5)) == (0, 1)
