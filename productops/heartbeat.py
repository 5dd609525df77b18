"""Signs of life: each process that works writes when it last did; health and watchdog read it."""

import os
import socket
from datetime import datetime

from django.utils import timezone

from productops.models import Heartbeat

RELAY, WORKER = "relay", "worker"
BELL, CLAIM = "bell", "claim"  # when Celery was last rung, and when a worker last came


def beat(name: str) -> None:
    """Note that ``name`` is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def own_name(role: str) -> str:
    """This process among others of its role: ``relay:host:pid``."""
    return f"{role}:{socket.gethostname()[:50]}:{os.getpid()}"


def last(name: str) -> datetime | None:
    """The youngest sign of ``name`` or of any process of that role."""
    signs = Heartbeat.objects.filter(name=name) | Heartbeat.objects.filter(
        name__startswith=f"{name}:"
    )
    return signs.order_by("-at").values_list("at", flat=True).first()


def age_s(name: str, now: datetime) -> float | None:
    """Seconds since the last sign; a clock that was set back does not make it old."""
    at = last(name)
    return None if at is None else max(0.0, (now - at).total_seconds())
