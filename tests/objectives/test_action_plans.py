"""The plan of an objective or key result: in order, ticked, late, folded when it is over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from metrics.models import ImprovementKeyResult
from objectives import actions
from objectives.choices import ActionState, ObjectiveState
from objectives.models import Action
from productops import clock
from tests.factories.metrics import ImprovementFactory
from tests.factories.objectives import KeyResultFactory, ObjectiveFactory, SeriesFactory
from tests.factories.teams import PersonFactory


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def plan(objective, *titles, key_result=None):
    """Actions of these titles, in this order."""
    return [
        actions.add_action(
            objective=objective,
            key_result=key_result,
            title=title,
            owner=objective.owner,
            by=objective.owner,
        )
        for title in titles
    ]


def order(objective, key_result=None):
    rows = Action.objects.filter(objective=objective, key_result=key_result)
    return [row.title for row in rows.in_place()]


def htmx(client, address, **sent):
    return client.post(address, sent, headers={"HX-Request": "true"})


# Order --------------------------------------------------------------------------------------
def test_an_action_comes_last_in_the_plan_of_what_it_serves(objective, key_result):
    plan(objective, "One", "Two")
    plan(objective, "Three", "Four", key_result=key_result)

    assert order(objective) == ["One", "Two"]
    assert order(objective, key_result) == ["Three", "Four"]


@pytest.mark.parametrize(
    ("which", "way", "expected"),
    [(2, "up", "ACB"), (0, "down", "BAC"), (0, "up", "ABC"), (2, "down", "ABC"), (1, "?", "ABC")],
)
def test_a_click_moves_an_action_by_one_place(as_, mia, objective, which, way, expected):
    rows = plan(objective, "A", "B", "C")

    response = as_(mia).post(url("action-move", rows[which].pk), {"way": way, "on": "objective"})

    assert "".join(order(objective)) == expected
    assert response.headers["Location"] == objective.get_absolute_url()


def test_moving_passes_over_what_is_done(mia, objective):
    first, done, last = plan(objective, "First", "Done", "Last")
    done.finish(by=mia)

    actions.move_action(action=last, steps=-1, by=mia)

    open_ones = [one.title for one in objective.actions.open().in_place()]
    assert open_ones == ["Last", "First"]


def test_what_is_opened_again_comes_back_to_its_place(mia, objective):
    _first, second, _third = plan(objective, "First", "Second", "Third")
    second.finish(by=mia)
    second.reopen(by=mia)

    assert order(objective) == ["First", "Second", "Third"]


def test_an_order_moves_within_one_plan_alone(mia, objective, key_result):
    plan(objective, "One", "Two")
    _three, four = plan(objective, "Three", "Four", key_result=key_result)

    actions.move_action(action=four, steps=-1, by=mia)

    assert order(objective) == ["One", "Two"]
    assert order(objective, key_result) == ["Four", "Three"]


def test_a_form_that_was_open_while_others_moved_the_row_does_not_move_it_back(mia, objective):
    _first, second = plan(objective, "First", "Second")
    read_before = Action.objects.get(pk=second.pk)
    actions.move_action(action=second, steps=-1, by=mia)

    read_before.finish(by=mia)
    read_before.edit(by=mia, title="Second, reworded")

    assert order(objective) == ["Second, reworded", "First"]


def test_what_serves_another_key_result_comes_last_there(mia, objective, key_result):
    plan(objective, "There", key_result=key_result)
    moved, _stays = plan(objective, "Moved", "Stays")

    actions.change_action(action=moved, key_result=key_result, by=mia)

    assert order(objective, key_result) == ["There", "Moved"]
    assert order(objective) == ["Stays"]


def test_the_order_of_a_closed_objective_stays(mia, objective):
    _first, second = plan(objective, "First", "Second")
    actions.close_objective(
        objective=objective, outcome=ObjectiveState.MISSED, learning="Too much", by=mia
    )

    with pytest.raises(ValidationError) as refused:
        actions.move_action(action=second, steps=-1, by=mia)

    assert "objective" in refused.value.message_dict
    assert order(objective) == ["First", "Second"]


def test_a_follow_up_has_no_place(mia, checkout):
    asked = actions.follow_up(
        series=SeriesFactory(subject=checkout.subject), title="Ask", owner=mia, by=mia
    )

    with pytest.raises(ValidationError) as refused:
        actions.place_action(action=asked, place=1, by=mia)

    assert "place" in refused.value.message_dict


def test_a_plan_that_nobody_would_read_is_refused(monkeypatch, mia, objective):
    monkeypatch.setattr(actions.placing, "MOST_OPEN", 2)
    plan(objective, "One", "Two")

    with pytest.raises(ValidationError) as refused:
        plan(objective, "Three")

    assert "title" in refused.value.message_dict


def test_carrying_over_keeps_the_order(mia, objective, key_result, cycle_after):
    rows = plan(objective, "A", "B", "C", key_result=key_result)
    actions.move_action(action=rows[2], steps=-2, by=mia)

    carried = actions.carry_over(
        objective=objective, cycle=cycle_after, key_results=[key_result], tasks=rows, by=mia
    )

    assert "".join(order(carried, carried.key_results.get())) == "CAB"


# States -------------------------------------------------------------------------------------
def test_a_tick_answers_with_the_row_and_how_many_are_done(as_, mia, objective):
    first, _second = plan(objective, "First", "Second")

    response = htmx(as_(mia), url("action-finish", first.pk), on="objective")

    assert response.status_code == 200
    assert 'aria-checked="true"' in response.text
    assert "1 of 2 done" in response.text
    assert "Second" not in response.text


def test_without_scripts_a_tick_leads_back_to_the_list_it_stood_in(as_, mia, objective, key_result):
    (first,) = plan(objective, "First", key_result=key_result)
    client = as_(mia)

    led = [
        client.post(url("action-finish", first.pk), {"on": on}).headers["Location"]
        for on in ("key-result", "objective", "", "https://elsewhere.example/")
    ]

    own = first.get_absolute_url()
    assert led == [key_result.get_absolute_url(), objective.get_absolute_url(), own, own]


def test_what_was_dropped_is_not_ticked_by_somebody_who_did_not_see_it(as_, mia, objective):
    (first,) = plan(objective, "First")
    first.drop(by=mia)

    response = as_(mia).post(url("action-finish", first.pk), {"on": "objective"}, follow=True)

    first.refresh_from_db()
    assert first.state == ActionState.DROPPED
    assert "It is not open any more: Dropped." in response.text


def test_two_who_turn_an_action_from_what_they_read_do_not_overwrite_each_other(mia, objective):
    (first,) = plan(objective, "First")
    read_before = Action.objects.get(pk=first.pk)
    first.drop(by=mia)

    with pytest.raises(ValidationError):
        read_before.finish(by=mia)

    assert Action.objects.get().state == ActionState.DROPPED


# Pages --------------------------------------------------------------------------------------
def test_an_objective_shows_its_own_actions_and_those_of_its_key_results(
    as_, mia, objective, key_result
):
    plan(objective, "Its own")
    plan(objective, "Of the result", key_result=key_result)

    page = as_(mia).get(objective.get_absolute_url())

    shown = [
        (str(one.key_result or ""), [row.action.title for row in one.rows])
        for one in page.context["actions"].plans
    ]
    assert shown == [("", ["Its own"]), (key_result.title, ["Of the result"])]


def test_a_key_result_shows_its_own_actions_alone(as_, mia, objective, key_result):
    plan(objective, "Its own")
    plan(objective, "Of the result", key_result=key_result)

    page = as_(mia).get(key_result.get_absolute_url()).text

    assert "Of the result" in page
    assert "Its own" not in page


def test_what_is_late_says_so_and_what_is_done_says_when(as_, mia, objective):
    late, done = plan(objective, "Late one", "Done one")
    late.edit(by=mia, due_on=clock.today() - timedelta(days=1))
    done.finish(by=mia)

    page = as_(mia).get(objective.get_absolute_url())

    (only,) = page.context["actions"].plans
    assert [(row.action, row.is_late) for row in only.rows] == [(late, True)]
    assert [(row.action, row.done_on) for row in only.over] == [(done, clock.today())]
    assert page.text.index("Done and dropped") < page.text.index("Done one")


@pytest.mark.parametrize("page", ["objective", "key-result"])
def test_the_lists_cost_the_same_for_one_action_and_for_many(
    as_, mia, objective, key_result, page, cost_of
):
    about = {"objective": objective, "key-result": key_result}[page]
    client, costs = as_(mia), []
    for number in (1, 2):
        for title in ("Open", "Done")[:number]:
            rows = plan(objective, title, f"{title} too", key_result=key_result)
            rows[0].finish(by=mia)
        costs.append(cost_of(client, about.get_absolute_url()))

    assert costs[0] == costs[1] <= 20


@pytest.mark.parametrize(("on", "default"), [("objective", "mia"), ("key-result", "ines")])
def test_an_action_is_asked_of_the_owner_unless_another_is_chosen(
    as_, mia, ines, objective, key_result, on, default
):
    key_result.edit(by=ines, owner=ines)
    asking = {
        "objective": url("action-new", objective.pk),
        "key-result": url("key-result-action-new", key_result.pk),
    }[on]

    form = as_(mia).get(asking).context["form"]

    assert form["owner"].initial == {"mia": mia, "ines": ines}[default].pk


def test_an_owner_who_cannot_sign_in_is_not_asked_by_default(as_, mia, objective, rui):
    objective.edit(by=mia, owner=rui)

    form = as_(mia).get(url("action-new", objective.pk)).context["form"]

    assert form["owner"].initial == mia.pk


def test_an_action_is_added_in_its_list_and_the_next_may_follow(as_, mia, objective, key_result):
    address = url("key-result-action-new", key_result.pk)

    response = htmx(as_(mia), address, title="Ask five", owner=mia.pk, due_on="")

    assert order(objective, key_result) == ["Ask five"]
    assert response.context["action_form"].errors == {}
    assert response.text.index("Ask five") < response.text.index(f'action="{address}"')
    assert "<html" not in response.text


@pytest.mark.parametrize("is_htmx", [True, False])
def test_an_action_without_words_is_refused_where_it_was_typed(as_, mia, objective, is_htmx):
    headers = {"HX-Request": "true"} if is_htmx else {}

    response = as_(mia).post(
        url("action-new", objective.pk), {"title": " ", "owner": mia.pk}, headers=headers
    )

    assert response.status_code == 422
    assert not Action.objects.exists()
    assert ("<html" in response.text) is not is_htmx


def test_an_action_may_serve_a_key_result_of_its_objective_only(as_, mia, objective, key_result):
    stranger = KeyResultFactory(objective__subject=objective.subject)
    sent = {"title": "Ask five", "owner": mia.pk, "due_on": ""}
    client = as_(mia)

    taken = client.post(url("action-new", objective.pk), sent | {"key_result": key_result.pk})
    refused = client.post(url("action-new", objective.pk), sent | {"key_result": stranger.pk})

    assert (taken.status_code, refused.status_code) == (302, 422)
    assert [one.key_result for one in Action.objects.all()] == [key_result]


def test_actions_of_a_key_result_in_the_trash_wait_with_it(mia, objective, key_result):
    plan(objective, "Of the result", key_result=key_result)

    key_result.discard(by=mia)

    assert not Action.objects.visible_to(mia).exists()


def test_a_key_result_names_no_improvement_of_others(as_, mia, jonas, billing, key_result):
    theirs = ImprovementFactory(title="Secret of Billing", subject=billing.subject, owner=jonas)
    ImprovementKeyResult.objects.create(improvement=theirs, key_result=key_result)

    assert "Secret of Billing" not in as_(mia).get(key_result.get_absolute_url()).text


# Who may -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("mia", 302), ("jonas", 404), ("astrid", 403), ("rui", 403)]
)
@pytest.mark.parametrize("verb", ["move", "new"])
def test_only_who_may_change_the_objective_arranges_its_plan(
    as_, objective, key_result, who, status, verb, request
):
    (first,) = plan(objective, "First")
    person = request.getfixturevalue(who)
    address = {
        "move": url("action-move", first.pk),
        "new": url("key-result-action-new", key_result.pk),
    }[verb]

    response = as_(person).post(address, {"title": "x", "owner": objective.owner_id, "due_on": ""})

    assert response.status_code == status
    assert Action.objects.count() == (2 if (verb, status) == ("new", 302) else 1)


def test_an_executive_reads_the_plan_and_ticks_what_is_hers(as_, astrid, mia, objective):
    hers = actions.add_action(objective=objective, title="Hers", owner=astrid, by=mia)
    (others,) = plan(objective, "Others")

    page = as_(astrid).get(objective.get_absolute_url())

    may = {
        row.action: (row.may_turn, row.may_arrange) for row in page.context["actions"].plans[0].rows
    }
    assert may == {hers: (True, False), others: (False, False)}
    assert f"{url('action-move', hers.pk)}" not in page.text
    assert as_(astrid).post(url("action-finish", others.pk)).status_code == 403
    assert as_(astrid).post(url("action-finish", hers.pk)).status_code == 302


def test_an_owner_of_another_product_turns_the_action_and_not_the_plan(as_, jonas, mia, objective):
    asked = actions.add_action(objective=objective, title="Ask", owner=jonas, by=mia)

    moved = as_(jonas).post(url("action-move", asked.pk), {"way": "up"})
    done = as_(jonas).post(url("action-finish", asked.pk))

    asked.refresh_from_db()
    assert (moved.status_code, done.status_code, asked.state) == (403, 302, ActionState.DONE)


# The API ------------------------------------------------------------------------------------
def send(client, path, body):
    return client.post(f"/api/v1/{path}/", body, content_type="application/json")


def test_a_program_places_moves_ticks_and_drops(api, mia, objective):
    rows = plan(objective, "A", "B", "C")
    client, base = api(mia), f"actions/{rows[2].pk}"

    placed = send(client, f"{base}/move", {"place": 1}).json()
    stepped = send(client, f"{base}/move", {"steps": 1}).json()
    done = send(client, f"{base}/finish", {}).json()
    dropped = send(client, f"{base}/drop", {})

    assert (placed["place"], stepped["place"], done["state"]) == (1, 2, "done")
    assert "".join(order(objective)) == "ACB"
    assert dropped.status_code == 400
    assert dropped.headers["Content-Type"] == "application/problem+json"
    assert dropped.json()["errors"][0]["field"] == "state"


@pytest.mark.parametrize(
    "body", [{}, {"place": 0}, {"place": "x"}, {"place": 1, "steps": 1}, {"steps": 10**9}, {"x": 1}]
)
def test_a_move_that_cannot_be_read_names_the_field(api, mia, objective, body):
    first, _second = plan(objective, "A", "B")

    response = send(api(mia), f"actions/{first.pk}/move", body)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] in ("place", "steps", "x")
    assert "".join(order(objective)) == "AB"


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403)])
def test_programs_of_others_move_nothing(api, objective, who, status, request):
    first, _second = plan(objective, "A", "B")

    response = send(api(request.getfixturevalue(who)), f"actions/{first.pk}/move", {"steps": 1})

    assert response.status_code == status
    assert "".join(order(objective)) == "AB"


def test_an_owner_with_a_token_does_not_arrange_the_plan(api, objective, mia):
    owner = PersonFactory(role="exec")
    asked = actions.add_action(objective=objective, title="A", owner=owner, by=mia)

    moved = send(api(owner), f"actions/{asked.pk}/move", {"place": 1})
    done = send(api(owner), f"actions/{asked.pk}/finish", {})

    assert (moved.status_code, done.status_code) == (403, 200)


def test_a_program_lets_an_action_serve_a_key_result(api, mia, objective, key_result):
    (first,) = plan(objective, "A")
    other = ObjectiveFactory(subject=objective.subject)
    client, path = api(mia), f"/api/v1/actions/{first.pk}/"

    served = client.patch(path, {"key_result": key_result.pk}, content_type="application/json")
    lost = client.patch(path, {"objective": other.pk}, content_type="application/json")

    assert (served.status_code, served.json()["place"]) == (200, 1)
    assert (lost.status_code, lost.json()["errors"][0]["field"]) == (400, "key_result")
