from datetime import timedelta

import pytest
from django.utils import timezone

from productops import heartbeat, outbox
from productops.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_live_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert response.json() == {"status": "live"}


def test_an_installation_is_ready_while_somebody_does_the_work(client):
    heartbeat.beat(heartbeat.own_name(heartbeat.RELAY))

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["relay_age_s"] < 5
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("silent_s", [None, 31])
def test_it_is_not_ready_when_the_relay_has_gone_silent(client, silent_s):
    if silent_s:
        at = timezone.now() - timedelta(seconds=silent_s)
        Heartbeat.objects.create(name="relay:here:1", at=at)

    assert client.get("/health/ready").status_code == 503


def test_probes_are_told_no_name_of_a_host(client):
    heartbeat.beat("relay:secret-host:17")

    assert b"secret-host" not in client.get("/health/ready").content


def test_freshness_counts_what_waits_and_what_is_stuck(client):
    for number in range(3):
        message = outbox.post_mail(
            to="a@example.org", subject="", template="", context={}, once=str(number)
        )
    message.attempts = 10
    message.save()

    found = client.get("/health/freshness").json()

    assert (found["pending"], found["stuck"]) == (2, 1)
    assert 0 <= found["oldest_pending_s"] < 60


def test_an_idle_installation_has_nothing_pending(client):
    assert client.get("/health/freshness").json() == {
        "pending": 0,
        "oldest_pending_s": 0.0,
        "stuck": 0,
    }


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/health/freshness"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405
