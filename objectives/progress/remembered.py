"""What is remembered of a series: its newest closed value, and its newest points (26 of them).

A point is ``[period, value, is complete, is excluded, reading]``, the period an ISO date; oldest
first.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from productops.figures import LARGEST

BEFORE_ALL = date(1, 1, 1)

Points = Sequence[Sequence[Any]]


def value_by(
    day: date, latest: float | None, latest_period: date | None, recent: Points
) -> float | None:
    """The newest closed value by ``day``, as far back as it is remembered; else None."""
    if latest_period is None or latest_period <= day:
        return latest if is_read(latest) else None
    closed = closed_values(recent, BEFORE_ALL, day)
    return closed[-1] if closed else None


def closed_values(recent: Points, first: date, last: date) -> list[float]:
    """The values of closed periods that begin from ``first`` to ``last`` and that nobody
    excluded, oldest first."""
    begin, end = first.isoformat(), last.isoformat()
    return [
        value
        for period, value, is_complete, is_excluded, *_reading in recent
        if is_read(value) and is_complete and not is_excluded and begin <= period <= end
    ]


def is_read(value: float | None) -> bool:
    """Sums may grow beyond what anything here counts with: they are gaps then, as in charts."""
    return value is not None and abs(value) <= LARGEST
