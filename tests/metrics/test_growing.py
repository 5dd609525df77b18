"""An action that should move a number becomes an improvement, and is one again when that goes."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from metrics.actions import improvements as verbs
from metrics.models import Improvement
from objectives import actions
from objectives.choices import ActionState, ObjectiveState
from objectives.models import Action
from productops import clock
from productops.trace import walk
from productops.work import tasks_of
from tests.factories.audits import GapFactory
from tests.factories.metrics import RegistrationFactory
from tests.factories.objectives import KeyResultFactory, ObjectiveFactory, SeriesFactory

NEW = "metrics:improvement-new"


@pytest.fixture
def objective(checkout, mia):
    return ObjectiveFactory(
        subject=checkout.subject, owner=mia, title="Decide on evidence", why="Guesses cost weeks"
    )


@pytest.fixture
def result(objective, checkout):
    series = SeriesFactory(subject=checkout.subject, version__direction="up")
    return KeyResultFactory(objective=objective, series=series, baseline=10, target=20)


@pytest.fixture
def action(objective, result, mia):
    return actions.add_action(
        objective=objective, key_result=result, title="Ask five customers", owner=mia, by=mia
    )


def address(action, **more) -> str:
    return reverse(NEW, query={"action": action.pk, "kind": "structure"} | more)


def filled(checkout, owner, **more) -> dict:
    return {
        "title": "Talk to customers every week",
        "kind": "structure",
        "subject": checkout.subject.pk,
        "owner": owner.pk,
    } | more


def grown(action, by, **more):
    words = {"title": action.title, "kind": "structure", "subject": action.subject, "owner": by}
    return verbs.plan_improvement(action=action, by=by, **(words | more))


def again(action) -> Action:
    return Action.objects.get(pk=action.pk)


# The form -----------------------------------------------------------------------------------
def test_the_form_begins_with_all_that_the_action_says(as_, mia, action, result, objective):
    gap = GapFactory(subject=objective.subject)
    actions.answer_gaps(objective=objective, gaps=[gap], by=mia)

    form = as_(mia).get(address(action)).context["form"]

    begun = {name: form.initial[name] for name in ("title", "owner", "subject", "series")}
    assert begun == {
        "title": "Ask five customers",
        "owner": mia.pk,
        "subject": objective.subject_id,
        "series": result.series_id,
    }
    assert (form.initial["key_results"], form.initial["gaps"]) == ([result.pk], [gap.pk])
    assert form.initial["hypothesis"] == "Guesses cost weeks"


def test_an_action_of_the_objective_alone_promises_nothing_yet(as_, mia, objective):
    action = actions.add_action(objective=objective, title="Ask", owner=mia, by=mia)

    form = as_(mia).get(address(action)).context["form"]

    assert "series" not in form.initial
    assert form.initial["hypothesis"] == "Guesses cost weeks"


def test_a_follow_up_promises_what_it_follows_up(as_, mia, result):
    action = actions.follow_up(series=result.series, title="Ask why", owner=mia, by=mia)

    form = as_(mia).get(address(action)).context["form"]

    assert (form.initial["title"], form.initial["series"]) == ("Ask why", result.series_id)


def test_an_owner_who_cannot_own_an_improvement_is_not_proposed(as_, mia, rui, objective):
    action = actions.add_action(objective=objective, title="Ask", owner=rui, by=mia)

    form = as_(mia).get(address(action)).context["form"]

    assert form.initial["owner"] == mia.pk


def test_choosing_the_kind_keeps_the_action(as_, mia, action):
    page = as_(mia).get(address(action, kind="tool"))

    assert page.context["action"] == action
    assert all(f"action={action.pk}" in kind["url"] for kind in page.context["kinds"])


# Growing ------------------------------------------------------------------------------------
def test_saving_makes_the_improvement_in_the_place_of_the_action(as_, mia, action, checkout):
    response = as_(mia).post(address(action), filled(checkout, mia))

    improvement = Improvement.objects.get()
    assert response.headers["Location"] == improvement.get_absolute_url()
    assert improvement.action == action
    assert again(action).state == ActionState.PROMOTED


def test_an_improvement_that_is_refused_leaves_the_action_open(as_, mia, action, checkout):
    response = as_(mia).post(address(action), filled(checkout, mia, title=" "))

    assert response.status_code == 422
    assert again(action).is_open


def test_a_second_click_makes_no_second_improvement(as_, mia, action, checkout):
    client = as_(mia)
    client.post(address(action), filled(checkout, mia))

    response = client.post(address(action), filled(checkout, mia))

    assert response.status_code == 409
    assert Improvement.objects.count() == 1


def test_what_ended_while_the_form_was_open_does_not_grow(mia, action):
    read_before = again(action)
    action.finish(by=mia)

    with pytest.raises(ValidationError) as refused:
        grown(read_before, mia)

    assert refused.value.message_dict == {"action": ["It is not open any more: Done."]}
    assert not Improvement.objects.exists()


def test_nothing_grows_out_of_a_closed_objective(as_, mia, action, objective, checkout):
    actions.close_objective(
        objective=objective, outcome=ObjectiveState.MISSED, learning="Too much", by=mia
    )

    response = as_(mia).post(address(action), filled(checkout, mia))

    assert response.status_code == 409
    assert not Improvement.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("mia", 302), ("ines", 302), ("jonas", 404), ("astrid", 403), ("rui", 403)]
)
def test_who_may_not_change_the_plan_makes_no_improvement_of_it(
    as_, action, checkout, who, status, request
):
    person = request.getfixturevalue(who)

    response = as_(person).post(address(action), filled(checkout, person))

    assert response.status_code == status
    assert again(action).is_open is (status != 302)


@pytest.mark.parametrize("key", ["0", "x", "9" * 40, "-1"])
def test_an_action_that_is_none_is_not_there(as_, mia, key):
    assert as_(mia).get(f"{reverse(NEW)}?action={key}").status_code == 404


def test_what_grew_is_no_longer_due(mia, action):
    before = [task.title for task in tasks_of(mia, clock.today()) if task.kind == "act"]

    grown(action, mia)

    after = [(task.kind, task.title) for task in tasks_of(mia, clock.today())]
    assert before == ["Ask five customers"]
    assert ("act", "Ask five customers") not in after
    assert ("promise", "Ask five customers") in after


def test_my_work_asks_for_a_promise_until_there_is_one(mia, action, result):
    improvement = grown(action, mia)
    RegistrationFactory(improvement=improvement, series=result.series)

    assert "promise" not in {task.kind for task in tasks_of(mia, clock.today())}


# Back again ---------------------------------------------------------------------------------
def test_deleting_the_improvement_opens_the_action_and_undoing_that_closes_it(as_, mia, action):
    improvement, client = grown(action, mia), as_(mia)

    client.post(reverse("metrics:improvement-delete", args=[improvement.pk]))
    deleted = again(action).state
    client.post(reverse("trash-restore", args=["metrics.improvement", improvement.pk]))

    assert (deleted, again(action).state) == (ActionState.OPEN, ActionState.PROMOTED)


def test_what_was_done_meanwhile_stays_done_when_the_improvement_comes_back(as_, mia, action):
    improvement, client = grown(action, mia), as_(mia)
    client.post(reverse("metrics:improvement-delete", args=[improvement.pk]))
    again(action).finish(by=mia)

    response = client.post(reverse("trash-restore", args=["metrics.improvement", improvement.pk]))

    assert response.status_code == 302
    assert again(action).is_done


def test_an_action_that_grew_anew_is_not_opened_by_the_older_one(as_, mia, action):
    first = grown(action, mia)
    verbs.discard(improvement=first, by=mia)
    second = grown(again(action), mia)
    first = Improvement.with_trash.get(pk=first.pk)
    as_(mia).post(reverse("trash-restore", args=["metrics.improvement", first.pk]))

    verbs.discard(improvement=Improvement.objects.get(pk=first.pk), by=mia)
    while_one_is_there = again(action).state
    verbs.discard(improvement=second, by=mia)

    assert (while_one_is_there, again(action).state) == (ActionState.PROMOTED, ActionState.OPEN)


def test_an_action_is_not_reopened_past_its_improvement(as_, mia, action):
    grown(action, mia)

    page = as_(mia).post(reverse("objectives:action-reopen", args=[action.pk]), follow=True)

    assert again(action).is_promoted
    assert "Delete that, and this is open again." in page.text


# What it became -----------------------------------------------------------------------------
def test_pages_say_what_the_action_became_to_who_sees_it(as_, mia, action, objective, result):
    improvement = grown(action, mia, title="Talk every week")
    client = as_(mia)

    pages = [client.get(row.get_absolute_url()).text for row in (action, objective, result)]
    back = client.get(improvement.get_absolute_url()).text

    assert all(improvement.get_absolute_url() in page for page in pages)
    assert "Grew out of" in back
    assert action.get_absolute_url() in back


def test_an_improvement_elsewhere_is_not_named_to_strangers(as_, mia, jonas, action, billing, ines):
    asked = actions.add_action(objective=action.objective, title="Ask Billing", owner=jonas, by=mia)
    improvement = grown(asked, ines, title="Secret of Checkout")

    page = as_(jonas).get(asked.get_absolute_url()).text

    assert "Became an improvement" in page
    assert "Secret of Checkout" not in page
    assert improvement.get_absolute_url() not in page


def test_the_trace_leads_through_the_action_both_ways(mia, action, objective, result):
    improvement = grown(action, mia)
    left = actions.add_action(objective=objective, title="By hand", owner=mia, by=mia)

    up = walk(mia, "improvement", improvement.pk).nodes
    down = walk(mia, "objective", objective.pk).nodes

    assert {("action", action.pk), ("key-result", result.pk), ("objective", objective.pk)} <= set(
        up
    )
    assert {("action", action.pk), ("improvement", improvement.pk)} <= set(down)
    assert ("action", left.pk) not in down


# The API ------------------------------------------------------------------------------------
def send(client, body):
    return client.post("/api/v1/improvements/", body, content_type="application/json")


def test_a_program_makes_an_improvement_of_an_action_and_takes_it_back(api, mia, action):
    client = api(mia)
    body = {"title": "Weekly talks", "kind": "structure", "subject": "product:checkout"}

    made = send(client, body | {"action": action.pk})
    promoted = again(action).state
    twice = send(client, body | {"action": action.pk})
    client.delete(f"/api/v1/improvements/{made.json()['id']}/")

    assert (made.status_code, made.json()["action"], promoted) == (201, action.pk, "promoted")
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (400, "action")
    assert again(action).is_open


def test_a_program_does_not_change_what_an_improvement_grew_out_of(api, mia, action):
    improvement = grown(action, mia)

    response = api(mia).patch(
        f"/api/v1/improvements/{improvement.pk}/", {"action": None}, content_type="application/json"
    )

    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "action")


def test_a_program_makes_nothing_of_actions_of_other_plans(api, jonas, mia, action, objective):
    asked = actions.add_action(objective=objective, title="Ask Billing", owner=jonas, by=mia)
    body = {"title": "Weekly talks", "kind": "structure", "subject": "product:billing"}

    for row in (action, asked):
        response = send(api(jonas), body | {"action": row.pk})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "action")
    assert not Improvement.objects.exists()
