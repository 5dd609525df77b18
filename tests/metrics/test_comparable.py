"""Verdicts on series that have a season or a trend of their own."""

from datetime import date, timedelta
from random import Random
from statistics import fmean, stdev

import pytest

from metrics.choices import ImprovementState
from metrics.comparable import comparable
from metrics.judgement import Dot, Stretch
from metrics.models import Verdict
from metrics.spc import Form, Limits, Place, fitted
from metrics.windows import Windows
from tests.factories.metrics import (
    NOW,
    ImprovementFactory,
    RegistrationFactory,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import SeriesFactory

FIRST = date(2026, 1, 5)
RNG = Random(11)
NOISE = [RNG.gauss(0, 1) for _ in range(48)]
QUARTER = [0.7, 0.9, 1.1, 1.3]
RISING = [10 + 0.5 * t + e for t, e in enumerate(NOISE)]
WAVY = [(100 + e) * QUARTER[t % 4] for t, e in enumerate(NOISE)]


def windows(values, before):
    dots = [Dot(FIRST + timedelta(weeks=week), value) for week, value in enumerate(values)]
    return Windows(tuple(dots[:before]), tuple(dots[before:]), dots[before].period, 0)


def stretch(values, **form):
    places = [Place(time) for time in range(len(values))]
    return Stretch(FIRST, fitted(values, places, Form(**form), since=0))


def values(dots):
    return [dot.value for dot in dots]


# Windows ------------------------------------------------------------------------------------
def test_a_level_series_is_compared_as_it_is():
    given = windows(NOISE[:20], 12)

    assert comparable(given, stretch(NOISE[:12]), "xmr") is given
    assert comparable(given, Stretch(FIRST, Limits()), "xmr") is given
    assert comparable(given, None, "trend") is given


def test_a_trend_is_drawn_on_from_where_the_change_began():
    straight = [10 + 0.5 * t for t in range(20)]

    made = comparable(windows(straight, 12), stretch(straight[:12], chart="trend"), "trend")

    # The line is at 16 when the change begins, and so is all that it explains.
    assert values(made.before + made.after) == pytest.approx([16.0] * 20)


def test_a_step_on_a_trend_keeps_its_size():
    stepped = [10 + 0.5 * t + (3 if t >= 12 else 0) for t in range(20)]

    made = comparable(windows(stepped, 12), stretch(stepped[:12], chart="trend"), "trend")

    assert fmean(values(made.after)) - fmean(values(made.before)) == pytest.approx(3)


def test_what_is_drawn_on_further_is_known_less_well():
    near, far = windows(RISING[:16], 12), windows(RISING[:36], 12)
    by = stretch(RISING[:12], chart="trend")

    spreads = [stdev(values(comparable(each, by, "trend").before)) for each in (near, far)]

    assert stdev(NOISE[:12]) < spreads[0] < spreads[1] / 2


def test_a_season_is_divided_out_and_its_error_spreads_the_time_before():
    made = comparable(windows(WAVY[:20], 8), stretch(WAVY[:8], season=4), "xmr")

    levels = values(made.after)
    assert max(levels) - min(levels) < 8  # 64 as they are
    assert fmean(values(made.before)) == pytest.approx(fmean(WAVY[:8]))
    # Two seasons: what is left of the time before is 1/√3 of what a later value strays by.
    plain = [level for level in map(lambda dot: dot.value, made.before)]
    assert stdev(plain) == pytest.approx(3**0.5 * stdev(levels_of(WAVY[:8])), rel=1e-9)


def levels_of(values):
    parts = [fmean(values[part::4]) for part in range(4)]
    return [value / (parts[t % 4] / fmean(values)) for t, value in enumerate(values)]


# Verdicts -----------------------------------------------------------------------------------
def judged(numbers, **read):
    live_on = weeks_before(8)[0]
    series = SeriesFactory(**read)
    improvement = ImprovementFactory(state=ImprovementState.LIVE, go_live_on=live_on)
    promise = RegistrationFactory(improvement=improvement, series=series, locked_at=NOW)
    weekly_series(numbers, series=series)
    return Verdict.objects.get(registration=promise)


@pytest.mark.django_db
def test_a_rise_that_was_there_before_is_no_improvement_where_it_is_read_as_a_trend():
    luck = Random(13)
    gently = [10 + 0.15 * t + luck.gauss(0, 1) for t in range(32)]
    assert judged(gently).result == "improved"

    verdict = judged(gently, chart="trend")

    assert verdict.result == "no_change"
    assert verdict.sentence.endswith("Compared with the line of the time before, drawn on.")


@pytest.mark.django_db
def test_a_step_on_top_of_a_trend_is_an_improvement_of_its_own_size():
    stepped = [value + (7 if t >= 24 else 0) for t, value in enumerate(RISING[:32])]

    verdict = judged(stepped, chart="trend")

    assert verdict.result == "improved"
    assert verdict.ci_low < 7 < verdict.ci_high


@pytest.mark.django_db
def test_a_small_change_is_seen_when_its_season_is_taken_out():
    better = [value * (1.1 if t >= 24 else 1) for t, value in enumerate(WAVY[:32])]

    assert judged(better).result == "no_change"
    verdict = judged(better, season=4)

    assert verdict.result == "improved"
    assert verdict.effect == pytest.approx(10, abs=1.5)
    assert verdict.sentence.endswith("Compared without its season.")
