"""New definitions of KPIs: their periods, and those that they cut short, are computed anew."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from metrics.actions.dependants import computed_periods
from metrics.actions.facts import spans_by_series
from metrics.actions.ingest import trying_again
from metrics.actions.marking import mark, periods_of_days
from metrics.models import DefinitionMark, Observation, Snapshot, unmet_versions
from metrics.periods import EVER, first_from
from objectives.actions import begin_computed
from objectives.models import Kpi, KpiInput, KpiVersion, Series

# A period that a new definition cuts short began at most so long before it.
LONGEST_PERIOD = timedelta(days=92)
CHUNK = 10_000
MOST_LEVELS = 20  # of KPIs under one another, more than any definition may have


def meet_versions(*, now: datetime) -> int:
    """Note the definitions that were written since the last look; how many there are."""
    unmet = list(unmet_versions()[:500])
    DefinitionMark.objects.bulk_create(
        [DefinitionMark(kpi_version=version, met_at=now) for version in unmet],
        ignore_conflicts=True,
    )
    return len(unmet)


def work_slice(seconds: float) -> int:
    """Mark what new definitions change, for at most ``seconds``; how many were taken."""
    end, taken = time.monotonic() + seconds, 0
    meet_versions(now=timezone.now())
    while time.monotonic() < end and trying_again(apply_next)(now=timezone.now()):
        taken += 1
    return taken


@transaction.atomic
def apply_next(*, now: datetime) -> bool:
    """Mark the periods of the oldest new definition; False when there is none."""
    waiting = DefinitionMark.objects.waiting().order_by("pk").select_related("kpi_version")
    entry = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if entry is None:
        return False
    entry.done_at = now
    entry.save(update_fields=["done_at"])
    lock_kpis(entry.kpi_version)
    mark_version(entry.kpi_version, now=now)
    return True


def lock_kpis(version: KpiVersion) -> None:
    """Let writers that count by the former definition finish (metrics.actions.facts.hold_kpis).

    The inputs of a computed KPI come before it, as for those who begin its series.
    """
    levels: list[set[int]] = []
    level = {version.kpi_id}
    while level:
        levels = [level, *(known - level for known in levels)]
        rows = KpiInput.objects.filter(version__kpi__in=level)
        level = set(rows.values_list("kpi_id", flat=True)) if len(levels) < MOST_LEVELS else set()
    for level in levels:
        list(Kpi.with_trash.select_for_update().filter(pk__in=level).order_by("pk"))


def mark_version(version: KpiVersion, *, now: datetime) -> None:
    """Mark every period whose count may differ under a definition: those of its days, and those
    of former definitions that have a snapshot there."""
    if version.is_computed:
        begin_computed(of=version.inputs.values_list("kpi_id", flat=True))
    series_ids = list(Series.objects.filter(kpi=version.kpi_id).values_list("pk", flat=True))
    if not series_ids:
        return
    since = begins(version)
    known = Snapshot.objects.filter(series__in=series_ids, period__gte=since)
    keys = set(known.values_list("series_id", "period"))
    spans = spans_by_series(series_ids)
    for days in observed_days(series_ids, since):
        keys |= periods_of_days(days, spans)
    if any(span.expression for found in spans.values() for span in found):
        keys |= computed_periods(series_ids, since=since, now=now)
    mark(keys, now=now)


def begins(version: KpiVersion) -> date:
    """The first day on which anything may change by a definition."""
    is_only_one = not KpiVersion.objects.filter(kpi=version.kpi_id).exclude(pk=version.pk).exists()
    if version.restates_history or is_only_one:
        return EVER
    return first_from(version) - LONGEST_PERIOD


def observed_days(series_ids: Sequence[int], since: date) -> Iterator[Iterable[tuple[int, date]]]:
    """The (series, day) that have observations, a chunk at a time."""
    rows = Observation.objects.filter(series__in=series_ids, on__gte=since)
    days = rows.order_by("series_id", "on").values_list("series_id", "on").distinct()
    chunk: list[tuple[int, date]] = []
    for day in days.iterator(CHUNK):
        chunk.append(day)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk
