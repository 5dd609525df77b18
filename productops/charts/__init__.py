"""Charts as SVG text, drawn by Python: one picture for page, print, PDF and mail.

Nothing here computes a limit, a signal or a reading: all of that is given (see `shapes.py`),
so a chart of a window shows the same limits as a chart of the whole series. No Django either:
words and number formats come in as `Words`, colours as a `Palette`.
"""

from productops.charts.bars import bar_row, bars, in_order
from productops.charts.bullet import bullet
from productops.charts.chain import chain
from productops.charts.dots import dots
from productops.charts.heat import heat_step
from productops.charts.interval import interval
from productops.charts.lanes import lanes
from productops.charts.palette import DARK, LIGHT, PRINT, STYLESHEET, Palette
from productops.charts.quadrant import quadrant
from productops.charts.review import NARROW_SHEET, WIDE_SHEET, six_twelve
from productops.charts.sparkline import sparkline
from productops.charts.spread import spread
from productops.charts.track import track
from productops.charts.xmr import NARROW, WIDE, Layout, xmr

__all__ = [
    "DARK",
    "LIGHT",
    "NARROW",
    "NARROW_SHEET",
    "PRINT",
    "STYLESHEET",
    "WIDE",
    "WIDE_SHEET",
    "Layout",
    "Palette",
    "bar_row",
    "bars",
    "bullet",
    "chain",
    "dots",
    "heat_step",
    "in_order",
    "quadrant",
    "six_twelve",
    "interval",
    "lanes",
    "sparkline",
    "spread",
    "track",
    "xmr",
]
