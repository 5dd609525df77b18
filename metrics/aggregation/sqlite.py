"""SQLite: the marked periods in a temporary table, in the order of the observations' key.

The key's order makes GROUP BY a single walk without sorting. SQLite has no percentiles; window
functions rank the values instead.
"""

from datetime import datetime

from django.db import connection

from metrics.aggregation.runs import Run, Way

STEP = {"day": "+1 day", "week": "+7 days", "month": "+1 month", "quarter": "+3 months"}
TABLES = (
    """CREATE TEMP TABLE IF NOT EXISTS metrics_run
       (series_id integer, first text, last text, until text, version_id integer)""",
    """CREATE TEMP TABLE IF NOT EXISTS metrics_due
       (series_id integer, period text, until text, version_id integer, seq integer,
        PRIMARY KEY (series_id, period)) WITHOUT ROWID""",
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
SELECT d.series_id, d.period, d.version_id, {figure} AS value, {parts}, d.seq
FROM metrics_due d LEFT JOIN metrics_observation o
    ON o.series_id = d.series_id AND o."on" >= d.period AND o."on" < d.until
GROUP BY d.series_id, d.period
"""
# The value at place share * (n - 1), counted from 0; between two places in proportion.
RANKED = """
SELECT d.series_id, d.period, d.version_id, f.low + (f.high - f.low) * f.part AS value,
    NULL AS numerator, NULL AS denominator, coalesce(f.n, 0) AS n, d.seq
FROM metrics_due d LEFT JOIN (
    SELECT series_id, period, n, {share} * (n - 1) - cast({share} * (n - 1) AS integer) AS part,
        max(CASE WHEN place = cast({share} * (n - 1) AS integer) THEN value END) AS low,
        max(CASE WHEN place = min(cast({share} * (n - 1) AS integer) + 1, n - 1)
            THEN value END) AS high
    FROM (
        SELECT d.series_id, d.period, o.value,
            row_number() OVER (PARTITION BY d.series_id, d.period ORDER BY o.value) - 1 AS place,
            count(*) OVER (PARTITION BY d.series_id, d.period) AS n
        FROM metrics_due d JOIN metrics_observation o
            ON o.series_id = d.series_id AND o."on" >= d.period AND o."on" < d.until
        WHERE o.value IS NOT NULL
    )
    GROUP BY series_id, period
) f ON f.series_id = d.series_id AND f.period = d.period
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


def publish(way: Way, runs: list[Run], now: datetime) -> None:
    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
        cursor.executemany("INSERT INTO metrics_run VALUES (%s, %s, %s, %s, %s)", texts(runs))
        cursor.execute(DUE, [STEP[way.cadence]])
        cursor.execute(publication(way), [connection.ops.adapt_datetimefield_value(now)])


def publication(way: Way) -> str:
    if share := SHARE.get(way.aggregation):
        figures = RANKED.format(share=share)
    else:
        parts = RATIO if way.aggregation == "ratio" else PLAIN
        figures = GROUPED.format(figure=FIGURE[way.aggregation], parts=parts)
    value = "CASE WHEN n = 0 THEN 0 ELSE value END" if way.empty == "zero" else "value"
    return PUBLISH.format(value=value, figures=figures)


def texts(rows: list[Run]) -> list[tuple]:
    """The rows as SQLite keeps them: dates are text there."""
    return [
        (row.series_id, str(row.first), str(row.last), str(row.until), row.version_id)
        for row in rows
    ]
