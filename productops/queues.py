"""Durable queues: each app names, in its ``queues.py``, the rows that wait for work.

The relay, the worker and ``/health/freshness`` ask here, so that the kernel knows no app.
"""

from collections.abc import Callable
from dataclasses import dataclass

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
    rows it finished; ``ring()`` marks unrung (or long unclaimed) rows as rung in one statement
    and returns how many it marked; ``unclaimed(seconds)`` counts rows that were rung longer ago
    than that and nobody claimed. ``task`` is the Celery task that does one slice.
    """

    name: str
    task: str
    pending: Callable[[], Pending]
    stuck: Callable[[], int]
    work_slice: Callable[[float], int]
    ring: Callable[[], int]
    unclaimed: Callable[[float], int]


_queues: Registry[Queue] = Registry("queues")


def queue(entry: Queue) -> Queue:
    return _queues.add(entry.name, entry)


def all_queues() -> list[Queue]:
    return list(_queues)
