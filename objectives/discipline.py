"""Whether people still look at what they promised: counts, nudges rather than shame. Pure."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Looked:
    """One key result: what it is counted under, the days on which something was said of it in
    order, and from when until when it was worked on. ``is_watched``: its numbers come by
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
        before = bisect_right(self.said, on)
        return before > 0 and self.said[before - 1] > on - every


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


def discipline(rows: Iterable[Looked], on: date, every: timedelta) -> list[Discipline]:
    """One for each group of what is worked on, in the order in which groups first come."""
    groups: dict[Hashable, list[Looked]] = {}
    for row in rows:
        if row.ended is None:
            groups.setdefault(row.group, []).append(row)
    return [_counted(group, looked, on, every) for group, looked in groups.items()]


def trend(
    rows: Iterable[Looked], ends: Iterable[date], every: timedelta
) -> list[tuple[date, int, int]]:
    """For each week, by its last day: of how many key results a word was due, and had."""
    rows = list(rows)
    found = []
    for end in ends:
        due = [row for row in rows if row.is_due(end, every)]
        found.append((end, sum(row.is_said(end, every) for row in due), len(due)))
    return found


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
