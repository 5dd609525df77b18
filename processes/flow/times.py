"""Cycle times and throughput of finished work."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from productops.figures import at_least, between, numbers, row

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Durations:
    """``days`` of finished work; ``open`` is not finished, ``backwards`` ends before it starts."""

    days: tuple[float, ...]
    open: int
    backwards: int


@dataclass(frozen=True)
class CycleTime:
    """Days from start to finish: half of the work took at most ``p50``, 85 % at most ``p85``."""

    n: int
    p50: float
    p85: float
    longest: float


@dataclass(frozen=True)
class Throughput:
    """``finished`` pieces of work in ``days`` days."""

    finished: int
    days: int

    @property
    def per_week(self) -> float:
        return 7 * self.finished / self.days

    @property
    def per_day(self) -> float:
        return self.finished / self.days


def durations(work: Iterable[tuple[date, date | None]]) -> Durations:
    """Days from start to finish of each (started, finished); dates or times, not mixed.

    What finishes before it starts is a mistake in the records: it is counted, never averaged in.
    """
    days, unfinished = [], 0
    for started, finished in work:
        if finished is None:
            unfinished += 1
        else:
            days.append(_days(started, finished))
    forwards = tuple(number for number in days if number >= 0)
    return Durations(forwards, unfinished, len(days) - len(forwards))


def cycle_time(days: Sequence[float]) -> CycleTime | None:
    """p50 and p85 of durations in days; None without any. Raises ValueError below 0.

    Source: Kanban practice, formulae 4.8.
    """
    found = [at_least(number, 0, "days") for number in row(days, "days")]
    if not found:
        return None
    return CycleTime(len(found), percentile(found, 0.5), percentile(found, 0.85), max(found))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0..1) of the values lie, straight between neighbours.

    Position (n - 1) * share in the sorted values (type 7 of Hyndman & Fan, as spreadsheets do).
    """
    ordered = sorted(numbers(values, "values"))
    position = (len(ordered) - 1) * between(share, 0, 1, "share")
    below, above = math.floor(position), math.ceil(position)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def throughput(finished: Iterable[date], *, start: date, end: date) -> Throughput:
    """Work finished from the day ``start`` to the day ``end``, both included; dates, not times."""
    days = list(finished)
    if any(isinstance(day, datetime) or not isinstance(day, date) for day in (start, end, *days)):
        raise ValueError("finished, start and end have to be dates.")
    if end < start:
        raise ValueError("end may not be before start.")
    return Throughput(sum(start <= day <= end for day in days), (end - start).days + 1)


def work_in_progress(per_day: float, cycle_days: float) -> float:
    """Little's law: the mean number in progress is throughput a day times mean cycle time in days.

    Holds for a stable system over a long time. Source: Little 1961.
    """
    return at_least(per_day, 0, "per_day") * at_least(cycle_days, 0, "cycle_days")


def _days(start: date, end: date) -> float:
    both_are_times = isinstance(start, datetime) == isinstance(end, datetime)
    if not (isinstance(start, date) and isinstance(end, date) and both_are_times):
        raise ValueError("start and end have to be two dates or two times.")
    try:
        return (end - start) / DAY
    except TypeError:
        raise ValueError("start and end: one has a time zone, the other none.") from None
