"""Two signals against each other: a dot for each row in one of four fields that have names.

Neither signal is worked into the other: where they disagree, a dot stands in the upper left or the
lower right field, and is a diamond.
"""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.shapes import Quadrant, finite
from productops.charts.svg import Pen

LEFT, TOP, RIGHT, BELOW = 26.0, 8.0, 8.0, 26.0
RADIUS, HIT = 5.5, 24.0
ASIDE = 9.0  # from dot to dot where several would cover each other
BESIDE = 5  # dots that stand aside of each other before they begin again


def quadrant(
    shape: Quadrant, palette: Palette = STYLESHEET, width: float = 640, height: float = 380
) -> str:
    """Draw ``shape``; every dot with an address is a link, the first one a stop of the Tab key."""
    pen = Pen(palette)
    x = Scale(0, 1, LEFT, width - RIGHT)
    y = Scale(0, 1, height - BELOW, TOP)
    _fields(pen, shape, x, y)
    taken: dict[tuple[int, int], int] = {}
    for number, dot in enumerate(shape.dots):
        across, up = _place(finite(dot.x)), _place(finite(dot.y))
        cell = (round(across * 20), round(up * 20))
        beside = taken[cell] = taken.get(cell, -1) + 1
        at_x, at_y = x(across) + _aside(beside), y(up)
        pen.mark(dot.kind, at_x, at_y, RADIUS)
        if dot.url:
            box = (at_x - HIT / 2, at_y - HIT / 2, HIT, HIT)
            pen.link(dot.url, box, dot.name, is_stop=number == 0)
    return pen.picture("quadrant", width, height, shape.name)


def _fields(pen: Pen, shape: Quadrant, x: Scale, y: Scale) -> None:
    split_x, split_y = x(_place(finite(shape.split_x))), y(_place(finite(shape.split_y)))
    pen.rect("c-band", x(0), y(1), split_x - x(0), split_y - y(1))
    pen.rect("c-band", split_x, split_y, x(1) - split_x, y(0) - split_y)
    pen.path("c-grid", "M", x(0), y(1), "H", x(1), "V", y(0), "H", x(0), "z")
    pen.path("c-div", "M", split_x, y(1), "V", y(0))
    pen.path("c-div", "M", x(0), split_y, "H", x(1))
    corners = [(x(0) + 8, y(1) + 17, ""), (x(1) - 8, y(1) + 17, "end")]
    corners += [(x(0) + 8, y(0) - 8, ""), (x(1) - 8, y(0) - 8, "end")]
    for (left, top, anchor), word in zip(corners, shape.fields, strict=False):
        pen.text("c-strong", left, top, word, anchor)
    pen.text("c-axis", (x(0) + x(1)) / 2, y(0) + 18, shape.across, "middle")
    pen.turned("c-axis", x(0) - 10, (y(0) + y(1)) / 2, shape.up)


def _place(share: float | None) -> float:
    return 0.0 if share is None else min(1.0, max(0.0, share))


def _aside(beside: int) -> float:
    """0, then by turns to the right and to the left."""
    step = beside % BESIDE
    return ASIDE * ((step + 1) // 2) * (1 if step % 2 else -1)
