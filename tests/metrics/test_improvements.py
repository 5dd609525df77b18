"""Improvements from idea to ruling: the verbs, by their results."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.choices import GapState
from metrics.actions import improvements as actions
from metrics.choices import ImprovementState
from metrics.models import (
    Improvement,
    ImprovementGap,
    ImprovementKeyResult,
    NotAllowed,
    Registration,
    Segment,
)
from productops import clock
from productops.changelog import history_of
from productops.forms import Stale
from tests.factories.audits import GapFactory
from tests.factories.metrics import (
    ImprovementFactory,
    RegistrationFactory,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import KeyResultFactory

BEFORE = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10]
AFTER = [5, 6, 5, 4, 5, 6, 5, 4]


@pytest.fixture
def series(checkout):
    return weekly_series(BEFORE + AFTER, clock.today(), subject=checkout.subject)


@pytest.fixture
def idea(checkout, mia, series):
    improvement = ImprovementFactory(subject=checkout.subject, owner=mia)
    RegistrationFactory(improvement=improvement, series=series, direction="down")
    return improvement


@pytest.fixture
def judged(idea, ines):
    actions.approve(improvement=idea, by=ines)
    actions.go_live(improvement=idea, on=weeks_before(8, clock.today())[0], by=ines)
    compute()
    return fresh(idea)


def compute() -> None:
    settle(clock.today(), timezone.now() + timedelta(minutes=1))


def fresh(improvement: Improvement) -> Improvement:
    return Improvement.with_trash.get(pk=improvement.pk)


def verbs(improvement: Improvement) -> list[str]:
    return [entry.verb for entry in history_of(improvement)]


# Planned and promised ----------------------------------------------------------------------
def test_an_idea_is_planned_with_its_links_and_its_promise(checkout, mia, series):
    key_result, gap = KeyResultFactory(), GapFactory()

    planned = actions.plan_improvement(
        by=mia,
        title="Smaller batches",
        kind="structure",
        subject=checkout.subject,
        owner=mia,
        key_results=[key_result],
        gaps=[gap],
        promise={"series": series, "direction": "down", "smallest_effect": 1.0},
    )

    gap.refresh_from_db()
    assert planned.state == ImprovementState.IDEA
    assert list(planned.key_results.all()) == [key_result]
    assert gap.state == GapState.PLANNED
    promise = planned.registrations.get()
    assert (promise.series, promise.direction, promise.window_periods) == (series, "down", 8)
    assert promise.is_locked is False


def test_links_are_set_to_exactly_those_that_were_chosen(idea, mia):
    kept, left, new = KeyResultFactory.create_batch(3)
    actions.link(improvement=idea, by=mia, key_results=[kept, left], gaps=[])
    before = ImprovementKeyResult.objects.get(key_result=kept).pk

    actions.link(improvement=idea, by=mia, key_results=[kept, new])

    assert set(idea.key_results.all()) == {kept, new}
    assert ImprovementKeyResult.objects.get(key_result=kept).pk == before
    assert ImprovementGap.objects.count() == 0


def test_a_second_promise_on_a_series_replaces_the_first(idea, series, mia):
    actions.register(improvement=idea, series=series, direction="up", by=mia, lag_periods=2)

    promise = idea.registrations.get()
    assert (promise.direction, promise.lag_periods) == ("up", 2)


def test_a_stale_change_of_an_idea_is_refused(idea, mia):
    Improvement.objects.filter(pk=idea.pk).update(version=7)

    with pytest.raises(Stale):
        actions.change_improvement(improvement=idea, by=mia, before={}, after={"title": "x"})


# Approved ----------------------------------------------------------------------------------
def test_approval_locks_what_was_promised(idea, ines):
    actions.approve(improvement=idea, by=ines)

    promise = idea.registrations.get()
    assert fresh(idea).is_approved
    assert (promise.is_locked, promise.locked_by) == (True, ines)
    assert verbs(idea) == ["approved"]


def test_an_idea_that_promises_nothing_is_not_approved(checkout, ines):
    vague = ImprovementFactory(subject=checkout.subject)

    with pytest.raises(NotAllowed, match="which KPI"):
        actions.approve(improvement=vague, by=ines)

    assert fresh(vague).is_idea


def test_approving_twice_changes_nothing(idea, ines, olga):
    actions.approve(improvement=idea, by=ines)
    actions.approve(improvement=idea, by=olga)

    assert idea.registrations.get().locked_by == ines
    assert verbs(idea) == ["approved"]


def test_nobody_moves_the_posts_after_approval(idea, series, ines):
    actions.approve(improvement=idea, by=ines)
    idea.refresh_from_db()

    with pytest.raises(NotAllowed):
        actions.register(improvement=idea, series=series, direction="up", by=ines)
    with pytest.raises(NotAllowed):
        actions.withdraw(registration=idea.registrations.get(), by=ines)
    with pytest.raises(NotAllowed):
        actions.change_improvement(improvement=idea, by=ines, before={}, after={})
    assert idea.registrations.get().direction == "down"


def test_a_promise_may_be_taken_back_before(idea, mia):
    actions.withdraw(registration=idea.registrations.get(), by=mia)

    assert not Registration.objects.exists()


# Live and judged ---------------------------------------------------------------------------
def test_what_is_not_approved_does_not_go_live(idea, ines):
    with pytest.raises(NotAllowed):
        actions.go_live(improvement=idea, on=clock.today(), by=ines)


def test_going_live_is_judged_although_no_number_came_in(judged):
    verdict = judged.registrations.get().verdicts.get()

    assert judged.state == ImprovementState.JUDGED
    assert verdict.result == "improved"
    assert verdict.effect == pytest.approx(-5.167, abs=0.01)


def test_what_went_live_last_week_is_too_early_to_tell(idea, ines):
    actions.approve(improvement=idea, by=ines)
    actions.go_live(improvement=idea, on=weeks_before(1, clock.today())[0], by=ines)
    compute()

    verdict = idea.registrations.get().verdicts.get()
    assert (fresh(idea).state, verdict.result) == (ImprovementState.LIVE, "too_early")
    assert verdict.ready_on > clock.today()


# Ruled on ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ruling", "state"),
    [("keep", ImprovementState.KEPT), ("stop", ImprovementState.STOPPED)],
)
def test_a_ruling_is_signed_and_ends_it(judged, mia, ruling, state):
    signed = actions.rule(improvement=judged, ruling=ruling, note="As said", by=mia)

    assert fresh(judged).state == state
    assert (signed.by, signed.note) == (mia, "As said")


def test_keeping_may_begin_a_new_usual_range(judged, series, mia):
    actions.rule(improvement=judged, ruling="keep", new_limits=True, by=mia)

    begun = Segment.objects.get(improvement=judged)
    assert begun.from_period == weeks_before(8, clock.today())[0]
    assert begun.cause == judged.title


def test_keeping_without_a_word_about_limits_leaves_them(judged, mia):
    actions.rule(improvement=judged, ruling="keep", by=mia)

    assert not Segment.objects.filter(improvement=judged).exists()


def test_limits_that_begin_there_already_are_no_hindrance(judged, series, mia):
    Segment.objects.create(series=series, from_period=weeks_before(8, clock.today())[0], cause="x")

    actions.rule(improvement=judged, ruling="keep", new_limits=True, by=mia)

    assert fresh(judged).state == ImprovementState.KEPT


def test_more_time_lengthens_the_window_and_judges_again(judged, mia):
    actions.rule(improvement=judged, ruling="extend", by=mia)
    compute()

    promise = judged.registrations.get()
    assert promise.window_periods == 16
    assert fresh(judged).state == ImprovementState.LIVE
    assert promise.verdicts.get().result == "too_early"


def test_a_window_grows_to_two_years_and_no_further(judged, mia):
    judged.registrations.update(window_periods=100)

    actions.rule(improvement=judged, ruling="extend", by=mia)

    assert judged.registrations.get().window_periods == 104


def test_what_was_decided_is_not_decided_again(judged, mia):
    actions.rule(improvement=judged, ruling="keep", by=mia)

    with pytest.raises(NotAllowed, match="Kept"):
        actions.rule(improvement=judged, ruling="stop", by=mia)


def test_what_is_approved_may_be_given_up_before_it_goes_live(idea, ines, mia):
    actions.approve(improvement=idea, by=ines)

    actions.stop(improvement=idea, note="No people", by=mia)

    assert fresh(idea).state == ImprovementState.STOPPED
    assert idea.rulings.get().note == "No people"


def test_a_gap_is_closed_by_what_was_kept_and_by_nothing_else(judged, mia):
    gap = GapFactory()
    actions.link(improvement=judged, by=mia, gaps=[gap])
    with pytest.raises(NotAllowed):
        actions.close_gap(improvement=judged, gap=gap, by=mia)
    actions.rule(improvement=judged, ruling="keep", by=mia)

    actions.close_gap(improvement=fresh(judged), gap=gap, by=mia)

    gap.refresh_from_db()
    assert gap.is_closed
