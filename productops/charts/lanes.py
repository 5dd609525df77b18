"""Several signals over the same days, one above another, each on a scale of its own: they are
read side by side and never become one line."""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.scales import Scale
from productops.charts.series import stretches
from productops.charts.shapes import Lane, Lanes, finite
from productops.charts.svg import Pen

LEFT, RIGHT = 46.0, 8.0
HEAD, BELOW = 20.0, 20.0  # above each lane for its name, below all for the days
RADIUS = 3.0


def lanes(
    shape: Lanes, palette: Palette = STYLESHEET, width: float = 360, lane_height: float = 56
) -> str:
    """Draw ``shape``: a line for each lane, days from left to right as far apart as they are."""
    pen = Pen(palette)
    last = max((at for at in map(finite, shape.at) if at is not None), default=0.0)
    first = min((at for at in map(finite, shape.at) if at is not None), default=0.0)
    x = Scale(first, last, LEFT + RADIUS, width - RIGHT - RADIUS)
    top = 0.0
    for lane in shape.lanes:
        _lane(pen, shape, lane, x, Scale(lane.low, lane.high, top + HEAD + lane_height, top + HEAD))
        top += HEAD + lane_height
    pen.text("c-axis", LEFT, top + 16, shape.first)
    pen.text("c-axis", width - RIGHT, top + 16, shape.last, "end")
    return pen.picture("lanes", width, top + BELOW, shape.name)


def _lane(pen: Pen, shape: Lanes, lane: Lane, x: Scale, y: Scale) -> None:
    pen.text("c-strong", LEFT, y.end - 6, lane.label)
    for value, text in ((lane.low, lane.low_text), (lane.high, lane.high_text)):
        pen.path("c-grid", "M", LEFT, y(value), "H", x.end + RADIUS)
        pen.text("c-axis", LEFT - 6, y(value) + 4, text, "end")
    if (target := finite(lane.target)) is not None:
        pen.path("c-target-s", "M", LEFT, y(target), "H", x.end + RADIUS)
    places = [finite(at) for at in shape.at]
    known = [
        value if place is not None else None
        for place, value in zip(places, lane.values, strict=False)
    ]
    for run in stretches(known):
        points = [(x(places[i] or 0.0), y(finite(known[i]) or 0.0)) for i in run]
        pen.line("c-line", points)
        for across, up in points:
            pen.circle("c-pt", across, up, RADIUS)
