"""The frame of the process-behaviour chart: its size, its window of the series, its two axes."""

import math
from dataclasses import dataclass, replace

from productops.charts.scales import Axis, Scale, axis, decimals
from productops.charts.series import band, edges, extent, numbers, spans
from productops.charts.shapes import Words, Xmr
from productops.charts.svg import Pen

LETTER = 6.3  # mean width of a letter at 12 px
INSET = 8.0  # from the plot's edge to the first point


@dataclass(frozen=True)
class Layout:
    """How large the picture is, and how much of the series and its words it shows."""

    width: float = 1040
    height: float = 330
    ranges: float = 100  # height of the moving-range panel, 0 leaves it out
    left: float = 34
    right: float = 112
    top: float = 42
    bottom: float = 26
    newest: int = 0  # show only the newest points, 0 for all
    is_short: bool = False  # numbers without words at the right end, no tips


WIDE = Layout()
NARROW = Layout(width=358, height=280, ranges=0, right=50, newest=21, is_short=True)


@dataclass(frozen=True)
class Plot:
    """A picture in the making: what is drawn, with what, and where values stand."""

    pen: Pen
    shape: Xmr
    words: Words
    layout: Layout
    axis: Axis
    x: Scale
    y: Scale
    left: float
    right: float

    def number(self, value: float) -> str:
        """Write a value one digit finer than the ticks, so that all numbers agree."""
        step = self.axis.ticks[1] - self.axis.ticks[0]
        if decimals(self.axis.ticks) is None:
            return self.words.number(value)
        return self.words.tick(value, max(0, 1 - math.floor(math.log10(step) + 1e-9)))

    def span(self, first: int, last: int) -> tuple[float, float]:
        """Where a segment begins and ends: flush with the plot at its outer ends."""
        count = len(self.shape.points)
        start, end = edges(first, last, count)
        return (
            self.left if first == 0 else self.x(start),
            self.right if last == count else self.x(end),
        )


def frame(shape: Xmr, pen: Pen, layout: Layout, words: Words) -> Plot:
    """Lay the axes of a chart for its values, limits and targets."""
    in_sight = [span[0] for span in spans(shape.segments, len(shape.points))]
    values = extent(shape.points, in_sight, shape.targets)
    for echo in shape.echoes:
        values += numbers(echo.values)
    up = axis(values, band(in_sight[-1] if in_sight else None))
    longest = max(len(tick_text(words, up, tick)) for tick in up.ticks)
    left = max(layout.left, 12 + longest * LETTER)
    right = layout.width - layout.right
    last = max(1, len(shape.points) - 1)
    return Plot(
        pen=pen,
        shape=shape,
        words=words,
        layout=layout,
        axis=up,
        x=Scale(0, last, left + INSET, right - INSET),
        y=Scale(up.low, up.high, layout.height - layout.bottom, layout.top),
        left=left,
        right=right,
    )


def tick_text(words: Words, up: Axis, tick: float) -> str:
    """Write a tick with the decimals that its step needs."""
    places = decimals(up.ticks)
    return words.number(tick) if places is None else words.tick(tick, places)


def window(shape: Xmr, newest: int) -> Xmr:
    """Cut a chart to its newest points; limits, targets and flags keep their places."""
    skipped = len(shape.points) - newest if newest else 0
    if skipped <= 0:
        return shape
    return replace(
        shape,
        points=shape.points[skipped:],
        segments=tuple(
            replace(s, start=s.start - skipped, limits=s.limits[skipped:]) for s in shape.segments
        ),
        targets=tuple(replace(t, values=t.values[skipped:]) for t in shape.targets),
        flags=tuple(replace(f, index=f.index - skipped) for f in shape.flags if f.index >= skipped),
        echoes=tuple(replace(e, values=e.values[skipped:]) for e in shape.echoes),
    )
