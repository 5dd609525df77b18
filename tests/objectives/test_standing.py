"""Where key results and objectives stand: two signals, signed progress, the weakest first."""

from datetime import date, timedelta

import pytest

from metrics.models import SeriesState
from objectives import actions
from objectives.choices import KeyResultKind, Pace
from objectives.models import KeyResult, Objective
from objectives.standing import Standing, together
from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
    SeriesFactory,
)

ON = date(2026, 2, 14)
HALF = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}  # ON is its middle


@pytest.fixture
def objective(db):
    return ObjectiveFactory(cycle=CycleFactory(**HALF))


def standing_of(key_result, on=ON):
    return KeyResult.objects.with_standing().get(pk=key_result.pk).standing(on)


def state_of(series, **fields):
    return SeriesState.objects.create(series=series, as_of=clock.start_of(ON), **fields)


@pytest.mark.parametrize(
    ("value", "progress", "status"),
    [
        (8.75, 0.5, Pace.ON_TRACK),
        (9.0, 0.4, Pace.LAGGING),
        (9.5, 0.2, Pace.AT_RISK),
        (11.0, -0.4, Pace.AT_RISK),
        (5.0, 2.0, Pace.ON_TRACK),
    ],
)
def test_progress_is_signed_and_unclipped_and_the_pace_follows_time(
    objective, value, progress, status
):
    key_result = KeyResultFactory(objective=objective, baseline=10, target=7.5)
    CheckInFactory(key_result=key_result, value=value, on=ON)

    found = standing_of(key_result)

    assert found.expected == 0.5
    assert found.progress == pytest.approx(progress)
    assert found.status == status


def test_a_number_that_nobody_measured_is_not_known_yet(objective):
    assert standing_of(KeyResultFactory(objective=objective)) == Standing(expected=0.5)


def test_a_backlog_has_progress_but_no_pace(db):
    backlog = CycleFactory(starts_on=None, ends_on=None, state="backlog")
    key_result = KeyResultFactory(objective__cycle=backlog)
    CheckInFactory(key_result=key_result, value=0.5, on=ON)

    found = standing_of(key_result)

    assert (found.progress, found.expected, found.status) == (0.5, None, Pace.UNKNOWN)


def test_the_value_of_a_series_is_that_of_the_day_asked_for(objective):
    series = SeriesFactory()
    recent = [["2026-02-02", 4, True, False, ""], ["2026-02-09", 6, True, False, ""]]
    state_of(series, latest=6, latest_period=date(2026, 2, 9), recent=recent)
    key_result = KeyResultFactory(objective=objective, series=series, baseline=0, target=10)

    assert standing_of(key_result).current == 6
    assert standing_of(key_result, date(2026, 2, 8)).current == 4


def test_a_range_kept_counts_the_closed_periods_of_the_cycle_alone(objective):
    series = SeriesFactory()
    state_of(
        series,
        latest=50,
        recent=[
            ["2025-12-29", 1, True, False, ""],  # before the cycle
            ["2026-01-05", 50, True, False, ""],
            ["2026-01-12", 99, True, False, ""],  # outside
            ["2026-01-19", 99, True, True, ""],  # excluded
            ["2026-01-26", 40, True, False, ""],
            ["2026-02-02", 60, True, False, ""],
            ["2026-02-09", 0, False, False, ""],  # still open
        ],
    )
    key_result = KeyResultFactory(
        objective=objective,
        kind=KeyResultKind.MAINTAIN,
        series=series,
        baseline=None,
        target=None,
        low=40,
        high=60,
    )

    found = standing_of(key_result)

    assert (found.progress, found.status, found.pace) == (0.75, Pace.LAGGING, None)


@pytest.mark.parametrize(
    ("zone", "progress"), [("fail", 0), ("commit", 3 / 7), ("target", 1), ("stretch", 10 / 7)]
)
def test_a_described_result_is_as_far_as_its_zone(objective, zone, progress):
    key_result = KeyResultFactory(
        objective=objective, kind=KeyResultKind.ORDINAL, baseline=None, target=None
    )
    CheckInFactory(key_result=key_result, zone=zone, on=ON)

    assert standing_of(key_result).progress == pytest.approx(progress)


def test_an_objective_shows_its_weakest_and_the_weighted_mean(objective):
    for value, weight, confidence in ((0.5, 1, 8), (0.1, 3, 6), (-9, 0, 9)):
        key_result = KeyResultFactory(objective=objective, weight=weight)
        CheckInFactory(key_result=key_result, value=value, confidence=confidence, on=ON)

    found = Objective.objects.with_standing().get().standing(ON)

    assert found.progress == pytest.approx((0.5 + 3 * 0.1) / 4)
    assert (found.status, found.confidence) == (Pace.AT_RISK, 6)


def test_pace_and_confidence_stay_two_signals():
    doubted = Standing(status=Pace.ON_TRACK, confidence=3)
    hoped = Standing(status=Pace.AT_RISK, confidence=9)
    agreed = Standing(status=Pace.ON_TRACK, confidence=8)

    assert [one.disagrees for one in (doubted, hoped, agreed, Standing())] == [
        True,
        True,
        False,
        False,
    ]
    assert together([(doubted, 1), (hoped, 1)]).status == Pace.AT_RISK


def test_what_is_in_the_trash_counts_for_nothing(objective, ines):
    kept = KeyResultFactory(objective=objective)
    CheckInFactory(key_result=kept, value=1, on=ON)
    gone = KeyResultFactory(objective=objective)
    gone.discard(by=ines)

    assert Objective.objects.with_standing().get().standing(ON).status == Pace.ON_TRACK


def test_an_objective_taken_out_of_two_still_leaves_its_gap_planned(ines, checkout):
    gap = actions.objectives.Gap.objects.create(
        title="No data", subject=checkout.subject, found_on=ON - timedelta(90)
    )
    common = {"cycle": CycleFactory(), "subject": checkout.subject, "owner": ines, "by": ines}
    first, second = (
        actions.raise_objective(title=title, gaps=[gap], **common) for title in ("One", "Two")
    )

    actions.discard_objective(objective=first, by=ines)
    gap.refresh_from_db()
    with_one_left = gap.state
    actions.close_objective(objective=second, outcome="dropped", learning="Not now", by=ines)

    gap.refresh_from_db()
    assert (with_one_left, gap.state) == ("planned", "identified")
