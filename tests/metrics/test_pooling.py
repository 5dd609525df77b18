from math import log

import pytest

from metrics.pooling import pool

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


# Thirteen trials of the BCG vaccine (Colditz et al. 1994): with and without tuberculosis among the
# vaccinated, then among the others.
TRIALS = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]  # fmt: skip


def log_risk_ratios():
    for ill, well, ill_control, well_control in TRIALS:
        n, n_control = ill + well, ill_control + well_control
        yield (
            log(ill / n) - log(ill_control / n_control),
            1 / ill - 1 / n + 1 / ill_control - 1 / n_control,
        )


def test_the_published_meta_analysis_of_bcg_trials_is_reproduced():
    effects, variances = zip(*log_risk_ratios(), strict=True)

    pooled = pool(effects, variances)

    # As metafor's documentation prints for method DL (Viechtbauer 2010).
    assert pooled.q == pytest.approx(152.2330, abs=5e-5)
    assert pooled.tau2 == pytest.approx(0.3088, abs=5e-5)
    assert pooled.mean == pytest.approx(-0.7141, abs=5e-5)
    assert pooled.interval == pytest.approx((-1.0644, -0.3638), abs=5e-5)
    # By Higgins, Thompson & Spiegelhalter 2009: t with 11 degrees of freedom is 2.200985.
    error = (1.0644 - 0.3638) / 2 / 1.959964
    reach = 2.200985 * (0.3088 + error**2) ** 0.5
    assert pooled.prediction == pytest.approx((-0.7141 - reach, -0.7141 + reach), abs=5e-4)
