"""Where several people stand: a dot for each above what they chose, rings for the time before.

Range and median are a line and a tick, so that the picture says the same without colours.
"""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.shapes import Spread, finite
from productops.charts.svg import Pen

SIDE = 14.0
MOST_DOTS = 8  # in a column; where there are more, columns are bars with their number
STEP = 9.0  # from dot to dot
RADIUS = 3.6
BELOW = 17.0  # for the labels
TOP = 13.0  # for the numbers above bars


def spread(shape: Spread, palette: Palette = STYLESHEET, width: float = 220) -> str:
    """Draw the dots of ``shape``; its height follows from its tallest column."""
    pen = Pen(palette)
    tallest = max((max(one.count, one.before) for one in shape.stacks), default=0)
    rows = min(max(tallest, 1), MOST_DOTS)
    floor = TOP + rows * STEP
    x = Scale(0, max(1, len(shape.stacks) - 1), SIDE, width - SIDE)
    _rail(pen, shape, x, floor)
    has_before = any(one.before > 0 for one in shape.stacks)
    aside = RADIUS + 1 if has_before else 0.0
    draw = _dots if tallest <= MOST_DOTS else _bar
    for place, one in enumerate(shape.stacks):
        draw(pen, "c-ex", x(place) - aside, floor, one.before, tallest)
        draw(pen, "bl-mark", x(place) + aside, floor, one.count, tallest)
    return pen.picture("spread", width, floor + BELOW, shape.name)


def _rail(pen: Pen, shape: Spread, x: Scale, floor: float) -> None:
    """The scale with its labels, the range as a thick line on it and the median as a tick."""
    pen.path("c-grid", "M", x(0), floor, "H", x(max(1, len(shape.stacks) - 1)))
    chosen = [place for place, one in enumerate(shape.stacks) if one.count > 0]
    if len(chosen) > 1:
        pen.path("c-mean", "M", x(chosen[0]), floor, "H", x(chosen[-1]))
    for place, one in enumerate(shape.stacks):
        pen.path("c-grid", "M", x(place), floor, "v", 4)
        pen.text("c-axis", x(place), floor + 15, one.label, "middle")
    middle = finite(shape.middle)
    if middle is not None and chosen:
        pen.path("bl-target", "M", x(middle), floor - 3, "v", 8)


def _dots(pen: Pen, role: str, x: float, floor: float, count: int, _tallest: int) -> None:
    for number in range(count):
        pen.circle(role, x, floor - STEP * (number + 0.5) - 1, RADIUS)


def _bar(pen: Pen, role: str, x: float, floor: float, count: int, tallest: int) -> None:
    if count <= 0:
        return
    height = MOST_DOTS * STEP * count / tallest
    pen.rect(role, x - RADIUS, floor - height, 2 * RADIUS, height)
    if role == "bl-mark":
        pen.text("c-note", x, floor - height - 3, str(count), "middle")
