import math
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from objectives.progress import (
    Levels,
    achievement,
    achievement_status,
    brier,
    elapsed,
    fill_levels,
    maintain_share,
    objective_progress,
    objective_status,
    pace,
    pace_status,
    planned_value,
    progress,
    realism,
    zone,
)

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
NUMBERS = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("baseline", "target", "current", "share"),
    [
        (0, 10, 5, 0.5),
        (40, 20, 30, 0.5),
        (40, 20, 50, -0.5),
        (0, 10, 15, 1.5),
        (-10, 10, 0, 0.5),
        (5, 10, 5, 0),
    ],
)
def test_progress_is_the_share_of_the_way_in_either_direction(baseline, target, current, share):
    assert progress(baseline, target, current) == pytest.approx(share)


def test_progress_is_undefined_without_a_way_to_go():
    assert progress(10, 10, 10) is None
    assert progress(10, 10, 99) is None


def test_progress_is_unknown_before_the_first_value():
    assert progress(0, 10, None) is None


@given(NUMBERS, NUMBERS, NUMBERS, st.floats(0.1, 100), NUMBERS)
def test_progress_does_not_depend_on_the_unit(baseline, target, current, factor, shift):
    assume(abs(target - baseline) > 1)

    changed = [factor * value + shift for value in (baseline, target, current)]

    expected = progress(baseline, target, current)
    assert progress(*changed) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["baseline", "target", "current"])
@pytest.mark.parametrize("value", [math.nan, math.inf, "5", True, [5]])
def test_a_number_that_is_none_is_refused_by_name(name, value):
    numbers = {"baseline": 0, "target": 10, "current": 5, name: value}

    with pytest.raises(ValueError, match=name):
        progress(**numbers)


def test_progress_beyond_all_numbers_is_refused():
    with pytest.raises(ValueError, match="progress is too large"):
        progress(0, 5e-324, 1e99)


@pytest.mark.parametrize(
    ("share", "gone", "expected", "status"),
    [
        (0.5, 0.5, 1, "on_track"),
        (0.475, 0.5, 0.95, "on_track"),
        (0.4, 0.5, 0.8, "lagging"),
        (0.375, 0.5, 0.75, "lagging"),
        (0.3, 0.5, 0.6, "at_risk"),
        (-0.2, 0.5, -0.4, "at_risk"),
    ],
)
def test_pace_compares_progress_with_the_time_gone(share, gone, expected, status):
    found = pace(share, gone)

    assert found == pytest.approx(expected)
    assert pace_status(found) == status


def test_pace_is_unknown_at_the_start_and_without_progress():
    assert pace(0.5, 0) is None
    assert pace(None, 0.5) is None
    assert pace_status(None) == "unknown"


@pytest.mark.parametrize("gone", [-0.1, 1.1, math.nan, "half"])
def test_time_gone_is_a_share(gone):
    with pytest.raises(ValueError, match="elapsed"):
        pace(0.5, gone)


@pytest.mark.parametrize(
    ("on", "share"), [(JAN, 0), (date(2025, 12, 1), 0), (FEB, 31 / 59), (MAR, 1), (date.max, 1)]
)
def test_time_gone_stays_within_its_cycle(on, share):
    assert elapsed(JAN, MAR, on) == pytest.approx(share)


def test_a_cycle_has_to_end_after_it_starts():
    with pytest.raises(ValueError, match="end"):
        elapsed(FEB, JAN, FEB)
    with pytest.raises(ValueError, match="on"):
        elapsed(JAN, FEB, "2026-01-15")


@pytest.mark.parametrize(
    ("on", "share"),
    [(date(2025, 12, 31), 0.1), (JAN, 0.1), (JAN + timedelta(days=31), 0.2), (MAR, 0.9)],
)
def test_a_planned_curve_is_straight_between_its_points(on, share):
    plan = [(JAN, 0.1), (FEB, 0.2), (MAR, 0.9)]

    assert planned_value(plan, on) == pytest.approx(share)
    assert planned_value(plan, date(2026, 2, 15)) == pytest.approx(0.55)


@pytest.mark.parametrize("plan", [[], [(FEB, 0.1), (JAN, 0.2)], [(JAN, 0.1), (JAN, 0.2)]])
def test_a_planned_curve_goes_forward_in_time(plan):
    with pytest.raises(ValueError, match="plan"):
        planned_value(plan, FEB)


@pytest.mark.parametrize(
    ("actual", "share", "status"),
    [(19, 0.9, "on_track"), (17.5, 0.75, "lagging"), (17, 0.7, "at_risk")],
)
def test_a_plan_by_periods_is_judged_against_the_plan_to_date(actual, share, status):
    found = achievement(10, 20, actual)

    assert found == pytest.approx(share)
    assert achievement_status(found) == status


def test_any_two_numbers_give_the_other_two():
    whole = Levels(baseline=0, commit=30, target=70, stretch=100)
    named = {"baseline": 0, "commit": 30, "target": 70, "stretch": 100}

    for first in named:
        for second in named:
            if first != second:
                found = fill_levels(**{first: named[first], second: named[second]})

                assert found.baseline == pytest.approx(whole.baseline, abs=1e-9)
                assert found.commit == pytest.approx(whole.commit)
                assert found.target == pytest.approx(whole.target)
                assert found.stretch == pytest.approx(whole.stretch)


def test_levels_may_fall():
    found = fill_levels(baseline=40, target=26)

    assert (found.commit, found.stretch) == (pytest.approx(34), pytest.approx(20))


def test_a_number_of_ones_own_is_kept():
    assert fill_levels(baseline=0, commit=50, stretch=100).commit == 50


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"baseline": 1},
        {"baseline": 1, "target": 1},
        {"baseline": 0, "commit": 80, "stretch": 100},
    ],
)
def test_levels_that_do_not_rise_or_fall_are_refused(numbers):
    with pytest.raises(ValueError, match="baseline, commit, target"):
        fill_levels(**numbers)


@pytest.mark.parametrize(
    ("current", "name"),
    [(-5, "fail"), (49, "fail"), (50, "commit"), (60, "target"), (99, "target"), (100, "stretch")],
)
def test_zones_use_the_numbers_that_were_stored(current, name):
    assert zone(Levels(0, 50, 60, 100), current) == name


@given(st.floats(-200, 200))
def test_zones_are_mirrored_when_less_is_better(current):
    up, down = Levels(0, 30, 70, 100), Levels(0, -30, -70, -100)

    assert zone(up, current) == zone(down, -current)


def test_a_maintained_band_counts_the_periods_inside_it():
    assert maintain_share([1, 2, None, 3, 4], low=2, high=3) == 0.5
    assert maintain_share([1, 2, 3], low=2) == pytest.approx(2 / 3)
    assert maintain_share([1, 2, 3], high=1) == pytest.approx(1 / 3)
    assert maintain_share([None], low=2) is None


@pytest.mark.parametrize("band", [{}, {"low": 3, "high": 2}, {"low": math.nan}])
def test_a_band_needs_its_bounds_in_order(band):
    with pytest.raises(ValueError, match=r"low|high"):
        maintain_share([1], **band)


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        (["on_track", "at_risk", "lagging"], "at_risk"),
        (["on_track", "lagging", "unknown"], "lagging"),
        (["on_track", "unknown"], "unknown"),
        (["on_track"], "on_track"),
        ([], "unknown"),
    ],
)
def test_an_objective_is_as_well_as_its_weakest_key_result(statuses, worst):
    assert objective_status(statuses) == worst


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match="green"):
        objective_status(["green"])


def test_an_objectives_progress_is_weighted_and_leaves_out_what_does_not_roll_up():
    assert objective_progress([(1, 3), (0, 1), (0.5, None), (None, 9)]) == pytest.approx(0.75)
    assert objective_progress([(None, 1)]) is None
    assert objective_progress([(0.5, 0)]) is None


def test_confidence_is_not_scored_below_twenty_key_results():
    assert brier([8] * 19, [True] * 19) is None


def test_a_team_that_says_eight_and_meets_half_is_poorly_calibrated():
    found = brier([8] * 20, [True] * 10 + [False] * 10)

    assert found.score == pytest.approx((0.2**2 + 0.8**2) / 2)
    assert found.curve == ((0.8, 20, 0.5),)


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=20, max_size=60))
def test_the_score_is_the_sum_of_its_parts(pairs):
    found = brier([confidence for confidence, _ in pairs], [met for _, met in pairs])

    parts = found.reliability - found.resolution + found.uncertainty
    assert found.score == pytest.approx(parts)
    assert 0 <= found.score <= 1


@pytest.mark.parametrize(
    ("confidences", "outcomes"), [([8], []), ([11], [True]), ([8], ["yes"]), ([8], [None])]
)
def test_confidence_and_outcome_belong_together(confidences, outcomes):
    with pytest.raises(ValueError, match=r"confidences|outcomes"):
        brier(confidences, outcomes)


def test_realism_gives_the_golden_value():
    found = realism(62, 4, 12, 70, "up")

    assert found.probability == pytest.approx(0.0120, abs=5e-5)
    assert found.sentence == (
        "Inside the usual variation: expected to be met by luck in 1.2 % of periods."
    )


@given(st.floats(-50, 50), st.floats(0.1, 20), st.floats(-80, 80))
def test_realism_is_mirrored_when_less_is_better(centre, moving, target):
    up, down = (
        realism(centre, moving, 12, target, "up"),
        realism(-centre, moving, 12, -target, "down"),
    )

    assert up.probability == pytest.approx(down.probability, abs=1e-12)


def test_a_target_beyond_the_natural_limits_needs_an_improvement():
    found = realism(62, 4, 12, 80, "up")

    assert found.reading == "outside"
    assert found.probability < 0.001


def test_a_target_that_is_usually_met_is_no_stretch():
    assert realism(62, 4, 12, 60, "up").reading == "usual"


def test_enough_values_speak_for_themselves():
    values = [1] * 15 + [9] * 5

    found = realism(3, 4, 20, 9, "up", values=values)

    assert (found.probability, found.basis) == (0.25, "empirical")
    assert realism(3, 4, 19, 9, "up", values=values[1:]).basis == "normal"


def test_the_mean_of_a_cycle_varies_less_than_a_period():
    one = realism(62, 4, 12, 64, "up").probability
    mean = realism(62, 4, 12, 64, "up", buckets=4).probability
    alike = realism(62, 4, 12, 64, "up", buckets=4, r1=0.3).probability
    very_alike = realism(62, 4, 12, 64, "up", buckets=4, r1=0.95).probability

    z = 2 / (4 / 1.128) * 2
    assert mean == pytest.approx(0.5 * math.erfc(z / math.sqrt(2)))
    assert mean < alike < very_alike
    assert very_alike == pytest.approx(one)


def test_a_band_is_met_between_its_ends():
    found = realism(50, 2 * 1.128, 12, (48, 52), "band")

    assert found.probability == pytest.approx(0.6827, abs=5e-5)


def test_too_few_points_say_nothing():
    found = realism(None, None, 5, 70, "up")

    assert (found.probability, found.reading) == (None, "too_few")


@pytest.mark.parametrize(("target", "probability"), [(5, 1), (6, 0)])
def test_a_series_that_does_not_vary_meets_its_target_or_does_not(target, probability):
    found = realism(5, 0, 12, target, "up")

    assert (found.probability, found.basis) == (probability, "constant")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("centre", math.nan),
        ("mr_centre", -1),
        ("n", 2.5),
        ("target", "70"),
        ("direction", "neutral"),
        ("direction", "sideways"),
        ("buckets", 0),
        ("r1", 1),
        ("values", [1, None]),
    ],
)
def test_realism_refuses_what_it_cannot_read(name, value):
    given_numbers = {"centre": 62, "mr_centre": 4, "n": 12, "target": 70, "direction": "up"}

    with pytest.raises(ValueError, match=name):
        realism(**{**given_numbers, name: value})


@pytest.mark.parametrize("target", [70, (52, 48), (1, 2, 3)])
def test_a_band_needs_low_and_high(target):
    with pytest.raises(ValueError, match="target"):
        realism(50, 2, 12, target, "band")
