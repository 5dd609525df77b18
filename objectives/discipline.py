"""Whether people still look at what they promised: counts, nudges rather than shame. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Looked:
    """One key result that is worked on: was there a word in time, and do numbers come by
    themselves? ``is_young``: it has not run for a week yet, so that no word is due."""

    group: Hashable
    is_said: bool
    is_watched: bool
    is_young: bool = False


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
        return self.said / self.due if self.due else None

    @property
    def integrated(self) -> float | None:
        """The share whose numbers come from a series instead of somebody's typing."""
        return self.watched / self.key_results if self.key_results else None

    @property
    def late(self) -> int:
        return self.due - self.said


def discipline(rows: Iterable[Looked]) -> list[Discipline]:
    """One for each group, most late first; groups else in the order in which they first come."""
    groups: dict[Hashable, list[Looked]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    found = [_counted(group, looked) for group, looked in groups.items()]
    return sorted(found, key=lambda one: -one.late)


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


def _counted(group: Hashable, rows: list[Looked]) -> Discipline:
    due = [row for row in rows if not row.is_young]
    return Discipline(
        group=group,
        key_results=len(rows),
        due=len(due),
        said=sum(row.is_said for row in due),
        watched=sum(row.is_watched for row in rows),
    )
