"""Where everything stands on the strategy map: pillars, objectives, key results, levers. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from productops.charts.shapes import Box, Chain, Tie

PILLARS, OBJECTIVES, KEY_RESULTS, LEVERS = range(4)
MOST_LEVERS = 3  # of a key result; more are counted


@dataclass(frozen=True)
class Lever:
    title: str
    url: str
    kind: str = ""
    sub: str = ""


@dataclass(frozen=True)
class Result:
    """One key result and what is meant to move it."""

    title: str
    url: str
    kind: str = ""
    sub: str = ""
    levers: tuple[Lever, ...] = ()

    @property
    def rows(self) -> int:
        return max(1, min(len(self.levers), MOST_LEVERS))


@dataclass(frozen=True)
class Goal:
    """One objective; ``depth`` how many it stands under, ``pillar`` a key of the pillars."""

    key: int
    title: str
    url: str
    kind: str = ""
    sub: str = ""
    pillar: int | None = None
    depth: int = 0
    results: tuple[Result, ...] = ()

    @property
    def rows(self) -> int:
        return max(1, sum(result.rows for result in self.results))


@dataclass(frozen=True)
class Words:
    """What the map says itself: heads of its columns, and "and 3 more"."""

    name: str
    heads: tuple[str, str, str, str]
    no_pillar: str
    more: str = "+%d"


@dataclass
class _Sheet:
    boxes: list[Box] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    row: int = 0

    def add(self, column: int, row: float, one, indent: int = 0) -> int:
        box = Box(column, row, one.title, one.sub, one.url, one.kind, indent)
        self.boxes.append(box)
        return len(self.boxes) - 1

    def tie(self, begin: int, end: int, kind: str = "part") -> None:
        self.ties.append(Tie(begin, end, kind))


def strategy_map(
    goals: Sequence[Goal],
    pillars: Sequence[tuple[int, str]],
    ties: Iterable[tuple[int, int, str]],
    words: Words,
) -> Chain:
    """Lay out objectives under their pillars, in the order given, each in front of its results.

    ``ties``: (from, to, kind) between objectives by their keys; those with an end that is not
    here are left out. Whatever stands under no pillar comes last.
    """
    sheet, places = _Sheet(), dict[int, int]()
    for key, name in [*pillars, (None, words.no_pillar)]:
        found = [goal for goal in goals if goal.pillar == key]
        if not found:
            continue
        head = None
        if pillars:
            head = sheet.add(PILLARS, sheet.row, Lever(name, ""))
        for goal in found:
            places[goal.key] = _add_goal(sheet, goal, head, words)
    for begin, end, kind in ties:
        if begin in places and end in places:
            sheet.tie(places[begin], places[end], kind)
    return Chain(words.name, words.heads, tuple(sheet.boxes), tuple(sheet.ties), sheet.row)


def _add_goal(sheet: _Sheet, goal: Goal, head: int | None, words: Words) -> int:
    place = sheet.add(OBJECTIVES, sheet.row, goal, goal.depth)
    if head is not None:
        sheet.tie(head, place)
    row = sheet.row
    for result in goal.results:
        at = sheet.add(KEY_RESULTS, row, result)
        sheet.tie(place, at)
        for number, lever in enumerate(_shown(result, words)):
            sheet.tie(at, sheet.add(LEVERS, row + number, lever))
        row += result.rows
    sheet.row += goal.rows
    return place


def _shown(result: Result, words: Words) -> list[Lever]:
    """The levers that have room; the last place counts those that have none."""
    if len(result.levers) <= MOST_LEVERS:
        return list(result.levers)
    shown = list(result.levers[: MOST_LEVERS - 1])
    left = len(result.levers) - len(shown)
    return [*shown, Lever(words.more % left, result.url)]
