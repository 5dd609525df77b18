"""Periods without data that are zero: where a KPI says so, they are points like any other."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from metrics.actions.facts import ONWARD_ASKED, as_day, asked
from metrics.models import Snapshot
from metrics.periods import ONE_DAY, Span, first_days
from productops.measures import Empty

# From the snapshot before the first touched period on: holes can only begin there.
NEAR = """
WITH asked AS ({asked})
SELECT s.series_id, s.period FROM asked a JOIN metrics_snapshot s
    ON s.series_id = a.series_id AND s.period >= coalesce(
        (SELECT max(p.period) FROM metrics_snapshot p
         WHERE p.series_id = a.series_id AND p.period < a.first), a.first)
"""


def fill_zeros(
    touched: Mapping[int, date],
    *,
    spans: Mapping[int, Sequence[Span]],
    today: date,
    now: datetime,
) -> None:
    """Give a snapshot of zero to each closed period without data after a series' first."""
    asked_for = [
        (series_id, first)
        for series_id, first in sorted(touched.items())
        if any(span.empty == Empty.ZERO for span in spans[series_id])
    ]
    if not asked_for:
        return
    known: dict[int, set[date]] = {}
    for series_id, period in asked(NEAR, ONWARD_ASKED, asked_for):
        known.setdefault(series_id, set()).add(as_day(period))
    missing = [
        Snapshot(
            series_id=series_id,
            period=period,
            kpi_version_id=span.version_id,
            value=0.0,
            computed_at=now,
        )
        for series_id, periods in known.items()
        for period, span in holes(periods, spans[series_id], today)
    ]
    Snapshot.objects.bulk_create(missing, ignore_conflicts=True)


def holes(known: set[date], spans: Sequence[Span], today: date) -> Iterable[tuple[date, Span]]:
    """The closed periods after the first known one that should be zero and are not there."""
    first = min(known)
    for span in spans:
        if span.empty == Empty.ZERO and span.until > first:
            begins = span.period_of(first) if span.starts <= first else span.starts
            ends = span.last_closed(today) + ONE_DAY
            for period in first_days(begins, ends, span.cadence):
                if period not in known:
                    yield period, span
