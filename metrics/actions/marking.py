"""Marks: which periods must be computed anew. The last statements of a writer's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from metrics.actions.dependants import with_dependants
from metrics.aggregation.postgresql import columns
from metrics.aggregation.runs import Key
from metrics.periods import Span, span_on

WHEN_TAKEN = """
ON CONFLICT (series_id, period) DO UPDATE SET
    wanted = metrics_mark.wanted + 1, attempts = 0, next_try_at = NULL,
    wanted_at = CASE WHEN metrics_mark.wanted > metrics_mark.done
                THEN metrics_mark.wanted_at ELSE excluded.wanted_at END,
    rung_at = CASE WHEN metrics_mark.wanted > metrics_mark.done THEN metrics_mark.rung_at END
"""
MARK_POSTGRESQL = f"""
INSERT INTO metrics_mark (series_id, period, wanted, done, wanted_at, attempts, last_error)
SELECT series_id, period, 1, 0, %s, 0, ''
FROM unnest(%s::bigint[], %s::date[]) AS m(series_id, period)
{WHEN_TAKEN}
"""
MARK_SQLITE = f"""
INSERT INTO metrics_mark (series_id, period, wanted, done, wanted_at, attempts, last_error)
VALUES (%s, %s, 1, 0, %s, 0, '') {WHEN_TAKEN}
"""


def mark(keys: Iterable[Key], *, now: datetime) -> None:
    """Add one to what is wanted of each (series, period) and of what is computed from it: once
    each, in the order of the keys.

    Two writers that mark the same periods in one order cannot wait for each other in a circle. A
    mark that had failed too often gets new tries: what was written may have mended it.
    """
    ordered = sorted(with_dependants(set(keys), now=now))
    if not ordered:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(MARK_POSTGRESQL, [now, *columns(ordered)])
        else:
            moment = connection.ops.adapt_datetimefield_value(now)
            cursor.executemany(MARK_SQLITE, [(key[0], str(key[1]), moment) for key in ordered])


def periods_of_days(
    days: Iterable[tuple[int, date]], spans: Mapping[int, Sequence[Span]]
) -> set[Key]:
    """The (series, period) that each (series, day) is counted in."""
    return {(series_id, span_on(spans[series_id], day).period_of(day)) for series_id, day in days}
