"""Where a chart leads: each point to its own page, each flag to what it tells of.

The newest point is the one stop of the Tab key; scripts walk on from it by the arrow keys. What is
drawn below the links is hidden from those who hear the chart: the links say all of it.
"""

from productops.charts import captions
from productops.charts.plot import Plot

BUBBLE = 8.0  # half of its width


def point(plot: Plot, index: int, value: float, *, is_newest: bool) -> None:
    """Make the whole column of a point lead to its page; one without a page only has a tip."""
    shape = plot.shape.points[index]
    tip = captions.tip(plot, shape, value)
    if shape.url:
        top, bottom = plot.layout.top, plot.layout.height - plot.layout.bottom
        start, end = plot.span(index, index + 1)
        box = (start, top, end - start, bottom - top)
        plot.pen.link(shape.url, box, tip, is_stop=is_newest)
    elif not plot.layout.is_short:
        plot.pen.circle("c-hit", plot.x(index), plot.y(value), 9, tip)


def talk(plot: Plot) -> None:
    """Mark the points that are in discussion by a bubble with the number of threads."""
    bottom = plot.layout.height - plot.layout.bottom
    for index, point in enumerate(plot.shape.points):
        if point.talk:
            x = min(max(plot.x(index), plot.left + BUBBLE), plot.right - BUBBLE)
            steps = ("M", x - BUBBLE, bottom - 22, "h", 2 * BUBBLE, "v", 13, "h", -BUBBLE)
            plot.pen.path("c-talk", *steps, "l", -4, 4, "v", -4, "h", 4 - BUBBLE, "z")
            plot.pen.text("c-flag-t", x, bottom - 11.5, str(point.talk), "middle")
