"""What a dashboard shows, as plain values: drawn live, or kept and drawn again years later.

Nothing here knows a table. Each part that speaks of records says of which (``ref``: "series:12
improvement:4"), so that a kept page shows a reader no more than they may see (``frozen.seen_by``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from metrics.briefing import Briefing
from productops import plain
from productops.charts.shapes import Bullet, Dots, Sparkline, Track

Cell = str | float | int | None


@dataclass(frozen=True)
class Change:
    """How far a period's value is from another's: in per cent, or in points for rates."""

    text: str  # "+3.2% on Sep"


@dataclass(frozen=True)
class KpiLine:
    """One KPI's row; for most of the names see ui/kpi_row.html."""

    ref: str
    name: str
    spark: Sparkline
    value: str
    kind: str
    reading: str
    url: str = ""
    owner: str = ""
    group: str = ""
    prefix: str = ""
    unit: str = ""
    usual: str = ""
    target: str = ""
    assurance: str = ""
    assurance_text: str = ""
    bullet: Bullet | None = None
    age: str = ""
    stale: str = ""
    certificate: str = ""  # "valid", "expired" or nothing
    period: str = ""  # what it is called
    apart: str = ""  # the same, where the row's period is not that of the page
    first: date | None = None  # its first day
    cadence: str = ""
    number: float | None = None
    measure: str = ""  # what its numbers are counted in
    changes: tuple[Change, ...] = ()
    cells: tuple[Cell, ...] = ()  # of files

    @property
    def series_id(self) -> int:
        return int(self.ref.partition(":")[2])


@dataclass(frozen=True)
class ObjectiveLine:
    ref: str
    title: str
    url: str
    done: str
    track: Track
    kind: str
    word: str
    note: str = ""


@dataclass(frozen=True)
class Objectives:
    cycle: str
    count: int
    lines: tuple[ObjectiveLine, ...]


@dataclass(frozen=True)
class ImprovementLine:
    ref: str
    title: str
    url: str
    kind: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class PracticeLine:
    name: str
    value: str
    dots: Dots


@dataclass(frozen=True)
class Practice:
    ref: str
    title: str
    url: str
    level: str
    highest: str
    lines: tuple[PracticeLine, ...]
    before: str = ""


@dataclass(frozen=True)
class DashboardContent:
    """One page: sentences on top, rows in groups, cards beside them."""

    title: str
    slug: str
    on: date  # the day on which it was read
    meta: tuple[str, ...]
    rows: tuple[KpiLine, ...]
    brief: Briefing
    objectives: Objectives | None = None
    improvements: tuple[ImprovementLine, ...] = ()
    practice: Practice | None = None
    period: str = ""  # week, month or quarter; "" for the newest of each
    subject: str = ""  # what it was applied to, as people call it

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Rows under their headings, in the order in which headings first come."""
        groups: dict[str, list[KpiLine]] = {}
        for row in self.rows:
            groups.setdefault(row.group, []).append(row)
        return [{"name": name, "rows": members} for name, members in groups.items()]

    @property
    def is_old(self) -> bool:
        """Whether any number is older than its cadence allows."""
        return any(row.stale for row in self.rows)

    @property
    def parts(self) -> dict[str, Any]:
        """What templates/metrics/_dashboard.html shows, by name."""
        names = ("rows", "groups", "meta", "brief", "objectives", "improvements", "practice")
        return {name: getattr(self, name) for name in names} | {"content": self}

    def refs(self) -> set[str]:
        """Every record that the page speaks of."""
        return {ref for part in self._parts() for ref in part.ref.split()}

    def _parts(self) -> Iterable[Any]:
        yield from (*self.rows, *self.improvements, *self.brief.sentences)
        yield from self.objectives.lines if self.objectives else ()
        yield from [self.practice] if self.practice else ()

    def keeping(self, may_see: Callable[[str], bool]) -> "DashboardContent":
        """The same page without what speaks of records that a reader may not see."""
        if all(map(may_see, self.refs())):
            return self
        objectives = self.objectives
        if objectives:
            lines = seen(objectives.lines, may_see)
            objectives = replace(objectives, lines=lines, count=len(lines))
        return replace(
            self,
            rows=seen(self.rows, may_see),
            brief=Briefing("", seen(self.brief.sentences, may_see)),  # its lead counts the unseen
            objectives=objectives,
            improvements=seen(self.improvements, may_see),
            practice=next(iter(seen([self.practice] if self.practice else [], may_see)), None),
        )

    def without_ways_in(self) -> "DashboardContent":
        """The same page without an address, for readers who have no account."""
        objectives = self.objectives
        return replace(
            self,
            rows=unlinked(self.rows),
            brief=replace(self.brief, sentences=unlinked(self.brief.sentences)),
            objectives=objectives and replace(objectives, lines=unlinked(objectives.lines)),
            improvements=unlinked(self.improvements),
            practice=self.practice and replace(self.practice, url=""),
        )

    def without_asking(self) -> "DashboardContent":
        """The same page, its wishes for a decision without the way to it: others decide."""
        told = tuple(
            replace(one, url="") if one.kind == "ask" else one for one in self.brief.sentences
        )
        return replace(self, brief=replace(self.brief, sentences=told))

    def to_json(self) -> str:
        return plain.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> "DashboardContent":
        return plain.from_json(cls, text)


def seen(parts: Iterable[Any], may_see: Callable[[str], bool]) -> tuple[Any, ...]:
    return tuple(part for part in parts if all(map(may_see, part.ref.split())))


def unlinked(parts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(replace(part, url="") for part in parts)
