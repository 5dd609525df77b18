import pytest

from metrics.effects import pool

# Worked by hand: equal variances of 1 make Q = 10, tau squared = (10 - 4) / (5 - 1) = 1.5.
SPREAD = [-2, -1, 0, 1, 2]
ONES = [1] * 5


def test_five_effects_pool_as_worked_by_hand():
    pooled = pool(SPREAD, ONES)

    assert (pooled.q, pooled.tau2, pooled.mean) == pytest.approx((10, 1.5, 0))
    assert pooled.interval == pytest.approx((-1.385904, 1.385904), abs=1e-6)
    # 3.182446 is t with 3 degrees of freedom; the variance is 1.5 + 0.5.
    assert pooled.prediction[1] == pytest.approx(3.182446 * 2**0.5, abs=1e-5)


def test_each_effect_is_drawn_towards_the_mean():
    pooled = pool(SPREAD, ONES)

    assert pooled.shrunken == pytest.approx([0.6 * effect for effect in SPREAD])


def test_uncertain_effects_count_less_and_are_drawn_in_more():
    pooled = pool([0, 0, 0, 4, 4], [1, 1, 1, 1, 9])

    assert pooled.mean < 4 * 2 / 5
    assert pooled.shrunken[3] > pooled.shrunken[4] > pooled.mean


def test_changes_that_agree_are_all_drawn_onto_the_mean():
    pooled = pool([0.5] * 5, [0.1, 0.2, 0.3, 0.2, 0.1])

    assert (pooled.tau2, pooled.q) == (0, 0)
    assert pooled.shrunken == pytest.approx((0.5,) * 5)


def test_the_prediction_is_wider_than_the_interval_of_the_mean():
    pooled = pool(SPREAD, ONES)

    assert pooled.prediction[0] < pooled.interval[0]
    assert pooled.prediction[1] > pooled.interval[1]


def test_fewer_than_five_effects_are_not_pooled():
    assert pool(SPREAD[:4], ONES[:4]) is None


@pytest.mark.parametrize(
    ("effects", "variances", "named"),
    [
        ([1, None], [1, 1], "effects"),
        ([1, float("nan")], [1, 1], "effects"),
        ([1, 2], [1], "variances"),
        ([1], [0], "variances"),
        ([1], [-1], "variances"),
        ("12", [1], "effects"),
    ],
)
def test_what_cannot_be_pooled_is_refused_by_name(effects, variances, named):
    with pytest.raises(ValueError, match=f"^{named}.* must be"):
        pool(effects, variances)
