"""Whether people still look at what they promised: counts, nudges rather than shame. Pure."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter


@dataclass(frozen=True)
class Looked:
    """One key result: what it is counted under, the days on which something was said of it, and
    from when until when it was worked on. ``is_watched``: its numbers come by
    themselves."""

    group: Hashable
    begun: date
    said: Sequence[date] = ()
    is_watched: bool = False
    ended: date | None = None

    def is_due(self, on: date, every: timedelta) -> bool:
        """Whether a word was to be had by then: it has run for a week, and still does."""
        return self.begun + every <= on and (self.ended is None or self.ended > on)

    def is_said(self, on: date, every: timedelta) -> bool:
        """Whether there was a word within the week that ends on that day."""
        return any(on - every < day <= on for day in self.said)


@dataclass(frozen=True)
class Discipline:
    """Counts of one group; shares are None over nothing."""

    group: Hashable
    key_results: int
    due: int
    said: int
    watched: int

    @property
    def on_time(self) -> float | None:
        """Of those of which a word was due within a week, the share that had one."""
        return share(self.said, self.due)

    @property
    def integrated(self) -> float | None:
        """The share whose numbers come from a series instead of somebody's typing."""
        return share(self.watched, self.key_results)

    @property
    def waiting(self) -> int:
        return self.due - self.said


def discipline(
    rows: Iterable[Looked],
    on: date,
    every: timedelta,
    by: Callable[[Looked], Hashable] = attrgetter("group"),
) -> list[Discipline]:
    """One for each group of what is worked on, in the order in which groups first come."""
    groups: dict[Hashable, list[Looked]] = {}
    for row in rows:
        if row.ended is None:
            groups.setdefault(by(row), []).append(row)
    return [_counted(group, looked, on, every) for group, looked in groups.items()]


def trend(
    rows: Iterable[Looked], on: date, weeks: int, every: timedelta
) -> list[tuple[date, int, int]]:
    """For each of the weeks until ``on``, by its last day: of how many key results a word was
    had, and of how many it was due. Weeks count backwards from ``on``, which ends number 0."""
    due, said = [0] * weeks, [0] * weeks
    for row in rows:
        first = 0 if row.ended is None or row.ended > on else (on - row.ended) // every + 1
        after = min(weeks, (on - every - row.begun) // every + 1)
        for week in range(first, after):
            due[week] += 1
        for week in {(on - day) // every for day in row.said}:
            if first <= week < after:
                said[week] += 1
    return [(on - week * every, said[week], due[week]) for week in reversed(range(weeks))]


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def together(found: Iterable[Discipline]) -> Discipline:
    """All groups as one."""
    found = list(found)
    return Discipline(
        group=None,
        key_results=sum(one.key_results for one in found),
        due=sum(one.due for one in found),
        said=sum(one.said for one in found),
        watched=sum(one.watched for one in found),
    )


def _counted(group: Hashable, rows: list[Looked], on: date, every: timedelta) -> Discipline:
    due = [row for row in rows if row.is_due(on, every)]
    return Discipline(
        group=group,
        key_results=len(rows),
        due=len(due),
        said=sum(row.is_said(on, every) for row in due),
        watched=sum(row.is_watched for row in rows),
    )
