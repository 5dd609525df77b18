import pytest

from metrics.spc import (
    RULE_SETS,
    Limits,
    analyse,
    assurance,
    autocorrelation,
    judge_points,
    limits_of,
    limits_of_many,
)
from metrics.spc.anhoej import fewest_by_normal, fewest_counted

# The demo series of xmrit, as in formulae 4.1.
XMRIT = [
    5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285,
    3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200,
]  # fmt: skip
CALM = [10, 12, 11, 9, 10, 11, 12, 10, 9, 11, 10, 12]


def signals(chart):
    return [point.signals for point in chart.points]


def flagged(chart, name):
    return [index for index, point in enumerate(chart.points) if name in point.signals]


def near(*numbers):
    return pytest.approx(numbers, rel=1e-6)


def lines(limits):
    return limits.centre, limits.lower, limits.upper, limits.mr_centre, limits.mr_upper


def test_limits_of_the_golden_series_are_the_published_ones():
    limits = limits_of(XMRIT)

    assert lines(limits) == near(4135.5, 3188.717333, 5082.282667, 355.933333, 1163.190133)


def test_median_limits_of_the_golden_series_are_the_published_ones():
    limits = limits_of(XMRIT, centre="median")

    assert lines(limits) == near(4132.5, 3251.90, 5013.10, 280.0, 1082.20)


def test_the_golden_series_ends_with_a_point_and_a_moving_range_outside():
    chart = analyse(XMRIT)

    assert flagged(chart, "outside") == [15]
    assert [index for index, point in enumerate(chart.points) if point.mr_outside] == [15]


@pytest.mark.parametrize("count", [1, 5])
def test_fewer_than_six_points_have_no_limits_and_no_reading(count):
    chart = analyse(XMRIT[:count], direction="up", target=1)

    segment = chart.segments[0]
    assert (segment.lower, segment.upper, segment.mr_upper) == (None, None, None)
    assert (chart.variation, chart.assurance) == ("none", "none")


@pytest.mark.parametrize(("count", "provisional"), [(6, True), (11, True), (12, False)])
def test_limits_are_provisional_below_twelve_points(count, provisional):
    segment = analyse(XMRIT[:count]).segments[0]

    assert segment.provisional == provisional
    assert segment.lower is not None


def test_no_values_make_an_empty_chart():
    chart = analyse([])

    assert chart.points == ()
    assert chart.variation == "none"


@pytest.mark.parametrize("rule_set", RULE_SETS)
@pytest.mark.parametrize("value", [0, 7, 0.1, -3e9])
def test_a_constant_series_is_never_flagged(rule_set, value):
    chart = analyse([value] * 30, rule_set=rule_set, direction="up", target=5)

    assert signals(chart) == [()] * 30
    assert chart.segments[0].constant
    assert (chart.segments[0].centre, chart.segments[0].upper) == (value, None)
    assert (chart.variation, chart.assurance) == ("usual", "none")


def test_a_departure_from_a_baseline_that_never_varied_is_outside():
    chart = analyse([0] * 12 + [1], baseline=12, direction="down")

    assert flagged(chart, "outside") == [12]
    assert chart.variation == "worse"


def test_values_that_vary_while_half_of_the_moving_ranges_are_nothing_have_no_median_limits():
    chart = analyse([0, 0, 0, 0, 5, 5, 5, 5, 5, 0, 0, 0], centre="median")

    assert chart.segments[0].upper is None
    assert not chart.segments[0].constant
    assert signals(chart) == [()] * 12


def test_a_gap_is_not_judged_and_the_moving_range_reaches_over_it():
    chart = analyse([10, 12, None, 9, 10, 11, 12, 10])

    assert [point.mr for point in chart.points] == [None, 2, None, 3, 1, 1, 1, 2]
    assert limits_of([10, 12, None, 9, 10, 11, 12]) == limits_of([10, 12, 9, 10, 11, 12])


def test_a_gap_does_not_break_a_run():
    locked = limits_of(CALM)

    points = judge_points([12, 12, 12, 12, None, 12, 12, 12, 12], locked)

    assert [point.signals == ("run",) for point in points] == [True] * 4 + [False] + [True] * 4


def test_a_point_on_the_centre_line_is_skipped_in_a_run_and_not_marked():
    locked = Limits(centre=10, lower=5, upper=15, mr_upper=9, n=24)

    points = judge_points([11, 11, 11, 11, 10, 11, 11, 11, 11], locked)

    assert [point.signals for point in points] == [("run",)] * 4 + [()] + [("run",)] * 4


@pytest.mark.parametrize(("length", "marked"), [(7, 0), (8, 8), (9, 9)])
def test_wheelers_run_takes_eight_points_and_marks_them_all(length, marked):
    points = judge_points([11] * length, Limits(centre=10, lower=5, upper=15))

    assert sum("run" in point.signals for point in points) == marked


def test_a_point_on_a_limit_is_inside():
    locked = Limits(centre=10, lower=5, upper=15)

    points = judge_points([5, 15, 15.001, 4.999], locked)

    assert [point.signals for point in points] == [(), (), ("outside",), ("outside",)]


def test_three_of_four_beyond_a_quarter_line_are_near_the_limit():
    locked = Limits(centre=10, lower=6, upper=14)

    points = judge_points([10.5, 13, 9, 13, 12.5, 9.5, 12.1], locked)

    assert [point.signals for point in points] == [
        (), ("near_limit",), (), ("near_limit",), ("near_limit",), (), ("near_limit",),
    ]  # fmt: skip


def test_three_beyond_opposite_quarter_lines_are_usual():
    points = judge_points([13, 7, 13, 7, 9], Limits(centre=10, lower=6, upper=14))

    assert [point.signals for point in points] == [()] * 5


def test_a_baseline_keeps_the_limits_of_its_first_points():
    chart = analyse([*CALM, 20, 21], baseline=12)

    assert lines(chart.segments[0].limits) == lines(limits_of(CALM))
    assert flagged(chart, "outside") == [12, 13]


def test_each_segment_has_its_own_limits_and_nothing_reaches_across():
    shifted = [value + 30 for value in CALM]

    chart = analyse(CALM + shifted, segments=[12])

    assert [(part.start, part.stop) for part in chart.segments] == [(0, 12), (12, 24)]
    assert lines(chart.segments[1].limits) == lines(limits_of(shifted))
    assert chart.points[12].mr is None
    assert signals(chart) == [()] * 24


@pytest.mark.parametrize(
    ("direction", "reading"),
    [
        ("up", "better"),
        ("down", "worse"),
        ("neutral", "changed"),
        ("band", "changed"),
        (None, "changed"),
    ],
)
def test_a_signal_upwards_reads_by_direction(direction, reading):
    chart = analyse([*CALM, 30], direction=direction)

    assert chart.variation == reading


def test_only_the_last_point_is_read():
    chart = analyse([*CALM, 30, 10], baseline=12, direction="up")

    assert chart.variation == "usual"


def test_the_reading_ignores_a_gap_at_the_end():
    chart = analyse([*CALM, 30, None], direction="up")

    assert chart.variation == "better"


@pytest.mark.parametrize(
    ("direction", "target", "reading"),
    [
        ("up", 16, "missed"), ("up", 10, "hit_or_miss"), ("up", 4, "met"),
        ("down", 16, "met"), ("down", 10, "hit_or_miss"), ("down", 4, "missed"),
        ("up", 15, "hit_or_miss"), ("neutral", 16, "none"), ("up", None, "none"),
        ("band", (4, 16), "met"), ("band", (5, 15), "met"), ("band", (8, 30), "hit_or_miss"),
        ("band", (16, 20), "missed"), ("band", {"low": 0, "high": 4}, "missed"),
    ],
)  # fmt: skip
def test_assurance_compares_the_target_with_the_limits(direction, target, reading):
    assert assurance(Limits(10, 5, 15), direction=direction, target=target) == reading


@pytest.mark.parametrize(
    ("n", "longest", "fewest"),
    [(10, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8), (30, 8, 10), (40, 8, 14), (52, 9, 20)],
)
def test_runs_and_crossings_are_bounded_as_published(n, longest, fewest):
    runs = analyse([1, 2] * (n // 2), rule_set="anhoej").segments[0].runs

    assert (runs.longest_run_max, runs.crossings_min) == (longest, fewest)


@pytest.mark.parametrize("trials", [999, 1000, 1543, 2000])
def test_long_series_are_bounded_by_the_normal_distribution_as_if_counted(trials):
    assert fewest_by_normal(trials) == fewest_counted(trials)


def test_too_few_crossings_change_an_anhoej_chart_but_mark_no_point():
    chart = analyse([1] * 8 + [2] * 8, rule_set="anhoej", centre="mean", direction="up")

    assert (chart.longest_run, chart.crossings, chart.runs_signal) == (8, 1, True)
    assert chart.variation == "changed"
    assert signals(chart) == [()] * 16


def test_screening_leaves_a_spike_out_of_the_spread():
    spiky = [5, 6, 5, 7, 6, 5, 40, 6, 5, 7, 6, 5]

    assert limits_of(spiky).upper == pytest.approx(27.928787, rel=1e-6)
    assert limits_of(spiky, rule_set="nhs", screen=True).upper == pytest.approx(11.834444, rel=1e-6)


def test_autocorrelation_of_a_zigzag_is_negative_and_of_a_constant_unknown():
    assert autocorrelation([1, 2, 1, 2]) == pytest.approx(-0.75)
    assert autocorrelation([3, 3, 3]) is None


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), True, "1", 10**400, 1e300, [1], object()]
)
def test_what_is_no_finite_number_is_refused_by_its_place(value):
    with pytest.raises(ValueError, match=r"^values\[1\] must be a .*number"):
        analyse([1, value])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("values", value) for value in ("123", None, {1: 2}, 5)],
        *[("rule_set", value) for value in ("xmrit", ["nhs"], None)],
        *[("baseline", value) for value in (0, -1, True, 2.5, "3")],
        *[("segments", value) for value in ([12], [5, 5], [7, 3], [-1], ["3"], [True], 3, "3")],
        ("screen", "yes"),
        ("centre", "mode"),
        ("direction", "left"),
        *[("target", value) for value in ("high", (1, 2), float("nan"), True)],
    ],
)
def test_what_cannot_be_analysed_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"^{name}.* must .*"):
        analyse(**{"values": CALM, "direction": "up", name: value})


@pytest.mark.parametrize("target", [3, (3, 2), (1, 2, 3), {"low": 1}, "ab", ("a", "b")])
def test_a_band_needs_low_and_high(target):
    with pytest.raises(ValueError, match="^target must be"):
        analyse(CALM, direction="band", target=target)


@pytest.mark.parametrize("matrix", [[1, 2, 3], [["a"]], [[float("inf")]], [[1, 2], [3]]])
def test_what_is_no_matrix_of_numbers_is_refused(matrix):
    with pytest.raises(ValueError, match="^matrix must"):
        limits_of_many(matrix)
