"""Durable queues: each app names, in its ``queues.py``, the rows that wait for work.

The relay, the worker and ``/health/freshness`` ask here, so that the kernel knows no app.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from productops.registry import Registry


@dataclass(frozen=True)
class Pending:
    count: int
    oldest_s: float  # age of the oldest row that waits, in seconds; 0.0 when none does


@dataclass(frozen=True)
class Queue:
    """A table whose rows are work.

    ``pending()`` counts what waits; ``stuck()`` what failed too often and waits for a person;
    ``work_slice(seconds)`` claims and does work for at most that long and returns how many
    rows it finished; ``ring()`` marks due rows that were never rung as rung, in one statement,
    and returns how many it marked; ``unclaimed(seconds)`` counts due rows that were rung longer
    ago than that and are in nobody's hands. A row keeps the moment of its first ring until it is
    done or put off: the relay itself rings again, and does the work when nobody comes.
    ``task`` is the Celery task that does one slice.
    """

    name: str
    task: str
    pending: Callable[[], Pending]
    stuck: Callable[[], int]
    work_slice: Callable[[float], int]
    ring: Callable[[], int]
    unclaimed: Callable[[float], int]


def mark_rung(waiting: QuerySet, now: datetime) -> int:
    """Note that the bell was rung for the rows of ``waiting`` that it was not rung for yet."""
    unrung = waiting.filter(rung_at=None)
    return unrung.update(rung_at=now) if unrung.exists() else 0  # on SQLite an update waits


_queues: Registry[Queue] = Registry("queues")


def queue(entry: Queue) -> Queue:
    return _queues.add(entry.name, entry)


def all_queues() -> list[Queue]:
    return list(_queues)
