"""What time alone changes: periods end, targets begin to hold, promises fall due."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q

from metrics.actions.dependants import computed_periods
from metrics.actions.facts import spans_by_series
from metrics.actions.judging import judge_all
from metrics.actions.marking import Key, mark
from metrics.models import Mark, SeriesState, Snapshot
from metrics.periods import EVER, span_of_period, span_on
from objectives.actions import begin_computed
from objectives.models import KpiInput, KpiVersion, Series, Target
from productops import clock
from productops.measures import Empty

# Longer than a quarter, and than this job may have stood still.
CLOSED_LATELY = timedelta(days=100)


@transaction.atomic
def close_periods(*, today: date, now: datetime) -> int:
    """Mark the series whose newest period has ended since they were read; how many there are.

    Also judges every promise anew: with time a verdict falls due, or its data goes stale.
    """
    keys = newly_closed(today)
    mark({*keys, *begun_late(now), *computed_since_closed(today)}, now=now)
    judge_all(today=today, now=now)
    return len(keys)


def newly_closed(today: date) -> list[Key]:
    """The newest period of each series that is over, or lacks a zero, and was not read as such."""
    newest = Snapshot.objects.known().values("series").annotate(newest=Max("period"))
    periods = dict(newest.values_list("series_id", "newest"))
    read = dict(SeriesState.objects.values_list("series_id", "latest_period"))
    spans = spans_by_series(list(periods)) if periods else {}
    found = []
    for series_id, period in periods.items():
        span, latest = span_on(spans[series_id], today), read.get(series_id)
        is_over = span_on(spans[series_id], period).is_closed(period, today)
        lacks_zeros = span.empty == Empty.ZERO and period < span.last_closed(today)
        if lacks_zeros or (is_over and (latest is None or latest < period)):
            found.append((series_id, period))
    return found


def begun_late(now: datetime) -> set[Key]:
    """All periods of computed series that nobody began, as where two inputs began at once."""
    begun = begin_computed(of=KpiInput.objects.values_list("kpi", flat=True))
    return computed_periods([series.pk for series in begun], since=EVER, now=now)


def computed_since_closed(today: date) -> set[Key]:
    """Periods of computed series that ended since they were wanted last: an input that has no
    numbers in them may have become zero by that."""
    kpis = KpiVersion.objects.exclude(expression="").values("kpi")
    spans = spans_by_series(Series.objects.filter(kpi__in=kpis).values_list("pk", flat=True))
    rows = Mark.objects.filter(series__in=spans, period__gte=today - CLOSED_LATELY)
    wanted = {
        (series_id, period): clock.day_of(at)
        for series_id, period, at in rows.values_list("series_id", "period", "wanted_at")
    }
    for series_id, found in spans.items():
        wanted.setdefault((series_id, span_on(found, today).last_closed(today)), EVER)
    return {
        (series_id, period)
        for (series_id, period), day in wanted.items()
        if (span := span_of_period(spans[series_id], period))
        and span.expression
        and day < span.end_of(period) <= today
    }


@transaction.atomic
def notice_targets(*, today: date, now: datetime) -> int:
    """Mark the series that are read by another target than the one that holds; how many."""
    held = Target.objects.on(today).filter(series__state__latest_period__isnull=False)
    same = Q(low=F("series__state__target_low")) | Q(low=None, series__state__target_low=None)
    same &= Q(high=F("series__state__target_high")) | Q(high=None, series__state__target_high=None)
    moved = held.exclude(pk__in=held.filter(same).values("pk"))
    keys = list(moved.values_list("series_id", "series__state__latest_period"))
    gone = SeriesState.objects.filter(
        Q(target_low__isnull=False) | Q(target_high__isnull=False),
        latest_period__isnull=False,
    ).exclude(series__in=Target.objects.on(today).values("series"))
    keys += list(gone.values_list("series_id", "latest_period"))
    mark(keys, now=now)
    return len(keys)
