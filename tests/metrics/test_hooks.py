"""Numbers that are sent to us, signed: who is let in, and that nothing is taken twice."""

import hashlib
import hmac
import json
import time

import pytest
from django.test import Client

from metrics.actions.deliveries import MOST_A_MINUTE
from metrics.models import Observation, Source, SourceRun
from productops.models import CacheEntry
from tests.factories.objectives import SeriesFactory
from tests.factories.sources import SourceFactory

pytestmark = pytest.mark.django_db
SECRET = "what-the-sender-signs-with-3f9a"
URL = "/hooks/pipeline/"
ROW = {"kpi": "lead-time", "product": "checkout", "at": "2026-01-05", "value": 4.5}
BODY = json.dumps({"observations": [ROW]}).encode()


@pytest.fixture
def source(checkout, ines):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)
    return SourceFactory(
        slug="pipeline", kind="push", every="hand", secrets={"secret": SECRET}, owner=ines
    )


def signed(body: bytes, *, secret=SECRET, timestamp=None, **headers) -> dict:
    moment = str(int(time.time()) if timestamp is None else timestamp)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-ProductOps-Timestamp": moment,
        "X-ProductOps-Signature": f"sha256={digest}",
        **headers,
    }


def send(body: bytes = BODY, headers=None, *, url=URL, content_type="application/json"):
    # Not even a browser that keeps cookies is asked for a CSRF token here.
    client = Client(enforce_csrf_checks=True)
    given = signed(body) if headers is None else headers
    return client.post(url, body, content_type=content_type, headers=given)


def as_github(body: bytes, **headers) -> dict:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", **headers}


def test_a_signed_body_is_taken(source):
    response = send()

    run = SourceRun.objects.get()
    assert response.status_code == 200
    assert response.json() == {
        "created": 1, "updated": 0, "unchanged": 0, "refused": 0, "run": run.pk, "replayed": False,
    }  # fmt: skip
    assert Observation.objects.get().value == 4.5
    assert (run.trigger, run.state) == ("webhook", "done")
    source.refresh_from_db()
    assert source.last_ok_at is not None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, secret="another secret"),
        signed(BODY + b" "),
        signed(BODY, timestamp=int(time.time()) - 3600),
        signed(BODY, timestamp=int(time.time()) + 3600),
        signed(BODY) | {"X-ProductOps-Timestamp": "1" * 40},
        signed(BODY) | {"X-ProductOps-Timestamp": "soon"},
        signed(BODY) | {"X-ProductOps-Timestamp": str(int(time.time()) + 1)},
        signed(BODY) | {"X-ProductOps-Signature": "sha256="},
        signed(BODY) | {"X-ProductOps-Signature": "é" * 70},
        signed(BODY, secret=""),
        signed(BODY, secret="nobody's"),
        as_github(b"{}"),
    ],
)
def test_what_is_not_signed_is_refused_without_saying_why(source, headers):
    refused = send(headers=headers)
    unknown = send(headers=headers, url="/hooks/nothing-here/")

    assert (refused.status_code, unknown.status_code) == (401, 401)
    assert refused.content == unknown.content
    assert not Observation.objects.exists()
    assert not SourceRun.objects.exists()


def test_only_what_is_sent_to_us_has_an_address(source):
    Source.objects.update(kind="file_url")

    assert send().status_code == 401


def test_a_source_without_a_secret_takes_nothing(source):
    Source.objects.update(secret="")

    assert send().status_code == 401
    assert send(headers=signed(BODY, secret="")).status_code == 401


def test_the_same_delivery_is_taken_once(source):
    headers = signed(BODY)

    first, second = send(headers=headers).json(), send(headers=headers).json()

    assert second == first | {"replayed": True}
    assert SourceRun.objects.count() == 1


def test_a_delivery_of_the_same_name_is_taken_once_whenever_it_was_signed(source):
    now = int(time.time())
    named = {"X-ProductOps-Delivery": "build-17"}

    answers = [send(headers=signed(BODY, timestamp=now - late, **named)) for late in (0, 30)]

    assert [answer.json()["replayed"] for answer in answers] == [False, True]


def test_a_delivery_that_was_refused_may_come_again(source):
    body = BODY.replace(b"lead-time", b"later")
    headers = signed(body)
    assert send(body, headers).status_code == 422
    SeriesFactory(kpi__slug="later")

    assert send(body, headers).json()["created"] == 1


def test_bad_rows_refuse_the_whole_and_are_named_by_their_place(source):
    rows = [ROW, ROW | {"at": "soon"}, ROW | {"kpi": "nothing"}]
    body = json.dumps({"observations": rows}).encode()

    response = send(body)

    assert response.status_code == 422
    assert [each["field"] for each in response.json()["errors"]] == ["rows[1].at", "rows[2].kpi"]
    assert not Observation.objects.exists()
    assert SourceRun.objects.get().refused_in_all == 2


def test_csv_is_taken_too(source):
    body = b"kpi,product,at,value\nlead-time,checkout,2026-01-05,4.5\n"

    assert send(body, content_type="text/csv").json()["created"] == 1


def test_any_json_is_read_by_the_expression_and_the_mapping_of_the_source(source):
    Source.objects.update(
        settings={"rows": "release.{day: published_at, id: to_string(id)}"},
        mapping={
            "exact": True,
            "map": {"at": "day", "external_id": "id"},
            "fixed": {"kpi": "lead-time", "product": "checkout", "value": "1"},
        },
    )
    payload = {"action": "published", "release": {"id": 7, "published_at": "2026-01-05T10:00:00Z"}}
    body = json.dumps(payload).encode()

    response = send(body, as_github(body, **{"X-GitHub-Delivery": "72d3162e"}))
    ping = b'{"zen": "Design for failure."}'
    nothing = send(ping, as_github(ping, **{"X-GitHub-Delivery": "72d3162f"}))

    assert response.json()["created"] == 1
    assert Observation.objects.get().external_id == "7"
    assert nothing.json()["created"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[[1]]",
        b'"text"',
        b'{"observations": [1]}',
        b'[{"kpi": {"a": 1}, "at": "2026-01-05", "value": 1}]',
        b'[{"kpi": "lead-time", "at": "2026-01-05", "value": NaN}]',
        b'[{"kpi": "lead-time", "at": "2026-01-05", "value": 1e400}]',
        b"[" * 5000,
        b"\xff\xfe",
        b'{"observations": [{"nothing": 1}]}',
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whole(source, body):
    response = send(body)

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert SourceRun.objects.get().state == "failed"


def test_more_than_a_megabyte_is_refused(source):
    assert send(b" " * ((1 << 20) + 1)).status_code == 413


def test_a_paused_source_says_so_to_whoever_may_send(source):
    Source.objects.update(state="paused")

    assert send().status_code == 409
    assert send(headers={}).status_code == 401


def test_too_many_deliveries_are_slowed_down(source):
    statuses = []
    for number in range(MOST_A_MINUTE + 1):
        body = json.dumps([ROW | {"value": number}]).encode()
        statuses.append(send(body).status_code)

    assert statuses == [200] * MOST_A_MINUTE + [429]


def test_guessing_is_slowed_down_and_a_good_signature_still_opens(source):
    CacheEntry.objects.all().delete()
    statuses = [send(headers={}).status_code for _ in range(32)]

    assert statuses == [401] * 30 + [429] * 2
    assert send().status_code == 200


def test_nothing_but_post_is_answered(source, client):
    assert client.get(URL).status_code == 405


def test_the_secret_that_is_made_is_shown_once_and_signs(as_, ines, source):
    browser = as_(ines)
    shown = browser.post("/metrics/sources/pipeline/secret/")
    secret = shown.context["secret"]
    later = browser.get("/metrics/sources/pipeline/").content.decode()

    assert secret in shown.content.decode()
    assert secret not in later
    assert "openssl dgst -sha256 -hmac" in later
    assert send(headers=signed(BODY, secret=secret)).status_code == 200
    assert send(headers=signed(BODY)).status_code == 401


def test_what_is_sent_to_us_is_set_up_without_a_mapping(as_, ines, checkout):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)
    browser = as_(ines)
    shown = browser.post("/metrics/sources/new/push/", {"name": "Pipeline"})
    secret = shown.context["secret"]
    browser.post("/metrics/sources/pipeline/mapping/", {"version": Source.objects.get().version})
    closed = send(headers=signed(BODY, secret=secret))
    browser.post("/metrics/sources/pipeline/schedule/", {"version": Source.objects.get().version})

    assert closed.status_code == 409
    assert send(headers=signed(BODY, secret=secret)).json()["created"] == 1
