"""Snapshots from observations: one statement for all periods that are counted alike.

The database does the arithmetic, so that a million observations never pass through Python. Each
statement reads one range of the observations' primary key for each marked period.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.db import connection

from metrics.aggregation import computed, postgresql, sqlite
from metrics.aggregation.rollups import Rolled, rolled_up
from metrics.aggregation.runs import COMPUTED, Run, Way, runs_of, way_of

__all__ = ["Rolled", "Run", "Way", "publish_runs", "rolled_up", "runs_of", "way_of"]

PUBLISH: dict[str, Callable[[Way, list[Run], datetime], None]] = {
    "postgresql": postgresql.publish,
    "sqlite": sqlite.publish,
}


def publish_runs(ways: dict[Way, list[Run]], *, today: date, now: datetime) -> None:
    """Compute the marked periods of all runs and write them into their snapshots.

    The snapshot takes its ``seq`` from the mark, which the caller has locked; a snapshot that
    answers a later count is left alone. To be called inside a transaction.
    """
    # Where a series begins its snapshots say as well: inputs are published first.
    for way, runs in sorted(ways.items(), key=lambda item: item[0].aggregation == COMPUTED):
        if way.aggregation == COMPUTED:
            computed.publish(way, runs, today=today, now=now)
        else:
            PUBLISH[connection.vendor](way, runs, now)
