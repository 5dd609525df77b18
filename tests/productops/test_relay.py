import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from django.db import OperationalError
from django.utils import timezone

from productops import heartbeat, queues, sealing
from productops.changelog import record
from productops.models import ChangeEntry
from productops.queues import Pending, Queue
from productops.registry import Registry
from productops.relay import Bell, Relay
from productops.watchdog import Watch

pytestmark = pytest.mark.django_db


class Heap:
    """A queue of our own: ``waiting`` rows, rung ``rung_s`` ago."""

    def __init__(self, name="heap"):
        self.name = name
        self.waiting, self.unrung, self.rung_s, self.slices = 0, 0, 0.0, 0
        queues.queue(
            Queue(
                name=name,
                task=f"{name}.work",
                pending=lambda: Pending(self.waiting, 0.0),
                stuck=lambda: 0,
                work_slice=self.work,
                ring=self.ring,
                unclaimed=lambda s: self.waiting - self.unrung if self.rung_s >= s else 0,
            )
        )

    def add(self, count):
        self.waiting += count
        self.unrung += count

    def ring(self):
        rung, self.unrung = self.unrung, 0
        return rung

    def work(self, _seconds):
        done, self.waiting, self.slices = self.waiting, 0, self.slices + 1
        return done


@pytest.fixture
def heap(monkeypatch):
    monkeypatch.setattr(queues, "_queues", Registry("queues"))
    return Heap()


@pytest.fixture
def rung():
    return []


@pytest.fixture
def relay(rung):
    return Relay(Bell(rung.append))


def test_new_rows_are_rung_once_and_left_to_the_worker(heap, relay, rung):
    heap.add(3)

    relay.look()
    relay.look()

    assert rung == ["heap.work"]
    assert (heap.waiting, heap.slices) == (3, 0)


def test_rows_that_nobody_claims_are_done_by_the_relay(heap, relay):
    heap.add(3)
    relay.look()
    heap.rung_s = 10.0

    relay.look()

    assert (heap.waiting, heap.slices) == (0, 1)


def test_without_a_broker_the_relay_does_the_work_at_once_and_every_time(heap):
    relay = Relay(Bell(None))

    for _round in range(3):
        heap.add(2)
        relay.look()

    assert (heap.waiting, heap.slices) == (0, 3)


def test_a_broker_that_refuses_is_left_in_peace_while_the_relay_works(heap):
    tries = []

    def refuse(task):
        tries.append(task)
        raise ConnectionRefusedError

    relay = Relay(Bell(refuse))
    for _round in range(3):
        heap.add(2)
        relay.look()

    assert len(tries) == 1
    assert heap.waiting == 0


def test_a_broker_that_swallows_everything_holds_the_relay_for_seconds_only(heap, monkeypatch):
    monkeypatch.setattr(Bell, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as hole:
        address = f"redis://127.0.0.1:{hole.getsockname()[1]}/0"
        app = Celery(broker=address, set_as_current=False)
        relay = Relay(Bell(lambda task: app.send_task(task, retry=False)))
        began = time.monotonic()

        for _round in range(3):
            heap.add(2)
            relay.look()

    assert time.monotonic() - began < 2
    assert heap.waiting == 0


def test_a_queue_that_fails_keeps_no_other_waiting(heap, relay, rung):
    broken, healthy = Heap("broken"), Heap("healthy")
    for each in (broken, healthy):
        each.add(1)
    broken.ring = None

    queues._queues._entries["broken"] = Queue(
        "broken", "x", lambda: Pending(0, 0.0), lambda: 0, broken.work, explode, lambda _s: 0
    )
    relay.look()

    assert rung == ["healthy.work"]


def explode():
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_trouble_with_the_database_is_raised_after_everyone_had_a_turn(heap, relay, rung):
    def away():
        raise OperationalError("gone")

    Heap("healthy").add(1)
    queues._queues._entries["heap"] = Queue(
        "heap", "x", lambda: Pending(0, 0.0), lambda: 0, heap.work, away, lambda _s: 0
    )

    with pytest.raises(OperationalError):
        relay.look()
    assert rung == ["healthy.work"]


def test_each_look_seals_the_change_log_and_signs(heap, relay, checkout):
    record(by=None, row=checkout, verb="tried")

    relay.look()

    assert not ChangeEntry.objects.unsealed().exists()
    assert list(sealing.broken_places()) == []
    assert heartbeat.age_s(heartbeat.RELAY, timezone.now()) < 5


def test_a_stop_ends_the_loop(heap, relay):
    loop = threading.Thread(target=relay.run)
    relay.stop()
    loop.start()
    loop.join(5)

    assert not loop.is_alive()


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def look_on(watch, bell_s, claim_s, *, clock):
    """What the watch says when the bell rang and the last claim came so many seconds ago."""

    def ago(seconds):
        return None if seconds is None else NOON - timedelta(seconds=seconds)

    return watch.is_deaf(ago(bell_s), ago(claim_s), now=NOON, clock=clock)


def test_a_worker_is_deaf_when_the_bell_rings_for_a_minute_and_nobody_comes():
    watch = Watch()

    verdicts = [look_on(watch, 1, 300 + clock, clock=clock) for clock in (0, 30, 59, 61)]

    assert verdicts == [False, False, False, True]


@pytest.mark.parametrize(
    ("bell_s", "claim_s"),
    [(None, None), (1, 0), (0, 2), (30, 500)],
    ids=["never rung", "just came", "claims are noted each second", "rang once, relay did it"],
)
def test_a_worker_with_nothing_to_hear_is_not_deaf(bell_s, claim_s):
    watch = Watch()

    verdicts = [look_on(watch, bell_s, claim_s, clock=clock) for clock in (0, 61, 122)]

    assert verdicts == [False, False, False]


def test_a_claim_in_between_starts_the_minute_anew():
    watch = Watch()

    verdicts = [
        look_on(watch, 1, claim, clock=clock) for claim, clock in ((99, 0), (0, 30), (99, 61))
    ]

    assert verdicts == [False, False, False]
