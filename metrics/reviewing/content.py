"""What a review shows, as plain values: drawn live, or kept when it is closed and drawn again.

Nothing here knows a table. What speaks of a series says of which, so that a kept deck shows a
reader no more than they may see.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from productops import plain
from productops.charts.shapes import SixTwelve


@dataclass(frozen=True)
class Change:
    """How far a figure is from another: in per cent, or in basis points where it is one itself."""

    name: str  # WOW, MOM, YOY
    text: str


@dataclass(frozen=True)
class Figure:
    """One column of the box score."""

    name: str
    value: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something that happened to a KPI: a note, an improvement that went live."""

    on: date
    text: str
    url: str = ""


@dataclass(frozen=True)
class Said:
    """A note of the review; without ``series`` it is about the whole."""

    text: str
    who: str
    series: int = 0
    key: int = 0


@dataclass(frozen=True)
class Task:
    """A follow-up or an open thread: what, whose, until when."""

    text: str
    who: str = ""
    series: int = 0
    number: str = ""
    url: str = ""
    due: date | None = None
    state: str = ""  # open, late, done, dropped
    word: str = ""  # the state as people read it
    is_new: bool = False  # asked for in this very review


@dataclass(frozen=True)
class Block:
    """One KPI of the deck, always at the same number."""

    series: int
    number: int
    name: str
    kind: str
    reading: str
    chart: SixTwelve
    figures: tuple[Figure, ...]
    group: str = ""
    url: str = ""
    owner: str = ""
    value: str = ""
    usual: str = ""
    target: str = ""
    assurance_text: str = ""
    age: str = ""
    period: str = ""
    reasons: tuple[str, ...] = ()  # why it is noteworthy; none, where it is not
    events: tuple[Event, ...] = ()
    threads: tuple[Task, ...] = ()

    @property
    def is_noteworthy(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True)
class Deck:
    """The whole review: blocks in their groups, what was said, what is to be done."""

    title: str
    week: date
    on: date
    lead: str
    blocks: tuple[Block, ...]
    chair: str = ""
    attendees: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def groups(self) -> list[dict[str, Any]]:
        found: dict[str, list[Block]] = {}
        for block in self.blocks:
            found.setdefault(block.group, []).append(block)
        return [{"name": name, "blocks": members} for name, members in found.items()]

    @property
    def exceptions(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.is_noteworthy)

    @property
    def said_of_all(self) -> tuple[Said, ...]:
        return tuple(one for one in self.said if not one.series)

    @property
    def new_tasks(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.is_new)

    @property
    def carried(self) -> tuple[Task, ...]:
        """What earlier reviews, and people on charts, have asked for and nobody has done yet."""
        return tuple(task for task in self.tasks if not task.is_new)

    def line(self, block: Block) -> dict[str, Any]:
        """A block with what belongs to it, as a page draws it."""
        return {
            "kpi": block,  # "block" is a word of the template engine
            "said": [one for one in self.said if one.series == block.series],
            "tasks": [task for task in self.tasks if task.series == block.series],
        }

    def series(self) -> set[int]:
        """Every series that the deck speaks of."""
        parts: Iterable[Any] = (*self.blocks, *self.said, *self.tasks)
        return {part.series for part in parts if part.series}

    def keeping(self, may_see: Callable[[int], bool]) -> "Deck":
        """The same deck without what is about series that a reader may not see."""
        if all(map(may_see, self.series())):
            return self
        return replace(
            self,
            lead="",  # it counts the unseen
            blocks=tuple(b for b in self.blocks if may_see(b.series)),
            said=tuple(s for s in self.said if not s.series or may_see(s.series)),
            tasks=tuple(t for t in self.tasks if may_see(t.series)),
        )

    def only_noteworthy(self) -> "Deck":
        return replace(self, blocks=self.exceptions)

    def to_json(self) -> str:
        return plain.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> "Deck":
        return plain.from_json(cls, text)
