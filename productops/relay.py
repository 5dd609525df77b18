"""The bell, the sweeper and the night watch: one loop that sees that all work gets done.

Every half second it looks at each queue: new rows are rung to Celery; where there is no broker, or
nobody comes for ten seconds, the relay does a slice of the work itself. It also seals the change
log. Any number of relays may run; nothing is kept in memory that the next one would miss.
"""

import signal
import threading
import time
from collections.abc import Callable
from functools import partial

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from productops import broker, heartbeat, schedule, sealing
from productops.celery import app
from productops.queues import Queue, all_queues

LOOK_EVERY_S = 0.5
RING_AGAIN_AFTER_S = 5.0
NOBODY_CAME_AFTER_S = 10.0
OWN_SLICE_S = 5.0  # short, so that every queue gets its turn and a stop does not wait long
BEAT_EVERY_S = 5.0
KEEP_ROWS_EVERY_S = 60.0
LONGEST_PAUSE_S = 5.0  # between tries while the database is away
log = structlog.get_logger()


class Bell:
    """Sends Celery tasks, and never keeps the relay waiting.

    A broker that swallows packets can hold a sender for minutes whatever time-outs it was given,
    so a thread of its own does the sending; while it hangs, the bell counts as broken.
    """

    PATIENCE_S = 3.0
    REST_S = 10.0  # after a failure, before the broker is tried again

    def __init__(self, send: Callable[[str], object] | None) -> None:
        self._send = send
        self._sender: threading.Thread | None = None
        self._rests_until = 0.0

    @property
    def is_heard(self) -> bool:
        """Whether there is a broker that, as far as we know, takes messages."""
        hangs = self._sender is not None and self._sender.is_alive()
        return self._send is not None and not hangs and time.monotonic() >= self._rests_until

    def ring(self, task: str) -> bool:
        """Whether the broker took the message."""
        if not self.is_heard:
            return False
        failures: list[str] = []
        # A daemon, so that a sender which hangs does not keep the process from ending.
        self._sender = threading.Thread(target=self._try, args=(task, failures), daemon=True)
        self._sender.start()
        self._sender.join(self.PATIENCE_S)
        if self._sender.is_alive():
            failures.append("no answer")
        if failures:
            self._rests_until = time.monotonic() + self.REST_S
            log.warning("broker_not_reached", error=failures[0])
        return not failures

    def _try(self, task: str, failures: list[str]) -> None:
        try:
            self._send(task)
        except Exception as error:  # whatever a broker's client comes up with
            failures.append(type(error).__name__)


class Relay:
    """The loop and what it remembers between two looks: nothing but when it last did what."""

    def __init__(self, bell: Bell) -> None:
        self.bell = bell
        self.stopping = threading.Event()
        self._rung: dict[str, float] = {}
        self._did: dict[str, float] = {}
        self._trouble: Exception | None = None

    def run(self) -> None:
        """Look again and again until ``stop``; a database that is away is waited for."""
        pause = LOOK_EVERY_S
        while not self.stopping.wait(pause):
            try:
                self.look()
                pause = LOOK_EVERY_S
            except (OperationalError, InterfaceError) as error:
                log.warning("database_not_reached", error=type(error).__name__)
                pause = min(pause * 2, LONGEST_PAUSE_S)

    def stop(self, *_signal) -> None:
        self.stopping.set()

    def look(self) -> None:
        """One round over everything. What fails does not keep the rest waiting; raises the last
        failure of the database itself, after all had their turn."""
        self._trouble = None
        self._guarded("beat", self._now_and_then("beat", BEAT_EVERY_S, self._beat))
        self._guarded("rows", self._now_and_then("rows", KEEP_ROWS_EVERY_S, self._keep_rows))
        for entry in all_queues():
            if not self.stopping.is_set():
                self._guarded(entry.name, partial(self.serve, entry))
        self._guarded("sealing", sealing.seal)
        if self._trouble is not None:
            raise self._trouble

    def serve(self, entry: Queue) -> None:
        """Ring for new rows; ring again for old ones; do the work when nobody comes."""
        is_new = entry.ring() > 0
        if not is_new and not entry.unclaimed(0):
            return
        must_ring = is_new or self._rested(entry)
        has_broker = self._ring(entry) if must_ring else self.bell.is_heard
        if not has_broker or entry.unclaimed(NOBODY_CAME_AFTER_S):
            entry.work_slice(OWN_SLICE_S)
            self._beat()

    def _ring(self, entry: Queue) -> bool:
        self._rung[entry.name] = time.monotonic()
        has_broker = self.bell.ring(entry.task)
        if has_broker:
            heartbeat.beat(heartbeat.BELL)
        return has_broker

    def _rested(self, entry: Queue) -> bool:
        return time.monotonic() - self._rung.get(entry.name, 0.0) >= RING_AGAIN_AFTER_S

    def _now_and_then(self, name: str, every_s: float, act: Callable[[], object]):
        def when_due() -> None:
            if time.monotonic() - self._did.get(name, -every_s) >= every_s:
                act()
                self._did[name] = time.monotonic()

        return when_due

    def _beat(self) -> None:
        heartbeat.beat(heartbeat.own_name(heartbeat.RELAY))

    def _keep_rows(self) -> None:
        schedule.keep_rows(timezone.now())

    def _guarded(self, name: str, act: Callable[[], object]) -> None:
        try:
            act()
        except (OperationalError, InterfaceError) as error:
            self._trouble = error
            close_old_connections()
        except Exception:  # any app's queue, for any reason
            log.exception("queue_failed", queue=name)


def own_bell() -> Bell:
    """The bell of this installation; without a broker, one that nobody hears."""
    if not broker.url():
        return Bell(None)
    return Bell(lambda task: app.send_task(task, retry=False, ignore_result=True))


def run_until_stopped() -> None:
    """Run a relay in this process until SIGTERM or SIGINT; the work in hand is finished first."""
    relay = Relay(own_bell())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, relay.stop)
    relay.run()
