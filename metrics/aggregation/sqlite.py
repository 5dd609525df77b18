"""SQLite: the marked periods in a temporary table, in the order of the observations' key.

The key's order makes GROUP BY a single walk without sorting. SQLite has no percentiles; window
functions rank the values instead.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from metrics.aggregation.runs import Figures, Run, Way, Window

STEP = {"day": "+1 day", "week": "+7 days", "month": "+1 month", "quarter": "+3 months"}
TABLES = (
    """CREATE TEMP TABLE IF NOT EXISTS metrics_run
       (series_id integer, first text, last text, until text, version_id integer)""",
    """CREATE TEMP TABLE IF NOT EXISTS metrics_due
       (series_id integer, period text, until text, version_id integer, seq integer,
        PRIMARY KEY (series_id, period, until)) WITHOUT ROWID""",
    "DELETE FROM metrics_run",
    "DELETE FROM metrics_due",
)
DUE = """
INSERT INTO metrics_due
SELECT m.series_id, m.period, min(date(m.period, %s), r.until), r.version_id, m.wanted
FROM metrics_run r CROSS JOIN metrics_mark m
WHERE m.series_id = r.series_id AND m.period >= r.first AND m.period <= r.last
"""
FIGURE = {
    "sum": "sum(o.value)",
    "mean": "sum(o.value) / count(o.value)",
    "min": "min(o.value)",
    "max": "max(o.value)",
    "count": "nullif(count(o.value), 0)",
    "ratio": "sum(o.numerator) / nullif(sum(o.denominator), 0)",
    "last": """(SELECT l.value FROM metrics_observation l
                WHERE l.series_id = d.series_id AND l."on" >= d.period AND l."on" < d.until
                  AND l.value IS NOT NULL
                ORDER BY l."on" DESC, l.at DESC, l.external_id DESC LIMIT 1)""",
}
SHARE = {"median": "0.5", "p85": "0.85", "p95": "0.95"}
PLAIN = "NULL AS numerator, NULL AS denominator, count(o.value) AS n"
RATIO = "sum(o.numerator) AS numerator, sum(o.denominator) AS denominator, count(o.numerator) AS n"
GROUPED = """
SELECT d.series_id, d.period, d.until, d.version_id, {figure} AS value, {parts}, d.seq
FROM metrics_due d LEFT JOIN metrics_observation o
    ON o.series_id = d.series_id AND o."on" >= d.period AND o."on" < d.until
GROUP BY d.series_id, d.period, d.until
"""
# The value at place share * (n - 1), counted from 0; between two places in proportion.
RANKED = """
SELECT d.series_id, d.period, d.until, d.version_id,
    f.low + (f.high - f.low) * f.part AS value,
    NULL AS numerator, NULL AS denominator, coalesce(f.n, 0) AS n, d.seq
FROM metrics_due d LEFT JOIN (
    SELECT series_id, period, until, n,
        {share} * (n - 1) - cast({share} * (n - 1) AS integer) AS part,
        max(CASE WHEN place = cast({share} * (n - 1) AS integer) THEN value END) AS low,
        max(CASE WHEN place = min(cast({share} * (n - 1) AS integer) + 1, n - 1)
            THEN value END) AS high
    FROM (
        SELECT d.series_id, d.period, d.until, o.value,
            row_number() OVER (PARTITION BY d.series_id, d.period, d.until ORDER BY o.value)
                - 1 AS place,
            count(*) OVER (PARTITION BY d.series_id, d.period, d.until) AS n
        FROM metrics_due d JOIN metrics_observation o
            ON o.series_id = d.series_id AND o."on" >= d.period AND o."on" < d.until
        WHERE o.value IS NOT NULL
    )
    GROUP BY series_id, period, until
) f ON f.series_id = d.series_id AND f.period = d.period AND f.until = d.until
"""
PUBLISH = """
INSERT INTO metrics_snapshot
    (series_id, period, kpi_version_id, value, numerator, denominator, n, seq, computed_at)
SELECT series_id, period, version_id, {value}, numerator, denominator, n, seq, %s
FROM ({figures}) WHERE true
ON CONFLICT (series_id, period) DO UPDATE SET
    kpi_version_id = excluded.kpi_version_id, value = excluded.value,
    numerator = excluded.numerator, denominator = excluded.denominator, n = excluded.n,
    seq = excluded.seq, computed_at = excluded.computed_at
WHERE metrics_snapshot.seq < excluded.seq
"""
# The same over windows that are given: here the table's name stands for them.
FIGURES = """
WITH metrics_due AS MATERIALIZED (
    SELECT json_extract(value, '$[0]') AS series_id, json_extract(value, '$[1]') AS period,
        json_extract(value, '$[2]') AS until, NULL AS version_id, NULL AS seq
    FROM json_each(%s)
)
SELECT series_id, period, until, value, numerator, denominator, n FROM ({figures})
"""


def publish(way: Way, runs: list[Run], now: datetime) -> None:
    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
        cursor.executemany("INSERT INTO metrics_run VALUES (%s, %s, %s, %s, %s)", texts(runs))
        cursor.execute(DUE, [STEP[way.cadence]])
        cursor.execute(publication(way), [connection.ops.adapt_datetimefield_value(now)])


def figures(ways: Mapping[str, Sequence[Window]]) -> dict[Window, Figures]:
    """What series were in windows, by aggregation: one statement for all."""
    parts = [f"SELECT * FROM ({FIGURES.format(figures=aggregate(name))})" for name in ways]
    with connection.cursor() as cursor:
        given = [json.dumps(windows, default=str) for windows in ways.values()]
        cursor.execute(" UNION ALL ".join(parts), given)
        return {
            Window(series_id, date.fromisoformat(since), date.fromisoformat(until)): Figures(*rest)
            for series_id, since, until, *rest in cursor.fetchall()
        }


def publication(way: Way) -> str:
    value = "CASE WHEN n = 0 THEN 0 ELSE value END" if way.empty == "zero" else "value"
    return PUBLISH.format(value=value, figures=aggregate(way.aggregation))


def aggregate(aggregation: str) -> str:
    """What the series in ``metrics_due`` were in their periods, a row for each."""
    if share := SHARE.get(aggregation):
        return RANKED.format(share=share)
    parts = RATIO if aggregation == "ratio" else PLAIN
    return GROUPED.format(figure=FIGURE[aggregation], parts=parts)


def texts(rows: list[Run]) -> list[tuple]:
    """The rows as SQLite keeps them: dates are text there."""
    return [
        (row.series_id, str(row.first), str(row.last), str(row.until), row.version_id)
        for row in rows
    ]
