"""Where the boxes of a chain lie: as wide as the page has room for, as high as their texts need.

Ties between boxes of one column run in lanes to its left, beside each other where they would lie
upon each other, the short ones inside.
"""

from collections import defaultdict
from collections.abc import Iterable

from productops.charts.shapes import Box, Chain, Tie

ROOM = 1120.0  # what a page has beside its navigation
NARROWEST, WIDEST = 92.0, 340.0  # of a box
SLIM = 150.0  # a narrower box has no room for its second text
LETTER, LINE = 6.2, 15.0  # of the font: the mean width of a letter, and what a line takes
TOP = 30.0  # for the heads of the columns
GAP, BETWEEN = 30.0, 10.0  # beside and below a box
LANE, MOST_LANES = 7.0, 130.0  # from lane to lane, and what all of a column may take
INDENT, MOST_INDENT = 12.0, 3
MARKS = 22.0  # what the mark of a status takes


class Grid:
    """Places and sizes of one chain."""

    def __init__(self, shape: Chain) -> None:
        self.lanes = lanes_of(shape)
        used = [0, len(shape.heads) - 1, *(box.column for box in shape.boxes)]
        self.first, self.last = min(used), max(used)
        self.beside = self._gaps(shape)
        count = self.last - self.first + 1
        free = (ROOM - sum(self.beside.values())) / count
        self.width = min(WIDEST, max(NARROWEST, free))
        self.has_subs = self.width >= SLIM
        most = 2 if self.has_subs else 3
        self.lines = [lines_of(box.title, self.letters(box), most) for box in shape.boxes]
        needed = [len(texts) + self._has_sub(box) for texts, box in self._rows(shape.boxes)]
        self.height = LINE * max([2, *needed]) + 14
        self.down = self.height + BETWEEN
        self.lefts = self._lefts()

    def _rows(self, boxes: Iterable[Box]) -> Iterable[tuple[list[str], Box]]:
        return zip(self.lines, boxes, strict=True)

    def _has_sub(self, box: Box) -> bool:
        return self.has_subs and bool(box.sub)

    def _gaps(self, shape: Chain) -> dict[int, float]:
        """What lies to the left of each column: a gap, and the lanes of its own ties."""
        most: dict[int, int] = defaultdict(int)
        for number, lane in self.lanes.items():
            column = shape.boxes[shape.ties[number].begin].column
            most[column] = max(most[column], lane + 1)
        self.steps = {column: min(LANE, MOST_LANES / many) for column, many in most.items()}
        gaps = {}
        for column in range(self.first, self.last + 1):
            room = GAP if column > self.first else 4.0
            gaps[column] = room + (most[column] * self.steps[column] + 8 if most[column] else 0.0)
        return gaps

    def _lefts(self) -> dict[int, float]:
        lefts, x = {}, 0.0
        for column in range(self.first, self.last + 1):
            x += self.beside[column]
            lefts[column] = x
            x += self.width
        self.across = x + 4
        return lefts

    def letters(self, box: Box) -> int:
        """How many letters a line of the box has room for."""
        room = self.width - indent_of(box) - 20 - (MARKS if box.kind else 0)
        return max(4, int(room / LETTER))

    def y(self, row: float) -> float:
        return TOP + row * self.down

    def corner(self, box: Box) -> tuple[float, float, float]:
        """Left, top and width of a box."""
        shift = indent_of(box)
        return self.lefts[box.column] + shift, self.y(box.row), self.width - shift

    def lane(self, number: int, column: int) -> float:
        """Where a tie within a column runs up or down."""
        return self.lefts[column] - 10 - self.lanes[number] * self.steps[column]


def indent_of(box: Box) -> float:
    return min(max(0, box.indent), MOST_INDENT) * INDENT


def lanes_of(shape: Chain) -> dict[int, int]:
    """The lane of each tie within a column, by its number; 0 lies next to the boxes."""
    spans: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for number, tie in enumerate(shape.ties):
        begin, end = shape.boxes[tie.begin], shape.boxes[tie.end]
        if begin.column == end.column:
            low, high = sorted((begin.row, end.row))
            spans[begin.column].append((low, high, number))
    lanes: dict[int, int] = {}
    for found in spans.values():
        taken: list[list[tuple[float, float]]] = []
        for low, high, number in sorted(found, key=lambda one: (one[1] - one[0], one)):
            lane = _free(taken, low, high)
            taken[lane].append((low, high))
            lanes[number] = lane
    return lanes


def _free(taken: list[list[tuple[float, float]]], low: float, high: float) -> int:
    """The innermost lane in which nothing runs between two rows."""
    for lane, spans in enumerate(taken):
        if all(high <= begin or end <= low for begin, end in spans):
            return lane
    taken.append([])
    return len(taken) - 1


class Ports:
    """Where ties leave and reach the sides of boxes: one below the other, in the order of what is
    at their other ends. Those that only say what is part of what all leave in the middle."""

    def __init__(self, shape: Chain) -> None:
        self.shares: dict[tuple[int, bool], float] = {}
        sides: dict[tuple[int, bool], list[tuple[float, int, bool]]] = defaultdict(list)
        for number, tie in enumerate(shape.ties):
            if tie.kind == "part":
                continue
            begin, end = shape.boxes[tie.begin], shape.boxes[tie.end]
            toward = tie.via[0][1] if tie.via else end.row
            away = tie.via[-1][1] if tie.via else begin.row
            leaves, arrives = sides_of(begin, end)
            sides[tie.begin, leaves].append((toward, number, True))
            sides[tie.end, arrives].append((away, number, False))
        for found in sides.values():
            for place, (_row, number, leaves) in enumerate(sorted(found), 1):
                self.shares[number, leaves] = place / (len(found) + 1)

    def of(self, number: int) -> tuple[float, float]:
        """How far down the side a tie leaves and arrives, 0 to 1."""
        return self.shares.get((number, True), 0.5), self.shares.get((number, False), 0.5)


def sides_of(begin: Box, end: Box) -> tuple[bool, bool]:
    """Whether a tie leaves, and whether it arrives, at the right side of a box."""
    return begin.column < end.column, end.column < begin.column


def lines_of(text: str, room: int, most: int) -> list[str]:
    """The text in at most so many lines, cut at words where it can be."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= room or not lines[-1]:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = longer
            break
    return [cut(line, room) for line in lines]


def cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def signed(tie: Tie) -> bool:
    """Whether a tie says by a sign what it does."""
    return tie.kind in ("raises", "lowers")
