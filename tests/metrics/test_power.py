import numpy as np
import pytest

from metrics.power import detectable, periods_for
from metrics.verdict import judge

STEADY = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]


def test_it_is_what_the_verdict_says_of_a_time_after_that_varies_as_before():
    after = [*STEADY[:8]]

    told = judge(STEADY, after, direction="up").mde

    assert detectable(STEADY, 8) == pytest.approx(told, rel=0.15)


def test_a_longer_window_finds_less():
    found = [detectable(STEADY, periods) for periods in (8, 12, 20, 52)]

    assert found == sorted(found, reverse=True)


def test_the_window_that_is_proposed_is_the_shortest_that_finds_the_effect():
    wanted = detectable(STEADY, 20)

    assert periods_for(STEADY, wanted) == 20


def test_large_effects_need_the_shortest_window_and_no_window_finds_tiny_ones():
    assert periods_for(STEADY, 50) == 8
    assert periods_for(STEADY, 0.01) is None


def test_points_that_resemble_each_other_make_it_harder():
    slow = sorted(STEADY)

    assert detectable(slow, 12) > 2 * detectable(STEADY, 12)


def test_a_past_that_is_too_short_says_nothing():
    assert detectable(STEADY[:7], 8) is None
    assert periods_for(STEADY[:7], 5) is None


def test_a_window_that_could_hold_no_run_is_refused():
    with pytest.raises(ValueError, match=r"^periods"):
        detectable(STEADY, 7)


def test_so_large_a_change_is_found_by_gate_b_in_about_eighty_of_a_hundred_cases():
    luck, found, runs = np.random.default_rng(4), 0, 600
    for _run in range(runs):
        values = [float(value) for value in luck.normal(size=40)]
        size = detectable(values[:24], 16)
        told = judge(values[:24], [value + size for value in values[24:]], direction="up")
        found += told.gate_size

    assert 0.74 <= found / runs <= 0.92
