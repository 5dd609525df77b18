"""What the kernel is told: measures, work, search, the trace, the steps."""

from datetime import timedelta

import pytest

from audits.models import Gap
from metrics.models import SeriesState
from objectives.measures import check_ins_on_time, key_results_on_track
from objectives.models import KeyResult, ObjectiveGap
from objectives.steps import agree
from productops import clock
from productops.search import search
from productops.steps import StepState
from productops.trace import walk
from productops.work import count_of, tasks_of
from teams.models import Subject
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    KpiVersionFactory,
    ObjectiveFactory,
    SeriesFactory,
)


@pytest.fixture
def half_gone(db):
    """A cycle of which half the time is gone."""
    on = clock.today()
    return CycleFactory(starts_on=on - timedelta(49), ends_on=on + timedelta(50))


def aged(key_result: KeyResult, days: int) -> KeyResult:
    begun = clock.start_of(clock.today() - timedelta(days))
    KeyResult.objects.filter(pk=key_result.pk).update(created_at=begun)
    return key_result


def watched(objective, latest: float) -> KeyResult:
    series = SeriesFactory(subject=objective.subject)
    SeriesState.objects.create(series=series, latest=latest, as_of=clock.start_of(clock.today()))
    return KeyResultFactory(objective=objective, series=series, baseline=0, target=10)


# Measures -----------------------------------------------------------------------------------
def test_key_results_on_track_are_counted_by_subject_and_for_all(half_gone, checkout, billing):
    ours = ObjectiveFactory(cycle=half_gone, subject=checkout.subject)
    theirs = ObjectiveFactory(cycle=half_gone, subject=billing.subject)
    for objective, latest in ((ours, 6), (ours, 1), (theirs, 5)):
        watched(objective, latest)

    found = key_results_on_track(clock.today())

    assert found == {
        checkout.subject_id: (1.0, 2.0),
        billing.subject_id: (1.0, 1.0),
        Subject.organisation().pk: (2.0, 3.0),
    }


def test_only_what_was_worked_on_that_day_counts(half_gone, ines):
    objective = ObjectiveFactory(cycle=half_gone)
    aged(watched(objective, 6), 20)
    objective.close(outcome="dropped", learning="Not now", by=ines, on=clock.today() - timedelta(5))
    ObjectiveFactory(cycle=half_gone, state="draft").key_results.add(KeyResultFactory(), bulk=False)
    KeyResult.objects.exclude(objective=objective).delete()

    whole = Subject.organisation().pk
    before = key_results_on_track(clock.today() - timedelta(6))
    since = key_results_on_track(clock.today())

    assert before[whole][1] == 1
    assert since == {}


def test_check_ins_on_time_leaves_out_what_is_younger_than_a_week(half_gone):
    objective, on = ObjectiveFactory(cycle=half_gone), clock.today()
    for days_ago in (3, 6, 7, 30):
        key_result = aged(KeyResultFactory(objective=objective), 40)
        CheckInFactory(key_result=key_result, on=on - timedelta(days_ago))
    aged(KeyResultFactory(objective=objective), 3)

    assert check_ins_on_time(on)[Subject.organisation().pk] == (2.0, 4.0)


@pytest.mark.parametrize("count", [1, 3])
def test_a_measure_costs_the_same_for_any_number_of_rows(
    half_gone, count, django_assert_num_queries
):
    Subject.organisation()
    for _number in range(count):
        watched(ObjectiveFactory(cycle=half_gone), 6)

    with django_assert_num_queries(2):
        key_results_on_track(clock.today())


# Work ---------------------------------------------------------------------------------------
def test_a_check_in_waits_a_week_after_the_last(mia, half_gone):
    objective, on = ObjectiveFactory(cycle=half_gone), clock.today()
    late = aged(KeyResultFactory(objective=objective, owner=mia, title="Late"), 40)
    CheckInFactory(key_result=late, on=on - timedelta(9))
    fresh = aged(KeyResultFactory(objective=objective, owner=mia, title="Fresh"), 40)
    CheckInFactory(key_result=fresh, on=on - timedelta(2))

    tasks = [task for task in tasks_of(mia, on) if task.kind == "check-in"]

    assert [(task.title, task.due) for task in tasks] == [("Late", on - timedelta(2))]
    assert count_of(mia, on) == len(tasks_of(mia, on))


def test_what_is_closed_or_in_the_trash_asks_for_nothing(mia, half_gone, ines):
    closed = ObjectiveFactory(cycle=half_gone)
    aged(KeyResultFactory(objective=closed, owner=mia), 40)
    closed.close(outcome="dropped", learning="Not now", by=ines)
    gone = aged(KeyResultFactory(objective__cycle=half_gone, owner=mia), 40)
    gone.discard(by=ines)

    assert [task for task in tasks_of(mia, clock.today()) if task.kind == "check-in"] == []


# Search, trace, steps -----------------------------------------------------------------------
def test_search_finds_only_what_one_may_see(mia, jonas, checkout):
    ObjectiveFactory(subject=checkout.subject, title="Decide on evidence")

    assert [hit.title for hit in search(mia, "evidence decide")] == ["Decide on evidence"]
    assert search(jonas, "evidence") == []


def test_the_chain_leads_from_a_number_to_the_gap_behind_it(ines, checkout):
    gap = Gap.objects.create(title="No data", subject=checkout.subject, found_on="2026-05-01")
    objective = ObjectiveFactory(subject=checkout.subject)
    ObjectiveGap.objects.create(objective=objective, gap=gap)
    key_result = watched(objective, 6)

    up = walk(ines, "series", key_result.series_id).nodes.keys()
    down = walk(ines, "gap", gap.pk).nodes.keys()

    expected = {
        ("gap", gap.pk),
        ("objective", objective.pk),
        ("key-result", key_result.pk),
        ("series", key_result.series_id),
    }
    assert expected <= up
    assert expected <= down
    assert ("kpi", key_result.series.kpi_id) in up


def test_a_chain_hides_and_counts_what_one_may_not_see(mia, checkout, billing):
    gap = Gap.objects.create(title="No data", subject=checkout.subject, found_on="2026-05-01")
    theirs = ObjectiveFactory(subject=billing.subject)
    ObjectiveGap.objects.create(objective=theirs, gap=gap)

    found = walk(mia, "gap", gap.pk)

    assert ("objective", theirs.pk) not in found.nodes
    assert found.hidden == 1


def test_the_first_step_says_what_is_next(ines):
    def states():
        return [task.state for task in agree(ines).tasks]

    empty = states()
    CycleFactory()
    KpiVersionFactory()
    begun = states()

    assert empty == [StepState.NEXT] * 2 + [StepState.CANNOT_START] * 2
    assert begun == [StepState.DONE] * 2 + [StepState.NEXT, StepState.CANNOT_START]
