"""An estimate with its interval beside 0: many of them, one below the other, make a forest plot."""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.shapes import Interval, finite
from productops.charts.svg import Pen

SIDE = 8.0


def interval(
    shape: Interval, palette: Palette = STYLESHEET, width: float = 220, height: float = 22
) -> str:
    """Draw one estimate; what lies beyond the scale ends at its edge."""
    pen = Pen(palette)
    middle, reach = height / 2, shape.reach if shape.reach > 0 else 1.0
    x = Scale(-reach, reach, SIDE, width - SIDE)
    value, low, high = (within(end, reach) for end in (shape.value, shape.low, shape.high))
    pen.path("c-grid", "M", x(-reach), middle, "H", x(reach))
    if low is not None and high is not None:
        if shape.is_sum:
            pen.rect("bl-usual", x(low), middle - 5, x(high) - x(low), 10, 2)
        else:
            pen.path("c-line-mr", "M", x(low), middle, "H", x(high))
    pen.path("bl-target", "M", x(0), 1, "V", height - 1)
    if value is not None:
        pen.circle("bl-mark", x(value), middle, 4.4)
    return pen.picture("spark", width, height, shape.name)


def within(value: float | None, reach: float) -> float | None:
    found = finite(value)
    return None if found is None else min(max(found, -reach), reach)
