import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.prioritisation import (
    delay_cost_rate,
    is_moonshot,
    rank_stability,
    rice,
    within_confidence,
    wsjf,
)

AMOUNT = st.floats(0.01, 1e6)


def test_rice_multiplies_and_divides_by_effort():
    assert rice(reach=1000, impact=2, confidence=0.8, effort=4) == pytest.approx(400)


@given(AMOUNT, AMOUNT, st.floats(0.01, 1), AMOUNT, st.floats(0.1, 10))
def test_rice_orders_the_same_in_any_unit_of_effort(reach, impact, confidence, effort, unit):
    plain = rice(reach, impact, confidence, effort)

    assert rice(reach, impact, confidence, effort * unit) == pytest.approx(plain / unit)


@pytest.mark.parametrize(("confidence", "moonshot"), [(0.5, False), (0.49, True), (1, False)])
def test_below_half_confidence_it_is_a_moonshot(confidence, moonshot):
    assert is_moonshot(confidence) is moonshot


def test_wsjf_adds_what_waiting_costs_and_divides_by_size():
    assert wsjf(8, 5, 2, 3) == 5


def test_delay_divided_by_duration_orders_otherwise_than_the_relative_sum():
    long_job, short_job = (10_000, 10), (6_000, 2)

    assert delay_cost_rate(*long_job) == 1000
    assert delay_cost_rate(*short_job) == 3000


@pytest.mark.parametrize(
    ("calculate", "named"),
    [
        (lambda: rice(-1, 1, 1, 1), "reach"),
        (lambda: rice(1, -1, 1, 1), "impact"),
        (lambda: rice(1, 1, 80, 1), "confidence"),
        (lambda: rice(1, 1, 1, 0), "effort"),
        (lambda: rice(1e99, 1e99, 1, 5e-324), "rice"),
        (lambda: wsjf(math.nan, 1, 1, 1), "value"),
        (lambda: wsjf(1, "1", 1, 1), "time_criticality"),
        (lambda: wsjf(1, 1, 1, 0), "size"),
        (lambda: delay_cost_rate(-1, 1), "cost_of_delay"),
        (lambda: delay_cost_rate(1, 0), "duration"),
        (lambda: within_confidence(1, 1.5), "confidence"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_by_name(calculate, named):
    with pytest.raises(ValueError, match=named):
        calculate()


def test_less_confidence_means_a_wider_range():
    assert within_confidence(100, 0.8) == pytest.approx((80, 100, 120))
    assert within_confidence(100, 1) == (100, 100, 100)


def test_certain_inputs_give_a_certain_order():
    found = rank_stability([[(value,) * 3] for value in (1, 9, 5, 7)], float, top=2, draws=50)

    assert found.in_top == (0, 1, 0, 1)
    assert found.mean_rank == (4, 1, 3, 2)


def test_close_and_uncertain_items_share_the_top():
    items = [
        [within_confidence(reach, 0.5), (2, 2, 2), (0.5, 0.5, 0.5), (3, 3, 3)]
        for reach in (1000, 980, 960, 100)
    ]

    found = rank_stability(items, rice, top=1, draws=2000, seed=7)

    assert sum(found.in_top) == pytest.approx(1)
    assert 0.25 < found.in_top[2] < found.in_top[0] < 0.45
    assert found.in_top[3] == 0


def test_the_same_seed_gives_the_same_answer():
    items = [[(1, 2, 3)], [(1, 2, 4)]]

    assert rank_stability(items, float, seed=3) == rank_stability(items, float, seed=3)


def test_equal_items_share_a_place_by_lot():
    found = rank_stability([[(5, 5, 5)]] * 4, float, top=3, draws=4000)

    assert found.in_top == pytest.approx((0.75,) * 4, abs=0.03)


@pytest.mark.parametrize(
    ("items", "more", "named"),
    [
        ([], {}, "items"),
        ([[(3, 2, 1)]], {}, "items"),
        ([[(1, 2)]], {}, "items"),
        ([[(1, math.nan, 3)]], {}, "items"),
        ([[(1, 2, 3)]], {"top": 0}, "top"),
        ([[(1, 2, 3)]], {"draws": 10**9}, "draws"),
    ],
)
def test_stability_refuses_what_it_cannot_draw(items, more, named):
    with pytest.raises(ValueError, match=named):
        rank_stability(items, float, **more)
