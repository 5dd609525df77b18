"""Snapshots of computed KPIs: their formula over what their inputs were in the same days."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import connection

from metrics.aggregation.lineage import edges_of, lineage_of
from metrics.aggregation.postgresql import columns
from metrics.aggregation.reckoning import Reckoning
from metrics.aggregation.runs import Run, Way, Window
from metrics.periods import first_days, next_first

# A period that none of the inputs has numbers of gets no snapshot, but keeps one that it has.
PUBLISH = """
INSERT INTO metrics_snapshot (series_id, period, kpi_version_id, value, n, seq, computed_at)
SELECT m.series_id, m.period, f.version_id, f.value, f.n, m.wanted, %s
FROM ({figures}) f JOIN metrics_mark m ON m.series_id = f.series_id AND m.period = f.period
WHERE f.n > 0 OR f.value IS NOT NULL OR EXISTS (
    SELECT 1 FROM metrics_snapshot s WHERE s.series_id = f.series_id AND s.period = f.period)
ON CONFLICT (series_id, period) DO UPDATE SET
    kpi_version_id = excluded.kpi_version_id, value = excluded.value, numerator = NULL,
    denominator = NULL, n = excluded.n, seq = excluded.seq, computed_at = excluded.computed_at
WHERE metrics_snapshot.seq < excluded.seq
"""
POSTGRESQL = """SELECT * FROM unnest(%s::bigint[], %s::date[], %s::bigint[], %s::float8[],
    %s::bigint[]) AS f(series_id, period, version_id, value, n)"""
SQLITE = "SELECT %s AS series_id, %s AS period, %s AS version_id, %s AS value, %s AS n"


def publish(way: Way, runs: list[Run], *, today: date, now: datetime) -> None:
    """Compute the periods of these runs, all in a constant number of statements."""
    lineage = lineage_of({run.series_id for run in runs})
    edges = edges_of(lineage.all_observed(lineage.inputs))
    windows = {window: run.version_id for run in runs for window in windows_of(run, way.cadence)}
    figures = Reckoning(lineage, edges, way.cadence, today).figures(windows)
    rows = [
        (window.series_id, window.since, version_id, figures[window].value, figures[window].n)
        for window, version_id in windows.items()
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(PUBLISH.format(figures=POSTGRESQL), [now, *columns(rows)])
        else:
            moment = connection.ops.adapt_datetimefield_value(now)
            texts: list[tuple] = [(moment, row[0], str(row[1]), *row[2:]) for row in rows]
            cursor.executemany(PUBLISH.format(figures=SQLITE), texts)


def windows_of(run: Run, cadence: str) -> Iterator[Window]:
    """The days of each period of a run."""
    for period in first_days(run.first, next_first(run.last, cadence), cadence):
        yield Window(run.series_id, period, min(next_first(period, cadence), run.until))
