"""Boxes in columns, tied from left to right: what stands under what, as one picture.

Ties between boxes of one column run along its left side, each kind with a dash of its own, so
that they can be told apart without colours.
"""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.shapes import MINUS, Box, Chain, Tie
from productops.charts.svg import Pen

WIDTH, HEIGHT = 250.0, 44.0  # of a box
ACROSS, DOWN = 318.0, 54.0  # from box to box
TOP = 30.0  # for the heads of the columns
LEFT = 44.0  # for ties beside the first column
INDENT, MOST_INDENT = 12.0, 3
LETTERS = 34  # of a line that fits a box
ROLES = {
    "part": "ch-part", "contributes": "ch-contributes", "depends": "ch-depends",
    "conflicts": "ch-conflicts", "raises": "ch-raises", "lowers": "ch-lowers",
}  # fmt: skip
SIGNS = {"raises": "+", "lowers": MINUS}  # beside the tips of those that have one
TIP = 7.0


def chain(shape: Chain, palette: Palette = STYLESHEET) -> str:
    """Draw ``shape``; every box with an address is a link."""
    pen = Pen(palette)
    for column, head in enumerate(shape.heads):
        pen.text("c-axis", LEFT + column * ACROSS, 14, head)
    ports = _Ports(shape)
    for number, tie in enumerate(shape.ties):
        begin, end = shape.boxes[tie.begin], shape.boxes[tie.end]
        if tie.kind in SIGNS and begin.column != end.column:
            _arrow(pen, begin, end, tie, ports.of(number))
        else:
            _tie(pen, begin, end, tie, number)
    for number, box in enumerate(shape.boxes):
        _box(pen, box, is_first=number == 0)
    width = LEFT + (len(shape.heads) - 1) * ACROSS + WIDTH + 4
    return pen.picture("chain", width, TOP + max(1, shape.rows) * DOWN, shape.name)


def _corner(box: Box) -> tuple[float, float, float]:
    """Left, top and width of a box."""
    shift = min(box.indent, MOST_INDENT) * INDENT
    return LEFT + box.column * ACROSS + shift, TOP + box.row * DOWN, WIDTH - shift


def _box(pen: Pen, box: Box, *, is_first: bool) -> None:
    x, y, width = _corner(box)
    pen.rect("ch-box", x, y, width, HEIGHT, 6)
    room = LETTERS - (3 if box.kind else 0) - 2 * min(box.indent, MOST_INDENT)
    lines = _lines(box.title, room, 1 if box.sub else 2)
    top = y + (19 if box.sub or len(lines) > 1 else 26)
    for number, line in enumerate(lines):
        pen.text("c-note", x + 10, top + 15 * number, line)
    if box.sub:
        pen.text("c-axis", x + 10, y + 35, _cut(box.sub, room))
    if box.kind:
        pen.mark(box.kind, x + width - 14, y + HEIGHT / 2, 5)
    if box.url:
        name = f"{box.title}, {box.sub}" if box.sub else box.title
        pen.link(box.url, (x, y, width, HEIGHT), name, is_stop=True, role="ch-link")


def _tie(pen: Pen, begin: Box, end: Box, tie: Tie, number: int) -> None:
    role = ROLES.get(tie.kind, "ch-part")
    x, y, width = _corner(begin)
    to_x, to_y, _width = _corner(end)
    if begin.column == end.column:
        out = 10 + 6 * (number % 4)  # several beside each other stay apart
        y, to_y = y + HEIGHT / 2, to_y + HEIGHT / 2
        reach = min(x, to_x) - out
        pen.path(role, "M", x, y, "C", reach, y, reach, to_y, to_x, to_y)
        pen.path(role, "M", to_x - 5, to_y - 3, "L", to_x, to_y, to_x - 5, to_y + 3)
        return
    x, y, to_y = x + width, y + HEIGHT / 2, to_y + HEIGHT / 2
    middle = (x + to_x) / 2
    pen.path(role, "M", x, y, "C", middle, y, middle, to_y, to_x, to_y)


class _Ports:
    """Where arrows leave and reach the sides of boxes: one below the other, in the order of
    what is at their other ends."""

    def __init__(self, shape: Chain) -> None:
        self.shares: dict[tuple[int, bool], float] = {}
        sides: dict[tuple[int, bool], list[tuple[float, int, bool]]] = {}
        for number, tie in enumerate(shape.ties):
            begin, end = shape.boxes[tie.begin], shape.boxes[tie.end]
            if tie.kind not in SIGNS or begin.column == end.column:
                continue
            is_back = end.column < begin.column
            toward = tie.via[0][1] if tie.via else end.row
            away = tie.via[-1][1] if tie.via else begin.row
            sides.setdefault((tie.begin, not is_back), []).append((toward, number, True))
            sides.setdefault((tie.end, is_back), []).append((away, number, False))
        for found in sides.values():
            for place, (_row, number, leaves) in enumerate(sorted(found), 1):
                self.shares[number, leaves] = place / (len(found) + 1)

    def of(self, number: int) -> tuple[float, float]:
        """How far down the side a tie leaves and arrives, 0 to 1."""
        return self.shares[number, True], self.shares[number, False]


def _arrow(pen: Pen, begin: Box, end: Box, tie: Tie, ports: tuple[float, float]) -> None:
    """A tie with a tip and a sign, from side to side, through the places that it passes."""
    is_back = end.column < begin.column
    x, y, width = _corner(begin)
    to_x, to_y, to_width = _corner(end)
    way = [(x if is_back else x + width, y + HEIGHT * ports[0])]
    for column, row in tie.via:
        left, middle = LEFT + column * ACROSS, TOP + row * DOWN + HEIGHT / 2
        across = [(left, middle), (left + WIDTH, middle)]
        way += across[::-1] if is_back else across
    tip = (to_x + to_width if is_back else to_x, to_y + HEIGHT * ports[1])
    back = TIP if is_back else -TIP
    way.append((tip[0] + back, tip[1]))
    steps: list[str | float] = ["M", *way[0]]
    for at, (there, level) in enumerate(way[1:], 1):
        here, before = way[at - 1]
        middle = (here + there) / 2
        curve: list[str | float] = ["C", middle, before, middle, level, there, level]
        steps += ["L", there, level] if at % 2 == 0 else curve
    pen.path(ROLES[tie.kind], *steps)
    pen.path(
        "ch-tip", "M", *tip, "L", tip[0] + back, tip[1] - 4, "L", tip[0] + back, tip[1] + 4, "Z"
    )
    pen.text("c-axis", tip[0] + (10 if is_back else -16), tip[1] - 5, SIGNS[tie.kind])


def _lines(text: str, room: int, most: int) -> list[str]:
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
    return [_cut(line, room) for line in lines]


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"
