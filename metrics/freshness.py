"""When a source is read next, and from when on what it brought is old. The time is given."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from metrics.choices import Every
from productops import clock

# Hours after the last good reading from which a source counts as stale (formulae 4.8).
STALE_HOURS: Mapping[str, int] = {Every.HOUR: 2, Every.DAY: 36, Every.WEEK: 8 * 24}
READ_AT = time(6)  # before anybody asks
MONDAY = 0
# Minutes to the next try double with each that failed, up to a day.
LONGEST_PAUSE = timedelta(days=1)


def next_slot(every: str, at: time | None, weekday: int | None, after: datetime) -> datetime | None:
    """The first moment after ``after`` at which to read, in UTC; None where a person says when."""
    if every == Every.HAND:
        return None
    if every == Every.HOUR:
        hour = after.replace(minute=at.minute if at else 0, second=0, microsecond=0)
        return hour if hour > after else hour + timedelta(hours=1)
    day = clock.day_of(after)
    if every == Every.WEEK:
        wanted = MONDAY if weekday is None else weekday
        day += timedelta(days=(wanted - day.weekday()) % 7)
    slot = _on(day, at)
    return slot if slot > after else _on(day + timedelta(days=7 if every == Every.WEEK else 1), at)


def _on(day: date, at: time | None) -> datetime:
    return datetime.combine(day, at or READ_AT, tzinfo=clock.zone()).astimezone(UTC)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries that failed: 2, 4, 8 ... minutes, at most a day."""
    return min(timedelta(minutes=2 ** min(attempts, 11)), LONGEST_PAUSE)


def stale_from(last_ok_at: datetime | None, every: str, stale_hours: int | None) -> datetime | None:
    """From when on what was read last is old; None for what never grows old, or was never read."""
    hours = stale_hours or STALE_HOURS.get(every)
    return last_ok_at + timedelta(hours=hours) if last_ok_at and hours else None


def is_stale(
    last_ok_at: datetime | None, every: str, stale_hours: int | None, now: datetime
) -> bool:
    old_from = stale_from(last_ok_at, every, stale_hours)
    return old_from is not None and old_from <= now
