"""Snapshots from observations: one statement for all periods that are counted alike.

The database does the arithmetic, so that a million observations never pass through Python. Each
statement reads one range of the observations' primary key for each marked period.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from metrics.aggregation import postgresql, sqlite
from metrics.aggregation.rollups import Rolled, rolled_up
from metrics.aggregation.runs import Run, Way, runs_of

__all__ = ["Rolled", "Run", "Way", "publish_runs", "rolled_up", "runs_of"]

PUBLISH: dict[str, Callable[[Way, list[Run], datetime], None]] = {
    "postgresql": postgresql.publish,
    "sqlite": sqlite.publish,
}


def publish_runs(ways: dict[Way, list[Run]], *, now: datetime) -> None:
    """Compute the marked periods of all runs and write them into their snapshots.

    The snapshot takes its ``seq`` from the mark, which the caller has locked; a snapshot that
    answers a later count is left alone. To be called inside a transaction.
    """
    for way, runs in ways.items():
        PUBLISH[connection.vendor](way, runs, now)
