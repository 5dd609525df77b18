from dataclasses import replace
from xml.etree import ElementTree

import pytest

from productops import charts
from productops.charts.shapes import (
    Bar,
    Bars,
    Bullet,
    Dots,
    Point,
    Segment,
    Sparkline,
    Spread,
    Stack,
    Track,
)
from tests.charts.shapes import SPARKLINE

SVG = "{http://www.w3.org/2000/svg}"


def roles(svg):
    return [e.get("class") for e in ElementTree.fromstring(svg).iter() if e.get("class")]


def of_role(svg, role):
    return [e for e in ElementTree.fromstring(svg).iter() if e.get("class") == role]


def test_sparkline_marks_its_newest_value_larger_than_its_signals():
    points = (*(Point("", value) for value in (5, 5, 5)), Point("", 9, "bad"), Point("", 5))

    svg = charts.sparkline(Sparkline("Name", points))

    assert len(of_role(svg, "c-bad")) == 1
    assert [circle.get("r") for circle in of_role(svg, "c-pt")] == ["3"]


def test_a_stale_sparkline_ends_in_a_dashed_ring():
    svg = charts.sparkline(replace(SPARKLINE, stale=True))

    assert len(of_role(svg, "c-open")) == 1


def test_sparkline_draws_a_band_for_each_segment_in_sight():
    shape = replace(SPARKLINE, segments=(Segment(-30, 9, 7, 11), Segment(4, 6, 5, 7)))

    assert len(of_role(charts.sparkline(shape), "c-band")) == 2


@pytest.mark.parametrize("values", [(), (None,), (3.0,), (3.0, 3.0), (None, 2.0, None)])
def test_sparkline_of_hardly_any_values_is_drawn(values):
    shape = Sparkline("Name", tuple(Point("", value) for value in values))

    marks = of_role(charts.sparkline(shape), "c-pt")

    assert len(marks) == (1 if any(value is not None for value in values) else 0)


def test_bullet_leaves_out_what_is_not_known():
    assert "bl-usual" not in roles(charts.bullet(Bullet("Name", 5, target=4)))
    assert "bl-target" not in roles(charts.bullet(Bullet("Name", 5, 3, 7)))
    assert "bl-mark" not in roles(charts.bullet(Bullet("Name", None, 3, 7, 5)))


def test_bullet_shades_a_target_band():
    assert roles(charts.bullet(Bullet("Name", 5, 3, 7, 4, 6))).count("bl-target") == 2
    assert "bl-band" in roles(charts.bullet(Bullet("Name", 5, 3, 7, 4, 6)))


@pytest.mark.parametrize(
    ("now", "better", "role"),
    [(1.6, "up", "c-gap-bad"), (3.6, "up", "c-gap-good"), (3.6, "down", "c-gap-bad")],
)
def test_dots_paint_only_a_shortfall_orange(now, better, role):
    svg = charts.dots(Dots("Name", now, 3.0, better=better))

    assert {"c-gap-bad", "c-gap-good"} & set(roles(svg)) == {role}


def test_dots_on_target_draw_no_distance():
    assert {"c-gap-bad", "c-gap-good"} & set(roles(charts.dots(Dots("Name", 3.0, 3.0)))) == set()


def test_a_spread_has_a_dot_for_each_person_and_a_ring_for_each_time_before():
    svg = charts.spread(Spread("Name", (Stack("0", 2, 1), Stack("1", 1, 3)), 0))

    assert (roles(svg).count("bl-mark"), roles(svg).count("c-ex")) == (3, 4)
    assert roles(svg).count("bl-target") == 1


def test_a_spread_of_many_people_draws_bars_with_their_number():
    svg = charts.spread(Spread("Name", (Stack("0", 200), Stack("1", 3))))

    assert roles(svg).count("bl-mark") == 2
    assert ">200<" in svg


def test_track_is_as_long_as_its_progress():
    (bar,) = of_role(charts.track(Track("Name", 0.72)), "tr-done")

    assert (bar.get("x"), bar.get("width")) == ("0%", "72%")


def test_track_below_zero_runs_backwards_from_its_start():
    svg = charts.track(Track("Name", -0.25))

    (back,) = of_role(svg, "tr-back")
    assert (back.get("x"), back.get("width")) == ("0%", "20%")
    assert "tr-zero" in roles(svg)


def test_track_beyond_its_target_marks_the_excess():
    svg = charts.track(Track("Name", 1.25, time=0.5))

    assert of_role(svg, "tr-done")[0].get("width") == "80%"
    assert of_role(svg, "tr-over")[0].get("x") == "80%"
    assert "tr-time" in roles(svg)


def test_track_without_progress_is_an_empty_rail():
    assert of_role(charts.track(Track("Name", None)), "tr-done")[0].get("width") == "0%"


def test_bars_stand_longest_first_and_those_without_a_value_last():
    shape = Bars("Name", (Bar("A", 1, "1"), Bar("B", None), Bar("C", 5, "5")))

    assert [row.label for row in charts.in_order(shape)] == ["C", "A", "B"]


def test_bars_of_periods_keep_their_order():
    shape = Bars("Name", (Bar("Jan", 1), Bar("Feb", 5)), keep_order=True)

    assert [row.label for row in charts.in_order(shape)] == ["Jan", "Feb"]


def test_a_bar_shares_the_scale_of_all_rows():
    shape = Bars("Name", (Bar("A", 2, "2"), Bar("B", 8, "8")))

    assert of_role(charts.bar_row(shape.rows[0], shape), "bar-fill")[0].get("width") == "25%"


@pytest.mark.parametrize(
    ("value", "step"),
    [(1.5, -3), (1.51, -2), (2.2, -2), (2.7, -1), (3.0, 0), (3.3, 1), (3.7, 2), (4.0, 3)],
)
def test_heat_steps_go_by_the_distance_to_the_target(value, step):
    assert charts.heat_step(value, 3.0) == step


def test_heat_has_no_step_without_an_answer():
    assert charts.heat_step(None, 3.0) is None
    assert charts.heat_step(2.0, float("nan")) is None
