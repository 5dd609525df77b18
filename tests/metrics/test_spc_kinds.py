"""Charts for what is not level, not even in size, or rare: trend, season, p′, u′, t and g."""

from math import sqrt
from random import Random
from statistics import NormalDist, fmean

import pytest

from metrics.spc import CHARTS, Form, Place, analyse, fitted, judge_points
from metrics.spc.rare import Scored, scored
from metrics.spc.season import widening

# Hours between failures of a valve, and their powers, as printed in Montgomery's Introduction to
# Statistical Quality Control (example of low defect levels).
VALVE = [
    286, 948, 536, 124, 816, 729, 4, 143, 431, 8,
    2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96,
]  # fmt: skip
VALVE_POWERS = [
    4.80986, 6.70903, 5.72650, 3.81367, 6.43541, 6.23705, 1.46958, 3.96768, 5.39007, 1.78151,
    9.09619, 5.89774, 3.38833, 4.51095, 5.91690, 5.59189, 7.16124, 7.18601, 9.09083, 3.55203,
]  # fmt: skip
YEAR = [0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.2, 1.1, 1.0, 0.9, 0.9]


def mean_range(values):
    return fmean(abs(b - a) for a, b in zip(values, values[1:], strict=False))


def noise(count, seed=1, spread=1.0):
    rng = Random(seed)
    return [rng.gauss(0, spread) for _ in range(count)]


# Trend --------------------------------------------------------------------------------------
def line_through(values):
    """The least-squares line by its textbook sums, apart from the product's way."""
    n = len(values)
    middle, mean = (n - 1) / 2, fmean(values)
    slope = sum((t - middle) * (v - mean) for t, v in enumerate(values)) / sum(
        (t - middle) ** 2 for t in range(n)
    )
    return mean - slope * middle, slope


def test_trend_limits_lie_266_mean_ranges_of_the_residuals_about_the_line():
    values = [100 - 2 * t + e for t, e in enumerate(noise(24, spread=3))]
    start, slope = line_through(values)
    residuals = [value - start - slope * t for t, value in enumerate(values)]

    chart = analyse(values, chart="trend")

    reach = 2.66 * mean_range(residuals)
    for t, line in enumerate(chart.lines):
        assert line.centre == pytest.approx(start + slope * t)
        assert line.upper - line.centre == pytest.approx(reach)
        assert line.centre - line.lower == pytest.approx(reach)
    # The "reduced" limits of xmrit take the slope off the range of the values: wider where it falls
    assert reach < 2.66 * (mean_range(values) - slope)


def test_a_steady_rise_is_a_signal_about_a_mean_and_none_about_its_line():
    values = [10 + 0.8 * t + e for t, e in enumerate(noise(24))]

    assert any(point.signals for point in analyse(values).points)
    assert not any(point.signals for point in analyse(values, chart="trend").points)


def test_a_fall_from_a_rising_line_is_seen_though_its_values_are_the_highest_ever():
    values = [10 + 2 * t + e for t, e in enumerate(noise(24))] + [10 + 2 * t - 9 for t in (24, 25)]

    chart = analyse(values, chart="trend", baseline=24, direction="up")

    assert min(values[24:]) > max(values[:20])
    assert [point.side for point in chart.points[24:] if point.signals] == [-1, -1]
    assert chart.variation == "worse"


def test_the_target_of_a_trend_is_read_at_the_last_points_limits():
    values = [10 + 2 * t + e for t, e in enumerate(noise(24))]

    chart = analyse(values, chart="trend", direction="up", target=40)

    assert chart.segments[0].upper < 40 < chart.lines[-1].lower
    assert chart.assurance == "met"


def test_each_segment_of_a_trend_has_a_line_of_its_own():
    values = [10 + t + e for t, e in enumerate(noise(12))]
    values += [80 - 3 * t + e for t, e in enumerate(noise(12, seed=2))]

    chart = analyse(values, chart="trend", segments=[12])

    for first in (0, 12):
        start, slope = line_through(values[first : first + 12])
        assert chart.lines[first].centre == pytest.approx(start)
        assert chart.lines[first + 11].centre == pytest.approx(start + 11 * slope)


def test_gaps_take_time_on_a_trend():
    whole = [float(10 + 3 * t + (t % 2)) for t in range(20)]
    holed = [None if t in (5, 6, 11) else value for t, value in enumerate(whole)]

    chart = analyse(holed, chart="trend")

    assert chart.lines[19].centre - chart.lines[0].centre == pytest.approx(19 * 3, rel=0.02)


def test_values_exactly_on_a_line_are_constant_and_have_no_limits():
    chart = analyse([5.0 + 0.5 * t for t in range(12)], chart="trend")

    assert chart.segments[0].constant
    assert chart.variation == "usual"


# Season -------------------------------------------------------------------------------------
def test_factors_are_the_means_of_the_sub_periods_over_the_overall_mean():
    values = [30.0, 10, 20, 40, 34, 14, 16, 36]
    means = [32, 12, 18, 38]
    overall = fmean(values)

    chart = analyse(values, season=4)

    factors = chart.segments[0].limits.levelling.factors
    assert factors == pytest.approx([mean / overall for mean in means])
    assert chart.levels == pytest.approx([value / factors[t % 4] for t, value in enumerate(values)])
    assert [point.value for point in chart.points] == values


def test_seasonal_limits_are_those_of_adjusted_values_widened_for_the_factors():
    values = [100 * YEAR[t % 12] + e for t, e in enumerate(noise(36, spread=4))]

    chart = analyse(values, season=12)

    adjusted = [level for level in chart.levels if level is not None]
    # Three seasons: factors take √(1 - 1/3) of what varies, and add √(1 + 1/3) where they err.
    reach = 2.66 * mean_range(adjusted) * sqrt((1 + 1 / 3) / (1 - 1 / 3))
    segment = chart.segments[0]
    assert segment.centre == pytest.approx(fmean(adjusted))
    assert segment.upper == pytest.approx(segment.centre + reach)
    factors = segment.limits.levelling.factors
    assert [line.upper for line in chart.lines[:12]] == pytest.approx(
        [segment.upper * factor for factor in factors]
    )


def test_a_season_is_a_signal_unless_it_is_taken_out():
    values = [100 * YEAR[t % 12] + e for t, e in enumerate(noise(36, spread=2))]

    assert any(point.signals for point in analyse(values).points)
    assert not any(point.signals for point in analyse(values, season=12).points)


def test_what_is_unusual_for_its_season_is_seen_though_it_is_usual_for_the_year():
    values = [100 * YEAR[t % 12] + e for t, e in enumerate(noise(37, spread=2))]
    values[36] = 90.0  # January is about 60

    chart = analyse(values, season=12, baseline=36, direction="up")

    assert "outside" in chart.points[36].signals
    assert chart.variation == "better"


@pytest.mark.parametrize("count", [11, 23])
def test_less_than_two_full_seasons_are_refused_naming_the_season(count):
    with pytest.raises(ValueError, match=r"^season .*24 values"):
        analyse([5.0 + t for t in range(count)], season=12)


def test_a_part_of_the_season_that_was_seen_once_is_refused():
    values = [None if t in (0, 4) else 5.0 + t for t in range(12)]

    with pytest.raises(ValueError, match=r"^season"):
        analyse(values, season=4)


@pytest.mark.parametrize("values", [[-1.0, -2, -3, -4] * 2, [0.0] * 8, [0.0, 5, 6, 7] * 2])
def test_means_that_are_not_above_nothing_are_refused_with_the_reason(values):
    with pytest.raises(ValueError, match=r"^season needs means above 0"):
        analyse(values, season=4)


def test_seasons_and_other_charts_do_not_go_together():
    with pytest.raises(ValueError, match=r"^season must be 0 unless"):
        analyse([1.0] * 24, chart="trend", season=12)


def test_widening_shrinks_with_the_number_of_seasons():
    assert widening(24, 12) == pytest.approx(sqrt(3))
    assert widening(120, 12) == pytest.approx(sqrt(11 / 9))


# Shares and rates ---------------------------------------------------------------------------
PARTS = [12, 18, 9, 31, 14, 25, 8, 40, 22, 17, 28, 11]
WHOLES = [80, 120, 75, 160, 90, 150, 60, 210, 140, 95, 170, 70]
SHARES = [part / whole for part, whole in zip(PARTS, WHOLES, strict=True)]


def laney(sigmas, centre, values):
    """Laney's limits as he writes them, by standardised values, apart from the product's way."""
    scores = [(value - centre) / sigma for value, sigma in zip(values, sigmas, strict=True)]
    spread = mean_range(scores) / 1.128
    return [(centre - 3 * s * spread, centre + 3 * s * spread) for s in sigmas]


@pytest.mark.parametrize("chart", ["p", "u"])
def test_limits_of_shares_and_rates_are_laneys_for_each_point(chart):
    centre = sum(PARTS) / sum(WHOLES)
    variance = centre * (1 - centre) if chart == "p" else centre
    expected = laney([sqrt(variance / whole) for whole in WHOLES], centre, SHARES)

    found = analyse(SHARES, chart=chart, denominators=WHOLES, rule_set="anhoej")

    assert [line.centre for line in found.lines] == pytest.approx([centre] * 12)
    for line, (lower, upper) in zip(found.lines, expected, strict=True):
        assert line.lower == pytest.approx(max(lower, 0))
        assert line.upper == pytest.approx(min(upper, 1) if chart == "p" else upper)


def test_the_larger_its_whole_the_nearer_a_share_must_lie():
    chart = analyse([*SHARES, 0.23, 0.23], chart="p", denominators=[*WHOLES, 40, 4000], baseline=12)

    assert chart.points[12].signals == ()
    assert "outside" in chart.points[13].signals


def test_limits_of_shares_stay_between_none_and_all():
    chart = analyse(
        [0.98, 1.0, 0.9, 1.0, 0.95, 1.0, 0.97], chart="p", denominators=[50, 20, 10, 40, 20, 30, 33]
    )

    assert all(line.lower >= 0 and line.upper <= 1 for line in chart.lines)
    assert max(line.upper for line in chart.lines) == 1


@pytest.mark.parametrize(
    ("values", "options", "argument"),
    [
        ([0.5], {"chart": "p"}, "denominators are needed"),
        ([0.5], {"chart": "u", "denominators": [1, 2]}, "denominators must be as many"),
        ([0.5, 0.4], {"chart": "u", "denominators": [3, 0]}, r"denominators\[1\] must be above 0"),
        ([0.5, 0.4], {"chart": "p", "denominators": [3, None]}, r"denominators\[1\]"),
        ([0.5, 1.4], {"chart": "p", "denominators": [3, 3]}, r"values\[1\] must be a share"),
        ([-0.5], {"chart": "u", "denominators": [3]}, r"values\[0\] must not be below 0"),
        ([0.5], {"denominators": [3]}, "denominators are for"),
        ([0.5], {"chart": "t", "denominators": [3]}, "denominators are for"),
        ([0.5], {"chart": "p", "denominators": [3], "centre": "median"}, "centre must be mean"),
        ([-1], {"chart": "t"}, r"values\[0\]"),
        ([1, 2.5], {"chart": "g"}, r"values\[1\] must be a whole number"),
        ([1], {"chart": "pareto"}, "chart must be one of"),
        ([1], {"season": 1}, "season must be 0"),
        ([1], {"season": -4}, "season must be a whole number"),
        ([1], {"season": "12"}, "season must be a whole number"),
    ],
)
def test_what_a_chart_is_not_for_is_refused_naming_the_argument(values, options, argument):
    with pytest.raises(ValueError, match=f"^{argument}"):
        analyse(values, **options)


# Rare events --------------------------------------------------------------------------------
def test_times_between_events_are_judged_by_nelsons_power():
    chart = analyse(VALVE, chart="t")

    assert chart.levels == pytest.approx(VALVE_POWERS, rel=1e-3)
    centre, reach = fmean(VALVE_POWERS), 2.66 * mean_range(VALVE_POWERS)
    segment = chart.segments[0]
    assert segment.centre == pytest.approx(centre**3.6, rel=3e-3)
    assert segment.upper == pytest.approx((centre + reach) ** 3.6, rel=5e-3)
    assert segment.lower == 0
    assert not any(point.signals for point in chart.points)


def test_the_centre_of_times_between_events_is_near_their_median_and_not_their_mean():
    rng = Random(3)
    chart = analyse([rng.expovariate(1 / 10) for _ in range(4000)], chart="t")

    # The median of the exponential distribution is ln 2 of its mean.
    assert chart.segments[0].centre == pytest.approx(6.93, rel=0.05)


def test_cases_between_events_have_limits_at_the_normal_score_of_three():
    values = [30, 4, 61, 12, 0, 88, 25, 7, 40, 13]
    q = fmean(values) / (fmean(values) + 1)

    segment = analyse(values, chart="g").segments[0]

    # The chance of a gap beyond the limit, half a case aside, is that of a normal beyond 3 sigma.
    assert q ** (segment.upper + 0.5) == pytest.approx(NormalDist().cdf(-3), rel=1e-6)
    assert q ** (segment.centre + 0.5) == pytest.approx(0.5)
    # qicharts2 prints 0.693 times the mean for the median.
    assert segment.centre == pytest.approx(0.693 * fmean(values), abs=0.5)
    assert segment.lower == 0


def test_levels_of_cases_are_normal_scores_and_come_back():
    levelling = scored([30, 4, 61, 12])

    for value in (0.0, 1.0, 17.0, 60.0, 300.0, 900.0):
        assert levelling.drawn(levelling.level(value)) == pytest.approx(value, rel=1e-3)
    assert Scored(-1e-3).level(0) < -3 < Scored(-1e-2).level(0)


def test_events_that_always_come_at_once_never_vary():
    chart = analyse([0] * 8, chart="g")

    assert chart.segments[0].constant
    assert chart.variation == "usual"


@pytest.mark.parametrize("rule_set", ["wheeler", "nhs", "western_electric", "nelson", "anhoej"])
@pytest.mark.parametrize("chart", CHARTS)
def test_below_six_points_no_chart_has_limits(chart, rule_set):
    given = {"denominators": [10] * 5} if chart in ("p", "u") else {}

    found = analyse([0, 1, 0, 1, 1], chart=chart, rule_set=rule_set, direction="up", **given)

    assert found.segments[0].lower is None
    assert found.variation == "none"
    assert found.assurance == "none"


# False alarms -------------------------------------------------------------------------------
def exponential(rng, count):
    return [rng.expovariate(0.1) for _ in range(count)], None


def geometric(rng, count):
    return [float(int(rng.expovariate(1) / 0.0488)) for _ in range(count)], None


def shares_of_many(rng, count):
    sizes = [rng.randint(20, 400) for _ in range(count)]
    parts = [sum(rng.random() < 0.2 for _ in range(size)) for size in sizes]
    return [part / size for part, size in zip(parts, sizes, strict=True)], sizes


def wavy(rng, count):
    return [YEAR[t % 12] * (100 + rng.gauss(0, 8)) for t in range(count)], None


def rising(rng, count):
    return [0.3 * t + rng.gauss(0, 1) for t in range(count)], None


@pytest.mark.parametrize(
    ("make", "form"),
    [
        (exponential, Form(chart="t")),
        (geometric, Form(chart="g")),
        (shares_of_many, Form(chart="p")),
        (wavy, Form(season=12)),
        (rising, Form(chart="trend")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_quiet_process_is_seldom_outside_its_own_chart_and_often_outside_a_plain_one(make, form):
    rng, runs = Random(7), 120 if make is shares_of_many else 300
    outside = {form: 0, Form(): 0}
    for _ in range(runs):
        values, sizes = make(rng, 32)
        places = [Place(t, sizes and sizes[t]) for t in range(32)]
        for each in outside:
            limits = fitted(values[:24], places[:24], each, since=0)
            later = judge_points(values[24:], limits, places=places[24:])
            outside[each] += sum("outside" in point.signals for point in later)

    share, plain = (count / (runs * 8) for count in outside.values())
    assert share < 0.03
    assert share < 0.7 * plain
