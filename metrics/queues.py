"""The durable queues of metrics, and its recurring jobs."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from metrics import digest
from metrics.actions import (
    definitions,
    digests,
    measuring,
    rechecks,
    recompute,
    source_runs,
    telling,
    ticking,
)
from metrics.boards import frozen
from metrics.models import Alert, DefinitionMark, Mark, Source, unmet_versions
from productops import clock
from productops.queues import Pending, Queue, mark_rung, queue
from productops.schedule import job

# The bell says "look", not "this row": the oldest ones are enough to be rung for.
RUNG_AT_ONCE = 50


def pending() -> Pending:
    now = timezone.now()
    # Those that wait for a person are told apart (``stuck``).
    found = Mark.objects.pending().unstuck().aggregate(count=Count("*"), oldest=Min("wanted_at"))
    oldest = found["oldest"]
    return Pending(found["count"], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def stuck() -> int:
    return Mark.objects.stuck().count()


def ring() -> int:
    """Note on the oldest due marks that the bell was rung; how many were new."""
    now = timezone.now()
    if not any(rung_at is None for rung_at in oldest(now).values_list("rung_at", flat=True)):
        return 0
    with transaction.atomic():
        # What a worker holds just now needs no bell, and must not keep the relay waiting.
        rows = oldest(now, locks=True).values_list("series_id", "period", "rung_at")
        unrung = [(series, period) for series, period, rung_at in rows if rung_at is None]
        return Mark.objects.filter(pk__in=unrung).update(rung_at=now) if unrung else 0


def oldest(now: datetime, *, locks: bool = False):
    rows = Mark.objects.workable(now).order_by("wanted_at", "series_id", "period")
    if locks:
        rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return rows[:RUNG_AT_ONCE]


def unclaimed(seconds: float) -> int:
    now = timezone.now()
    rung_by = now - timedelta(seconds=seconds)
    return Mark.objects.workable(now).filter(rung_at__lte=rung_by)[:RUNG_AT_ONCE].count()


queue(
    Queue(
        name="marks",
        task="metrics.tasks.recompute",
        pending=pending,
        stuck=stuck,
        work_slice=recompute.work_slice,
        ring=ring,
        unclaimed=unclaimed,
    )
)


def definitions_pending() -> Pending:
    now = timezone.now()
    first = DefinitionMark.objects.waiting().aggregate(first=Min("met_at"))["first"]
    count = DefinitionMark.objects.waiting().count() + unmet_versions().count()
    return Pending(count, max(0.0, (now - first).total_seconds()) if first else 0.0)


def definitions_unclaimed(seconds: float) -> int:
    met_by = timezone.now() - timedelta(seconds=seconds)
    return DefinitionMark.objects.waiting().filter(met_at__lte=met_by).count()


queue(
    Queue(
        name="definitions",
        task="metrics.tasks.apply_definitions",
        pending=definitions_pending,
        stuck=lambda: 0,
        work_slice=definitions.work_slice,
        ring=lambda: definitions.meet_versions(now=timezone.now()),
        unclaimed=definitions_unclaimed,
    )
)


def sources_pending() -> Pending:
    """Sources whose time has come. One that fails waits for its next try, so it is none of them."""
    now = timezone.now()
    found = Source.objects.due(now).aggregate(count=Count("*"), oldest=Min("next_run_at"))
    oldest = found["oldest"]
    return Pending(found["count"], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def sources_unclaimed(seconds: float) -> int:
    now = timezone.now()
    waiting = Source.objects.claimable(now)
    return waiting.filter(rung_at__lte=now - timedelta(seconds=seconds)).count()


queue(
    Queue(
        name="sources",
        task="metrics.tasks.read_sources",
        pending=sources_pending,
        stuck=lambda: 0,  # a source that fails is tried for ever, and says so on its own page
        work_slice=source_runs.work_slice,
        ring=lambda: mark_rung(Source.objects.claimable(timezone.now()), timezone.now()),
        unclaimed=sources_unclaimed,
    )
)


def alerts_pending() -> Pending:
    now = timezone.now()
    turned_at = Coalesce("over_at", "raised_at")
    found = Alert.objects.due(now).aggregate(count=Count("*"), oldest=Min(turned_at))
    oldest = found["oldest"]
    return Pending(found["count"], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def alerts_unclaimed(seconds: float) -> int:
    now = timezone.now()
    return Alert.objects.due(now).filter(rung_at__lte=now - timedelta(seconds=seconds)).count()


queue(
    Queue(
        name="alerts",
        task="metrics.tasks.tell_alerts",
        pending=alerts_pending,
        stuck=lambda: Alert.objects.stuck().count(),
        work_slice=telling.work_slice,
        ring=lambda: mark_rung(Alert.objects.due(timezone.now()), timezone.now()),
        unclaimed=alerts_unclaimed,
    )
)


@job("metrics.digests", every=timedelta(minutes=5))
def send_digests(at: datetime) -> None:
    """Mails whose hour has come for their readers; what was missed is caught up with once."""
    digests.send_due(now=at, until=at + timedelta(seconds=50), compose=digest.to_send)


@job("metrics.close-periods", daily_at=time(0, 40))
def close_periods(at: datetime) -> None:
    """A period that ended at midnight is judged now, data or not."""
    ticking.close_periods(today=clock.day_of(at), now=at)


@job("metrics.measures", daily_at=time(0, 10))
def record_measures(at: datetime) -> None:
    """Our own apps' numbers, as of the end of the day before."""
    measuring.record_measures(on=clock.day_of(at) - timedelta(days=1), by=None)


@job("metrics.targets", every=timedelta(minutes=1))
def notice_targets(at: datetime) -> None:
    """A target that was set or began to hold changes what is said of a series."""
    ticking.notice_targets(today=clock.day_of(at), now=at)


@job("metrics.freeze-months", daily_at=time(0, 55))
def freeze_months(at: datetime) -> None:
    """Dashboards that keep each month do so once it has ended."""
    frozen.freeze_months(today=clock.day_of(at))


@job("metrics.rechecks", daily_at=time(1, 10))
def check_again(at: datetime) -> None:
    """Whether what improved 90 or 180 days ago has lasted."""
    rechecks.check_due(today=clock.day_of(at), now=at)


@job("metrics.source-runs", daily_at=time(3, 50))
def forget_source_runs(at: datetime) -> None:
    """What became of readings long ago is of no use."""
    source_runs.forget_runs(now=at)
