"""Actions and follow-ups: whose they are, and the links that mark them done."""

import pytest
from django.urls import reverse

from objectives import actions
from objectives.choices import ActionState
from objectives.models import (
    Action,
)
from productops import clock, links
from productops.models import Link, OutboxMessage
from productops.work import tasks_of
from tests.factories.objectives import (
    SeriesFactory,
)


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def test_an_action_for_somebody_else_is_mailed_with_a_link(as_, mia, ines, objective):
    as_(mia).post(
        url("action-new", objective.pk), {"title": "Ask five", "owner": ines.pk, "due_on": ""}
    )

    action = Action.objects.get()
    message = OutboxMessage.objects.get()
    assert (action.owner, message.destination) == (ines, "ines@halden.example")


def test_a_link_shows_the_task_and_only_sending_marks_it_done(client, mia, objective):
    action = actions.add_action(objective=objective, title="Ask five", owner=mia, by=mia)
    token = links.token_of(actions.send_action_link(action=action, by=mia))

    shown = client.get(url("task-by-link", token))
    action.refresh_from_db()
    state_after_get = action.state
    client.post(url("task-by-link", token))

    action.refresh_from_db()
    assert shown.status_code == 200
    assert (state_after_get, action.state) == (ActionState.OPEN, ActionState.DONE)


@pytest.mark.parametrize("change", ["unknown", "revoked"])
def test_a_link_that_is_not_good_opens_nothing(client, mia, objective, change):
    action = actions.add_action(objective=objective, title="Ask five", owner=mia, by=mia)
    token = links.token_of(actions.send_action_link(action=action, by=mia))
    if change == "revoked":
        Link.objects.all().revoke()
    else:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")

    response = client.post(url("task-by-link", token))

    action.refresh_from_db()
    assert response.status_code == {"unknown": 404, "revoked": 410}[change]
    assert action.is_open


def test_an_action_belongs_to_its_owner_even_without_a_role(as_, rui, jonas, objective, ines):
    action = actions.add_action(objective=objective, title="Ask five", owner=rui, by=ines)

    mine = as_(rui).post(url("action-finish", action.pk))
    theirs = as_(jonas).post(url("action-reopen", action.pk))

    action.refresh_from_db()
    assert (mine.status_code, theirs.status_code) == (302, 404)
    assert action.state == ActionState.DONE


def test_a_follow_up_of_a_series_is_asked_for_mailed_and_found_in_my_work(as_, ines, mia, checkout):
    series = SeriesFactory(subject=checkout.subject, kpi__name="Lead time")

    as_(ines).post(
        url("follow-up-new", series.pk), {"title": "Ask why", "owner": mia.pk, "due_on": ""}
    )

    asked = Action.objects.get()
    mail = OutboxMessage.objects.get()
    task = next(each for each in tasks_of(mia, clock.today()) if each.kind == "act")
    assert (asked.about, asked.owner, mail.destination) == (series, mia, mia.email)
    assert f"known as FU-{asked.pk}" in str(mail.payload)
    assert task.detail == f"FU-{asked.pk} · Lead time · Checkout"


def test_a_follow_up_links_to_the_chart_only_for_those_who_see_it(as_, ines, mia, rui, checkout):
    series = SeriesFactory(subject=checkout.subject)
    mine = actions.follow_up(series=series, title="Ask why", owner=rui, by=ines)
    chart = series.get_absolute_url()

    seen = as_(mia).get(url("action-detail", mine.pk)).content.decode()
    asked = as_(rui).get(url("action-detail", mine.pk)).content.decode()

    assert (chart in seen, chart in asked) == (True, False)
    assert f"FU-{mine.pk}" in asked


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 403)])
def test_others_ask_for_no_follow_up(as_, checkout, who, status, request):
    series = SeriesFactory(subject=checkout.subject)

    response = as_(request.getfixturevalue(who)).post(
        url("follow-up-new", series.pk), {"title": "x", "owner": "1"}
    )

    assert response.status_code == status
    assert not Action.objects.exists()


def test_a_link_of_a_follow_up_names_the_series(client, mia, checkout):
    series = SeriesFactory(subject=checkout.subject, kpi__name="Lead time")
    asked = actions.follow_up(series=series, title="Ask why", owner=mia, by=mia)
    token = links.token_of(actions.send_action_link(action=asked, by=mia))

    page = client.get(url("task-by-link", token)).content.decode()

    assert f"FU-{asked.pk} follows up “Lead time · Checkout”." in page


def test_a_follow_up_goes_with_its_kpi_into_the_trash(mia, checkout):
    series = SeriesFactory(subject=checkout.subject)
    actions.follow_up(series=series, title="Ask why", owner=mia, by=mia)

    series.kpi.discard(by=mia)

    assert not Action.objects.visible_to(mia).exists()


def test_the_link_of_who_had_it_ends_and_who_has_it_now_is_told(client, as_, mia, ines, objective):
    action = actions.add_action(objective=objective, title="Ask five", owner=mia, by=ines)
    token = links.token_of(Link.objects.get())
    sent = {"title": "Ask five", "owner": ines.pk, "version": action.version}

    as_(mia).post(url("action-edit", action.pk), sent)

    assert client.post(url("task-by-link", token)).status_code == 410
    action.refresh_from_db()
    assert (action.owner, action.state) == (ines, ActionState.OPEN)
    assert OutboxMessage.objects.order_by("-pk")[0].destination == ines.email


def test_the_link_of_what_is_dropped_ends(client, mia, ines, objective):
    action = actions.add_action(objective=objective, title="Ask five", owner=mia, by=ines)
    token = links.token_of(Link.objects.get())
    action.drop(by=ines)

    assert client.get(url("task-by-link", token)).status_code == 410
