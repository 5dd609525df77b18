"""Whatever numbers and names arrive, a picture is well-formed XML with finite numbers."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from productops import charts
from productops.charts.shapes import (
    SIGNALS,
    Bar,
    Bars,
    Box,
    Bullet,
    Chain,
    Dots,
    Echo,
    Flag,
    Interval,
    Lane,
    Lanes,
    Placed,
    Point,
    Quadrant,
    Segment,
    Sparkline,
    Spread,
    Stack,
    Target,
    Tie,
    Track,
    Xmr,
)

values = st.none() | st.floats() | st.integers(-(10**9), 10**9)
texts = st.text(max_size=30)
points = st.builds(
    Point,
    label=texts,
    value=values,
    signal=st.sampled_from(SIGNALS),
    excluded=texts,
    open=st.booleans(),
    moving_range=values,
    note=texts,
    url=texts,
    talk=st.integers(-1, 9),
)
segments = st.builds(
    Segment,
    start=st.integers(-5, 15),
    centre=values,
    lower=values,
    upper=values,
    mr_centre=values,
    mr_upper=values,
    provisional=st.booleans(),
)
targets = st.builds(
    Target, label=texts, value=values, values=st.tuples() | st.tuples(values, values)
)
flags = st.builds(
    Flag,
    number=st.integers(1, 99),
    index=st.integers(-3, 15),
    text=texts,
    divides=st.booleans(),
    letter=texts,
    url=texts,
)
echoes = st.builds(Echo, label=texts, values=st.tuples() | st.tuples(values, values))

# Enough to find a careless division, few enough to stay quick; no deadline on a shared machine.
briefly = settings(max_examples=40, deadline=None)


def tuples(of, size=4):
    return st.lists(of, max_size=size).map(tuple)


def check(svg):
    """Fail unless the picture parses and each attribute that should be a number is a finite one."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in ("x", "y", "cx", "cy", "r", "d", "points", "width", "height", "viewBox"):
                assert not re.search("nan|inf", value, re.IGNORECASE), f"{name}={value}"
    return root


@briefly
@given(st.builds(Xmr, texts, texts, tuples(points, 12), tuples(segments), tuples(targets, 2),
                 tuples(flags), texts, tuples(echoes, 2)))  # fmt: skip
def test_process_behaviour_chart_survives_any_input(shape):
    wide, narrow = charts.xmr(shape), charts.xmr(shape, charts.LIGHT, charts.NARROW)

    check(wide)
    check(narrow)


@briefly
@given(st.builds(Sparkline, texts, tuples(points, 12), tuples(segments), tuples(targets, 2),
                 st.booleans()))  # fmt: skip
def test_sparkline_survives_any_input(shape):
    check(charts.sparkline(shape))


@briefly
@given(st.builds(Bullet, texts, values, values, values, values, values))
def test_bullet_survives_any_input(shape):
    check(charts.bullet(shape))


@briefly
@given(st.builds(Interval, texts, values, values, values, values.map(lambda n: n or 0)))
def test_interval_survives_any_input(shape):
    check(charts.interval(shape))


stacks = st.builds(Stack, label=texts, count=st.integers(-9, 300), before=st.integers(-9, 300))


@briefly
@given(st.builds(Spread, texts, tuples(stacks, 12), values))
def test_spread_survives_any_input(shape):
    check(charts.spread(shape))


boxes = st.builds(
    Box,
    column=st.integers(-1, 4),
    row=st.integers(-1, 9),
    title=texts,
    sub=texts,
    url=texts,
    kind=st.sampled_from(("", "good", "bad", "flat", "done")),
    indent=st.integers(-1, 9),
)


@briefly
@given(st.builds(Chain, texts, tuples(texts), tuples(boxes, 6), st.just(()), st.integers(-1, 9)))
def test_chain_survives_any_input(shape):
    every = [Tie(one, other, "depends") for one in range(len(shape.boxes)) for other in (0, one)]

    check(charts.chain(replace(shape, ties=tuple(every))))


placed = st.builds(Placed, values, values, texts, texts, st.sampled_from(SIGNALS))


@briefly
@given(st.builds(Quadrant, texts, st.tuples(*[texts] * 4), texts, texts, tuples(placed, 12),
                 values, values))  # fmt: skip
def test_quadrant_survives_any_input(shape):
    check(charts.quadrant(shape))


@briefly
@given(st.builds(Lanes, texts, tuples(values, 12),
                 tuples(st.builds(Lane, texts, tuples(values, 12)), 3), texts, texts))  # fmt: skip
def test_lanes_survive_any_input(shape):
    check(charts.lanes(shape))


@briefly
@given(st.builds(Dots, texts, values, values, values))
def test_dots_survive_any_input(shape):
    check(charts.dots(shape))


@briefly
@given(st.builds(Track, texts, values, values))
def test_track_survives_any_input(shape):
    check(charts.track(shape))


@briefly
@given(st.builds(Bars, texts, tuples(st.builds(Bar, texts, values, texts)), values))
def test_bars_survive_any_input(shape):
    check(charts.bars(shape))
    for row in shape.rows:
        check(charts.bar_row(row, shape))


HOSTILE = '"><script>alert(1)</script>\x00\ud800&'


@pytest.mark.parametrize("palette", [charts.STYLESHEET, charts.LIGHT])
def test_texts_of_a_chart_are_escaped(palette):
    point = Point(HOSTILE, 1.0, excluded=HOSTILE, note=HOSTILE, url=HOSTILE)
    flag = Flag(1, 1, HOSTILE, letter=HOSTILE, url=HOSTILE)
    shape = Xmr(
        HOSTILE, HOSTILE, (point, replace(point, value=2.0)), flags=(flag,),
        targets=(Target(HOSTILE, 1.5),), unit=HOSTILE,
    )  # fmt: skip

    root = check(charts.xmr(shape, palette))

    assert "script" not in {element.tag.split("}")[1] for element in root.iter()}
    assert root.attrib["aria-label"] == '"><script>alert(1)</script>&'
