import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tooling.decision import (
    acceptability,
    ahp_weights,
    close_call,
    combine_raters,
    flips,
    gates,
    margin,
    topsis,
    weighted_sum,
)

WEIGHTS = (0.35, 0.25, 0.20, 0.20)
SCORES = [(0.8, 0.6, 0.4, 0.7), (0.6, 0.9, 0.7, 0.5), (0.7, 0.5, 0.8, 0.6)]
UP = ("up",) * 4

SHARE = st.floats(0, 1)
TABLES = st.lists(st.lists(SHARE, min_size=3, max_size=3), min_size=2, max_size=5)
SOME_WEIGHTS = st.lists(st.floats(0.05, 1), min_size=3, max_size=3)
DIRECTIONS = st.lists(st.sampled_from(["up", "down"]), min_size=3, max_size=3)


def test_the_weighted_sum_gives_the_golden_scores():
    found = weighted_sum(SCORES, WEIGHTS, UP)

    assert found.scores == pytest.approx((0.650, 0.675, 0.650))
    assert found.ranking == (2, 1, 2)
    assert found.order[0] == 1


def test_weights_are_read_in_proportion():
    assert weighted_sum(SCORES, (35, 25, 20, 20), UP).scores == pytest.approx((0.65, 0.675, 0.65))


def test_where_less_is_better_a_score_counts_from_the_other_end():
    assert weighted_sum([[0.2], [0.9]], [1], ["down"]).scores == pytest.approx((0.8, 0.1))
    assert weighted_sum([[2], [9]], [1], ["down"]).scores == pytest.approx((8, 1))


def test_anchors_turn_raw_values_into_shares_of_a_fixed_scale():
    found = weighted_sum(
        [[5000, 3], [2000, 4]], [1, 1], ["down", "up"], anchors=[(0, 10_000), (1, 5)]
    )

    assert found.scores == pytest.approx((0.5, 0.775))


def test_one_pair_of_anchors_may_serve_all_criteria():
    assert weighted_sum([[3, 5]], [1, 1], ["up", "up"], anchors=(1, 5)).scores == (0.75,)


@given(TABLES, SOME_WEIGHTS, st.lists(SHARE, min_size=3, max_size=3))
def test_another_option_never_changes_the_scores_of_the_others(matrix, weights, another):
    directions = ["up", "down", "up"]

    alone = weighted_sum(matrix, weights, directions).scores
    joined = weighted_sum([*matrix, another], weights, directions).scores

    assert joined[:-1] == pytest.approx(alone)


@given(TABLES, SOME_WEIGHTS, DIRECTIONS, st.floats(0.01, 100))
def test_scores_do_not_depend_on_the_size_of_the_weights(matrix, weights, directions, factor):
    scaled = [factor * weight for weight in weights]

    for method in (weighted_sum, topsis):
        before = method(matrix, weights, directions).scores
        assert method(matrix, scaled, directions).scores == pytest.approx(before, abs=1e-9)


@given(TABLES, SOME_WEIGHTS, DIRECTIONS)
def test_closeness_lies_between_the_worst_and_the_ideal(matrix, weights, directions):
    assert all(0 <= score <= 1 for score in topsis(matrix, weights, directions).scores)


@given(TABLES, SOME_WEIGHTS, st.floats(0.1, 1000))
def test_closeness_does_not_depend_on_a_criterions_unit(matrix, weights, factor):
    assume(all(value == 0 or value > 1e-6 for line in matrix for value in line))
    directions = ["up", "down", "up"]
    changed = [[line[0], line[1] * factor, line[2]] for line in matrix]

    before = topsis(matrix, weights, directions).scores

    assert topsis(changed, weights, directions).scores == pytest.approx(before, abs=1e-6)


def test_the_best_in_everything_is_the_ideal():
    found = topsis([[9, 1], [5, 5]], [1, 2], ["up", "down"])

    assert found.scores == pytest.approx((1, 0))


def test_options_that_nothing_tells_apart_stand_halfway():
    assert topsis([[0, 3], [0, 3]], [1, 1], ["up", "up"]).scores == (0.5, 0.5)


@pytest.mark.parametrize("method", [weighted_sum, topsis, flips])
@pytest.mark.parametrize(
    ("matrix", "weights", "directions", "named"),
    [
        ([], [1], ["up"], "matrix"),
        ([[]], [1], ["up"], "matrix"),
        ([[1, 2], [3]], [1, 1], ["up", "up"], "matrix"),
        ([[math.nan]], [1], ["up"], "matrix"),
        ([["1"]], [1], ["up"], "matrix"),
        ([[True]], [1], ["up"], "matrix"),
        ([[1]], [1, 1], ["up"], "weights"),
        ([[1]], [0], ["up"], "weights"),
        ([[1]], [-1], ["up"], "weights"),
        ([[1]], [1], ["up", "up"], "directions"),
        ([[1]], [1], ["sideways"], "directions"),
        ([[1]], [1], "up", "directions"),
    ],
)
def test_a_case_that_does_not_fit_together_is_refused(method, matrix, weights, directions, named):
    with pytest.raises(ValueError, match=named):
        method(matrix, weights, directions)


@pytest.mark.parametrize("matrix", [[[3000, 5]], [[-1, 5]]])
def test_raw_values_are_not_added_up_without_anchors(matrix):
    with pytest.raises(ValueError, match="matrix: without anchors"):
        weighted_sum(matrix, [1, 1], ["up", "up"])


@pytest.mark.parametrize(
    ("anchors", "named"),
    [((5, 1), "anchors"), ([(0, 1)], "anchors"), ([(0, 1), 2], "anchors"), ((0, 4), "matrix")],
)
def test_anchors_have_to_hold_the_values(anchors, named):
    with pytest.raises(ValueError, match=named):
        weighted_sum([[3, 5]], [1, 1], ["up", "up"], anchors=anchors)


def test_the_smallest_flip_is_the_golden_one():
    found = flips(SCORES, WEIGHTS, UP)

    critical = found.most_critical
    assert (found.leader, critical.rival, critical.criterion) == (1, 2, 1)
    assert critical.change == pytest.approx(0.0625)
    assert critical.relative == pytest.approx(0.25)
    assert critical.becomes == pytest.approx(0.1875)
    against_first = [flip for flip in found.weights if flip.rival == 0 and flip.criterion == 1]
    assert against_first[0].change == pytest.approx(0.0833, abs=5e-5)
    assert against_first[0].relative == pytest.approx(1 / 3)


@given(TABLES, SOME_WEIGHTS, DIRECTIONS)
def test_at_each_weight_flip_the_two_options_are_level(matrix, weights, directions):
    found = flips(matrix, weights, directions)

    for flip in found.weights:
        assume(flip.becomes > 1e-6 and abs(flip.change) < 1e3)
        changed = [weight / sum(weights) for weight in weights]
        changed[flip.criterion] = flip.becomes
        scores = weighted_sum(matrix, changed, directions).scores
        assert scores[flip.rival] == pytest.approx(scores[flip.leader], abs=1e-6)


@given(TABLES, SOME_WEIGHTS, DIRECTIONS)
def test_at_each_score_flip_the_two_options_are_level(matrix, weights, directions):
    found = flips(matrix, weights, directions)

    for flip in found.scores:
        changed = [list(line) for line in matrix]
        changed[flip.option][flip.criterion] = min(1, max(0, flip.becomes))
        scores = weighted_sum(changed, weights, directions).scores
        assert scores[flip.rival] == pytest.approx(scores[flip.leader], abs=1e-6)


def test_one_point_on_a_scale_of_ten_may_be_enough():
    found = flips([[7, 6], [6, 6.5]], [0.5, 0.5], ["up", "up"])

    within = {(flip.option, flip.criterion, flip.change) for flip in found.within(1)}
    assert within == {(0, 0, -0.5), (0, 1, -0.5), (1, 0, 0.5), (1, 1, 0.5)}
    assert found.within(0.4) == ()


def test_who_is_best_in_everything_is_turned_by_no_weight():
    found = flips([[0.9, 0.9], [0.5, 0.5]], [1, 1], ["up", "up"])

    assert (found.weights, found.most_critical) == ((), None)


def test_a_weight_of_nothing_flips_without_a_relative_change():
    found = flips([[0.9, 0.2], [0.5, 0.8]], [1, 0], ["up", "up"])

    (flip,) = found.weights
    assert (flip.criterion, flip.relative) == (1, None)
    assert flip.becomes == pytest.approx(0.4 / 0.6)
    assert found.most_critical is None


def test_a_lead_below_a_tenth_is_a_close_call():
    assert margin([0.650, 0.675, 0.650]) == pytest.approx(0.025 / 0.675)
    assert close_call([0.650, 0.675, 0.650])
    assert not close_call([1.0, 0.9])
    assert not close_call([0.5])
    assert close_call([0, 0])

    with pytest.raises(ValueError, match="scores"):
        close_call([1, -1])


def test_first_ranks_under_unknown_weights_are_the_golden_ones():
    found = acceptability(SCORES, UP, draws=20_000)

    assert [line[0] for line in found] == pytest.approx((0.27, 0.43, 0.30), abs=0.015)


@given(TABLES, DIRECTIONS, st.integers(0, 99))
def test_every_option_has_a_rank_and_every_rank_an_option(matrix, directions, seed):
    found = acceptability(matrix, directions, draws=20, seed=seed)

    assert [sum(line) for line in found] == pytest.approx([1] * len(matrix))
    assert [sum(column) for column in zip(*found, strict=True)] == pytest.approx([1] * len(matrix))


def test_draws_near_the_stated_weights_favour_their_winner():
    loose = acceptability(SCORES, UP, weights=WEIGHTS, concentration=10, draws=3000)
    tight = acceptability(SCORES, UP, weights=WEIGHTS, concentration=5000, draws=3000)

    assert 0.43 < loose[1][0] < tight[1][0]


def test_the_same_seed_gives_the_same_shares():
    assert acceptability(SCORES, UP, draws=50, seed=4) == acceptability(
        SCORES, UP, draws=50, seed=4
    )


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"draws": 0}, "draws"),
        ({"draws": 10**9}, "draws"),
        ({"concentration": 0}, "concentration"),
        ({"weights": [1]}, "weights"),
    ],
)
def test_draws_are_bounded(more, named):
    with pytest.raises(ValueError, match=named):
        acceptability(SCORES, UP, **more)


def test_consistent_comparisons_give_their_weights_back():
    weights = (0.5, 0.3, 0.2)

    found = ahp_weights([[one / other for other in weights] for one in weights])

    assert found.weights == pytest.approx(weights)
    assert found.ratio == pytest.approx(0, abs=1e-12)
    assert found.inconsistent is None
    assert found.is_acceptable


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=10))
def test_any_weights_can_be_recovered_from_their_ratios(weights):
    total = sum(weights)

    found = ahp_weights([[one / other for other in weights] for one in weights])

    assert found.weights == pytest.approx([weight / total for weight in weights])


def test_a_circle_is_inconsistent_and_named():
    circle = [[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]]

    found = ahp_weights(circle)

    assert not found.is_acceptable
    assert (found.inconsistent.i, found.inconsistent.j, found.inconsistent.k) == (0, 1, 2)
    assert found.inconsistent.factor == pytest.approx(27)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 2]],
        [[1, 2], [2, 1]],
        [[2]],
        [[1, 0], [0, 1]],
        [[1, -2], [-0.5, 1]],
        [[1, 1e9], [1e-9, 1]],
        [[1] * 11] * 11,
        [],
    ],
)
def test_comparisons_have_to_be_reciprocal(matrix):
    with pytest.raises(ValueError, match="matrix"):
        ahp_weights(matrix)


def test_comparisons_may_be_rounded_as_people_write_them():
    assert ahp_weights([[1, 3], [0.33, 1]]).weights == pytest.approx((0.75, 0.25), abs=0.002)


def test_an_option_that_fails_a_gate_is_named_with_it():
    found = gates([[5, 900], [3, 100], [1, 2000]], [3, 1000], ["up", "down"])

    assert found.failed == ((), (), (0, 1))
    assert found.passed == (0, 1)


def test_without_a_gate_everyone_passes():
    assert gates([[5], [0]], [None], ["up"]).passed == (0, 1)


@pytest.mark.parametrize("limits", [[1, 2], ["x"], 1])
def test_gates_have_to_fit_the_criteria(limits):
    with pytest.raises(ValueError, match="limits"):
        gates([[5]], limits, ["up"])


def test_raters_are_brought_together_by_median_and_mean():
    found = combine_raters([[[8, 5]], [[6, None]], [[7, 9]]], [[1, 1], [3, 1], [50, 50]])

    assert found.matrix == ((7, 7),)
    assert found.weights == pytest.approx((7 / 12, 5 / 12))


@pytest.mark.parametrize(
    "matrices", [[], [[]], [[[1, 2]], [[1]]], [[[None]], [[None]]], [[["x"]]], [[[1], [1, 2]]]]
)
def test_raters_have_to_score_the_same_case(matrices):
    with pytest.raises(ValueError, match=r"matrices|weights"):
        combine_raters(matrices, [[1]])
