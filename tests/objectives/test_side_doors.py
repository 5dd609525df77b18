"""What is closed stays as it is through every further door: buttons, files, the trash, a page that
was read a while ago."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from objectives import actions
from objectives.choices import ObjectiveState, Pace
from objectives.graph import standings_of
from objectives.models import Cycle, KeyResult, Objective, Pillar
from productops import clock, exchange
from productops.exchange import Refused
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)


@pytest.fixture
def cycle(db):
    today = clock.today()
    days = {"starts_on": today - timedelta(days=40), "ends_on": today + timedelta(days=40)}
    return CycleFactory(slug="q4", **days)


@pytest.fixture
def objective(cycle):
    return ObjectiveFactory(cycle=cycle, title="Faster answers")


@pytest.fixture
def result(objective):
    found = KeyResultFactory(objective=objective, baseline=0, target=10, title="Hours")
    CheckInFactory(key_result=found, value=4, on=clock.today())
    return found


def close(objective, by):
    objective = Objective.objects.get(pk=objective.pk)
    words = {"outcome": ObjectiveState.MISSED, "learning": "Smaller steps"}
    actions.close_objective(objective=objective, by=by, **words)


def imported(by, *lines):
    """What the file was refused for, as (row, column)."""
    file = BytesIO("\n".join(lines).encode())
    try:
        exchange.kind_named("objectives").take(file, "objectives.csv", by, {})
    except Refused as refusal:
        return [(each.row, each.column) for each in refusal.report.refused]
    return []


# Buttons ------------------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["begin", "approve"])
def test_nothing_begins_in_a_closed_cycle(verb, cycle, ines, as_, api):
    draft = ObjectiveFactory(cycle=cycle, state=ObjectiveState.DRAFT)
    cycle.close(by=ines)

    page = as_(ines).post(reverse(f"objectives:objective-{verb}", args=[draft.pk]), follow=True)
    answer = api(ines).post(f"/api/v1/objectives/{draft.pk}/{verb}/")

    assert "is closed" in page.text
    assert answer.status_code in (400, 409)
    draft.refresh_from_db()
    assert (draft.state, draft.is_approved) == (ObjectiveState.DRAFT, False)


def test_an_alignment_that_leads_into_a_closed_cycle_stays_said(cycle, objective, ines):
    lower = ObjectiveFactory()
    tie = actions.align(begin=lower, end=objective, weight=1, by=ines)
    cycle.close(by=ines)

    with pytest.raises(ValidationError):
        actions.part(tie=tie, by=ines)


def test_what_was_counted_in_a_closed_cycle_is_not_thrown_away(cycle, objective, ines, as_, api):
    close(objective, ines)
    Cycle.objects.get(pk=cycle.pk).close(by=ines)

    page = as_(ines).post(reverse("objectives:objective-delete", args=[objective.pk]), follow=True)
    answer = api(ines).delete(f"/api/v1/objectives/{objective.pk}/")

    assert "is closed" in page.text
    assert answer.status_code in (400, 409)
    assert Objective.objects.filter(pk=objective.pk).exists()


# What was read a while ago ------------------------------------------------------------------
def test_who_read_it_before_it_closed_does_not_open_it_again(objective, result, ines):
    before = Objective.objects.get(pk=objective.pk)
    close(objective, ines)

    before.approve(by=ines)

    now = Objective.objects.get(pk=objective.pk)
    assert (now.state, now.grade) == (ObjectiveState.MISSED, pytest.approx(0.4))


def test_closing_keeps_what_was_changed_since_it_was_read(objective, result, ines):
    before = Objective.objects.get(pk=objective.pk)
    actions.change_objective(
        objective=Objective.objects.get(pk=objective.pk), title="Answers within a day", by=ines
    )

    actions.close_objective(
        objective=before, outcome=ObjectiveState.MISSED, learning="Smaller steps", by=ines
    )

    assert Objective.objects.get(pk=objective.pk).title == "Answers within a day"


def test_a_word_beside_the_pace_keeps_the_numbers_that_changed_meanwhile(result, ines):
    before = KeyResult.objects.get(pk=result.pk)
    actions.change_key_result(
        key_result=KeyResult.objects.get(pk=result.pk), title="Hours to the answer", by=ines
    )

    actions.overrule(key_result=before, status=Pace.ON_TRACK, reason="We know more", by=ines)

    assert KeyResult.objects.get(pk=result.pk).title == "Hours to the answer"


def test_a_cycle_closes_once_with_what_the_first_wrote(cycle, ines):
    one, other = Cycle.objects.get(pk=cycle.pk), Cycle.objects.get(pk=cycle.pk)
    one.close(by=ines, keeps="The weekly review")

    other.close(by=ines, keeps="Nothing")

    assert Cycle.objects.get(pk=cycle.pk).keeps == "The weekly review"


def test_reopening_what_nobody_closed_changes_no_grade(objective, result, ines):
    before = Objective.objects.get(pk=objective.pk)
    close(objective, ines)

    actions.reopen_objective(objective=before, by=ines)  # read while it ran: there is a closed one

    assert not Objective.objects.get(pk=objective.pk).is_closed
    assert KeyResult.objects.get(pk=result.pk).graded_on is None


# The trash ----------------------------------------------------------------------------------
def test_a_key_result_comes_back_only_while_its_objective_runs(objective, result, ines, as_):
    KeyResultFactory(objective=objective)
    undo = reverse("trash-restore", args=["objectives.keyresult", result.pk])
    actions.discard_key_result(key_result=result, by=ines)
    close(objective, ines)

    page = as_(ines).post(undo, follow=True)

    assert "is closed" in page.text
    assert not KeyResult.objects.filter(pk=result.pk).exists()
    actions.reopen_objective(objective=Objective.objects.get(pk=objective.pk), by=ines)
    as_(ines).post(undo)
    assert KeyResult.objects.filter(pk=result.pk).exists()


def test_what_lies_in_the_trash_closes_no_circle_when_it_comes_back(objective, result, ines):
    other = ObjectiveFactory()
    actions.align(begin=other, end=result, by=ines)
    actions.discard_key_result(key_result=result, by=ines)

    with pytest.raises(ValidationError, match="circle"):
        actions.align(begin=objective, end=other, by=ines)


def test_a_pillar_stays_while_something_under_it_may_come_back(cycle, ines, api):
    pillar = Pillar.objects.create(name="Trust")
    objective = ObjectiveFactory(cycle=cycle, pillar=pillar)
    actions.discard_objective(objective=objective, by=ines)

    answer = api(ines).delete(f"/api/v1/pillars/{pillar.pk}/")

    assert answer.status_code == 403
    assert Objective.with_trash.get().pillar == pillar


# Files --------------------------------------------------------------------------------------
HEADER = "cycle,objective,why,state"


def test_a_file_changes_nothing_in_a_closed_cycle(cycle, objective, ines):
    draft = ObjectiveFactory(cycle=cycle, title="Later", state=ObjectiveState.DRAFT)
    cycle.close(by=ines)

    found = imported(ines, HEADER, "q4,Faster answers,Other words,", "q4,Later,,ongoing")

    assert found == [(2, "state"), (3, "state")]
    objective.refresh_from_db()
    draft.refresh_from_db()
    assert (objective.why, draft.state) == ("", ObjectiveState.DRAFT)


def test_an_old_file_takes_no_grade_away(objective, result, ines):
    close(objective, ines)

    found = imported(ines, HEADER, "q4,Faster answers,,ongoing")

    assert found == [(2, "state")]
    assert Objective.objects.get(pk=objective.pk).grade == pytest.approx(0.4)


def test_a_file_closes_nothing_on_a_day_still_to_come(objective, ines):
    line = "q4,Faster answers,missed,Smaller steps,2199-01-01"

    found = imported(ines, "cycle,objective,state,learning,closed_on", line)

    assert found == [(2, "closed_on")]


# Grades -------------------------------------------------------------------------------------
def test_a_grade_that_nobody_knew_stays_unknown(objective, ines):
    lower = ObjectiveFactory(cycle=objective.cycle)
    actions.align(begin=lower, end=objective, weight=1, by=ines)
    close(objective, ines)
    CheckInFactory(
        key_result=KeyResultFactory(objective=lower, baseline=0, target=10), value=9,
        on=clock.today(),
    )  # fmt: skip

    read = Objective.objects.with_standing().get(pk=objective.pk)
    assert standings_of([read], clock.today())[read.pk].progress is None


def test_what_counts_above_is_the_grade_of_what_is_closed(objective, result, ines):
    lowest, top = ObjectiveFactory(cycle=objective.cycle), ObjectiveFactory(cycle=objective.cycle)
    actions.align(begin=lowest, end=objective, weight=1, by=ines)
    actions.align(begin=objective, end=top, weight=1, by=ines)
    close(objective, ines)
    late = KeyResultFactory(objective=lowest, baseline=0, target=10)
    CheckInFactory(key_result=late, value=9, on=clock.today())

    read = Objective.objects.with_standing().get(pk=top.pk)
    assert standings_of([read], clock.today())[read.pk].progress == pytest.approx(0.4)


# Twice in one call --------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["carry_over", "copy"])
def test_what_is_named_twice_goes_along_once(verb, objective, result, ines, api):
    later = CycleFactory()
    task = actions.add_action(objective=objective, title="Ask five", owner=ines, by=ines)
    sent = {"cycle": later.slug, "key_results": [result.pk] * 2, "tasks": [task.pk] * 2}
    sent |= {"subjects": [objective.subject.reference] * 2} if verb == "copy" else {}

    answer = api(ines).post(
        f"/api/v1/objectives/{objective.pk}/{verb}/", sent, content_type="application/json"
    )

    assert answer.status_code in (200, 201)
    made = Objective.objects.get(cycle=later)
    assert (made.key_results.count(), made.actions.count()) == (1, 1)


# Conditions ---------------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["approve", "close", "reopen", "carry_over"])
def test_a_verb_asked_of_what_was_changed_since_is_refused(verb, objective, ines, api):
    objective.edit(by=ines, title="Meanwhile")
    Objective.objects.update(version=5)
    path = f"/api/v1/objectives/{objective.pk}/{verb}/"
    sent = {
        "close": {"outcome": "missed", "learning": "Smaller steps"},
        "carry_over": {"cycle": CycleFactory().slug},
    }.get(verb, {})
    client = api(ines)

    by_header = client.post(
        path, sent, content_type="application/json", headers={"If-Match": '"4"'}
    )
    by_body = client.post(path, sent | {"version": 4}, content_type="application/json")

    assert (by_header.status_code, by_body.status_code) == (412, 409)
    now = Objective.objects.get(pk=objective.pk)
    assert (now.state, now.is_approved) == (ObjectiveState.ONGOING, False)
    held = client.post(path, sent, content_type="application/json", headers={"If-Match": '"5"'})
    assert held.status_code in (200, 201)
