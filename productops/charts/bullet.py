"""One value against its usual range and its target: grey track, darker bar, dot, tick."""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.series import numbers
from productops.charts.shapes import Bullet, finite
from productops.charts.svg import Pen

MARGIN = 0.12  # of the range, so that nothing sticks to the ends


def bullet(
    shape: Bullet, palette: Palette = STYLESHEET, width: float = 110, height: float = 18
) -> str:
    """Draw what is known; a value, range or target that is None is left out."""
    pen = Pen(palette)
    middle = height / 2
    x = _scale(shape, width)
    pen.rect("bl-range", 0, middle - 3, width, 6, 1)
    lower, upper = finite(shape.lower), finite(shape.upper)
    if lower is not None and upper is not None:
        start, end = sorted((x(lower), x(upper)))
        pen.rect("bl-usual", start, middle - 3, end - start, 6, 1)
    _target(pen, shape, x, height)
    if (value := finite(shape.value)) is not None:
        pen.circle("bl-mark", x(value), middle, 3.5)
    return pen.picture("spark bullet", width, height, shape.name)


def _scale(shape: Bullet, width: float) -> Scale:
    values = numbers((shape.value, shape.lower, shape.upper, shape.target, shape.target_high))
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high / 2 - low / 2) * 2 * MARGIN
    return Scale(low - room, high + room, 0, width)


def _target(pen: Pen, shape: Bullet, x: Scale, height: float) -> None:
    ends = [x(value) for value in numbers((shape.target, shape.target_high))]
    if len(ends) == 2:
        pen.rect("bl-band", min(ends), 2, abs(ends[1] - ends[0]), height - 4)
    for end in ends:
        pen.path("bl-target", "M", end, 1, "V", height - 1)
