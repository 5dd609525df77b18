"""Where everything stands on the strategy map: pillars, objectives, key results, levers. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from productops.charts.shapes import Box, Chain, Tie

OBJECTIVES, KEY_RESULTS, LEVERS = range(3)
BAND = 0.5  # rows that the name of a pillar takes

Place = tuple[str, int]  # kind and key
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

    key: int
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
    heads: tuple[str, str, str]
    no_pillar: str
    more: str = "+%d"


@dataclass
class _Sheet:
    boxes: list[Box] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    bands: list[tuple[float, str]] = field(default_factory=list)
    places: dict[Place, int] = field(default_factory=dict)  # of boxes, by what they are of
    row: float = 0

    def add(self, column: int, row: float, one, indent: int = 0) -> int:
        box = Box(column, row, one.title, one.sub, one.url, one.kind, indent)
        self.boxes.append(box)
        return len(self.boxes) - 1

    def tie(self, begin: int, end: int, kind: str = "part") -> None:
        self.ties.append(Tie(begin, end, kind))


def strategy_map(
    goals: Sequence[Goal],
    pillars: Sequence[tuple[int, str]],
    ties: Iterable[tuple[Place, Place, str]],
    words: Words,
) -> Chain:
    """Lay out objectives under their pillars, in the order given, each in front of its results.

    ``ties``: (from, to, kind) between objectives and key results; those with an end that is not
    here are left out. Whatever stands under no pillar comes last.
    """
    sheet = _Sheet()
    for key, name in [*pillars, (None, words.no_pillar)]:
        found = [goal for goal in goals if goal.pillar == key]
        if found and pillars:
            sheet.bands.append((sheet.row, name))
            sheet.row += BAND
        for goal in found:
            _add_goal(sheet, goal, words)
    for begin, end, kind in ties:
        if begin in sheet.places and end in sheet.places:
            sheet.tie(sheet.places[begin], sheet.places[end], kind)
    boxes, bands = tuple(sheet.boxes), tuple(sheet.bands)
    return Chain(words.name, words.heads, boxes, tuple(sheet.ties), sheet.row, bands)


def _add_goal(sheet: _Sheet, goal: Goal, words: Words) -> None:
    place = sheet.add(OBJECTIVES, sheet.row, goal, goal.depth)
    sheet.places["objective", goal.key] = place
    row = sheet.row
    for result in goal.results:
        at = sheet.add(KEY_RESULTS, row, result)
        sheet.places["key-result", result.key] = at
        sheet.tie(place, at)
        for number, lever in enumerate(_shown(result, words)):
            sheet.tie(at, sheet.add(LEVERS, row + number, lever))
        row += result.rows
    sheet.row += goal.rows


def _shown(result: Result, words: Words) -> list[Lever]:
    """The levers that have room; the last place counts those that have none."""
    if len(result.levers) <= MOST_LEVERS:
        return list(result.levers)
    shown = list(result.levers[: MOST_LEVERS - 1])
    left = len(result.levers) - len(shown)
    return [*shown, Lever(words.more % left, result.url)]
