"""Runs of sources: claimed by compare-and-swap, read outside any transaction, written whole.

Rows, cursor and run move together or not at all, so that a run whose worker died is simply made
again from where the last one ended. What fails waits longer each time and holds up nobody.
"""

import time as clocks
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    transaction,
)
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics import freshness
from metrics.actions import source_mail
from metrics.actions.ingest import trying_again
from metrics.actions.intake import Taken
from metrics.actions.source_reading import (
    FETCH_S,
    Reading,
    hidden,
    read_all,
    secrets_of,
    sentence_of,
    table_of,
)
from metrics.actions.tabling import take_table
from metrics.choices import Every, RunState, SourceState, Trigger
from metrics.connectors import Fetched, SourceError
from metrics.models import Source, SourceRun, SourceSeries
from productops.exchange import Refused, Report
from productops.tables import UnreadableTable

LEASE = timedelta(minutes=5)  # longer than reading and writing take with all their limits
AT_ONCE = 4
LOOKED_AT = 5
MOST_REFUSALS_KEPT = 100
KEPT = timedelta(days=180)  # runs, and with them the memory of what was sent to us
log = structlog.get_logger()


class LeaseLost(Exception):  # noqa: N818  answered by leaving the row to whoever holds it
    """Somebody else holds the source by now: what was read is theirs to read again."""


def work_slice(seconds: float) -> int:
    """Read what is due, some sources side by side, beginning none that could not end in time."""
    end, done = clocks.monotonic() + seconds, 0
    while claimed := claim(timezone.now()):
        runs = {run.source_id: run for run in claimed}
        sources = [run.source for run in claimed]
        for reading in read_all(sources, timezone.now(), FETCH_S):
            conclude(runs[reading.source.pk], reading)
            done += 1
        if clocks.monotonic() + FETCH_S > end:
            break
    return done


def claim(now: datetime, most: int = AT_ONCE) -> list[SourceRun]:
    """Take the sources that have waited longest, each with a run that says so."""
    # Some more are looked at, for other workers take some of them at the same moment.
    waiting = Source.objects.claimable(now).order_by("next_run_at", "pk")[: LOOKED_AT * most]
    runs = (run for source in waiting if (run := _claimed(source, now)))
    return list(islice(runs, most))


@transaction.atomic
def _claimed(source: Source, now: datetime) -> SourceRun | None:
    """The run of a source that nobody else took meanwhile, else None."""
    lease = now + LEASE
    mine = Source.objects.claimable(now).filter(pk=source.pk, next_run_at=source.next_run_at)
    # The attempt is counted here, so that a source which kills its reader waits longer, too.
    if mine.update(lease_until=lease, attempts=F("attempts") + 1) != 1:
        return None
    source.refresh_from_db()
    died = SourceRun.objects.of(source).filter(state=RunState.RUNNING)
    died.update(
        state=RunState.FAILED, ended_at=now, note=_("The run was interrupted and is made again.")
    )
    return SourceRun.objects.create(
        source=source, trigger=_trigger_of(source), started_at=now, by=source.asked_by
    )


def _trigger_of(source: Source) -> str:
    if source.asked_by_id:
        return Trigger.HAND
    return Trigger.RETRY if source.attempts > 1 else Trigger.SCHEDULE


def conclude(run: SourceRun, reading: Reading) -> SourceRun:
    """Write what a reading brought, or why it failed. Nothing is raised: a run says all."""
    if reading.fetched is None:
        return _failing(run, sentence_of(reading.problem))
    try:
        return write(run=run, fetched=reading.fetched)
    except Refused as refused:
        return _failing(run, _("Some rows cannot be taken; nothing was written."), refused.report)
    except (UnreadableTable, SourceError) as problem:
        return _failing(run, str(problem))
    except LeaseLost:
        note = _("The source was changed, or taken up by somebody else, meanwhile.")
        return _failing(run, note)
    except (DataError, IntegrityError):
        log.exception("source_refused_by_the_database", source=run.source_id)
        return _failing(run, _("The database does not take what this source holds."))
    except (OperationalError, InterfaceError):
        raise  # the database is away: the lease ends, and the run is made again
    except Exception as problem:  # a fault of ours with one source is none of the others'
        log.exception("source_run_failed", source=run.source_id)
        return _failing(run, sentence_of(problem))


def _failing(run: SourceRun, note: str, report: Report | None = None) -> SourceRun:
    return trying_again(fail)(run=run, note=note, report=report or Report())


@trying_again
@transaction.atomic
def write(*, run: SourceRun, fetched: Fetched) -> SourceRun:
    """Take the rows, move the cursor and end the run: one transaction. Raises Refused."""
    source, now = held(run), timezone.now()
    report = taken(source, fetched)
    source.cursor = fetched.cursor
    succeed(run=run, source=source, report=report, note=fetched.note, now=now)
    return run


def taken(source: Source, fetched: Fetched) -> Taken:
    """The observations of a table, by the mapping of its source."""
    if not fetched.rows:
        return Taken()
    options = options_of(source)
    return take_table(
        opened=lambda: table_of(fetched, options["decimal"]), options=options, by=None
    )


def options_of(source: Source) -> dict[str, Any]:
    """The mapping of a source; some kinds know the decimal mark by their settings."""
    decimal = source.settings.get("decimal") or source.mapping.get("decimal") or "."
    since = source.since.isoformat() if source.since else ""
    return {**source.mapping, "decimal": decimal, "since": since}


def held(run: SourceRun) -> Source:
    """The source of a run, locked. Raises LeaseLost where the run is not its present one: whoever
    changes, pauses or deletes a source takes its lease away."""
    source = Source.objects.select_for_update().filter(pk=run.source_id).first()
    if source is None or source.lease_until != run.source.lease_until:
        raise LeaseLost(str(run))
    return source


def succeed(*, run: SourceRun, source: Source, report: Taken, note: str, now: datetime) -> None:
    """End a run that went well, inside the transaction that wrote its rows."""
    secrets = _secrets_if_any(source)
    run.created, run.updated, run.unchanged = report.created, report.updated, report.unchanged
    _end(run, RunState.DONE, hidden(note, secrets), report, secrets, now)
    feed(source, report.series, now)
    source_mail.tell_of_recovery(source)
    source.attempts, source.failing_since, source.last_error = 0, None, ""
    source.last_ok_at = now
    _put_off(source, freshness.next_slot(source.every, source.at, source.weekday, now))


@transaction.atomic
def fail(*, run: SourceRun, note: str, report: Report) -> SourceRun:
    """End a run that failed: nothing of it was written but this."""
    now = timezone.now()
    secrets = _secrets_if_any(run.source)
    _end(run, RunState.FAILED, hidden(note, secrets), report, secrets, now)
    try:
        source = held(run)
    except LeaseLost:
        return run
    source.last_error = run.note
    source.failing_since = source.failing_since or now
    source_mail.tell_of_failure(source)
    _put_off(source, next_try(source, now))
    return run


def next_try(source: Source, now: datetime) -> datetime | None:
    """When to try again; what is read by hand waits for the hand."""
    is_scheduled = source.every != Every.HAND and source.state == SourceState.ACTIVE
    return now + freshness.pause_after(source.attempts) if is_scheduled else None


def _put_off(source: Source, moment: datetime | None) -> None:
    """Give a source back to its queue, until ``moment``."""
    source.next_run_at = moment if source.state == SourceState.ACTIVE else None
    source.lease_until = source.rung_at = source.asked_by = None
    source.save(
        update_fields=[
            "cursor", "attempts", "failing_since", "last_error", "last_ok_at", "next_run_at",
            "lease_until", "rung_at", "asked_by",
        ]
    )  # fmt: skip


def _end(
    run: SourceRun,
    state: str,
    note: str,
    report: Report,
    secrets: Mapping[str, str],
    now: datetime,
) -> None:
    run.state, run.note, run.ended_at = state, note, now
    run.refused_in_all = len(report.refused)
    run.refused = [
        {
            "row": refusal.row,
            "column": refusal.column,
            "reason": hidden(refusal.reason, dict(secrets)),
        }
        for refusal in report.refused[:MOST_REFUSALS_KEPT]
    ]
    run.save()


def _secrets_if_any(source: Source) -> dict[str, str]:
    try:
        return secrets_of(source)
    except SourceError:
        return {}


def feed(source: Source, series_ids: set[int], now: datetime) -> None:
    """Note which series a source feeds, since when and when last."""
    rows = [
        SourceSeries(source=source, series_id=series_id, first_at=now, last_at=now)
        for series_id in sorted(series_ids)
    ]
    SourceSeries.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["source", "series"],
        update_fields=["last_at"],
    )


def forget_runs(*, now: datetime) -> int:
    """Delete runs that nobody asks for any more; how many."""
    old = SourceRun.objects.filter(started_at__lt=now - KEPT)
    return old.exclude(state=RunState.RUNNING).delete()[0]
