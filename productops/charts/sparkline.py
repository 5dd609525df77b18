"""A KPI's row: line, usual range, mean, signals, and the newest point marked. No axes."""

from productops.charts import uneven
from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.series import band, edges, extent, kind, spans, stretches
from productops.charts.shapes import Point, Sparkline, finite
from productops.charts.svg import Pen

SIDE = 5.0  # room for half a mark at both ends
EDGE = 4.0  # and above and below


def sparkline(
    shape: Sparkline, palette: Palette = STYLESHEET, width: float = 200, height: float = 36
) -> str:
    """Draw a series so that its newest point can be read against what is usual.

    Each row has a scale of its own: heights of two rows are not to be compared.
    """
    pen = Pen(palette)
    points = shape.points
    windowed = [span[0] for span in spans(shape.segments, len(points))]
    values = extent(points, windowed, shape.targets) or [0.0]
    x = Scale(0, max(1, len(points) - 1), SIDE, width - SIDE)
    y = Scale(min(values), max(values), height - EDGE, EDGE)
    _usual(pen, shape, x, y)
    _targets(pen, shape, x, y)
    _lines(pen, points, x, y)
    _marks(pen, shape, x, y)
    return pen.picture("spark", width, height, shape.name)


def _usual(pen: Pen, shape: Sparkline, x: Scale, y: Scale) -> None:
    count = len(shape.points)
    for segment, first, last in spans(shape.segments, count):
        if segment.limits:
            uneven.on_sparkline(pen, x, y, count, segment, first, last)
            continue
        start, end = (x(place) for place in edges(first, last, count))
        if limits := band(segment):
            top = y(limits[1])
            pen.rect("c-band", start, top, end - start, y(limits[0]) - top, 1.5)
        if (centre := finite(segment.centre)) is not None:
            pen.path("c-mean-s", "M", start, y(centre), "H", end)


def _targets(pen: Pen, shape: Sparkline, x: Scale, y: Scale) -> None:
    for target in shape.targets:
        for run in stretches([target.at(i) for i in range(len(shape.points))]):
            pen.line("c-target-s", [(x(i), y(target.at(i) or 0.0)) for i in run])


def _lines(pen: Pen, points: tuple[Point, ...], x: Scale, y: Scale) -> None:
    for run in stretches([point.value for point in points]):
        pen.line("c-line", [(x(i), y(points[i].value or 0.0)) for i in run])


def _marks(pen: Pen, shape: Sparkline, x: Scale, y: Scale) -> None:
    """Mark signals small, the newest value large, and whatever stands alone between gaps."""
    present = [i for i, point in enumerate(shape.points) if finite(point.value) is not None]
    alone = {run[0] for run in stretches([p.value for p in shape.points]) if len(run) == 1}
    for i in present:
        mark, newest = kind(shape.points[i]), i == present[-1]
        if newest and shape.stale:
            mark = "stale"
        if newest or i in alone or mark in ("good", "bad", "neutral"):
            value = finite(shape.points[i].value) or 0.0
            pen.mark(mark, x(i), y(value), 3.8 if newest else 2.4)
