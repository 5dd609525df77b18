"""Charts in templates: the shape comes from a view or model, the words and colours from here."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from productops import charts, numbers
from productops.charts.shapes import (
    Bars,
    Bullet,
    Chain,
    Dots,
    Interval,
    Lanes,
    Quadrant,
    SixTwelve,
    Sparkline,
    Spread,
    Track,
    Words,
    Xmr,
)
from productops.fragments import fragment

register = template.Library()


@cache
def _words_in(language: str) -> Words:
    """The words of charts in one language; the language is the key, gettext does the rest."""
    return Words(
        mean=gettext("mean"),
        upper=gettext("upper limit"),
        lower=gettext("lower limit"),
        now=gettext("now"),
        target=gettext("target"),
        limit=gettext("limit"),
        usual=gettext("usual"),
        trial=gettext("trial limits"),
        moving_range=gettext("Change from one period to the next (moving range)"),
        axis_cut=gettext("axis cut"),
        excluded=gettext("left out"),
        open=gettext("period not over"),
        talk=gettext("in discussion"),
        number=numbers.number,
        tick=numbers.number,
    )


def words() -> Words:
    """The words of charts in the language of this request."""
    return _words_in(get_language() or "")


def _safe(svg: str) -> SafeString:
    # The chart modules escape every text they draw (tests/charts/test_hostile.py).
    return mark_safe(svg)


@register.simple_tag
def sparkline(shape: Sparkline) -> SafeString:
    """Draw a KPI's row."""
    return _safe(charts.sparkline(shape))


@register.simple_tag
def lanes(shape: Lanes) -> SafeString:
    """Draw several signals over the same days, one above another."""
    return _safe(charts.lanes(shape))


@register.simple_tag
def bullet(shape: Bullet) -> SafeString:
    """Draw a value against usual range and target."""
    return _safe(charts.bullet(shape))


@register.simple_tag
def chain(shape: Chain) -> SafeString:
    """Draw boxes in columns and what leads from one to another."""
    return _safe(charts.chain(shape))


@register.simple_tag
def dots(shape: Dots, width: int = 220, height: int = 22) -> SafeString:
    """Draw a level before, now and wanted."""
    return _safe(charts.dots(shape, width=width, height=height))


@register.simple_tag
def spread(shape: Spread, width: int = 220) -> SafeString:
    """Draw a dot for each person above what they chose."""
    return _safe(charts.spread(shape, width=width))


@register.simple_tag
def quadrant(shape: Quadrant) -> SafeString:
    """Draw two signals against each other, once for wide and once for narrow screens."""
    wide, narrow = charts.quadrant(shape), charts.quadrant(shape, width=320, height=360)
    return _safe(f'<div class="only-wide">{wide}</div><div class="only-narrow">{narrow}</div>')


@register.simple_tag
def interval(shape: Interval, width: int = 220, height: int = 22) -> SafeString:
    """Draw an estimate with its interval beside 0."""
    return _safe(charts.interval(shape, width=width, height=height))


@register.simple_tag
def track(progress: float | None, name: str, time: float | None = None) -> SafeString:
    """Draw progress (0 to 1, below and beyond) with the share of time gone."""
    return _safe(charts.track(Track(name, progress, time)))


@register.simple_tag
def xmr(shape: Xmr, ranges: bool = True) -> SafeString:
    """Draw a process-behaviour chart twice, for wide and for narrow screens."""
    wide = charts.WIDE if ranges else replace(charts.WIDE, ranges=0)
    return fragment(
        "xmr",
        wide=_safe(charts.xmr(shape, layout=wide, words=words())),
        narrow=_safe(charts.xmr(shape, layout=charts.NARROW, words=words())),
        is_cut_short=len(shape.points) > charts.NARROW.newest,
        newest=charts.NARROW.newest,
        walks=any(point.url for point in shape.points),
    )


@register.simple_tag
def six_twelve(shape: SixTwelve) -> SafeString:
    """Draw a KPI's weeks and months twice, for wide and for narrow screens."""
    return fragment(
        "six_twelve",
        wide=_safe(charts.six_twelve(shape, words=words())),
        narrow=_safe(charts.six_twelve(shape, sheet=charts.NARROW_SHEET, words=words())),
    )


@register.simple_tag
def bar_table(shape: Bars) -> SafeString:
    """List rows with a bar each, longest first: a table that is read as well as seen."""
    rows = [
        (row, _safe(charts.bar_row(row, shape)), row.text or numbers.number(row.value))
        for row in charts.in_order(shape)
    ]
    return fragment("bars", name=shape.name, rows=rows)


@register.simple_tag
def heatmap(name: str, columns: Iterable, rows: Iterable, extra: Iterable = ()) -> SafeString:
    """Show scores around their targets as a table; see `ui/heatmap.html` for what it needs."""
    return fragment("heatmap", name=name, columns=list(columns), rows=list(rows), extra=list(extra))


@register.simple_tag
def ring_table(rings: Iterable, rows: Iterable) -> SafeString:
    """Show things by category and ring; see `ui/ring_table.html` for what it needs."""
    rings = list(rings)
    named = [(row, list(zip(rings, row["cells"], strict=True))) for row in rows]
    return fragment("ring_table", rings=rings, rows=named)
