"""Workers and senders at once: each source in one pair of hands, each delivery taken once."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from metrics.actions import source_runs
from metrics.actions.deliveries import Delivery, take_delivery
from metrics.models import Observation, Source, SourceRun
from tests.factories.objectives import SeriesFactory
from tests.factories.sources import SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def at_once(act) -> list[BaseException]:
    """Run ``act`` in threads that begin together; what they raised."""
    failures: list[BaseException] = []
    gate = threading.Barrier(AT_ONCE)

    def run() -> None:
        try:
            gate.wait()
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_the_same_delivery_sent_many_times_at_once_is_taken_once(organisation, checkout):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)
    source = SourceFactory(kind="push", every="hand")
    body = [{"kpi": "lead-time", "product": "checkout", "at": "2026-01-05", "value": 1}]
    delivery = Delivery(json.dumps(body).encode(), reads=json.loads, signature="sha256=one")
    answers = []

    def act() -> None:
        answers.append(take_delivery(source=source, delivery=delivery))

    failures = at_once(act)

    assert failures == []
    assert sorted(is_replay for _run, is_replay in answers) == [False, True, True, True]
    assert len({run.pk for run, _is_replay in answers}) == 1
    assert SourceRun.objects.count() == Observation.objects.count() == 1


def test_workers_at_once_read_each_source_once(server, organisation, checkout):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)
    text = "kpi,product,at,value,external_id\nlead-time,checkout,2026-01-05,1,{}\n"
    due = timezone.now() - timedelta(minutes=1)
    for number in range(6):
        url = server.gives(f"/{number}.csv", text.format(number))
        SourceFactory(settings={"url": url}, next_run_at=due)

    failures = at_once(lambda: source_runs.work_slice(90))

    assert failures == []
    assert sorted(SourceRun.objects.values_list("source", flat=True)) == sorted(
        Source.objects.values_list("pk", flat=True)
    )
    assert set(SourceRun.objects.values_list("state", flat=True)) == {"done"}
    assert Observation.objects.count() == 6
