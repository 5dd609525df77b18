"""Weeks and months of a review on one time line."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from productops import charts
from productops.charts.shapes import Panel, Point, SixTwelve
from tests.charts.test_hostile import briefly, check, points, texts, tuples, values
from tests.charts.test_small_charts import of_role

WEEKS = Panel(
    tuple(Point(f"W{n}", value) for n, value in enumerate((5.0, 6.0, 5.5, None, 6.5, 7.0))),
    before=(4.0, 4.5, 5.0, 5.0, 5.5, 5.0),
    low=6.0,
)
MONTHS = Panel(tuple(Point(f"M{n}", float(n)) for n in range(12)))
SHAPE = SixTwelve("Lead time", "Weeks: 5, 6.", (WEEKS, MONTHS))


def numbers_at(svg, role) -> list[str]:
    return [element.text for element in of_role(svg, role)]


def test_every_point_is_labelled_and_the_newest_stands_out():
    svg = charts.six_twelve(SHAPE)

    assert numbers_at(svg, "c-strong") == ["7", "11"]
    assert numbers_at(svg, "c-note") == ["5", "6", "5.5", "6.5", *map(str, range(11))]


def test_the_year_before_is_drawn_thin_behind_and_the_target_named():
    svg = charts.six_twelve(SHAPE)

    assert len(of_role(svg, "c-echo")) == 1
    assert len(of_role(svg, "c-target")) == 2  # the line, and its key
    assert numbers_at(svg, "c-acc") == ["target 6"]


def test_weeks_stand_on_the_left_of_months():
    svg = charts.six_twelve(SHAPE)
    places = [float(element.get("x")) for element in of_role(svg, "c-axis")]

    assert places == sorted(places)
    assert len(places) == 18


def test_what_is_summed_gets_two_scales_and_what_is_not_one():
    panels = (
        replace(WEEKS, low=None, before=()),
        Panel(tuple(Point("", 100.0 + n) for n in (0, 9))),
    )
    heights = {}

    for own in (True, False):
        svg = charts.six_twelve(SixTwelve("", "", panels, own_scales=own))
        heights[own] = [float(each.get("cy")) for each in of_role(svg, "c-pt")]

    assert min(heights[True][:5]) == min(heights[True][5:])
    assert min(heights[False][:5]) > max(heights[False][5:])


def test_a_narrow_picture_labels_the_newest_alone():
    svg = charts.six_twelve(SHAPE, sheet=charts.NARROW_SHEET)

    assert numbers_at(svg, "c-note") == []
    assert numbers_at(svg, "c-strong") == ["7", "11"]


def test_it_tells_its_name_and_what_it_shows():
    root = ElementTree.fromstring(charts.six_twelve(SHAPE))

    assert root.get("aria-label") == "Lead time"
    assert root[0].text == "Weeks: 5, 6."


@pytest.mark.parametrize("panels", [(), (Panel(()),), (Panel((Point("", None),)),)])
def test_hardly_anything_is_drawn_too(panels):
    assert check(charts.six_twelve(SixTwelve("", "", panels))) is not None


@briefly
@given(
    st.builds(
        SixTwelve,
        texts,
        texts,
        tuples(st.builds(Panel, tuples(points, 6), tuples(values, 6), values, values), 3),
        st.booleans(),
    )
)
def test_a_review_chart_survives_any_input(shape):
    check(charts.six_twelve(shape))
    check(charts.six_twelve(shape, charts.PRINT, charts.NARROW_SHEET))
