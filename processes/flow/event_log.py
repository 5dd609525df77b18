"""What an event log says about a process as it was really run."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """One run through the process: its activities in order, from its first to its last event."""

    key: Hashable
    activities: tuple[str, ...]
    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start) / DAY

    @property
    def has_rework(self) -> bool:
        """Whether an activity was done more than once."""
        return len(set(self.activities)) < len(self.activities)


@dataclass(frozen=True)
class Variant:
    """A sequence of activities and the number of cases that took it."""

    activities: tuple[str, ...]
    cases: int


@dataclass(frozen=True)
class EventLog:
    """Cases in the order of their first row; variants and activities, the commonest first."""

    events: int
    cases: tuple[Case, ...]
    variants: tuple[Variant, ...]
    activities: Mapping[str, int]

    @property
    def median_days(self) -> float | None:
        return median(case.days for case in self.cases) if self.cases else None

    @property
    def mean_days(self) -> float | None:
        return fmean(case.days for case in self.cases) if self.cases else None

    @property
    def first_pass_yield(self) -> float | None:
        """Share in 0..1 of cases in which no activity was repeated; None without a case."""
        clean = sum(not case.has_rework for case in self.cases)
        return clean / len(self.cases) if self.cases else None


def event_log(events: Iterable[tuple[Hashable, str, datetime]]) -> EventLog:
    """Cases, variants and activities of (case, activity, time) rows in any order.

    Events of a case are sorted by time, and by their order in ``events`` where times are equal.
    Times have all a zone or none; raises ValueError otherwise.
    """
    by_case: dict[Hashable, list[tuple[datetime, str]]] = {}
    for key, activity, at in events:
        if not isinstance(at, datetime):
            raise ValueError("events, time has to be a date with a time.")
        by_case.setdefault(key, []).append((at, activity))
    cases = tuple(_case(key, rows) for key, rows in by_case.items())
    variants = Counter(case.activities for case in cases).most_common()
    activities = Counter(activity for case in cases for activity in case.activities)
    return EventLog(
        events=sum(len(case.activities) for case in cases),
        cases=cases,
        variants=tuple(Variant(*row) for row in variants),
        activities=dict(activities.most_common()),
    )


def _case(key: Hashable, rows: list[tuple[datetime, str]]) -> Case:
    try:
        ordered = sorted(rows, key=lambda row: row[0])
    except TypeError:
        raise ValueError("events, time: some have a time zone, others none.") from None
    activities = tuple(activity for _, activity in ordered)
    return Case(key, activities, ordered[0][0], ordered[-1][0])
