"""Numbers, days and depths that are legal one by one break no page together."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from metrics.models import SeriesState
from objectives import actions, measures
from objectives.choices import ObjectiveState
from objectives.models import Alignment, Objective
from objectives.pages.tree import MOST_SHOWN
from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
    SeriesFactory,
)

HUGE, TINY = 1e100, 1e-100  # the ends of what our forms, calls and files take


@pytest.fixture
def cycle(db):
    today = clock.today()
    return CycleFactory(starts_on=today - timedelta(days=30), ends_on=today + timedelta(days=60))


def read_all_pages(client, objective):
    """Each page on which the objective or its key results count."""
    lists = reverse("objectives:objective-list")
    pages = [
        lists,
        f"{lists}?view=tree",
        f"{lists}?view=map",
        f"{lists}?format=csv",
        objective.get_absolute_url(),
        reverse("objectives:cycle-detail", args=[objective.cycle_id]),
        reverse("objectives:signals"),
        reverse("objectives:discipline"),
        reverse("objectives:check-in-run"),
        reverse("objectives:objective-close", args=[objective.pk]),
        *(each.get_absolute_url() for each in objective.key_results.all()),
        *(
            reverse(f"objectives:{name}", args=[each.pk])
            for name in ("check-in-new", "key-result-plan")
            for each in objective.key_results.all()
        ),
    ]
    return {page: client.get(page).status_code for page in pages}


def read_fine(client, objective):
    found = read_all_pages(client, objective)
    measures.key_results_on_track(clock.today())
    return not {page: status for page, status in found.items() if status != 200}


# Numbers ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("baseline", "target", "value"),
    [(0.0, TINY, HUGE), (TINY, 2 * TINY, -HUGE), (-HUGE / 10, HUGE / 10, 0.0)],
)
def test_a_way_of_next_to_nothing_breaks_no_page(cycle, ines, as_, baseline, target, value):
    objective = ObjectiveFactory(cycle=cycle, owner=ines)
    for weight in (1, HUGE):
        result = actions.add_key_result(
            objective=objective, title="KR", owner=ines, by=ines,
            baseline=baseline, target=target, weight=weight,
        )  # fmt: skip
        actions.check_in(key_result=result, value=value, confidence=9, by=ines)
    upper = ObjectiveFactory(cycle=cycle)
    actions.align(begin=objective, end=upper, weight=HUGE, by=ines)

    assert read_fine(as_(ines), upper)
    actions.close_objective(
        objective=objective, outcome=ObjectiveState.MISSED, learning="Units", by=ines
    )
    assert read_fine(as_(ines), objective)


def test_a_sum_beyond_all_numbers_breaks_no_page(cycle, ines, as_):
    series = SeriesFactory()
    SeriesState.objects.create(
        series=series, latest=2 * HUGE, as_of=clock.start_of(clock.today()),
        latest_period=clock.today(),
        recent=[[clock.today().isoformat(), 2 * HUGE, True, False, ""]],
    )  # fmt: skip
    objective = ObjectiveFactory(cycle=cycle)
    KeyResultFactory(objective=objective, series=series, baseline=1, target=2)
    KeyResultFactory(
        objective=objective, series=series, kind="maintain", baseline=None, target=None, low=0
    )

    assert read_fine(as_(ines), objective)


def test_numbers_that_follow_from_two_stay_such_as_can_be_typed(cycle, ines, api):
    objective = ObjectiveFactory(cycle=cycle)
    sent = {"objective": objective.pk, "title": "KR", "baseline": 0, "target": HUGE}

    answer = api(ines).post("/api/v1/key-results/", sent, content_type="application/json")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["stretch"]


# Days ---------------------------------------------------------------------------------------
@pytest.fixture
def planned(cycle, ines):
    """A key result with a plan, of which the first step lies early in its cycle."""
    objective = ObjectiveFactory(cycle=cycle)
    result = KeyResultFactory(objective=objective, baseline=0, target=10)
    first = cycle.starts_on + timedelta(days=5)
    actions.plan_way(key_result=result, steps=[(first, 2.0), (cycle.ends_on, 10.0)], by=ines)
    CheckInFactory(key_result=result, value=3, on=clock.today())
    return result


def test_a_plan_survives_that_its_objective_moves_to_a_later_cycle(planned, ines, as_):
    later = CycleFactory(
        starts_on=clock.today() - timedelta(days=2), ends_on=clock.today() + timedelta(days=50)
    )
    actions.change_objective(objective=planned.objective, cycle=later, by=ines)

    assert read_fine(as_(ines), Objective.objects.get())


def test_a_plan_survives_that_its_cycle_begins_later(planned, cycle, ines, as_):
    cycle.edit(by=ines, starts_on=clock.today() - timedelta(days=2))

    assert read_fine(as_(ines), Objective.objects.get())


def test_a_plan_in_a_backlog_may_begin_before_its_key_result_was_written(ines, as_):
    backlog = CycleFactory(state="backlog", starts_on=None, ends_on=None)
    result = KeyResultFactory(objective__cycle=backlog, baseline=0, target=10)
    days = [date(2020, 1, 1), date(2199, 1, 1)]
    actions.plan_way(key_result=result, steps=[(day, 2.0) for day in days], by=ines)
    CheckInFactory(key_result=result, value=3, on=date(1900, 1, 1))

    assert read_fine(as_(ines), result.objective)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(1900, 1, 1), date(2200, 12, 31)),
        (date(2199, 1, 1), date(2200, 1, 1)),
        (date(1900, 1, 1), date(1900, 1, 2)),
        (date(2028, 2, 29), date(2028, 3, 1)),
    ],
)
def test_a_cycle_of_any_days_is_read(ines, as_, first, last):
    objective = ObjectiveFactory(cycle=CycleFactory(starts_on=first, ends_on=last))
    result = KeyResultFactory(objective=objective)
    CheckInFactory(key_result=result, value=0.4, on=clock.today())

    assert read_fine(as_(ines), objective)


# Depths -------------------------------------------------------------------------------------
def a_chain(cycle, ines, number):
    subject = ObjectiveFactory(cycle=cycle, owner=ines).subject
    rows = [
        ObjectiveFactory.build(cycle=cycle, owner=ines, subject=subject)
        for _number in range(number - 1)
    ]
    objectives = [*Objective.objects.all(), *Objective.objects.bulk_create(rows)]
    Alignment.objects.bulk_create(
        Alignment(objective=lower, to_objective=upper, weight=1)
        for upper, lower in zip(objectives, objectives[1:], strict=False)
    )
    result = KeyResultFactory(objective=objectives[-1], owner=ines)
    CheckInFactory(key_result=result, value=0.25, on=clock.today())
    return objectives


@pytest.mark.parametrize("number", [25, 2_000])
def test_a_long_chain_breaks_no_page_and_rolls_up_to_its_top(cycle, ines, as_, number):
    objectives = a_chain(cycle, ines, number)

    assert read_fine(as_(ines), objectives[0])
    assert "25%" in as_(ines).get(objectives[0].get_absolute_url()).text


@pytest.mark.parametrize("number", [25, MOST_SHOWN])
def test_the_tree_of_a_long_chain_leaves_nothing_out(cycle, ines, as_, number):
    objectives = a_chain(cycle, ines, number)

    page = as_(ines).get(reverse("objectives:objective-list"), {"view": "tree"})

    assert [one.title for one in objectives if one.title not in page.text] == []
