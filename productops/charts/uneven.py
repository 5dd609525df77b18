"""Limits that differ from point to point: along a trend, or in steps."""

from productops.charts.plot import Plot
from productops.charts.series import stretches
from productops.charts.shapes import Segment, finite

Line = list[tuple[float, float]]


def draw(plot: Plot, segment: Segment, first: int, last: int) -> None:
    """Draw the band, its edges and the mean from the point ``first`` to, not with, ``last``."""
    lower, centre, upper = (
        [_part(segment, name, index) for index in range(first, last)]
        for name in ("lower", "centre", "upper")
    )
    both = [low if up is not None else None for low, up in zip(lower, upper, strict=True)]
    for run in stretches(both):
        places = [first + index for index in run]
        low = _line(plot, segment, places, [lower[index] or 0.0 for index in run])
        high = _line(plot, segment, places, [upper[index] or 0.0 for index in run])
        plot.pen.path("c-band", *_path(high), *_path(low[::-1], "L"), "Z")
        role = "c-provisional" if segment.provisional else "c-limit"
        plot.pen.path(role, *_path(high), *_path(low))
    for run in stretches(centre):
        places = [first + index for index in run]
        line = _line(plot, segment, places, [centre[index] or 0.0 for index in run])
        plot.pen.path("c-mean", *_path(line))


def _part(segment: Segment, name: str, index: int) -> float | None:
    limit = segment.limits[index] if index < len(segment.limits) else None
    return finite(getattr(limit, name)) if limit else None


def _line(plot: Plot, segment: Segment, indexes: list[int], values: list[float]) -> Line:
    """Where a line runs: through the middle of each point's room, or as steps over it."""
    rooms = [plot.span(index, index + 1) for index in indexes]
    if not segment.is_sloped or len(values) == 1:
        return [(x, plot.y(v)) for room, v in zip(rooms, values, strict=True) for x in room]
    middles = [(plot.x(i), plot.y(v)) for i, v in zip(indexes, values, strict=True)]
    return [
        _beyond(rooms[0][0], *middles[:2]),
        *middles,
        _beyond(rooms[-1][1], *middles[-2:]),
    ]


def _beyond(x: float, one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Where the line through two places is at ``x``."""
    rise = (other[1] - one[1]) / (other[0] - one[0])
    return x, one[1] + (x - one[0]) * rise


def _path(line: Line, begins: str = "M") -> list[str | float]:
    steps: list[str | float] = []
    for x, y in line:
        steps += ["L" if steps else begins, x, y]
    return steps
