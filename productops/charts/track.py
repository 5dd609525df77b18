"""Progress on the way to a target, with a mark where time says one should be."""

from productops.charts.palette import STYLESHEET, Palette
from productops.charts.shapes import Track, finite
from productops.charts.svg import Pen

# Beyond these the bar only says "far": the number beside it says how far.
FURTHEST_BACK, FURTHEST_ON = -1.0, 2.0


def track(shape: Track, palette: Palette = STYLESHEET, height: float = 14) -> str:
    """Draw progress (0 to 1, below and beyond) as wide as its place.

    Below 0 the bar runs backwards from the start, beyond 1 its excess is marked; None leaves
    the rail empty. `time` is the share of time gone, 0 to 1.
    """
    pen = Pen(palette)
    progress = finite(shape.progress)
    reached = 0.0 if progress is None else min(max(progress, FURTHEST_BACK), FURTHEST_ON)
    low, high = min(0.0, reached), max(1.0, reached)

    def at(share: float) -> float:
        return 100 * (share - low) / (high - low)

    pen.share("tr-rail", 0, 3, 100, height - 6)
    if reached >= 0:
        pen.share("tr-done", at(0), 3, at(min(reached, 1)) - at(0), height - 6)
    else:
        pen.share("tr-back", at(reached), 3, at(0) - at(reached), height - 6)
    if reached > 1:
        pen.share("tr-over", at(1), 3, at(reached) - at(1), height - 6)
    if reached < 0:
        pen.tick("tr-zero", at(0), 1, height - 2)
    if (time := finite(shape.time)) is not None:
        pen.tick("tr-time", at(min(max(time, 0), 1)), 0, height)
    return pen.stretching("track", height, shape.name)
