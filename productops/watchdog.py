"""A worker that no longer hears the bell ends itself, so that its supervisor starts a fresh one.

Celery workers have been seen to stay connected to a broker and deaf (celery #10205). While the
relay rings again and again and no worker comes for a minute, each worker holds itself for deaf.
"""

import os
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from celery.signals import task_postrun, task_prerun, worker_ready
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone

from productops import heartbeat

LOOK_EVERY_S = 5.0
DEAF_AFTER_S = 60.0
# A bell that was rung once and then no more is answered otherwise: the relay did the work.
RINGING = timedelta(seconds=20)
CLAIM_EVERY_S = 1.0
TOLERANCE = timedelta(seconds=3)  # claims are written once a second, by clocks of several hosts
log = structlog.get_logger()


@dataclass
class Watch:
    """For how long the bell has been ringing without any worker coming."""

    unanswered_since: float | None = None

    def is_deaf(
        self, bell: datetime | None, claim: datetime | None, *, now: datetime, clock: float
    ) -> bool:
        """Whether it is time to end; ``clock`` is monotonic seconds, the others are moments."""
        rings = bell is not None and now - bell < RINGING
        if not rings or (claim is not None and claim >= bell - TOLERANCE):
            self.unanswered_since = None
            return False
        if self.unanswered_since is None:
            self.unanswered_since = clock
        return clock - self.unanswered_since >= DEAF_AFTER_S


_last_claim = 0.0


@worker_ready.connect
def begin(**_about) -> None:
    threading.Thread(target=_watch, name="watchdog", daemon=True).start()


@task_prerun.connect
@task_postrun.connect
def note_claim(**_about) -> None:
    """A worker came, or has just done a slice; written at most once a second."""
    global _last_claim
    if time.monotonic() - _last_claim > CLAIM_EVERY_S:
        _last_claim = time.monotonic()
        heartbeat.beat(heartbeat.CLAIM)


def _watch() -> None:
    watch = Watch()
    while True:
        try:
            if _look(watch):
                log.error("worker_is_deaf", seconds=DEAF_AFTER_S)
                os._exit(1)
        except (DatabaseError, InterfaceError):
            watch = Watch()  # without a database nobody can come
        finally:
            close_old_connections()
        time.sleep(LOOK_EVERY_S)


def _look(watch: Watch) -> bool:
    heartbeat.beat(heartbeat.own_name(heartbeat.WORKER))
    bell, claim = heartbeat.last(heartbeat.BELL), heartbeat.last(heartbeat.CLAIM)
    return watch.is_deaf(bell, claim, now=timezone.now(), clock=time.monotonic())
