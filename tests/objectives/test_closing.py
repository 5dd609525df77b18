"""The end of an objective: its grade, what was learned, what is carried on, what a cycle made."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from objectives import actions
from objectives.actions.alignment import align
from objectives.actions.carrying import carry_over
from objectives.actions.plans import even_steps, plan_way
from objectives.choices import Ambition, ObjectiveState, Pace
from objectives.evaluation import Graded, by_group, tally
from objectives.models import KeyResult, Objective
from productops import clock
from tests.factories.audits import GapFactory
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)


@pytest.fixture
def objective(db):
    return ObjectiveFactory(title="Faster answers")


@pytest.fixture
def result(objective):
    made = KeyResultFactory(objective=objective, baseline=10, target=5, commit=8, stretch=3)
    CheckInFactory(key_result=made, value=6, on=clock.today() - timedelta(days=1))
    return made


def close(objective, by, **said):
    words = {"outcome": ObjectiveState.ACHIEVED, "learning": "Small steps"} | said
    actions.close_objective(objective=objective, by=by, **words)
    return Objective.objects.with_standing().get(pk=objective.pk)


def again(key_result):
    return KeyResult.objects.with_standing().get(pk=key_result.pk)


# Grades -------------------------------------------------------------------------------------
def test_closing_keeps_how_far_everything_was(objective, result, ines):
    closed = close(objective, ines)

    assert closed.grade == pytest.approx(0.8)
    assert again(result).final_value == 6
    assert again(result).final_zone == "commit"


def test_data_that_comes_later_does_not_move_a_grade(objective, result, ines):
    close(objective, ines)
    CheckInFactory(key_result=result, value=5, on=clock.today())

    assert again(result).standing(clock.today()).progress == pytest.approx(0.8)
    assert again(result).current(clock.today()) == 6


def test_the_grade_counts_what_rolls_up(objective, result, ines):
    lower = KeyResultFactory(baseline=0, target=1)
    CheckInFactory(key_result=lower, value=0.4, on=clock.today())
    align(begin=lower.objective, end=objective, weight=1, by=ines)

    assert close(objective, ines).grade == pytest.approx(0.6)


def test_reopening_takes_the_grade_away(objective, result, ines):
    actions.reopen_objective(objective=close(objective, ines), by=ines)
    CheckInFactory(key_result=result, value=5, on=clock.today())

    assert Objective.objects.get().grade is None
    assert again(result).progress(clock.today()) == 1


def test_what_to_keep_change_and_stop_is_written_down(objective, ines):
    closed = close(objective, ines, keeps="Pairing", changes="Earlier start", stops="Big batches")

    assert (closed.keeps, closed.changes, closed.stops) == (
        "Pairing",
        "Earlier start",
        "Big batches",
    )


# Approval -----------------------------------------------------------------------------------
def test_an_approved_objective_keeps_its_ambition(objective, ines):
    objective.approve(by=ines)

    with pytest.raises(ValidationError) as refused:
        objective.edit(by=ines, ambition=Ambition.COMMITTED)

    assert "ambition" in refused.value.message_dict
    assert objective.edit(by=ines, title="Answers within a day")


def test_approving_a_draft_begins_it(ines, db):
    draft = ObjectiveFactory(state=ObjectiveState.DRAFT)

    draft.approve(by=ines)

    assert draft.state == ObjectiveState.ONGOING
    assert draft.approved_by == ines


# A word beside the pace ---------------------------------------------------------------------
def test_a_word_against_the_pace_stands_until_the_next_check_in(result, ines):
    result.overrule(status=Pace.ON_TRACK, reason="The last tenth comes with the release", by=ines)
    assert again(result).is_overruled

    CheckInFactory(key_result=result, value=6, on=clock.today() + timedelta(days=1))
    assert not again(result).is_overruled


def test_a_word_against_the_pace_needs_a_reason(result, ines):
    with pytest.raises(ValidationError):
        result.overrule(status=Pace.ON_TRACK, reason=" ", by=ines)


# A plan -------------------------------------------------------------------------------------
@pytest.fixture
def year(db):
    return CycleFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


def test_a_plan_says_what_is_expected_by_a_day(year, ines):
    planned = KeyResultFactory(objective__cycle=year, baseline=0, target=100)
    CheckInFactory(key_result=planned, value=18, on=date(2026, 6, 30))

    plan_way(
        key_result=planned, steps=[(date(2026, 6, 30), 20), (date(2026, 12, 31), 100)], by=ines
    )

    standing = again(planned).standing(date(2026, 6, 30))
    assert standing.expected == pytest.approx(0.2)
    assert standing.pace == pytest.approx(0.9)
    assert standing.status == Pace.ON_TRACK


def test_the_same_plan_again_changes_nothing(year, ines):
    planned = KeyResultFactory(objective__cycle=year, baseline=0, target=100)
    steps = even_steps(planned, [date(2026, 3, 31), date(2026, 6, 30)])

    assert steps == [(date(2026, 3, 31), 50), (date(2026, 6, 30), 100)]
    assert plan_way(key_result=planned, steps=steps, by=ines)
    assert not plan_way(key_result=planned, steps=steps, by=ines)


@pytest.mark.parametrize(
    "days", [(date(2027, 1, 1),), (date(2026, 1, 1),), (date(2026, 5, 1), date(2026, 5, 1))]
)
def test_steps_outside_the_cycle_or_twice_are_refused(year, ines, days):
    planned = KeyResultFactory(objective__cycle=year, baseline=0, target=100)

    with pytest.raises(ValidationError) as refused:
        plan_way(key_result=planned, steps=[(day, 1) for day in days], by=ines)

    assert "plan" in refused.value.message_dict


# Carrying over ------------------------------------------------------------------------------
def test_what_is_carried_over_names_where_it_comes_from(objective, result, ines):
    gap = GapFactory()
    actions.answer_gaps(objective=objective, gaps=[gap], by=ines)
    task = actions.add_action(
        objective=objective, key_result=result, title="Ask", owner=ines, by=ines
    )
    following = CycleFactory(starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))

    carried = carry_over(
        objective=objective, cycle=following, key_results=[result], tasks=[task], by=ines
    )

    copy = carried.key_results.get()
    assert carried.carried_from == objective
    assert carried.state == ObjectiveState.DRAFT
    assert (copy.carried_from, copy.baseline, copy.target) == (result, 10, 5)
    assert list(carried.gaps.all()) == [gap]
    assert carried.actions.get().key_result == copy
    task.refresh_from_db()
    assert not task.is_open


def test_only_what_is_chosen_is_carried_over(objective, result, ines):
    KeyResultFactory(objective=objective)

    carried = carry_over(objective=objective, cycle=CycleFactory(), key_results=[result], by=ines)

    assert carried.key_results.get().title == result.title


def test_nothing_is_carried_into_its_own_or_a_closed_cycle(objective, ines):
    done = CycleFactory(state="closed")

    for cycle in (objective.cycle, done):
        with pytest.raises(ValidationError) as refused:
            carry_over(objective=objective, cycle=cycle, by=ines)
        assert "cycle" in refused.value.message_dict


# What a cycle made --------------------------------------------------------------------------
def graded(group="a", state="achieved", progress=0.8, committed=False, zones=("target",)):
    return Graded(group, state, progress, 1.0 if committed else 0.7, committed, zones)


def test_seventy_per_cent_is_a_success_of_what_was_aspired_to_alone():
    found = tally([graded(progress=0.7), graded(progress=0.7, committed=True)])

    assert (found.successes, found.counted) == (1, 2)
    assert found.commitments_kept == 0


def test_what_was_dropped_or_is_not_known_counts_no_success():
    found = tally([graded(state="dropped"), graded(progress=None), graded()])

    assert (found.objectives, found.counted, found.success_share) == (3, 1, 1.0)
    assert found.states == {"dropped": 1, "achieved": 2}


def test_zones_are_counted_by_group():
    found = by_group([graded(zones=("fail", "target")), graded("b", zones=("target", ""))])

    assert found["a"].zones == {"fail": 1, "target": 1}
    assert found["b"].zones == {"target": 1, "": 1}


def test_a_cycle_without_objectives_has_no_share():
    assert tally([]).success_share is None
    assert tally([]).mean is None
