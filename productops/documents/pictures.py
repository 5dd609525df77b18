"""Charts for paper: the same shapes as on pages, in literal colours, each with its words."""

from functools import singledispatch
from typing import Any

from productops import charts, numbers
from productops.charts import PRINT
from productops.charts.shapes import Bullet, Dots, Sparkline, Track

TRACK_WIDTH, TRACK_HEIGHT = 180, 14


def drawn(shape: Any) -> dict[str, str] | None:
    """A picture as its SVG and what it says; None where there is nothing to draw."""
    return None if shape is None else {"svg": svg_of(shape), "alt": shape.name or numbers.NOTHING}


@singledispatch
def svg_of(shape: Any) -> str:
    raise TypeError(f"No picture of a {type(shape).__name__}.")


@svg_of.register
def _sparkline(shape: Sparkline) -> str:
    return charts.sparkline(shape, palette=PRINT)


@svg_of.register
def _bullet(shape: Bullet) -> str:
    return charts.bullet(shape, palette=PRINT)


@svg_of.register
def _dots(shape: Dots) -> str:
    return charts.dots(shape, palette=PRINT, width=112, height=16)


@svg_of.register
def _track(shape: Track) -> str:
    """It stretches with its place, so it gets a place of a size."""
    inner = charts.track(shape, palette=PRINT)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TRACK_WIDTH}" '
        f'height="{TRACK_HEIGHT}">{inner}</svg>'
    )
