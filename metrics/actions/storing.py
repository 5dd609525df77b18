"""Observations into the table, set by set: what is new, what differs, what is the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import repeat
from typing import Any

from django.db import connection, transaction

KEY = 'series_id, "on", at, external_id'
FIGURES = "value, numerator, denominator"
SAME_KEY = """o.series_id = g.series_id AND o."on" = g."on" AND o.at = g.at
    AND o.external_id = g.external_id"""

GIVEN_POSTGRESQL = """
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[], %s::varchar[],
    %s::float8[], %s::float8[], %s::float8[])
    AS g(series_id, "on", at, external_id, value, numerator, denominator)
"""
# What is new, counted by day so that few rows come back.
INSERT_POSTGRESQL = f"""
WITH put AS (
    INSERT INTO metrics_observation ({KEY}, {FIGURES}) {GIVEN_POSTGRESQL}
    ON CONFLICT DO NOTHING RETURNING series_id, "on"
)
SELECT series_id, "on", count(*) FROM put GROUP BY series_id, "on"
"""
# What differs; locked in the order of the key before it is changed.
UPDATE_POSTGRESQL = f"""
WITH g AS ({GIVEN_POSTGRESQL}), was AS (
    SELECT o.*, g.value AS new_value, g.numerator AS new_numerator,
        g.denominator AS new_denominator
    FROM g JOIN metrics_observation o ON {SAME_KEY}
    WHERE (o.value, o.numerator, o.denominator)
        IS DISTINCT FROM (g.value, g.numerator, g.denominator)
    ORDER BY o.series_id, o."on", o.at, o.external_id FOR UPDATE OF o
), kept AS (
    INSERT INTO metrics_observationrevision ({KEY}, {FIGURES}, replaced_at, by_id)
    SELECT {KEY}, {FIGURES}, %s, %s FROM was
)
UPDATE metrics_observation o
SET value = g.new_value, numerator = g.new_numerator, denominator = g.new_denominator
FROM was g WHERE {SAME_KEY} RETURNING o.series_id, o."on"
"""
DELETE_POSTGRESQL = f"""
WITH g AS (
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[], %s::varchar[])
        AS g(series_id, "on", at, external_id)
), gone AS (
    DELETE FROM metrics_observation o USING g WHERE {SAME_KEY} RETURNING o.*
), kept AS (
    INSERT INTO metrics_observationrevision ({KEY}, {FIGURES}, replaced_at, by_id)
    SELECT {KEY}, {FIGURES}, %s, %s FROM gone
)
SELECT series_id, "on" FROM gone
"""

INSERT_SQLITE = f"""
INSERT INTO metrics_observation ({KEY}, {FIGURES}) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
GIVEN_SQLITE = (
    f"""CREATE TEMP TABLE IF NOT EXISTS metrics_given (
        series_id integer, "on" text, at text, external_id text, value real, numerator real,
        denominator real, PRIMARY KEY ({KEY})) WITHOUT ROWID""",
    "DELETE FROM metrics_given",
)
MATCHING_SQLITE = f"""
FROM metrics_given g CROSS JOIN metrics_observation o ON {SAME_KEY}
"""
DIFFERING_SQLITE = f"""{MATCHING_SQLITE}
WHERE o.value IS NOT g.value OR o.numerator IS NOT g.numerator
    OR o.denominator IS NOT g.denominator
"""
NEW_SQLITE = f"""
SELECT g.series_id, g."on" FROM metrics_given g
WHERE NOT EXISTS (SELECT 1 FROM metrics_observation o WHERE {SAME_KEY})
"""
KEEP_SQLITE = f"""
INSERT INTO metrics_observationrevision ({KEY}, {FIGURES}, replaced_at, by_id)
SELECT o.series_id, o."on", o.at, o.external_id, o.value, o.numerator, o.denominator, %s, %s
"""
UPSERT_SQLITE = f"""
INSERT INTO metrics_observation ({KEY}, {FIGURES})
SELECT {KEY}, {FIGURES} FROM metrics_given WHERE true
ON CONFLICT ({KEY}) DO UPDATE SET value = excluded.value, numerator = excluded.numerator,
    denominator = excluded.denominator
"""


@dataclass
class Stored:
    """How many rows were new and how many differed; ``days`` are (series, on) that changed."""

    created: int = 0
    updated: int = 0
    days: list[tuple[int, date]] = field(default_factory=list)


def store(rows: Sequence[tuple], *, by_id: int | None, now: datetime) -> Stored:
    """Write rows of (series, on, at, external_id, value, numerator, denominator), no key twice."""
    if connection.vendor == "postgresql":
        return store_postgresql(rows, by_id, now)
    return store_sqlite(rows, by_id, now)


def remove(keys: Sequence[tuple], *, by_id: int | None, now: datetime) -> list[tuple[int, date]]:
    """Delete by (series, on, at, external_id); the (series, on) of each that was there."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(DELETE_POSTGRESQL, [*arrays(keys), now, by_id])
            return cursor.fetchall()
        fill_given(cursor, [(*key, None, None, None) for key in keys])
        cursor.execute(f'SELECT o.series_id, o."on" {MATCHING_SQLITE}')
        days = [(series_id, as_date(on)) for series_id, on in cursor.fetchall()]
        cursor.execute(KEEP_SQLITE + MATCHING_SQLITE, [moment(now), by_id])
        cursor.execute(
            f"""DELETE FROM metrics_observation AS o WHERE EXISTS
                (SELECT 1 FROM metrics_given g WHERE {SAME_KEY})"""
        )
        return days


def store_postgresql(rows: Sequence[tuple], by_id: int | None, now: datetime) -> Stored:
    given = arrays(rows)
    with connection.cursor() as cursor:
        cursor.execute(INSERT_POSTGRESQL, given)
        found = cursor.fetchall()
        stored = Stored(created=sum(count for _series, _on, count in found))
        stored.days = [(series_id, on) for series_id, on, _count in found]
        if stored.created < len(rows):
            cursor.execute(UPDATE_POSTGRESQL, [*given, now, by_id])
            changed = cursor.fetchall()
            stored.updated = len(changed)
            stored.days += changed
    return stored


def store_sqlite(rows: Sequence[tuple], by_id: int | None, now: datetime) -> Stored:
    """Most rows are new: they are written at once, and looked at only if some were not."""
    texts = as_texts(rows)
    with connection.cursor() as cursor:
        if all_are_new(cursor, texts):
            return Stored(created=len(rows), days=[(row[0], row[1]) for row in rows])
        fill_given(cursor, rows)
        cursor.execute(NEW_SQLITE)
        new = cursor.fetchall()
        cursor.execute(f'SELECT o.series_id, o."on" {DIFFERING_SQLITE}')
        changed = cursor.fetchall()
        cursor.execute(KEEP_SQLITE + DIFFERING_SQLITE, [moment(now), by_id])
        cursor.execute(UPSERT_SQLITE)
    days = [(series_id, as_date(on)) for series_id, on in [*new, *changed]]
    return Stored(created=len(new), updated=len(changed), days=days)


def all_are_new(cursor: Any, texts: Sequence[tuple]) -> bool:
    """Write the rows if none of their keys is taken; leave nothing written otherwise."""
    point = transaction.savepoint()
    cursor.executemany(INSERT_SQLITE, texts)
    if cursor.rowcount == len(texts):
        transaction.savepoint_commit(point)
        return True
    transaction.savepoint_rollback(point)
    return False


def fill_given(cursor: Any, rows: Iterable[tuple]) -> None:
    for statement in GIVEN_SQLITE:
        cursor.execute(statement)
    cursor.executemany(
        "INSERT INTO metrics_given VALUES (%s, %s, %s, %s, %s, %s, %s)",
        as_texts(rows),
    )


def as_texts(rows: Iterable[tuple]) -> list[tuple]:
    """Rows as SQLite keeps them: dates and moments are text there, in UTC without its name.

    Many rows share their moment, and to look a text up is quicker than to write it anew.
    """
    written: dict[date, str] = {}
    found = []
    for series_id, on, at, *rest in rows:
        day = written.get(on) or written.setdefault(on, str(on))
        time = written.get(at) or written.setdefault(at, str(at)[:-6])
        found.append((series_id, day, time, *rest))
    return found


def moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def arrays(rows: Sequence[tuple]) -> list[str]:
    """Columns as array literals, which the server reads faster than quoted elements."""
    series_ids, days, moments, external_ids, *figures = zip(*rows, strict=True)
    written = {moment: f'"{moment}"' for moment in set(moments)}
    written |= {day: str(day) for day in set(days)}
    return [
        literal(map(str, series_ids)),
        literal(map(written.__getitem__, days)),
        literal(map(written.__getitem__, moments)),
        literal(map(quoted, external_ids) if any(external_ids) else repeat('""', len(rows))),
        *map(figures_literal, figures),
    ]


def figures_literal(column: Sequence[float | None]) -> str:
    """One column of figures; most are whole or have none at all."""
    if None not in column:
        return literal(map(repr, column))
    return literal("NULL" if value is None else repr(value) for value in column)


def literal(items: Iterable[str]) -> str:
    return "{" + ",".join(items) + "}"


def quoted(text: str) -> str:
    if not text:
        return '""'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
