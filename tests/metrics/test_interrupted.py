import numpy as np
import pytest

from metrics.interrupted import design, estimated_r, generalised, second_opinion
from metrics.student import quantile

NOISE = np.random.default_rng(5).normal(size=40)


def stepped(before=16, after=24, *, trend=0.0, level=0.0, slope=0.0, noise=NOISE):
    x = design(before, after)
    values = x @ np.array([50.0, trend, level, slope]) + noise[: before + after]
    return list(values[:before]), list(values[before:])


def test_a_step_beyond_the_trend_is_found_in_its_size():
    opinion = second_opinion(*stepped(trend=0.5, level=-8))

    assert opinion.level.value == pytest.approx(-8, abs=1.5)
    assert opinion.level.is_beyond_doubt
    assert not opinion.slope.is_beyond_doubt


def test_a_trend_that_goes_on_is_no_change_though_the_means_differ():
    before, after = stepped(trend=1.0)

    opinion = second_opinion(before, after)

    assert np.mean(after) - np.mean(before) > 15
    assert opinion.trend.is_beyond_doubt
    assert not opinion.level.is_beyond_doubt
    assert not opinion.at_the_end.is_beyond_doubt


def test_a_slope_that_changed_shows_at_the_end():
    opinion = second_opinion(*stepped(slope=0.6))

    assert opinion.slope.value == pytest.approx(0.6, abs=0.2)
    expected = opinion.level.value + 23 * opinion.slope.value
    assert opinion.at_the_end.value == pytest.approx(expected)


def test_without_autocorrelation_it_is_plain_least_squares():
    x, y = design(16, 24), design(16, 24) @ np.array([5.0, 0.1, 2.0, 0.0]) + NOISE

    beta, covariance = generalised(x, y, 0.0)

    expected, rss, _rank, _sv = np.linalg.lstsq(x, y, rcond=None)
    assert beta == pytest.approx(expected)
    errors = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * rss[0] / 36)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(errors)


def test_with_autocorrelation_it_is_least_squares_weighted_by_the_inverse_covariance():
    x, y, r = design(16, 24), design(16, 24) @ np.array([5.0, 0.1, 2.0, 0.0]) + NOISE, 0.4
    t = np.arange(40)
    weight = np.linalg.inv(r ** abs(t[:, None] - t[None, :]) / (1 - r * r))

    beta, covariance = generalised(x, y, r)

    expected = np.linalg.solve(x.T @ weight @ x, x.T @ weight @ y)
    errors = y - x @ expected
    variance = errors @ weight @ errors / 36
    assert beta == pytest.approx(expected)
    assert covariance == pytest.approx(variance * np.linalg.inv(x.T @ weight @ x))


@pytest.mark.parametrize(("phi", "least"), [(0.0, 0.93), (0.4, 0.89)])
def test_its_intervals_hold_what_is_true_about_as_often_as_they_say(phi, least):
    luck, held, runs = np.random.default_rng(11), 0, 400
    for _run in range(runs):
        shocks = luck.normal(size=68)
        errors = np.zeros(68)
        for t in range(1, 68):
            errors[t] = phi * errors[t - 1] + shocks[t]
        opinion = second_opinion(*stepped(24, 24, trend=0.2, level=2, noise=errors[20:]))
        held += opinion.level.low <= 2 <= opinion.level.high

    assert held / runs >= least


def test_the_autocorrelation_is_found():
    luck = np.random.default_rng(3)
    errors = np.zeros(400)
    for t in range(1, 400):
        errors[t] = 0.5 * errors[t - 1] + luck.normal()

    assert estimated_r(design(200, 200), errors) == pytest.approx(0.5, abs=0.1)


def test_short_or_still_series_have_no_second_opinion():
    before, after = stepped()

    assert second_opinion(before[:11], after) is None
    assert second_opinion(before, after[:11]) is None
    assert second_opinion([5.0] * 12, [7.0] * 12) is None


def test_what_is_no_number_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^after\[1\]"):
        second_opinion([1.0] * 12, [1.0, "x"])


def test_the_interval_is_students():
    before, after = stepped(20, 20)
    opinion = second_opinion(before, after)
    x, y = design(20, 20), np.array(before + after)
    _beta, covariance = generalised(x, y, opinion.r)

    reach = quantile(0.975, 36) * covariance[2, 2] ** 0.5
    assert opinion.level.high - opinion.level.value == pytest.approx(reach)
