"""PostgreSQL: a lateral aggregate over one range of the key for each marked period."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection

from metrics.aggregation.runs import Figures, Run, Way, Window

STEP = {"day": "1 day", "week": "7 days", "month": "1 month", "quarter": "3 months"}
FIGURE = {
    "sum": "sum(o.value)",
    "mean": "sum(o.value) / nullif(count(o.value), 0)",
    "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY o.value)",
    "p85": "percentile_cont(0.85) WITHIN GROUP (ORDER BY o.value)",
    "p95": "percentile_cont(0.95) WITHIN GROUP (ORDER BY o.value)",
    "min": "min(o.value)",
    "max": "max(o.value)",
    "count": "nullif(count(o.value), 0)",
    # Byte order for ids, so that the last one is the same under every locale.
    "last": """(array_agg(o.value ORDER BY o."on" DESC, o.at DESC, o.external_id COLLATE "C" DESC)
                FILTER (WHERE o.value IS NOT NULL))[1]""",
    "ratio": "sum(o.numerator) / nullif(sum(o.denominator), 0)",
}
PLAIN = "NULL::float8 AS numerator, NULL::float8 AS denominator, count(o.value) AS n"
RATIO = """sum(o.numerator) AS numerator, sum(o.denominator) AS denominator,
           count(o.numerator) AS n"""
AGGREGATE = """
SELECT {figure} AS value, {parts} FROM metrics_observation o
WHERE o.series_id = {series} AND o."on" >= {since} AND o."on" < {until}
"""
PUBLISH = """
INSERT INTO metrics_snapshot
    (series_id, period, kpi_version_id, value, numerator, denominator, n, seq, computed_at)
SELECT m.series_id, m.period, r.version_id, {value}, a.numerator, a.denominator, a.n, m.wanted, %s
FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::date[], %s::bigint[])
         AS r(series_id, first, last, until, version_id)
    JOIN metrics_mark m
      ON m.series_id = r.series_id AND m.period >= r.first AND m.period <= r.last
    CROSS JOIN LATERAL ({aggregate}) a
ON CONFLICT (series_id, period) DO UPDATE SET
    kpi_version_id = excluded.kpi_version_id, value = excluded.value,
    numerator = excluded.numerator, denominator = excluded.denominator, n = excluded.n,
    seq = excluded.seq, computed_at = excluded.computed_at
WHERE metrics_snapshot.seq < excluded.seq
"""
FIGURES = """
SELECT w.series_id, w.since, w.until, a.value, a.numerator, a.denominator, a.n
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS w(series_id, since, until)
    CROSS JOIN LATERAL ({aggregate}) a
"""


def publish(way: Way, runs: list[Run], now: datetime) -> None:
    until = f"least((m.period + interval '{STEP[way.cadence]}')::date, r.until)"
    sql = PUBLISH.format(
        value="CASE WHEN a.n = 0 THEN 0 ELSE a.value END" if way.empty == "zero" else "a.value",
        aggregate=aggregate(way.aggregation, "m.series_id", "m.period", until),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, *columns(runs)])


def figures(ways: Mapping[str, Sequence[Window]]) -> dict[Window, Figures]:
    """What series were in windows, by aggregation: one statement for all."""
    parts = [
        FIGURES.format(aggregate=aggregate(name, "w.series_id", "w.since", "w.until"))
        for name in ways
    ]
    with connection.cursor() as cursor:
        given = [column for windows in ways.values() for column in columns(windows)]
        cursor.execute(" UNION ALL ".join(parts), given)
        return {Window(*row[:3]): Figures(*row[3:]) for row in cursor.fetchall()}


def aggregate(aggregation: str, series: str, since: str, until: str) -> str:
    """What a series was from one day to another, as one row."""
    return AGGREGATE.format(
        figure=FIGURE[aggregation],
        parts=RATIO if aggregation == "ratio" else PLAIN,
        series=series,
        since=since,
        until=until,
    )


def columns(rows: Iterable[tuple]) -> list[str]:
    """Rows of numbers and dates as arrays that ``unnest`` lays side by side.

    Written as literals: the server reads a text faster than the driver quotes its elements.
    """
    return [
        "{" + ",".join("NULL" if each is None else str(each) for each in column) + "}"
        for column in zip(*rows, strict=True)
    ]
