import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.verdict import judge

CALM = [10, 12, 11, 9, 10, 11, 12, 10, 9, 11, 10, 12]
UP = [15, 16, 14, 15, 16, 15, 14, 17]

windows = st.lists(st.integers(-400, 400).map(lambda n: n / 4), min_size=8, max_size=20)


def test_a_clear_rise_where_up_is_better_has_improved():
    result = judge(CALM, UP, direction="up")

    assert (result.verdict, result.reason) == ("improved", None)
    assert (result.gate_signal, result.gate_size) == (True, True)
    assert result.ci[0] < result.effect < result.ci[1]


def test_the_same_rise_where_down_is_better_has_worsened():
    result = judge(CALM, UP, direction="down")

    assert result.verdict == "worsened"
    assert result.effect == judge(CALM, UP, direction="up").effect


def test_the_figures_follow_the_published_procedure():
    # Worked by hand from formulae 4.6: d, pooled residual r1, corrected r, VIF, SE, t.
    result = judge(CALM, UP, direction="up")

    assert result.effect == pytest.approx(15.25 - 127 / 12)
    residuals = [[v - 127 / 12 for v in CALM], [v - 15.25 for v in UP]]
    squares = sum(e * e for window in residuals for e in window)
    products = sum(a * b for w in residuals for a, b in zip(w, w[1:], strict=False))
    assert result.r1 == pytest.approx(products / squares)
    corrected = min(max(result.r1 + (1 + 4 * max(result.r1, 0)) / 10, 0), 0.9)
    vif = (1 + corrected) / (1 - corrected)
    error = (squares / 18 * (1 / 12 + 1 / 8) * vif) ** 0.5
    # With r = -0.10 corrected to 0 there are 18 degrees of freedom: t = 2.100922 and 0.862049.
    assert vif == 1
    assert result.ci[1] - result.effect == pytest.approx(2.100922 * error, rel=1e-6)
    assert result.mde == pytest.approx((2.100922 + 0.862049) * error, rel=1e-6)


def test_autocorrelated_windows_are_judged_with_a_wider_interval():
    steady = [1, 1, 1, 3, 3, 3, 1, 1, 1, 3, 3, 3]
    hectic = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]

    slow, fast = (judge(window, UP, direction="up") for window in (steady, hectic))

    assert slow.r1 > 0 > fast.r1
    assert slow.ci[1] - slow.ci[0] > 1.3 * (fast.ci[1] - fast.ci[0])


def test_the_same_values_again_are_no_detectable_change():
    result = judge(CALM, CALM[:8], direction="up")

    assert (result.verdict, result.gate_signal, result.gate_size) == ("no_change", False, False)
    assert result.mde > 0
    assert result.p_value > 0.05


@pytest.mark.parametrize("count", [0, 1, 7])
def test_fewer_than_eight_points_after_are_too_early(count):
    result = judge(CALM, UP[:count], direction="up")

    assert (result.verdict, result.missing) == ("too_early", 8 - count)
    assert (result.ci, result.gate_signal) == (None, None)


@pytest.mark.parametrize("after", [[], UP])
def test_fewer_than_eight_points_before_can_never_be_told(after):
    result = judge(CALM[:7], after, direction="up")

    assert (result.verdict, result.reason) == ("unclear", "short_baseline")


@pytest.mark.parametrize(("count", "provisional"), [(8, True), (11, True), (12, False)])
def test_a_baseline_below_twelve_points_is_provisional(count, provisional):
    assert judge(CALM[:count], UP, direction="up").provisional is provisional


def test_gaps_do_not_count_as_points():
    result = judge(CALM, [*UP[:7], None, None], direction="up")

    assert (result.verdict, result.missing) == ("too_early", 1)


def test_one_wild_point_without_a_different_mean_is_unclear():
    after = [10, 11, 18, 10, 9, 10, 11, 10]

    result = judge(CALM, after, direction="up")

    assert (result.verdict, result.reason) == ("unclear", "gates_disagree")
    assert (result.gate_signal, result.gate_size) == (True, False)


def test_a_small_shift_without_any_signal_is_unclear():
    after = [12, 11, 12, 12, 12, 10.5, 12, 12, 12.5, 10.4, 12, 12, 12, 10.4, 12]

    result = judge(CALM, after, direction="up")

    assert (result.verdict, result.reason) == ("unclear", "gates_disagree")
    assert (result.gate_signal, result.gate_size) == (False, True)


def test_a_signal_against_the_shift_of_the_mean_is_unclear():
    calm = [10.0, 10.2] * 30

    result = judge(calm, [*[10.2, 10.35, 10.2, 10.0] * 12, 9.5], direction="up")

    assert result.ci[0] > 0
    assert (result.gate_signal, result.gate_size) == (True, True)
    assert (result.verdict, result.reason) == ("unclear", "gates_disagree")
    assert "the other way" in result.sentence


@pytest.mark.parametrize(
    ("smallest", "worth"), [(None, None), (0, "worth_it"), (2, "worth_it"), (5, "size_uncertain")]
)
def test_an_improvement_is_worth_it_where_the_whole_interval_is(smallest, worth):
    assert judge(CALM, UP, direction="up", smallest_effect=smallest).worth == worth


def test_a_fall_where_down_is_better_is_worth_as_much_as_a_rise():
    fallen = [-value for value in UP]

    result = judge([-value for value in CALM], fallen, direction="down", smallest_effect=2)

    assert (result.verdict, result.worth) == ("improved", "worth_it")


@pytest.mark.parametrize(
    ("level", "verdict"), [(5.0, "no_change"), (7.0, "improved"), (3.0, "worsened")]
)
def test_windows_in_which_nothing_varies_are_compared_as_they_are(level, verdict):
    result = judge([5.0] * 12, [level] * 8, direction="up")

    assert result.verdict == verdict
    assert (result.effect, result.ci, result.r1) == (level - 5, (level - 5, level - 5), None)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e15 / 7])
def test_rounding_is_no_change(value):
    assert judge([value] * 12, [value] * 9, direction="up").verdict == "no_change"


@pytest.mark.parametrize(
    ("before", "after", "smallest", "sentence"),
    [
        (CALM, UP, None, "Improved by 4.67 (95 % sure: between 3.65 and 5.69)."),
        (CALM, UP, 2, "Improved by 4.67 (95 % sure: between 3.65 and 5.69), which is worth it."),
        (UP, UP, None, "No detectable change; a change of 1.56 or more would probably have shown."),
        ([5] * 8, [5] * 8, None, "No change: every value after is the same as before."),
        (CALM, UP[:7], None, "Too early to tell: 1 more point is needed after the change."),
        (CALM, UP[:3], None, "Too early to tell: 5 more points are needed after the change."),
        (
            CALM[:3],
            UP,
            None,
            "Cannot tell: there are only 3 points from before the change, and 8 are needed.",
        ),
    ],
)
def test_the_sentence_says_the_verdict_in_plain_words(before, after, smallest, sentence):
    assert judge(before, after, direction="up", smallest_effect=smallest).sentence == sentence


def test_large_sizes_are_written_out_with_three_digits():
    result = judge([v * 1000 for v in CALM], [v * 1000 for v in UP], direction="down")

    assert result.sentence == "Worsened by 4,670 (95 % sure: between 3,650 and 5,690)."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("before", value) for value in ([float("nan")], ["1"], "12", None, [True])],
        *[("after", value) for value in ([float("inf")], [[1]], 3)],
        *[("direction", value) for value in ("neutral", "band", "", None, ["up"])],
        *[("smallest_effect", value) for value in (-1, float("nan"), "2", True)],
    ],
)
def test_what_cannot_be_judged_is_refused_by_name(name, value):
    arguments = {"before": CALM, "after": UP, "direction": "up", name: value}

    with pytest.raises(ValueError, match=f"^{name}.* must "):
        judge(**arguments)


@settings(max_examples=80, deadline=None)
@given(windows, windows)
def test_the_mirrored_windows_have_the_mirrored_verdict(before, after):
    result = judge(before, after, direction="up")

    mirrored = judge([-v for v in before], [-v for v in after], direction="down")

    assert (mirrored.verdict, mirrored.reason) == (result.verdict, result.reason)
    assert mirrored.effect == pytest.approx(-result.effect)


@settings(max_examples=80, deadline=None)
@given(windows, windows)
def test_improved_and_worsened_change_places_with_the_direction(before, after):
    swap = {"improved": "worsened", "worsened": "improved"}

    up, down = (judge(before, after, direction=way) for way in ("up", "down"))

    assert down.verdict == swap.get(up.verdict, up.verdict)


@settings(max_examples=80, deadline=None)
@given(windows, windows, st.integers(-5000, 5000))
def test_a_shift_of_everything_changes_no_verdict(before, after, shift):
    result = judge(before, after, direction="up")

    moved = judge([v + shift for v in before], [v + shift for v in after], direction="up")

    assert moved.verdict == result.verdict
    assert moved.effect == pytest.approx(result.effect, abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(windows, windows)
def test_improved_always_means_both_gates_and_an_interval_on_the_better_side(before, after):
    result = judge(before, after, direction="up")

    if result.verdict == "improved":
        assert result.gate_signal
        assert result.ci[0] > 0
    if result.verdict == "no_change":
        assert not result.gate_signal
        assert result.ci[0] <= 0 <= result.ci[1]


def share_improved(rng, phi, effect, runs=300):
    return sum(improves(rng, phi, effect) for _ in range(runs)) / runs


def improves(rng, phi, effect):
    noise = [rng.gauss(0, 1)]
    while len(noise) < 20:
        noise.append(phi * noise[-1] + (1 - phi * phi) ** 0.5 * rng.gauss(0, 1))
    return judge(noise[:12], [v + effect for v in noise[12:]], direction="up").verdict == "improved"


def test_noise_is_seldom_called_improved_and_two_sigma_mostly_are():
    # Bounds of formulae 4.6 with room for 300 runs; bench/operating_characteristics.py measures.
    rng = random.Random(4)

    assert share_improved(rng, 0, 0) <= 0.03
    assert share_improved(rng, 0.6, 0) <= 0.07
    assert share_improved(rng, 0, 2) >= 0.85
