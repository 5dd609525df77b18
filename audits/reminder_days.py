"""When somebody is reminded: on the days that an audit names, in the morning of their own clock."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol

MORNING = time(8)
STALE = timedelta(days=4)  # a reminder that could not go out for so long says nothing any more


class Hours(Protocol):
    """Quiet hours (productops/quiet.py)."""

    def cover(self, moment: datetime, zone: tzinfo) -> bool: ...
    def next_awake(self, moment: datetime, zone: tzinfo) -> datetime: ...
    def last_awake(self, moment: datetime, zone: tzinfo) -> datetime: ...


def due_at(day: date, *, zone: tzinfo, hours: Hours, ends_at: datetime) -> datetime:
    """The moment of a reminder meant for ``day``: its morning there, after quiet hours; where
    those last until the end, the last moment before them."""
    morning = datetime.combine(day, MORNING, tzinfo=zone)
    awake = hours.next_awake(morning, zone)
    return awake if awake < ends_at else hours.last_awake(morning, zone)


def last_due(
    days: Iterable[int],
    *,
    closes_on: date,
    ends_at: datetime,
    zone: tzinfo,
    hours: Hours,
    now: datetime,
) -> datetime | None:
    """The newest moment up to ``now`` at which a reminder was due; None where there is none yet,
    or where it is too old. ``days`` before ``closes_on``."""
    found = [
        due_at(closes_on - timedelta(days=number), zone=zone, hours=hours, ends_at=ends_at)
        for number in days
    ]
    return max((due for due in found if due <= now < due + STALE), default=None)
