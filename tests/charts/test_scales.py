import pytest
from hypothesis import given
from hypothesis import strategies as st

from productops.charts.scales import Scale, axis, decimals, spread, ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, (0, 2.5, 5, 7.5, 10)),
        (0, 14.6, (0, 5, 10, 15)),
        (-3, 4, (-4, -2, 0, 2, 4)),
        (0.001, 0.0042, (0.001, 0.002, 0.003, 0.004, 0.005)),
        (0, 1_200_000, (0, 500_000, 1_000_000, 1_500_000)),
    ],
)
def test_ticks_are_round_numbers_that_enclose_the_values(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_axis_starts_at_zero_by_default():
    found = axis([6.0, 9.5, 14.6], band=(6.9, 12.2))

    assert (found.low, found.high, found.is_cut) == (0, 15, False)


def test_axis_is_cut_where_the_band_is_narrower_than_15_percent_of_the_value():
    found = axis([106.4, 110.9], band=(104.9, 109.7))

    assert found.is_cut
    assert found.low > 100


def test_axis_is_not_cut_for_a_band_of_exactly_15_percent():
    assert not axis([92.5, 107.5], band=(92.5, 107.5)).is_cut


def test_axis_of_negative_values_reaches_up_to_zero():
    found = axis([-8.0, -2.0])

    assert found.low <= -8
    assert found.high == 0


@pytest.mark.parametrize("constant", [0.0, 7.0, -7.0, 1e300])
def test_axis_of_a_constant_has_room_around_it(constant):
    found = axis([constant] * 5)

    assert found.low < found.high
    assert found.low <= constant <= found.high


def test_axis_without_values_goes_from_zero_to_one():
    assert axis([]).ticks == (0, 1)


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_scale_keeps_order_and_ends(low, high, value):
    low, high = sorted((low, high))
    scale = Scale(low, high, 0, 100)

    assert scale(low) == pytest.approx(50 if low == high else 0)
    assert scale(high) == pytest.approx(50 if low == high else 100)
    if low < value < high:
        assert 0 <= scale(value) <= 100


def test_decimals_tell_ticks_apart():
    assert decimals((0, 0.25, 0.5)) == 2
    assert decimals((0, 5, 10)) == 0
    assert decimals((0, 2.5, 5)) == 1
    assert decimals((0, 1e13, 2e13)) is None


@given(st.lists(st.floats(0, 300), max_size=8).map(sorted))
def test_labels_pushed_apart_keep_their_order_and_distance(places):
    pushed = spread(places, 15, 0, 300)

    assert len(pushed) == len(places)
    assert all(b - a >= 15 - 1e-6 for a, b in zip(pushed, pushed[1:], strict=False))
    assert all(place <= 300 + 1e-6 for place in pushed)
