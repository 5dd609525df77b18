"""A level then, now and wanted on one scale: ring, dot and tick; a line shows what is missing."""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.shapes import Dots, finite
from productops.charts.svg import Pen

SIDE = 8.0
MOST_STEPS = 10


def dots(shape: Dots, palette: Palette = STYLESHEET, width: float = 220, height: float = 22) -> str:
    """Draw the distance to a target; it is orange only where the level falls short of it."""
    pen = Pen(palette)
    middle = height / 2
    x = Scale(shape.low, shape.high, SIDE, width - SIDE)
    now, before, target = finite(shape.now), finite(shape.before), finite(shape.target)
    _rail(pen, shape, x, middle)
    if now is not None and target is not None and now != target:
        short = (now < target) == (shape.better == "up")
        pen.path("c-gap-bad" if short else "c-gap-good", "M", x(now), middle, "H", x(target))
    if before is not None:
        pen.circle("c-ex", x(before), middle, 3.2)
    if now is not None:
        pen.circle("bl-mark", x(now), middle, 4.4)
    if target is not None:
        pen.path("bl-target", "M", x(target), max(1, middle - 8), "V", min(height - 1, middle + 8))
    return pen.picture("spark", width, height, shape.name)


def _rail(pen: Pen, shape: Dots, x: Scale, middle: float) -> None:
    pen.path("c-grid", "M", x(shape.low), middle, "H", x(shape.high))
    steps = shape.high - shape.low
    if 0 < steps <= MOST_STEPS:
        for step in range(int(steps) + 1):
            pen.path("c-grid", "M", x(shape.low + step), middle - 3, "v", 6)
