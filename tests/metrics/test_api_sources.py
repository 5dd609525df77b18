"""Sources by the API: all that the pages can do, and nothing of a secret."""

import json

import pytest

from metrics.actions import source_runs
from metrics.models import ColumnMapping, Observation, Source, SourceRun
from tests.factories.objectives import SeriesFactory
from tests.factories.sources import ColumnMappingFactory, SourceFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/sources/"
CSV = "day,service,number\n2026-01-05,checkout,4.5\n2026-01-12,checkout,5\n"
MAPPING = {
    "exact": True,
    "map": {"at": "day", "product": "service", "value": "number"},
    "fixed": {"kpi": "lead-time"},
}
CANARY = "canary-7c1f9e"


@pytest.fixture
def url(server, checkout):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)
    return server.gives("/numbers.csv", CSV)


@pytest.fixture
def source(url, ines):
    return SourceFactory(
        name="Delivery", slug="delivery", settings={"url": url}, mapping=MAPPING, owner=ines
    )


def body(url: str, **others) -> dict:
    return {
        "name": "Delivery",
        "kind": "file_url",
        "settings": {"url": url},
        "secrets": {"token": CANARY},
        "mapping": MAPPING,
        "every": "day",
        "at": "07:30",
        **others,
    }


def post(client, address: str, sent=None):
    return client.post(address, json.dumps(sent or {}), content_type="application/json")


def patch(client, address: str, sent):
    return client.patch(address, json.dumps(sent), content_type="application/json")


def fields_of(response) -> list[str]:
    return sorted(each["field"] for each in response.json()["errors"])


def test_a_source_is_made_started_and_read(api, ines, url):
    client = api(ines)
    made = post(client, URL, body(url))
    address = f"{URL}{made.json()['id']}/"
    drafted = made.json()["state"], source_runs.work_slice(5)
    started = post(client, f"{address}resume/")
    source_runs.work_slice(5)
    [run] = client.get("/api/v1/source-runs/").json()["results"]

    assert made.status_code == 201
    assert drafted == ("draft", 0)
    assert started.json()["state"] == "active"
    assert (run["state"], run["created"]) == ("done", 2)
    assert Observation.objects.count() == 2


def test_a_secret_is_written_and_never_read(api, ines, url, client):
    program = api(ines)
    made = post(program, URL, body(url))
    address = f"{URL}{made.json()['id']}/"
    answers = [
        made,
        post(program, f"{address}test/"),
        post(program, f"{address}preview/"),
        post(program, f"{address}resume/"),
        patch(program, address, {"secrets": {"token": CANARY + "2"}, "every": "hour"}),
        program.get(address),
        program.get(URL),
        program.get("/api/v1/changes/"),
    ]

    assert "secrets" not in made.json()
    assert [CANARY in answer.content.decode() for answer in answers] == [False] * len(answers)
    assert Source.objects.get().secret != ""


def test_a_source_is_tested_and_previewed(api, ines, source):
    client = api(ines)

    tested = post(client, f"{URL}{source.pk}/test/").json()
    shown = post(client, f"{URL}{source.pk}/preview/").json()

    assert tested == {"rows": 2, "columns": ["day", "service", "number"]}
    assert shown["rows"][0] == ["2026-01-05", "checkout", "4.5"]
    assert (shown["created"], shown["refused"]) == (2, [])
    assert [point["value"] for point in shown["points"]] == [4.5, 5]
    assert not Observation.objects.exists()


def test_a_test_that_fails_names_the_setting(api, ines, source, server):
    Source.objects.update(settings={"url": server.url("/nothing.csv")})

    response = post(api(ines), f"{URL}{source.pk}/test/")

    assert response.status_code == 422
    assert fields_of(response) == ["settings.url"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"settings": {"url": "file:///etc/passwd"}}, "settings.url"),
        ({"settings": {}}, "settings.url"),
        ({"settings": {"url": "https://example.com/a.csv", "more": 1}}, "settings.more"),
        ({"secrets": {"other": "x"}}, "secrets.other"),
        ({"mapping": {"map": {"nothing": "x"}}}, "mapping.map.nothing"),
        ({"mapping": {"dates": "never"}}, "mapping.dates"),
        ({"every": "never"}, "every"),
        ({"weekday": 9}, "weekday"),
        ({"state": "active"}, "state"),
        ({"cursor": {}}, "cursor"),
        ({"name": ""}, "name"),
        ({"name": "…"}, "name"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(api, ines, url, change, field):
    response = post(api(ines), URL, body(url) | change)

    assert response.status_code == 400
    assert fields_of(response) == [field]
    assert not Source.objects.exists()


def test_a_stored_secret_is_not_sent_to_another_place(api, ines, url):
    client = api(ines)
    address = f"{URL}{post(client, URL, body(url)).json()['id']}/"
    elsewhere = {"settings": {"url": "https://evil.example/a.csv"}}

    assert fields_of(patch(client, address, elsewhere)) == ["secrets"]
    assert patch(client, address, elsewhere | {"secrets": {"token": "new"}}).status_code == 200


def test_a_source_is_paused_run_and_put_into_the_trash(api, ines, source):
    client = api(ines)
    paused = post(client, f"{URL}{source.pk}/pause/").json()["state"]
    asked = post(client, f"{URL}{source.pk}/run/").status_code
    source_runs.work_slice(5)
    gone = client.delete(f"{URL}{source.pk}/").status_code

    assert (paused, asked, gone) == ("paused", 202, 204)
    assert SourceRun.objects.get().trigger == "hand"
    assert not Source.objects.exists()
    assert client.get("/api/v1/source-runs/").json()["results"] == []


def test_an_older_version_is_refused(api, ines, source):
    response = patch(api(ines), f"{URL}{source.pk}/", {"name": "Mine", "version": 99})

    assert response.status_code == 409


def test_the_kinds_say_what_each_asks(api, ines, olga):
    kinds = {each["kind"]: each for each in api(ines).get(f"{URL}kinds/").json()}

    everybodys = {"file_url", "google_sheet", "http_json", "prometheus", "push"}
    assert everybodys <= set(kinds)
    assert "sql" not in kinds
    assert "sql" in {each["kind"] for each in api(olga).get(f"{URL}kinds/").json()}
    asked = {field["name"]: field["kind"] for field in kinds["file_url"]["fields"]}
    assert (asked["url"], asked["token"]) == ("url", "secret")


def test_only_an_administrator_writes_queries(api, ines):
    source = SourceFactory(kind="sql", settings={"query": "select 1"})

    response = patch(api(ines), f"{URL}{source.pk}/", {"settings": {"query": "select 2"}})

    assert response.status_code == 403
    assert Source.objects.get().settings == {"query": "select 1"}


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
def test_sources_are_for_operators(api, request, source, who):
    client = api(request.getfixturevalue(who))

    assert client.get(URL).status_code == 403
    assert post(client, f"{URL}{source.pk}/run/").status_code == 403


def test_a_new_secret_is_told_once(api, ines):
    client = api(ines)
    made = post(client, URL, {"name": "Pipeline", "kind": "push"}).json()
    address = f"{URL}{made['id']}/"
    secret = post(client, f"{address}secret/").json()["secret"]

    assert len(secret) > 30
    assert secret not in client.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_sources(api, ines, count, cost_of):
    SourceFactory.create_batch(count)

    assert cost_of(api(ines), URL) <= 6


def test_a_mapping_is_kept_for_files_and_shared(api, mia, jonas):
    client = api(mia)
    mine = {"name": "Jira export", "options": MAPPING}
    made = post(client, "/api/v1/column-mappings/", mine)
    address = f"/api/v1/column-mappings/{made.json()['id']}/"
    hidden = api(jonas).get(address).status_code
    patch(client, address, {"is_shared": True})

    assert made.json()["options"] == MAPPING
    assert hidden == 404
    assert api(jonas).get(address).status_code == 200
    assert patch(api(jonas), address, {"name": "Mine"}).status_code == 403
    assert client.delete(address).status_code == 204


def test_others_mappings_are_not_there(api, mia):
    ColumnMappingFactory()

    assert api(mia).get("/api/v1/column-mappings/").json()["results"] == []
    assert ColumnMapping.objects.count() == 1
