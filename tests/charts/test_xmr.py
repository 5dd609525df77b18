import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from productops import charts
from productops.charts.plot import window
from productops.charts.shapes import Echo, Flag, Point, Segment, Target, Xmr
from tests.charts.shapes import XMR

SVG = "{http://www.w3.org/2000/svg}"


def drawn(shape, **options):
    return ElementTree.fromstring(charts.xmr(shape, **options))


def of_role(root, role):
    return [element for element in root.iter() if element.get("class") == role]


def words(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def plain(values, **changes):
    points = tuple(Point(f"W{i}", value) for i, value in enumerate(values))
    return replace(Xmr("Name", "Told", points), **changes)


def test_limits_are_drawn_where_they_were_given_whatever_the_values():
    limits = (Segment(0, 5, 2, 8),)

    calm = of_role(drawn(plain([5, 5, 5, 9], segments=limits)), "c-band")
    wild = of_role(drawn(plain([1, 9, 1, 9], segments=limits)), "c-band")

    assert [band.get("y") for band in calm] == [band.get("y") for band in wild]


def test_a_segment_without_limits_draws_no_band_but_its_mean():
    root = drawn(plain([1, 2, 3], segments=(Segment(0, 2),)))

    assert of_role(root, "c-band") == []
    assert len(of_role(root, "c-mean")) == 1


def test_trial_limits_are_dashed_and_say_so():
    root = drawn(plain([1, 2, 3, 2], segments=(Segment(0, 2, 1, 3, provisional=True),)))

    assert len(of_role(root, "c-provisional")) == 1
    assert of_role(root, "c-limit") == []
    assert "trial limits" in words(root)


def test_each_segment_has_a_band_of_its_own():
    segments = tuple(Segment(start, 2, 1, 3) for start in (0, 3, 6))

    assert len(of_role(drawn(plain(range(9), segments=segments)), "c-band")) == 3


def test_a_gap_in_the_data_breaks_the_line():
    assert len(of_role(drawn(plain([1, 2, None, 2, 1])), "c-line")) == 2


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf")])
def test_what_is_no_number_gets_no_mark(nothing):
    assert len(of_role(drawn(plain([1, nothing, 2])), "c-pt")) == 2


def test_signals_differ_by_shape_as_well_as_colour():
    points = tuple(Point("", 1.0, signal) for signal in ("good", "bad", "neutral"))
    root = drawn(Xmr("Name", "Told", points))

    shapes = {role: of_role(root, role)[0].tag.removeprefix(SVG)
              for role in ("c-good", "c-bad", "c-neutral")}  # fmt: skip

    assert shapes == {"c-good": "circle", "c-bad": "path", "c-neutral": "rect"}


def test_an_excluded_point_is_translucent_and_its_tip_gives_the_reason():
    point = Point("4 May", 14.6, "bad", excluded="release freeze")
    root = drawn(Xmr("Name", "Told", (point,), unit="d"))

    assert len(of_role(root, "c-left-out")) == 1
    assert of_role(root, "c-bad") == []
    assert "4 May: 14.6 d, left out: release freeze" in [t.text for t in root.iter(f"{SVG}title")]


def test_an_open_period_is_hollow_and_reached_by_a_dashed_line():
    shape = plain([1, 2, 3])
    shape = replace(shape, points=(*shape.points[:-1], Point("W2", 3, "bad", open=True)))
    root = drawn(shape)

    assert len(of_role(root, "c-open")) == 1
    assert len(of_role(root, "c-line-open")) == 1
    assert of_role(root, "c-bad") == []


def test_labels_at_the_right_end_never_overlap():
    limits = (Segment(0, 7.0, 6.9, 7.1),)
    root = drawn(plain([0, 20, 7], segments=limits, targets=(Target("target ≤ 7", 7.0),)))

    right = [float(t.get("y")) for t in root.iter(f"{SVG}text") if float(t.get("x")) > 930]

    assert len(right) == 5
    assert min(b - a for a, b in zip(sorted(right), sorted(right)[1:], strict=False)) >= 14.9


def test_a_target_never_touches_the_limits_and_may_change_over_time():
    steps = Target("plan", values=(None, 5.0, 5.0, 4.0))
    root = drawn(plain([5, 5, 5, 5], targets=(steps,)))

    (path,) = of_role(root, "c-target")
    assert len({place.split()[0] for place in path.get("d").split("L")}) >= 2


def test_flags_of_one_period_stand_side_by_side():
    flags = tuple(Flag(number, 1) for number in (1, 2, 3))
    root = drawn(plain([1, 2, 3], flags=flags))

    places = [float(circle.get("cx")) for circle in of_role(root, "c-flag")]

    assert all(b - a >= 21 for a, b in zip(places, places[1:], strict=False))


def test_the_narrow_picture_shows_the_newest_points_with_the_limits_of_all():
    shape = plain(range(30), segments=(Segment(0, 10, 5, 15), Segment(20, 25, 20, 30)))

    root = drawn(shape, layout=charts.NARROW)

    assert len(of_role(root, "c-pt")) == 21
    assert len(of_role(root, "c-band")) == 2


def test_a_window_moves_segments_targets_and_flags_with_the_points():
    cut = window(XMR, 5)

    assert [point.label for point in cut.points] == ["W7", "W8", "W9", "W10", "W11"]
    assert [segment.start for segment in cut.segments] == [-6, 1]
    assert [flag.index for flag in cut.flags] == [1, 1]
    assert cut.targets[1].values == (7.5,) * 5


@pytest.mark.parametrize("count", [0, 1, 2])
def test_short_series_are_drawn_without_ado(count):
    root = drawn(plain([4.0] * count))

    assert len(of_role(root, "c-pt")) == count


def test_a_cut_axis_says_so():
    limits = (Segment(0, 107.3, 104.9, 109.7),)

    assert "axis cut" in words(drawn(plain([106.4, 108.2], segments=limits)))
    assert "axis cut" not in words(drawn(plain([1, 108.2])))


def test_a_jump_beyond_its_limit_is_marked_in_the_lower_panel_without_judging():
    points = tuple(Point("", 1.0, moving_range=mr) for mr in (None, 1.0, 9.0))
    root = drawn(Xmr("Name", "Told", points, (Segment(0, 1, 0, 2, 1, 3),)))

    assert len(of_role(root, "c-neutral")) == 1
    assert of_role(root, "c-bad") == []


def test_the_accessible_name_and_description_are_those_given():
    root = drawn(XMR)

    assert root.get("role") == "img"
    assert root.get("aria-label") == "Lead time"
    assert root.find(f"{SVG}desc").text == "Mean 9.5 before, 6.5 after."


# Links, talk and echoes --------------------------------------------------------------------
def leading(count: int, **changes) -> Xmr:
    points = (Point(f"W{i}", i, url=f"/points/{i}/") for i in range(count))
    return replace(Xmr("Name", "Told", tuple(points)), **changes)


def test_each_point_leads_to_its_page_and_the_newest_alone_is_a_stop_of_the_tab_key():
    for layout in (charts.WIDE, charts.NARROW):
        root = drawn(leading(4), layout=layout)
        links = of_role(root, "c-point")

        assert [link.get("href") for link in links] == [f"/points/{i}/" for i in range(4)]
        assert [link.get("tabindex") for link in links] == ["-1", "-1", "-1", "0"]
        assert links[3].get("aria-label") == "W3: 3.0"


def test_a_chart_with_links_is_a_group_whose_drawing_only_the_eye_sees():
    linked, picture = drawn(leading(2)), drawn(plain([1, 2]))

    assert (linked.get("role"), picture.get("role")) == ("group", "img")
    assert linked.find(f"{SVG}g").get("aria-hidden") == "true"
    assert linked.find(f"{SVG}g").findall(f".//{SVG}a") == []


def test_columns_of_points_lie_side_by_side_without_a_gap():
    boxes = [link.find(f"{SVG}rect") for link in of_role(drawn(leading(5)), "c-point")]

    ends = [float(box.get("x")) + float(box.get("width")) for box in boxes]
    assert ends[:-1] == pytest.approx([float(box.get("x")) for box in boxes[1:]], abs=0.11)


def test_a_point_in_discussion_carries_the_number_of_its_threads():
    root = drawn(replace(leading(2), points=(Point("a", 1), Point("b", 2, talk=3, url="/b/"))))

    assert len(of_role(root, "c-talk")) == 1
    assert "3" in [mark.text for mark in of_role(root, "c-flag-t")]
    assert of_role(root, "c-point")[0].get("aria-label") == "b: 2.00, in discussion"


def test_a_flag_leads_to_what_it_tells_of_and_may_be_lettered():
    flags = (Flag(1, 0, "Launch", url="#note-1"), Flag(2, 2, letter="A"))

    root = drawn(leading(3, flags=flags))

    assert {mark.text for mark in of_role(root, "c-flag-t")} == {"1", "A"}
    assert [link.get("href") for link in of_role(root, "c-told")] == ["#note-1"]
    assert of_role(root, "c-told")[0].get("aria-label") == "1: Launch"


def test_an_echo_is_a_line_with_gaps_that_finds_room_on_the_axis_and_is_named():
    echo = Echo("a year before", (40, 41, None, 43, 44))

    root = drawn(plain([1, 2, 3, 2, 1], echoes=(echo,)))

    assert len(of_role(root, "c-echo")) == 2
    assert "a year before" in words(root)
    places = of_role(root, "c-echo")[0].get("points")
    assert min(float(y) for y in re.findall(r",([-\d.]+)", places)) >= charts.WIDE.top


def test_a_window_cuts_links_and_echoes_with_the_points():
    shape = leading(5, echoes=(Echo("e", (1, 2, 3, 4, 5)),))

    shown = window(shape, 2)

    assert [point.url for point in shown.points] == ["/points/3/", "/points/4/"]
    assert shown.echoes[0].values == (4, 5)


def test_letters_stand_in_a_row_of_their_own_and_take_no_room_from_the_words_of_numbers():
    flags = (Flag(1, 0, "Trunk-based delivery", divides=True), Flag(2, 1, letter="A"))

    wide, narrow = (
        drawn(plain(range(12), flags=flags), layout=layout)
        for layout in (charts.WIDE, charts.NARROW)
    )

    heights = [flag.get("cy") for flag in of_role(wide, "c-flag")]
    assert sorted(heights) == ["12", "33"]
    assert "Trunk-based delivery" in words(wide)
    assert [mark.text for mark in of_role(narrow, "c-flag-t")] == ["1"]
