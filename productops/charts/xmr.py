"""The process-behaviour chart: values with their limits above, moving ranges below."""

from productops.charts import captions, flags, links, ranges, uneven
from productops.charts.palette import STYLESHEET, Palette
from productops.charts.plot import NARROW, WIDE, Layout, Plot, frame, tick_text, window
from productops.charts.series import band, kind, spans, stretches
from productops.charts.shapes import ENGLISH, Echo, Segment, Target, Words, Xmr, finite
from productops.charts.svg import Pen

__all__ = ["NARROW", "WIDE", "Layout", "xmr"]


def xmr(
    shape: Xmr,
    palette: Palette = STYLESHEET,
    layout: Layout = WIDE,
    words: Words = ENGLISH,
) -> str:
    """Draw values and moving ranges against limits that were computed elsewhere."""
    shown = window(shape, layout.newest)
    plot = frame(shown, Pen(palette), layout, words)
    _grid(plot)
    for segment, first, last in spans(shown.segments, len(shown.points)):
        if segment.limits:
            uneven.on_chart(plot, segment, first, last)
        else:
            _segment(plot, segment, *plot.span(first, last))
    captions.earlier(plot)
    for target in shown.targets:
        _target(plot, target)
    flags.draw(plot)
    for echo in shown.echoes:
        _echo(plot, echo)
    _lines(plot)
    _points(plot)
    links.talk(plot)
    captions.periods(plot)
    captions.right_end(plot)
    if layout.ranges:
        ranges.draw(plot)
    return plot.pen.picture(
        "chart", layout.width, layout.height + layout.ranges, shape.name, shape.description
    )


def _grid(plot: Plot) -> None:
    for tick in plot.axis.ticks:
        place = plot.y(tick)
        plot.pen.path("c-grid", "M", plot.left, place, "H", plot.right)
        text = tick_text(plot.words, plot.axis, tick)
        plot.pen.text("c-axis", plot.left - 8, place + 4, text, "end")
    if plot.axis.is_cut:
        bottom = plot.layout.height - plot.layout.bottom
        plot.pen.path("c-div", "M", plot.left - 4, bottom - 3, "l", 4, -3, "l", 0, 6, "l", 4, -3)
        plot.pen.text("c-axis", plot.left + 8, bottom - 6, plot.words.axis_cut)


def _segment(plot: Plot, segment: Segment, start: float, end: float) -> None:
    if limits := band(segment):
        low, high = plot.y(limits[0]), plot.y(limits[1])
        plot.pen.rect("c-band", start, high, end - start, low - high)
        role = "c-provisional" if segment.provisional else "c-limit"
        plot.pen.path(role, "M", start, high, "H", end, "M", start, low, "H", end)
    if (centre := finite(segment.centre)) is not None:
        plot.pen.path("c-mean", "M", start, plot.y(centre), "H", end)


def _target(plot: Plot, target: Target) -> None:
    """Draw a target as steps from period to period; it never touches the limits."""
    values = [target.at(index) for index in range(len(plot.shape.points))]
    for run in stretches(values):
        steps: list[str | float] = ["M"]
        for index in run:
            start, end = plot.span(index, index + 1)
            steps += [start, plot.y(values[index] or 0.0), "H", end, "L"]
        plot.pen.path("c-target", *steps[:-1])


def _echo(plot: Plot, echo: Echo) -> None:
    for run in stretches(echo.values):
        places = [(plot.x(i), plot.y(echo.values[i] or 0.0)) for i in run]
        plot.pen.line("c-echo", places)


def _lines(plot: Plot) -> None:
    points = plot.shape.points
    for run in stretches([point.value for point in points]):
        places = [(plot.x(i), plot.y(points[i].value or 0.0)) for i in run]
        closed = [place for place, i in zip(places, run, strict=True) if not points[i].open]
        plot.pen.line("c-line", closed)
        if 0 < len(closed) < len(run):
            plot.pen.line("c-line-open", places[len(closed) - 1 :])


def _points(plot: Plot) -> None:
    found = [(i, finite(point.value)) for i, point in enumerate(plot.shape.points)]
    drawn = [(index, value) for index, value in found if value is not None]
    for index, value in drawn:
        point = plot.shape.points[index]
        mark, x, y = kind(point), plot.x(index), plot.y(value)
        plot.pen.mark(mark, x, y, 4.2 if mark in ("good", "bad", "neutral") else 4)
        links.point(plot, index, value, is_newest=index == drawn[-1][0])
