"""Boxes in columns, tied from left to right: what stands under what, as one picture.

Ties differ by their dashes, so that they can be told apart without colours.
"""

from productops.charts.chain_grid import LINE, TOP, Grid, Ports, cut, signed
from productops.charts.palette import STYLESHEET, Palette
from productops.charts.shapes import MINUS, Box, Chain, Tie
from productops.charts.svg import Pen

ROLES = {
    "part": "ch-part", "contributes": "ch-contributes", "depends": "ch-depends",
    "conflicts": "ch-conflicts", "raises": "ch-raises", "lowers": "ch-lowers",
}  # fmt: skip
SIGNS = {"raises": "+", "lowers": MINUS}  # beside the tips of those that have one
TIP = 7.0
ROUND = 6.0  # of the corners of a lane


def chain(shape: Chain, palette: Palette = STYLESHEET) -> str:
    """Draw ``shape``; every box with an address is a link."""
    pen, grid, ports = Pen(palette), Grid(shape), Ports(shape)
    for column, head in enumerate(shape.heads):
        pen.text("c-axis", grid.lefts[column], 14, cut(head, int(grid.width / 5.5)))
    for row, words in shape.bands:
        pen.text("c-note", grid.lefts[grid.first], grid.y(row) + LINE, words)
        pen.path("ch-part", "M", 4, grid.y(row) + LINE + 6, "H", grid.across - 4)
    for number, tie in enumerate(shape.ties):
        begin, end = shape.boxes[tie.begin], shape.boxes[tie.end]
        if begin.column == end.column:
            _lane(pen, grid, begin, end, number, tie, ports.of(number))
        else:
            _across(pen, grid, begin, end, tie, ports.of(number))
    for number, box in enumerate(shape.boxes):
        _box(pen, grid, box, grid.lines[number])
    height = TOP + max(1, shape.rows) * grid.down
    return pen.picture("chain", grid.across, height, shape.name)


def _box(pen: Pen, grid: Grid, box: Box, lines: list[str]) -> None:
    x, y, width = grid.corner(box)
    pen.rect("ch-box", x, y, width, grid.height, 6)
    sub = box.sub if grid.has_subs else ""
    spare = grid.height - 14 - LINE * (len(lines) + bool(sub))
    top = y + 18 + spare / 2
    for number, line in enumerate(lines):
        pen.text("c-note", x + 10, top + LINE * number, line)
    if sub:
        pen.text("c-axis", x + 10, top + LINE * len(lines), cut(sub, grid.letters(box)))
    if box.kind:
        pen.mark(box.kind, x + width - 14, y + grid.height / 2, 5)
    if box.url:
        name = f"{box.title}, {box.sub}" if box.sub else box.title
        pen.link(box.url, (x, y, width, grid.height), name, is_stop=True, role="ch-link")


def _lane(
    pen: Pen, grid: Grid, begin: Box, end: Box, number: int, tie: Tie, ports: tuple[float, float]
) -> None:
    """A tie within a column: out to its lane, along it, and back."""
    x, y, _width = grid.corner(begin)
    to_x, to_y, _width = grid.corner(end)
    y, to_y = y + grid.height * ports[0], to_y + grid.height * ports[1]
    lane = grid.lane(number, begin.column)
    turn = min(ROUND, abs(to_y - y) / 2) * (1 if to_y >= y else -1)
    steps: list[str | float] = ["M", x, y, "H", lane + ROUND, "Q", lane, y, lane, y + turn]
    steps += ["V", to_y - turn, "Q", lane, to_y, lane + ROUND, to_y, "H", to_x]
    pen.path(ROLES.get(tie.kind, "ch-part"), *steps)
    if tie.kind != "conflicts":  # that is mutual
        _tip(pen, to_x, to_y, -TIP)


def _across(
    pen: Pen, grid: Grid, begin: Box, end: Box, tie: Tie, ports: tuple[float, float]
) -> None:
    """A tie from side to side, through the places that it passes."""
    is_back = end.column < begin.column
    x, y, width = grid.corner(begin)
    to_x, to_y, to_width = grid.corner(end)
    way = [(x if is_back else x + width, y + grid.height * ports[0])]
    for column, row in tie.via:
        left, middle = grid.lefts[column], grid.y(row) + grid.height / 2
        across = [(left, middle), (left + grid.width, middle)]
        way += across[::-1] if is_back else across
    tip = (to_x + to_width if is_back else to_x, to_y + grid.height * ports[1])
    back = 0.0 if tie.kind in ("part", "conflicts") else TIP if is_back else -TIP
    way.append((tip[0] + back, tip[1]))
    pen.path(ROLES.get(tie.kind, "ch-part"), *_curves(way))
    if back:
        _tip(pen, *tip, back)
    if signed(tie):
        pen.text("c-axis", tip[0] + (10 if is_back else -16), tip[1] - 5, SIGNS[tie.kind])


def _curves(way: list[tuple[float, float]]) -> list[str | float]:
    """From gap to gap in curves, straight past the boxes between."""
    steps: list[str | float] = ["M", *way[0]]
    for at, (there, level) in enumerate(way[1:], 1):
        here, before = way[at - 1]
        middle = (here + there) / 2
        curve: list[str | float] = ["C", middle, before, middle, level, there, level]
        steps += ["L", there, level] if at % 2 == 0 else curve
    return steps


def _tip(pen: Pen, x: float, y: float, back: float) -> None:
    pen.path("ch-tip", "M", x, y, "L", x + back, y - 4, "L", x + back, y + 4, "Z")
