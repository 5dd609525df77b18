"""What follows from a period that changed: the periods of all series that are computed from it.

They are marked where their inputs are, in the transaction that wrote the numbers: a computed
period is made from observations, so that it need not wait until its inputs' periods are published,
and no worker ever waits for marks that another holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from metrics.actions.facts import ASKED, ONWARD_ASKED, as_day, asked, spans_by_series
from metrics.aggregation.lineage import edges_of, lineage_of
from metrics.aggregation.runs import Key
from metrics.periods import NEVER, ONE_DAY, Span, span_of_period, span_on
from objectives.models import KpiInput
from productops import clock
from productops.measures import Empty

REACHED = """
WITH RECURSIVE asked AS ({asked}), reached(source, series_id) AS (
    SELECT a.series_id, a.series_id FROM asked a
    UNION
    SELECT r.source, d.id
    FROM reached r
        JOIN objectives_series s ON s.id = r.series_id
        JOIN objectives_kpiinput i ON i.kpi_id = s.kpi_id
        JOIN objectives_kpiversion v ON v.id = i.version_id
        JOIN objectives_series d ON d.kpi_id = v.kpi_id AND d.subject_id = s.subject_id
)
SELECT source, series_id FROM reached WHERE series_id <> source
"""
# Where the holes around touched periods end, which zeros fill.
AROUND = """
WITH asked AS ({asked})
SELECT a.series_id, a.first,
    (SELECT max(s.period) FROM metrics_snapshot s
     WHERE s.series_id = a.series_id AND s.period < a.first),
    (SELECT min(s.period) FROM metrics_snapshot s
     WHERE s.series_id = a.series_id AND s.period >= a.first)
FROM asked a
"""
Stretch = tuple[date, date]  # days, without the last


def with_dependants(keys: set[Key], *, now: datetime) -> set[Key]:
    """The periods and all that are computed from them. One cheap query where nothing is."""
    if not keys or not KpiInput.objects.exists():
        return keys
    reached = dependants_of({series_id for series_id, _period in keys})
    if not reached:
        return keys
    spans = spans_by_series({*reached, *(each for found in reached.values() for each in found)})
    touched = [key for key in sorted(keys) if key[0] in reached]
    stretches = with_holes(stretches_of(touched, spans), spans, now)
    return keys | {
        (series_id, period)
        for source, found in stretches.items()
        for series_id in reached[source]
        for first, until in found
        for period in periods_within(spans[series_id], first, until)
    }


def dependants_of(series_ids: Iterable[int]) -> dict[int, set[int]]:
    """The series that are computed from each, in one step or several, by any definition."""
    found: dict[int, set[int]] = {}
    for source, series_id in asked(REACHED, ASKED, sorted(series_ids)):
        found.setdefault(source, set()).add(series_id)
    return found


def stretches_of(
    touched: Sequence[Key], spans: Mapping[int, Sequence[Span]]
) -> dict[int, list[Stretch]]:
    """The days of touched periods, which come in order, laid together where they meet."""
    found: dict[int, list[Stretch]] = {}
    for series_id, period in touched:
        span = span_of_period(spans[series_id], period)
        if span is None:
            continue  # a period of a former cadence: what its days are now is marked as well
        laid = found.setdefault(series_id, [])
        until = span.end_of(period)
        if laid and laid[-1][1] >= period:
            laid[-1] = laid[-1][0], max(laid[-1][1], until)
        else:
            laid.append((period, until))
    return found


def with_holes(
    stretches: dict[int, list[Stretch]], spans: Mapping[int, Sequence[Span]], now: datetime
) -> dict[int, list[Stretch]]:
    """Where empty periods are zero, a number fills the holes beside it as well: up to the next
    snapshots on both sides, or until today."""
    zeros = {
        series_id: (found[0][0], found[-1][1])
        for series_id, found in stretches.items()
        if any(span.empty == Empty.ZERO for span in spans[series_id])
    }
    if not zeros:
        return stretches
    today = clock.day_of(now)
    ends = [(pk, day) for pk, (first, until) in sorted(zeros.items()) for day in (first, until)]
    filled = {pk: list(bounds) for pk, bounds in zeros.items()}
    for series_id, day, before, after in asked(AROUND, ONWARD_ASKED, ends):
        first, until = zeros[series_id]
        if as_day(day) == first and before is not None:
            filled[series_id][0] = as_day(before)
        if as_day(day) == until:
            filled[series_id][1] = max(until, as_day(after) or today + ONE_DAY)
    return stretches | {pk: [(first, until)] for pk, (first, until) in filled.items()}


def periods_within(spans: Sequence[Span], first: date, until: date) -> Iterator[date]:
    """The periods that have any of the days."""
    day = first
    while day < min(until, NEVER):
        span = span_on(spans, day)
        period = span.period_of(day)
        yield period
        day = span.end_of(period)


def computed_periods(series_ids: Iterable[int], *, since: date, now: datetime) -> set[Key]:
    """All periods of computed series from a day on, as far back as their inputs have numbers."""
    lineage = lineage_of(series_ids)
    edges = edges_of(lineage.all_observed(lineage.inputs))
    until = clock.day_of(now) + ONE_DAY
    return {
        (series_id, period)
        for series_id in lineage.inputs
        if (known := lineage.edges_of(series_id, edges))
        for period in periods_within(
            lineage.spans[series_id], max(known[0], since), max(known[1] + ONE_DAY, until)
        )
    }
