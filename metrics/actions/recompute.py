"""From marks to snapshots and on to limits and verdicts: one transaction for each batch.

A batch locks its marks, so that nobody counts further meanwhile; reads the data, which is at least
as new as the count; and publishes. A worker that dies gives its marks back with its locks.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from metrics.actions.facts import spans_by_series
from metrics.actions.judging import judge_series
from metrics.actions.limits import refresh
from metrics.actions.zeros import fill_zeros
from metrics.aggregation import publish_runs, runs_of
from metrics.aggregation.postgresql import columns
from metrics.models import Mark, Snapshot
from metrics.periods import Span
from productops import clock

Key = tuple[int, date]
BATCH = 5_000  # marks: about half a second
LONGEST_PAUSE_S = 600
log = structlog.get_logger()

DONE = {
    "postgresql": """
        UPDATE metrics_mark m SET done = m.wanted, rung_at = NULL, attempts = 0,
            next_try_at = NULL, last_error = ''
        FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS r(series_id, first, last)
        WHERE m.series_id = r.series_id AND m.period >= r.first AND m.period <= r.last""",
    "sqlite": """
        UPDATE metrics_mark SET done = wanted, rung_at = NULL, attempts = 0,
            next_try_at = NULL, last_error = ''
        WHERE series_id = %s AND period >= %s AND period <= %s""",
}


def work_slice(seconds: float) -> int:
    """Compute pending periods for at most ``seconds``; how many were published."""
    end, published = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        taken, done = work_batch(today=clock.today(), now=timezone.now())
        published += done
        if not taken:
            break
    return published


def work_batch(*, today: date, now: datetime, most: int = BATCH) -> tuple[int, int]:
    """Claim a batch and publish it; how many marks were taken, and how many done.

    When the batch fails, its series are tried one by one, so that one bad series does not hold up
    the others: it is put off, and after eight failures waits for a person.
    """
    keys: list[Key] = []
    try:
        with transaction.atomic():
            keys = claim(now=now, most=most)
            publish(keys, today=today, now=now)
        return len(keys), len(keys)
    except (OperationalError, InterfaceError):
        # The database is away, or chose us among those that waited for each other: no fault of
        # the data. Whoever called tries again.
        raise
    except Exception as error:
        log.warning("batch_failed", marks=len(keys), error=str(error)[:500])
    return len(keys), sum(work_series(part, today=today, now=now) for part in by_series(keys))


def work_series(keys: Sequence[Key], *, today: date, now: datetime) -> int:
    """Publish marks of one series, or note why that failed; how many were done."""
    try:
        with transaction.atomic():
            publish(claim_keys(keys, now=now), today=today, now=now)
        return len(keys)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("series_failed", series=keys[0][0])
        put_off(keys, error, now=now)
        return 0


def claim(*, now: datetime, most: int) -> list[Key]:
    """Lock the oldest marks whose turn it is and that nobody else holds."""
    rows = Mark.objects.workable(now).order_by("wanted_at", "series_id", "period")
    rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return list(rows.values_list("series_id", "period")[:most])


def claim_keys(keys: Sequence[Key], *, now: datetime) -> list[Key]:
    """Lock these marks, as far as they are still pending and nobody else holds them."""
    rows = Mark.objects.workable(now).filter(series=keys[0][0], period__in=[k[1] for k in keys])
    rows = rows.order_by("period").select_for_update(skip_locked=True, of=("self",), no_key=True)
    return list(rows.values_list("series_id", "period"))


def publish(keys: Sequence[Key], *, today: date, now: datetime) -> None:
    """Compute the locked marks' periods, and everything that follows from them."""
    if not keys:
        return
    touched = oldest(keys)
    spans = spans_by_series(touched)
    publish_numbers(keys, spans, now=now)
    fill_zeros(touched, spans=spans, today=today, now=now)
    facts = refresh(touched, spans=spans, today=today, now=now)
    judge_series(facts, today=today, now=now)


def publish_numbers(
    keys: Sequence[Key], spans: Mapping[int, Sequence[Span]], *, now: datetime
) -> None:
    """Compute the locked marks' periods into snapshots, and note that it is done."""
    ways, strays = runs_of(keys, spans)
    publish_runs(ways, now=now)
    drop(strays)
    runs = [(run.series_id, run.first, run.last) for way in ways.values() for run in way]
    set_done(runs + [(*stray, stray[1]) for stray in strays])


def oldest(keys: Sequence[Key]) -> dict[int, date]:
    """The oldest period of each series."""
    found: dict[int, date] = {}
    for series_id, period in keys:
        found[series_id] = min(period, found.get(series_id, period))
    return found


def by_series(keys: Sequence[Key]) -> list[list[Key]]:
    found: dict[int, list[Key]] = {}
    for key in keys:
        found.setdefault(key[0], []).append(key)
    return list(found.values())


def drop(strays: Sequence[Key]) -> None:
    """Remove snapshots of periods that no definition counts any more."""
    for part in by_series(strays):
        Snapshot.objects.filter(series=part[0][0], period__in=[key[1] for key in part]).delete()


def set_done(runs: Sequence[tuple[int, date, date]]) -> None:
    """Note on locked marks that what was wanted is done."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(DONE["postgresql"], columns(runs))
        else:
            rows = [(series_id, str(first), str(last)) for series_id, first, last in runs]
            cursor.executemany(DONE["sqlite"], rows)


def put_off(keys: Sequence[Key], error: Exception, *, now: datetime) -> None:
    """Let marks wait longer after each failure; what failed stays visible on them."""
    reason = f"{type(error).__name__}: {error}"[:500]
    with transaction.atomic():
        periods = [key[1] for key in keys]
        rows = Mark.objects.pending().filter(series=keys[0][0], period__in=periods)
        for mark in rows.select_for_update().order_by("period"):
            mark.attempts += 1
            pause = min(2**mark.attempts, LONGEST_PAUSE_S)
            mark.next_try_at = now + timedelta(seconds=pause)
            mark.last_error, mark.rung_at = reason, None
            mark.save(update_fields=["attempts", "next_try_at", "last_error", "rung_at"])
