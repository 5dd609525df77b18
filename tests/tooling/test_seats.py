import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tooling.seats import (
    active_p95,
    active_people,
    cost_per_active,
    recommended_seats,
    rightsizing,
    utilisation,
    waste,
)

TODAY = date(2026, 3, 31)
PRICE = Decimal("12.50")


def test_utilisation_is_a_share_of_purchased_seats():
    found = utilisation(purchased=50, allocated=45, active=40)

    assert (found.allocated, found.active, found.headroom) == (0.9, 0.8, 5)
    assert found.is_on_target is False


def test_nine_tenths_allocated_and_active_are_on_target():
    assert utilisation(50, 50, 45).is_on_target is True


def test_overuse_is_negative_headroom():
    found = utilisation(purchased=10, allocated=8, active=12)

    assert (found.active, found.headroom) == (1.2, -2)


def test_an_unlimited_licence_has_no_utilisation():
    found = utilisation(None, allocated=400, active=120)

    assert (found.allocated, found.active, found.headroom, found.is_on_target) == (None,) * 4
    assert waste(None, 120, PRICE, 12) is None
    assert cost_per_active(Decimal(600), 120) == 5


def test_a_contract_without_seats_has_no_share_but_a_headroom():
    found = utilisation(0, 0, 3)

    assert (found.active, found.headroom) == (None, -3)


def test_activity_is_counted_inside_its_window():
    last_used = [TODAY, date(2026, 3, 2), date(2026, 3, 1), None, date(2026, 4, 1)]

    assert active_people(last_used, on=TODAY, window=30) == 2
    assert active_people(last_used, on=TODAY, window=90) == 3


def test_waste_is_what_unused_seats_cost_until_the_end():
    assert waste(50, 38, PRICE, 6) == Decimal("900.00")


def test_overuse_is_not_negative_waste():
    assert waste(10, 12, PRICE, 6) == 0


def test_money_stays_exact():
    assert waste(3, 0, Decimal("0.10"), 1) == Decimal("0.30")
    assert waste(3, 0, 0.1, 1) == Decimal("0.3")


def test_nobody_active_has_no_cost_a_head():
    assert cost_per_active(Decimal(600), 0) is None


@pytest.mark.parametrize(
    ("busy", "more", "seats"),
    [
        (100, {"buffer": 0.1}, 110),
        (38, {"buffer": 0.1}, 42),
        (38, {"buffer": 0, "joiners": 4, "leavers": 2}, 40),
        (1, {"buffer": 0, "leavers": 5}, 0),
    ],
)
def test_seats_are_rounded_up_once(busy, more, seats):
    assert recommended_seats(busy, **more) == seats


@given(st.integers(0, 10_000), st.floats(0, 1), st.integers(0, 50))
def test_without_leavers_the_seats_are_enough(busy, buffer, joiners):
    assert recommended_seats(busy, buffer=buffer, joiners=joiners) >= busy + joiners


def test_the_usual_busy_day_leaves_the_busiest_out():
    assert active_p95(list(range(1, 102))) == 96
    assert active_p95([7]) == 7


def test_rightsizing_shows_the_saving_and_its_risk():
    daily = [30] * 19 + [60]

    found = rightsizing(daily, purchased=50, unit_cost=PRICE, remaining=12, buffer=0)

    assert found.recommended == 32
    assert found.saving == 18 * PRICE * 12
    assert found.risk == 0.05


def test_an_unlimited_licence_saves_nothing_by_fewer_seats():
    assert rightsizing([3], purchased=None, unit_cost=PRICE, remaining=1).saving is None


@pytest.mark.parametrize(
    ("calculate", "named"),
    [
        (lambda: utilisation(-1, 0, 0), "purchased"),
        (lambda: utilisation(5, 1.5, 0), "allocated"),
        (lambda: utilisation(None, 1, "3"), "active"),
        (lambda: waste(5, 1, Decimal("NaN"), 1), "unit_cost"),
        (lambda: waste(5, 1, PRICE, -1), "remaining"),
        (lambda: cost_per_active(math.inf, 1), "cost"),
        (lambda: recommended_seats(5, buffer=-0.1), "buffer"),
        (lambda: active_p95([]), "daily_active"),
        (lambda: active_p95([-1]), "daily_active"),
        (lambda: active_people([], on=TODAY, window=0), "window"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_by_name(calculate, named):
    with pytest.raises(ValueError, match=named):
        calculate()
