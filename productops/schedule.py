"""Recurring work: declared by each app, kept as rows, run once for each slot by whoever claims it.

An app declares its jobs in its ``queues.py``::

    @job("metrics.measures", daily_at=time(2, 15))
    def record_measures(at: datetime) -> None: ...

``at`` is the moment of running, in UTC. A job is short (a minute) or only puts rows into a queue.
Slots that were missed are run once, not one after the other. A job that fails is tried again
after five minutes, one whose runner died when its lease is over.
"""

import time as clocks
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone

from productops import clock
from productops.models import DueJob
from productops.queues import Pending, Queue, mark_rung, queue
from productops.registry import Registry

LEASE = timedelta(minutes=10)
PAUSE = timedelta(minutes=5)
log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """``every`` counts from the Epoch in UTC; ``daily_at`` is the organisation's wall clock."""

    name: str
    run: Callable[[datetime], object]
    every: timedelta | None = None
    daily_at: time | None = None

    @property
    def period(self) -> timedelta:
        return self.every or timedelta(days=1)

    def next_after(self, moment: datetime) -> datetime:
        """The first slot after ``moment``, in UTC."""
        if self.every is not None:
            slots = int(moment.timestamp() // self.every.total_seconds()) + 1
            return datetime.fromtimestamp(slots * self.every.total_seconds(), UTC)
        day = clock.day_of(moment)
        slot = self._on(day)
        return slot if slot > moment else self._on(day + timedelta(days=1))

    def _on(self, day) -> datetime:
        return datetime.combine(day, self.daily_at, tzinfo=clock.zone()).astimezone(UTC)


_jobs: Registry[Job] = Registry("recurring jobs")


def job(name: str, *, every: timedelta | None = None, daily_at: time | None = None):
    """Declare a function as recurring work; give either ``every`` or ``daily_at``."""
    if (every is None) == (daily_at is None):
        raise ValueError("A job runs either every so often or daily at a time.")

    def declare(run: Callable[[datetime], object]):
        _jobs.add(name, Job(name, run, every, daily_at))
        return run

    return declare


def all_jobs() -> list[Job]:
    return list(_jobs)


def keep_rows(now: datetime) -> None:
    """See that each declared job has its row, with a slot that lies ahead by one period at most.

    A clock that was wrong for a while leaves slots in a far future; those are drawn back.
    """
    rows = DueJob.objects.in_bulk(_jobs.names(), field_name="name")
    missing = [declared for declared in all_jobs() if declared.name not in rows]
    DueJob.objects.bulk_create(
        [DueJob(name=lost.name, next_run_at=lost.next_after(now)) for lost in missing],
        ignore_conflicts=True,
    )
    for row in rows.values():
        declared = _jobs.get(row.name)
        if row.next_run_at > now + 2 * declared.period:
            DueJob.objects.filter(pk=row.pk, next_run_at=row.next_run_at).update(
                next_run_at=declared.next_after(now), lease_until=None
            )


def work_slice(seconds: float) -> int:
    """Run the jobs that are due, one after the other, beginning none after ``seconds``."""
    end, done = clocks.monotonic() + seconds, 0
    for row in _waiting(timezone.now()).order_by("next_run_at"):
        if clocks.monotonic() >= end:
            break
        if claim(row, timezone.now()):
            run(row)
            done += 1
    return done


def claim(row: DueJob, now: datetime) -> bool:
    """Take this slot of the job by compare-and-swap; only one of all who try gets it."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    row.lease_until = now + LEASE
    slot = DueJob.objects.filter(free, pk=row.pk, next_run_at=row.next_run_at)
    return slot.update(lease_until=row.lease_until) == 1


def run(row: DueJob) -> None:
    """Run a claimed job and note its next slot, or the next try if it failed."""
    declared, began = _jobs.get(row.name), clocks.monotonic()
    at = timezone.now()
    try:
        declared.run(at)
        error = ""
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"[:500]
        log.exception("job_failed", job=row.name)
    now = timezone.now()
    following = declared.next_after(max(now, at))
    DueJob.objects.filter(pk=row.pk, lease_until=row.lease_until).update(
        next_run_at=min(following, now + PAUSE) if error else following,
        lease_until=None,
        rung_at=None,
        last_run_at=at,
        last_seconds=clocks.monotonic() - began,
        last_error=error,
    )


def _due(now: datetime) -> QuerySet[DueJob]:
    return DueJob.objects.filter(name__in=_jobs.names(), next_run_at__lte=now)


def _waiting(now: datetime) -> QuerySet[DueJob]:
    return _due(now).filter(Q(lease_until=None) | Q(lease_until__lte=now))


def pending() -> Pending:
    now = timezone.now()
    slots = sorted(_due(now).values_list("next_run_at", flat=True))
    return Pending(len(slots), (now - slots[0]).total_seconds() if slots else 0.0)


def stuck() -> int:
    """Jobs whose last run failed."""
    return DueJob.objects.filter(name__in=_jobs.names()).exclude(last_error="").count()


def ring() -> int:
    return mark_rung(_waiting(timezone.now()), timezone.now())


def unclaimed(seconds: float) -> int:
    now = timezone.now()
    return _waiting(now).filter(rung_at__lte=now - timedelta(seconds=seconds)).count()


queue(
    Queue(
        name="schedule",
        task="productops.tasks.run_due_jobs",
        pending=pending,
        stuck=stuck,
        work_slice=work_slice,
        ring=ring,
        unclaimed=unclaimed,
    )
)
