"""Improvements, dashboards and charts by programs: the same verbs, the same refusals."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from metrics.choices import ImprovementState
from metrics.models import Dashboard, Exclusion, Improvement, Note, Registration, Segment
from productops import clock
from productops.models import ApiToken
from tests.factories.metrics import (
    ImprovementFactory,
    RegistrationFactory,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import SeriesFactory
from tests.factories.processes import RevisionFactory

VALUES = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 5, 6, 5, 4, 5, 6, 5, 4]
ROOT = "/api/v1"


@pytest.fixture
def series(checkout):
    return weekly_series(VALUES, clock.today(), subject=checkout.subject)


@pytest.fixture
def program(api, ines):
    return api(ines)


def send(client, path: str, body=None, method="post"):
    return getattr(client, method)(
        f"{ROOT}/{path}/", json.dumps(body or {}), content_type="application/json"
    )


def errors(response) -> list[str]:
    return [error["field"] for error in response.json().get("errors", [])]


# The whole way -----------------------------------------------------------------------------
def test_a_program_walks_from_idea_to_ruling(program, series):
    made = send(
        program,
        "improvements",
        {"title": "Trunk", "kind": "structure", "subject": "product:checkout"},
    )
    pk = made.json()["id"]
    promise = {"improvement": pk, "series": series.pk, "direction": "down"}
    assert (made.status_code, send(program, "registrations", promise).status_code) == (201, 201)

    live_on = str(weeks_before(8, clock.today())[0])
    assert send(program, f"improvements/{pk}/approve").json()["state"] == "approved"
    assert send(program, f"improvements/{pk}/go-live", {"on": live_on}).json()["state"] == "live"
    settle(clock.today(), timezone.now() + timedelta(minutes=1))

    [verdict] = program.get(f"{ROOT}/verdicts/?registration__improvement={pk}").json()["results"]
    assert verdict["result"] == "improved"
    kept = send(program, f"improvements/{pk}/rule", {"ruling": "keep", "new_limits": True})
    assert (kept.json()["state"], kept.json()["rulings"][0]["by"]) == (
        "kept", "ines@halden.example",
    )  # fmt: skip


# Refusals ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("kind", "magic"),
        ("subject", "product:nobody"),
        ("subject", 7),
        ("owner", "nobody@halden.example"),
        ("revision", 999999),
        ("key_results", [999_999_999]),
        ("gaps", ["x"]),
        ("go_live_on", "0000-00-00"),
        ("state", "kept"),
        ("colour", "blue"),
    ],
)
def test_a_field_that_cannot_be_is_named(program, checkout, field, value):
    body = {"title": "x", "kind": "process", "subject": "product:checkout"} | {field: value}

    response = send(program, "improvements", body)

    assert response.status_code == 400
    assert any(name.startswith(field) for name in errors(response))
    assert not Improvement.objects.exists()


def test_a_lever_of_another_kind_is_refused(program, checkout):
    revision = RevisionFactory()
    body = {
        "title": "x", "kind": "tool", "subject": "product:checkout", "revision": revision.pk,
    }  # fmt: skip

    response = send(program, "improvements", body)

    assert (response.status_code, errors(response)) == (400, ["revision"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("direction", "neutral"),
        ("window_periods", 7),
        ("window_periods", 105),
        ("lag_periods", 53),
        ("smallest_effect", -1),
        ("smallest_effect", "1,5"),
        ("trigger_on", "soon"),
        ("series", 0),
    ],
)
def test_terms_that_cannot_be_promised_are_named(program, series, field, value):
    idea = ImprovementFactory()
    body = {"improvement": idea.pk, "series": series.pk, "direction": "up"} | {field: value}

    response = send(program, "registrations", body)

    assert (response.status_code, errors(response)) == (400, [field])


def test_what_the_state_does_not_allow_is_a_conflict(program, series):
    idea = ImprovementFactory()

    statuses = [
        send(program, f"improvements/{idea.pk}/approve").status_code,  # promises nothing
        send(program, f"improvements/{idea.pk}/go-live", {"on": "2026-01-05"}).status_code,
        send(program, f"improvements/{idea.pk}/rule", {"ruling": "keep"}).status_code,
        send(program, f"improvements/{idea.pk}/stop", {"note": "x"}).status_code,
    ]

    assert statuses == [409] * 4


def test_a_locked_promise_is_neither_changed_nor_withdrawn(program, ines):
    approved = ImprovementFactory(state="approved")
    promise = RegistrationFactory(improvement=approved)

    changed = send(program, f"registrations/{promise.pk}", {"direction": "down"}, "patch")
    withdrawn = program.delete(f"{ROOT}/registrations/{promise.pk}/")

    assert (changed.status_code, withdrawn.status_code) == (409, 409)
    assert Registration.objects.get().direction == "up"


def test_what_was_approved_is_not_deleted(program):
    approved = ImprovementFactory(state="approved")

    assert program.delete(f"{ROOT}/improvements/{approved.pk}/").status_code == 409


def test_an_idea_is_changed_by_the_version_that_was_read(program):
    idea = ImprovementFactory(title="Old")

    stale = send(program, f"improvements/{idea.pk}", {"title": "x", "version": 9}, "patch")
    fresh = send(program, f"improvements/{idea.pk}", {"title": "New", "version": 1}, "patch")

    assert (stale.status_code, fresh.status_code) == (409, 200)
    assert fresh.json()["title"] == "New"


@pytest.mark.parametrize(
    ("who", "read", "write"), [("mia", 200, 403), ("jonas", 404, 404), ("astrid", 200, 403)]
)
def test_who_may_approve(api, checkout, who, read, write, request):
    idea = ImprovementFactory(subject=checkout.subject)
    RegistrationFactory(improvement=idea)
    client = api(request.getfixturevalue(who))

    assert client.get(f"{ROOT}/improvements/{idea.pk}/").status_code == read
    assert send(client, f"improvements/{idea.pk}/approve").status_code == write
    idea.refresh_from_db()
    assert idea.state == ImprovementState.IDEA


def test_a_token_that_reads_does_not_write(api, ines, checkout):
    client = api(ines, ApiToken.Scope.READ)

    response = send(client, "improvements", {"title": "x"})

    assert response.status_code == 403


def test_verdicts_on_series_of_others_are_not_there(api, mia, billing):
    shared = RegistrationFactory(series=SeriesFactory(subject=billing.subject))
    shared.verdicts.create(result="improved", data_sha256="0" * 64, judged_at=timezone.now())

    assert api(mia).get(f"{ROOT}/verdicts/").json()["results"] == []
    assert api(mia).get(f"{ROOT}/registrations/").json()["results"] == []


# Dashboards --------------------------------------------------------------------------------
def test_a_dashboard_is_made_arranged_and_read(program, series):
    body = {
        "title": "Health", "slug": "health", "rows": [{"series": series.pk, "group": "Flow"}],
    }  # fmt: skip

    made = send(program, "dashboards", body).json()
    [row] = program.get(f"{ROOT}/dashboards/{made['id']}/readings/").json()

    assert made["rows"] == [{"series": series.pk, "group": "Flow"}]
    assert (row["kpi"], row["group"], row["value"]) == (series.kpi.slug, "Flow", 4.0)


def test_the_rows_that_are_sent_are_the_rows_that_stand(program, series):
    other = SeriesFactory()
    dashboard = Dashboard.objects.create(slug="d", title="D")
    path = f"dashboards/{dashboard.pk}"
    send(program, path, {"rows": [{"series": series.pk}, {"series": other.pk}]}, "patch")

    answer = send(program, path, {"rows": [{"series": other.pk}]}, "patch")

    assert answer.json()["rows"] == [{"series": other.pk, "group": ""}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"title": ""}, "title"),
        ({"rows": [{"series": 0}]}, "rows.0.series"),
        ({"rows": "all"}, "rows"),
        ({"rows": [{"series": "TWICE"}, {"series": "TWICE"}]}, "rows"),
    ],
)
def test_a_dashboard_that_cannot_be_is_refused_by_its_field(program, series, body, field):
    Dashboard.objects.create(slug="taken", title="T")
    text = json.dumps({"title": "D", "slug": "d"} | body).replace('"TWICE"', str(series.pk))

    response = program.post(f"{ROOT}/dashboards/", text, content_type="application/json")

    assert response.status_code == 400
    assert any(name.startswith(field) for name in errors(response))


@pytest.mark.parametrize("who", ["mia", "astrid"])
def test_only_operations_arranges_dashboards(api, who, series, request):
    dashboard = Dashboard.objects.create(slug="d", title="D")
    client = api(request.getfixturevalue(who))

    statuses = [
        send(client, "dashboards", {"title": "x", "slug": "x"}).status_code,
        send(client, f"dashboards/{dashboard.pk}", {"title": "x"}, "patch").status_code,
        client.get(f"{ROOT}/dashboards/{dashboard.pk}/walls/").status_code,
    ]

    assert statuses == [403, 403, 403]


def test_walls_are_made_listed_and_ended(program, client, series):
    dashboard = Dashboard.objects.create(slug="d", title="D")
    path = f"dashboards/{dashboard.pk}/walls"

    wall = send(program, path).json()
    address = wall["address"].removeprefix("http://testserver")
    assert client.get(address).status_code == 200
    assert [one["id"] for one in program.get(f"{ROOT}/{path}/").json()] == [wall["id"]]

    assert program.delete(f"{ROOT}/{path}/{wall['id']}/").status_code == 204
    assert client.get(address).status_code == 410


# Charts ------------------------------------------------------------------------------------
def test_notes_are_written_changed_and_taken_away(program, series):
    body = {
        "subject": "product:checkout", "series": series.pk, "on": "2026-05-04", "text": "Freeze",
    }  # fmt: skip

    pk = send(program, "notes", body).json()["id"]
    changed = send(program, f"notes/{pk}", {"text": "Thaw"}, "patch")

    assert changed.json()["text"] == "Thaw"
    assert program.delete(f"{ROOT}/notes/{pk}/").status_code == 204
    assert not Note.objects.exists()


def test_a_note_about_one_subject_is_not_drawn_on_anothers_series(program, series, billing):
    body = {"subject": "product:billing", "series": series.pk, "on": "2026-05-04", "text": "x"}

    assert errors(send(program, "notes", body)) == ["series"]


def test_points_are_left_out_and_counted_again(program, series):
    period = str(weeks_before(5, clock.today())[0])

    made = send(program, "exclusions", {"series": series.pk, "period": period, "reason": "Outage"})

    assert (made.status_code, made.json()["period"]) == (201, period)
    assert program.delete(f"{ROOT}/exclusions/{made.json()['id']}/").status_code == 204
    assert not Exclusion.objects.exists()


def test_a_point_that_is_not_there_cannot_be_left_out(program, series):
    body = {"series": series.pk, "period": "1999-01-04", "reason": "Outage"}

    response = send(program, "exclusions", body)

    assert (response.status_code, errors(response)) == (422, ["period"])


def test_limits_are_split_joined_locked_and_released(program, series):
    period = str(weeks_before(8, clock.today())[0])
    body = {"series": series.pk, "from_period": period, "cause": "New team"}
    split = send(program, "segments", body).json()["id"]
    assert program.delete(f"{ROOT}/segments/{split}/").status_code == 204
    first = Segment.objects.get(series=series)

    locked = send(program, f"segments/{first.pk}/lock").json()
    released = send(program, f"segments/{first.pk}/release").json()

    assert (locked["locked_by"], released["locked_by"]) == ("ines@halden.example", None)
    assert program.delete(f"{ROOT}/segments/{first.pk}/").status_code == 409


@pytest.mark.parametrize("who", ["jonas", "astrid"])
def test_others_say_nothing_on_charts(api, who, series, request):
    client = api(request.getfixturevalue(who))
    first = Segment.objects.get(series=series)
    period = str(weeks_before(5, clock.today())[0])

    statuses = {
        send(client, "exclusions", {"series": series.pk, "period": period, "reason": "x"}),
        send(client, f"segments/{first.pk}/lock"),
        send(client, "notes", {"subject": "product:checkout", "on": period, "text": "x"}),
    }

    assert {response.status_code for response in statuses} <= {400, 403, 404}
    assert not Exclusion.objects.exists()
    assert not Note.objects.exists()
    assert Segment.objects.get(series=series).is_held is False


@pytest.mark.parametrize(
    "collection",
    ["improvements", "registrations", "verdicts", "dashboards", "notes", "exclusions", "segments"],
)
def test_a_respondent_finds_nothing(api, rui, series, collection):
    ImprovementFactory(subject=series.subject)
    Dashboard.objects.create(slug="d", title="D")

    response = api(rui).get(f"{ROOT}/{collection}/")

    assert response.status_code == 200
    assert response.json()["results"] == []
