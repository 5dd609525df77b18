"""From marks to snapshots and on to limits and verdicts: one transaction for each batch.

A batch locks its marks, so that nobody counts further meanwhile; reads the data, which is at least
as new as the count; and publishes. A worker that dies gives its marks back with its locks.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from metrics.actions.facts import as_day, spans_by_series
from metrics.actions.ingest import trying_again
from metrics.actions.judging import judge_series
from metrics.actions.limits import refresh
from metrics.actions.newest import note_newest
from metrics.actions.zeros import fill_zeros
from metrics.aggregation import Run, Way, publish_runs, runs_of, way_of
from metrics.aggregation.postgresql import columns
from metrics.models import Mark, Snapshot
from metrics.periods import Span
from productops import clock
from productops.cadences import count_between

Key = tuple[int, date]


class Claim(NamedTuple):
    """Locked marks of one series: how many from which period to which."""

    series_id: int
    first: date
    last: date
    count: int  # type: ignore[assignment]  # in place of what every tuple can count


BATCH = 5_000  # marks: about half a second
LONGEST_PAUSE_S = 600
log = structlog.get_logger()

# So many marks that a recompute of everything would spend more time on carrying their keys here
# and back than on computing; most series want all periods from one to another.
CLAIM = """
WITH claimed AS ({rows})
SELECT series_id, min(period), max(period), count(*) FROM claimed
GROUP BY series_id ORDER BY series_id
"""
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
        taken, done = trying_again(work_batch)(today=clock.today(), now=timezone.now())
        published += done
        if not taken:
            break
    return published


def work_batch(*, today: date, now: datetime, most: int = BATCH) -> tuple[int, int]:
    """Claim a batch and publish it; how many marks were taken, and how many done.

    When the batch fails, its series are tried one by one, so that one bad series does not hold up
    the others: it is put off, and after eight failures waits for a person.
    """
    claims: list[Claim] = []
    try:
        with transaction.atomic():
            claims = claim(now=now, most=most)
            publish(claims, today=today, now=now)
        taken = sum(each.count for each in claims)
        return taken, taken
    except (OperationalError, InterfaceError):
        # The database is away, or chose us among those that waited for each other: no fault of
        # the data. Whoever called tries again.
        raise
    except Exception as error:
        log.warning("batch_failed", series=len(claims), error=str(error)[:500])
    done = sum(work_series(each, today=today, now=now) for each in claims)
    return sum(each.count for each in claims), done


def work_series(wanted: Claim, *, today: date, now: datetime) -> int:
    """Publish marks of one series, or note why that failed; how many were done."""
    try:
        with transaction.atomic():
            keys = keys_of([wanted], now=now)
            own = [wanted._replace(count=len(keys))] if keys else []
            publish(own, today=today, now=now)
        return len(keys)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("series_failed", series=wanted.series_id)
        put_off(wanted, error, now=now)
        return 0


def claim(*, now: datetime, most: int) -> list[Claim]:
    """Lock the oldest marks whose turn it is and that nobody else holds, told by series."""
    rows = Mark.objects.workable(now).order_by("wanted_at", "series_id", "period")
    rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    inner, parameters = rows.values("series_id", "period")[:most].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(rows=inner), parameters)
        return [
            Claim(series_id, as_day(first), as_day(last), count)
            for series_id, first, last, count in cursor.fetchall()
        ]


def keys_of(claims: Sequence[Claim], *, now: datetime) -> list[Key]:
    """The single marks of claims, locked as far as they are still pending and free."""
    rows = Mark.objects.workable(now).filter(series__in=[each.series_id for each in claims])
    rows = rows.order_by("series_id", "period")
    rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    within = {each.series_id: each for each in claims}
    return [
        (series_id, period)
        for series_id, period in rows.values_list("series_id", "period")
        if within[series_id].first <= period <= within[series_id].last
    ]


def publish(claims: Sequence[Claim], *, today: date, now: datetime) -> None:
    """Compute the locked marks' periods, and everything that follows from them."""
    if not claims:
        return
    touched = {each.series_id: each.first for each in claims}
    spans = spans_by_series(touched)
    publish_numbers(claims, spans, today=today, now=now)
    fill_zeros(touched, spans=spans, today=today, now=now)
    facts = refresh(touched, spans=spans, today=today, now=now)
    note_newest(touched, spans)
    judge_series(facts, today=today, now=now)


def publish_numbers(
    claims: Sequence[Claim], spans: Mapping[int, Sequence[Span]], *, today: date, now: datetime
) -> None:
    """Compute the locked marks' periods into snapshots, and note that it is done."""
    whole = [each for each in claims if is_whole(each, spans[each.series_id])]
    broken = [each for each in claims if each not in whole]
    ways, strays = runs_of(keys_of(broken, now=now) if broken else [], spans)
    for each in whole:
        add_run(ways, each, spans[each.series_id][0])
    publish_runs(ways, today=today, now=now)
    drop(strays)
    runs = [(run.series_id, run.first, run.last) for way in ways.values() for run in way]
    set_done(runs + [(*stray, stray[1]) for stray in strays])


def is_whole(wanted: Claim, spans: Sequence[Span]) -> bool:
    """Whether a claim has every period from its first to its last, and nothing else."""
    if not spans[0].is_only:
        return False
    between = count_between(wanted.first, wanted.last, spans[0].cadence)
    return wanted.count == between + 1


def add_run(ways: dict[Way, list[Run]], wanted: Claim, span: Span) -> None:
    run = Run(wanted.series_id, wanted.first, wanted.last, span.until, span.version_id)
    ways.setdefault(way_of(span), []).append(run)


def drop(strays: Sequence[Key]) -> None:
    """Remove snapshots of periods that no definition counts any more."""
    if strays:
        Snapshot.objects.filter(pk__in=strays).delete()


def set_done(runs: Sequence[tuple[int, date, date]]) -> None:
    """Note on locked marks that what was wanted is done."""
    if not runs:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(DONE["postgresql"], columns(runs))
        else:
            rows = [(series_id, str(first), str(last)) for series_id, first, last in runs]
            cursor.executemany(DONE["sqlite"], rows)


def put_off(wanted: Claim, error: Exception, *, now: datetime) -> None:
    """Let marks wait longer after each failure; what failed stays visible on them."""
    reason = f"{type(error).__name__}: {error}"[:500]
    with transaction.atomic():
        rows = Mark.objects.workable(now).filter(
            series=wanted.series_id, period__gte=wanted.first, period__lte=wanted.last
        )
        for mark in rows.select_for_update().order_by("period"):
            mark.attempts += 1
            pause = min(2**mark.attempts, LONGEST_PAUSE_S)
            mark.next_try_at = now + timedelta(seconds=pause)
            mark.last_error, mark.rung_at = reason, None
            mark.save(update_fields=["attempts", "next_try_at", "last_error", "rung_at"])
