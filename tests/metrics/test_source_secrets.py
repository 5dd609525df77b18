"""A secret of a source stands in no answer of the house: not on a page, in the API, in a file."""

import re

import pytest

from metrics.actions import source_runs
from metrics.actions.sources import ask_to_run, change_source, draft_source, start_source
from metrics.models import Source, SourceRun
from productops.routes import all_routes

pytestmark = pytest.mark.django_db
CANARY = "canary-9d2e71"
ROUTES = [
    route for route in all_routes() if "GET" in route.methods and "accounts" not in route.path
]


@pytest.fixture
def source(server, olga):
    """A source whose server says back what it was told, and which was read, and which failed."""
    server.answers["/echo.csv"] = lambda asked: (
        200, {}, f"kpi,at,value\n{asked.headers['authorization']},soon,1\n".encode(),
    )  # fmt: skip
    source = draft_source(
        kind="file_url",
        name="Delivery",
        settings={"url": server.url("/echo.csv")},
        secrets={"token": CANARY},
        by=olga,
    )
    change_source(source=source, by=olga, secrets={"token": f"{CANARY}-two"})
    start_source(source=source, by=olga)
    source_runs.work_slice(5)
    source.refresh_from_db()
    ask_to_run(source=source, by=olga)
    source_runs.work_slice(5)
    return source


def address(path: str, source) -> str:
    """The address of a route about this source, or about nothing."""
    path = re.sub(r"<slug:slug>", source.slug, path)
    path = re.sub(r"<slug:kind>", source.kind, path)
    run = SourceRun.objects.latest("pk").pk
    number = run if "runs" in path else source.pk
    path = re.sub(r"\(\?P<\w+>[^)]*\)|<int:\w+>", str(number), path)
    return re.sub(r"<(?:\w+:)?\w+>", "observations", path)


def test_no_answer_holds_a_secret(source, as_, api, olga):
    browser, program = as_(olga), api(olga)
    asked, told = 0, []
    for route in ROUTES:
        client = program if route.path.startswith("/api/") else browser
        response = client.get(address(route.path, source))
        body = b"".join(response) if response.streaming else response.content
        asked += response.status_code == 200
        if CANARY.encode() in body:
            told.append(route.name)

    assert asked > 60
    assert SourceRun.objects.filter(state="failed").count() == 2
    assert told == []


def test_looking_at_what_is_echoed_shows_no_secret(source, as_, api, olga):
    browser, program = as_(olga), api(olga)
    version = Source.objects.get().version
    settings = {"name": "Delivery", "s_url": source.settings["url"], "version": version}
    answers = [
        browser.post(f"/metrics/sources/{source.slug}/settings/", settings | {"then": "test"}),
        browser.post(f"/metrics/sources/{source.slug}/look/", follow=True),
        browser.post(
            f"/metrics/sources/{source.slug}/mapping/",
            {"kpi": "kpi", "at": "at", "value": "value", "version": version, "then": "look"},
        ),
        program.post(f"/api/v1/sources/{source.pk}/test/"),
        program.post(f"/api/v1/sources/{source.pk}/preview/"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert [CANARY in answer.content.decode() for answer in answers] == [False] * 5
