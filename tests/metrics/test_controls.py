from datetime import timedelta

import pytest

from metrics.models import Verdict
from tests.factories.metrics import observe, promised_on, settle, weekly_series, weeks_before
from tests.factories.objectives import SeriesFactory
from tests.factories.teams import ProductFactory

pytestmark = pytest.mark.django_db
WAVES = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
# What everybody feels: the market rises by ten in the very week.
MARKET = [*WAVES, *[value + 10 for value in WAVES[:8]]]
NOISE = [0.4, -0.3, 0.1, -0.5, 0.2, 0.6, -0.2, -0.4, 0.3, 0.0] * 2


def pair():
    """The series of a KPI where something changed, and where nothing did."""
    treated = SeriesFactory()
    return treated, SeriesFactory(kpi=treated.kpi, subject=ProductFactory().subject)


def judged(own, beside, **words):
    treated, control = pair()
    promise = promised_on(treated, weeks_ago=8, method="controlled", control=control, **words)
    weekly_series(beside, series=control)
    weekly_series(own, series=treated)
    return Verdict.objects.get(registration=promise)


def test_what_everybody_feels_is_no_effect_of_the_change():
    own = [value + 2 + noise for value, noise in zip(MARKET, NOISE, strict=True)]

    verdict = judged(own, MARKET)

    assert verdict.result == "no_change"
    assert verdict.effect == pytest.approx(0, abs=0.5)


def test_what_moves_the_series_away_from_its_control_is_one():
    own = [value + noise for value, noise in zip(MARKET, NOISE, strict=True)]
    own[12:] = [value + 3 for value in own[12:]]

    verdict = judged(own, MARKET)

    assert verdict.result == "improved"
    assert verdict.effect == pytest.approx(3, abs=0.5)


def test_the_means_behind_the_difference_are_kept():
    own = [value + 2 + noise for value, noise in zip(MARKET, NOISE, strict=True)]

    summary = judged(own, MARKET).summary

    assert summary["control"] == {"before": 11, "after": pytest.approx(21)}
    assert summary["treated"]["after"] == pytest.approx(23, abs=0.3)
    assert summary["before"]["mean"] == pytest.approx(2, abs=0.3)


def test_only_periods_that_both_have_count():
    verdict = judged(MARKET, MARKET[2:])

    assert verdict.n_before == 10


def test_numbers_too_large_to_be_compared_are_passed_over():
    own = [value + noise for value, noise in zip(MARKET, NOISE, strict=True)]

    verdict = judged([*own[:3], 9e99, *own[4:]], [*MARKET[:3], -9e99, *MARKET[4:]])

    assert (verdict.result, verdict.n_before) == ("no_change", 11)


def test_a_control_that_was_changed_at_the_same_time_is_none():
    treated, control = pair()
    promise = promised_on(treated, weeks_ago=8, method="controlled", control=control)
    other = promised_on(control, weeks_ago=5)
    weekly_series(MARKET, series=control)
    weekly_series(MARKET, series=treated)

    verdict = Verdict.objects.get(registration=promise)
    assert (verdict.result, verdict.reason) == ("unclear", "shared")
    assert other.improvement.title not in verdict.sentence


def test_numbers_of_the_control_alone_change_the_verdict():
    own = [value + noise for value, noise in zip(MARKET, NOISE, strict=True)]
    verdict = judged(own, MARKET)

    control = verdict.registration.control
    observe(control, [(day + timedelta(days=1), -20.0) for day in weeks_before(8)])
    settle()

    verdict.refresh_from_db()
    assert verdict.result == "improved"
