"""The lower panel of the process-behaviour chart: how much the value changed each time."""

from productops.charts.plot import Plot
from productops.charts.scales import Scale
from productops.charts.series import numbers, spans, stretches
from productops.charts.shapes import finite

HEADROOM = 1.05


def draw(plot: Plot) -> None:
    """Draw the moving ranges that came with the points, against the limit of their segment."""
    changes = [finite(point.moving_range) for point in plot.shape.points]
    top = plot.layout.height
    plot.pen.text("c-axis", plot.left, top + 18, plot.words.moving_range)
    all_spans = list(spans(plot.shape.segments, len(changes)))
    limits = [limit for s, _, _ in all_spans for limit in (s.mr_upper, s.mr_centre)]
    largest = max([*numbers(changes), *numbers(limits), 0.0]) * HEADROOM
    y = Scale(0, largest or 1.0, top + plot.layout.ranges - 8, top + 30)
    plot.pen.path("c-grid", "M", plot.left, y(0), "H", plot.right)
    uppers: list[float | None] = [None] * len(changes)
    for segment, first, last in all_spans:
        upper = finite(segment.mr_upper)
        uppers[first:last] = [upper] * (last - first)
        _limits(plot, y, upper, finite(segment.mr_centre), plot.span(first, last))
    _changes(plot, y, changes, uppers)
    if uppers and (newest := uppers[-1]) is not None:
        text = f"{plot.words.limit} {plot.number(newest)}"
        plot.pen.text("c-axis", plot.right + 8, y(newest) + 4, text)


def _limits(
    plot: Plot, y: Scale, upper: float | None, centre: float | None, ends: tuple[float, float]
) -> None:
    for value, role in ((upper, "c-limit"), (centre, "c-mean-s")):
        if value is not None:
            plot.pen.path(role, "M", ends[0], y(value), "H", ends[1])


def _changes(plot: Plot, y: Scale, changes: list[float | None], uppers: list[float | None]) -> None:
    for run in stretches(changes):
        plot.pen.line("c-line-mr", [(plot.x(i), y(changes[i] or 0.0)) for i in run])
    for index, (change, upper) in enumerate(zip(changes, uppers, strict=True)):
        if change is not None:
            # A jump is neither good nor bad by itself: it gets the neutral mark.
            is_jump = upper is not None and change > upper
            plot.pen.mark("neutral" if is_jump else "", plot.x(index), y(change), 2.8)
