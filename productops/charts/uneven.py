"""Limits that differ from point to point: along a trend, or in steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from productops.charts.plot import Plot
from productops.charts.scales import Scale
from productops.charts.series import edges, stretches
from productops.charts.shapes import Segment, finite
from productops.charts.svg import Pen

Line = list[tuple[float, float]]
Ends = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Where points stand, how much room each has from side to side, and where values stand."""

    x: Callable[[float], float]
    y: Callable[[float], float]
    room: Callable[[int], Ends]


def on_chart(plot: Plot, segment: Segment, first: int, last: int) -> None:
    """Draw band, limits and mean from the point ``first`` to, not with, ``last``."""
    role = "c-provisional" if segment.provisional else "c-limit"
    frame = Frame(plot.x, plot.y, lambda index: plot.span(index, index + 1))
    _draw(plot.pen, frame, segment, (first, last), limit=role, mean="c-mean")


def on_sparkline(
    pen: Pen, x: Scale, y: Scale, count: int, segment: Segment, first: int, last: int
) -> None:
    """The same without limits: in a row the band is enough."""

    def room(index: int) -> Ends:
        start, end = edges(index, index + 1, count)
        return x(start), x(end)

    _draw(pen, Frame(x, y, room), segment, (first, last), limit="", mean="c-mean-s")


def _draw(
    pen: Pen, frame: Frame, segment: Segment, ends: tuple[int, int], *, limit: str, mean: str
) -> None:
    lower, centre, upper = (
        [_part(segment, name, index) for index in range(*ends)]
        for name in ("lower", "centre", "upper")
    )
    both = [low if up is not None else None for low, up in zip(lower, upper, strict=True)]
    for run in stretches(both):
        low, high = (_line(frame, segment, ends[0], run, values) for values in (lower, upper))
        pen.path("c-band", *_path(high), *_path(low[::-1], "L"), "Z")
        if limit:
            pen.path(limit, *_path(high), *_path(low))
    for run in stretches(centre):
        pen.path(mean, *_path(_line(frame, segment, ends[0], run, centre)))


def _part(segment: Segment, name: str, index: int) -> float | None:
    limit = segment.limits[index] if index < len(segment.limits) else None
    return finite(getattr(limit, name)) if limit else None


def _line(
    frame: Frame, segment: Segment, first: int, run: list[int], values: Sequence[float | None]
) -> Line:
    """Where a line runs: through the middle of each point's room, or as steps over it."""
    heights = [frame.y(values[place] or 0.0) for place in run]
    rooms = [frame.room(first + place) for place in run]
    if not segment.is_sloped or len(run) == 1:
        return [(x, y) for room, y in zip(rooms, heights, strict=True) for x in room]
    middles = [(frame.x(first + place), y) for place, y in zip(run, heights, strict=True)]
    return [
        _beyond(rooms[0][0], *middles[:2]),
        *middles,
        _beyond(rooms[-1][1], *middles[-2:]),
    ]


def _beyond(x: float, one: Ends, other: Ends) -> Ends:
    """Where the line through two places is at ``x``."""
    rise = (other[1] - one[1]) / (other[0] - one[0])
    return x, one[1] + (x - one[0]) * rise


def _path(line: Line, begins: str = "M") -> list[str | float]:
    steps: list[str | float] = []
    for x, y in line:
        steps += ["L" if steps else begins, x, y]
    return steps
