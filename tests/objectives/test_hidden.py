"""What a PM does not see is neither named, nor counted, nor moved by them: Mia has Checkout,
Billing is a stranger's, and rows of the organisation stand between both."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from objectives import actions
from objectives.models import CheckIn, Objective, Pillar
from productops import clock
from teams.models import Subject
from tests.factories.audits import GapFactory
from tests.factories.metrics import ImprovementFactory
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)

SECRET = "Zebra invoices"


@pytest.fixture
def cycle(db):
    today = clock.today()
    days = {"starts_on": today - timedelta(days=40), "ends_on": today + timedelta(days=40)}
    return CycleFactory(**days)


@pytest.fixture
def shared(cycle, mia):
    """About the whole organisation, which Mia reads."""
    return ObjectiveFactory(cycle=cycle, title="Customers stay", subject=Subject.organisation())


@pytest.fixture
def mine(cycle, checkout, mia):
    return ObjectiveFactory(cycle=cycle, subject=checkout.subject, owner=mia)


@pytest.fixture
def theirs(cycle, billing):
    return ObjectiveFactory(cycle=cycle, subject=billing.subject, title=SECRET)


@pytest.fixture
def gap_of_theirs(billing):
    return GapFactory(subject=billing.subject, title=SECRET)


def patch(client, path, sent):
    return client.patch(f"/api/v1/{path}/", sent, content_type="application/json")


# Gaps ---------------------------------------------------------------------------------------
def test_gaps_of_others_are_not_named_on_what_answers_them(shared, gap_of_theirs, ines, mia, as_):
    actions.answer_gaps(objective=shared, gaps=[gap_of_theirs], by=ines)

    assert SECRET not in as_(mia).get(shared.get_absolute_url()).text
    assert SECRET in as_(ines).get(gap_of_theirs.get_absolute_url()).text


def test_gaps_of_others_are_not_told_by_the_api(shared, gap_of_theirs, checkout, ines, mia, api):
    ours = GapFactory(subject=checkout.subject)
    actions.answer_gaps(objective=shared, gaps=[gap_of_theirs, ours], by=ines)

    assert api(mia).get(f"/api/v1/objectives/{shared.pk}/").json()["gaps"] == [ours.pk]


def test_changing_the_gaps_one_sees_leaves_the_others(
    mine, gap_of_theirs, checkout, ines, mia, api
):
    ours = GapFactory(subject=checkout.subject)
    actions.answer_gaps(objective=mine, gaps=[gap_of_theirs], by=ines)

    answer = patch(api(mia), f"objectives/{mine.pk}", {"gaps": [ours.pk]})

    assert answer.json()["gaps"] == [ours.pk]
    assert set(mine.gaps.all()) == {gap_of_theirs, ours}


def test_closing_by_api_leaves_no_hidden_gap_planned(mine, gap_of_theirs, ines, mia, api):
    actions.answer_gaps(objective=mine, gaps=[gap_of_theirs], by=ines)
    sent = {"outcome": "missed", "learning": "Smaller steps"}

    api(mia).post(f"/api/v1/objectives/{mine.pk}/close/", sent, content_type="application/json")

    gap_of_theirs.refresh_from_db()
    assert gap_of_theirs.state != "planned"


# Ties ---------------------------------------------------------------------------------------
def test_the_way_of_a_circle_names_nothing_hidden(shared, mine, theirs, ines, mia):
    actions.align(begin=shared, end=theirs, by=ines)
    actions.align(begin=theirs, end=mine, by=ines)

    with pytest.raises(ValidationError) as refused:
        actions.align(begin=mine, end=shared, by=mia)

    (text,) = refused.value.message_dict["end"]
    assert "Customers stay" in text
    assert SECRET not in text


def test_who_may_not_change_a_goal_moves_no_number_of_it(shared, mine, mia, as_, api):
    path = reverse("objectives:objective-align", args=[mine.pk])
    sent = {"kind": "contributes", "end": f"objective:{shared.pk}", "weight": "1e50"}

    page = as_(mia).post(path, sent)
    answer = api(mia).post(
        "/api/v1/alignments/",
        {"objective": mine.pk, "to_objective": shared.pk, "weight": 3},
        content_type="application/json",
    )

    assert page.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["weight"]
    assert as_(mia).post(path, sent | {"weight": ""}).status_code == 302


def test_saying_a_tie_again_takes_no_weight_that_others_gave(shared, mine, ines, mia):
    actions.align(begin=mine, end=shared, weight=2, by=ines)

    with pytest.raises(ValidationError):
        actions.align(begin=mine, end=shared, by=mia)

    assert mine.alignments.get().weight == 2


def test_what_was_carried_to_others_is_not_linked(mine, cycle, billing, ines, mia, as_):
    later = CycleFactory(name="Their quarter")
    carried = actions.carry_over(objective=mine, cycle=later, by=ines)
    actions.change_objective(objective=carried, subject=billing.subject, by=ines)

    page = as_(mia).get(mine.get_absolute_url())

    assert carried.get_absolute_url() not in page.text


def test_where_it_was_carried_from_is_not_linked_where_hidden(theirs, checkout, ines, mia, as_):
    carried = actions.carry_over(objective=theirs, cycle=CycleFactory(), by=ines, title="Ours")
    actions.change_objective(objective=carried, subject=checkout.subject, by=ines)

    page = as_(mia).get(carried.get_absolute_url())

    assert f'href="{theirs.get_absolute_url()}"' not in page.text


# Counts -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["cycle-list", "pillar-list"])
def test_what_is_counted_is_what_one_sees(name, mine, theirs, mia, ines, as_):
    pillar = Pillar.objects.create(name="Trust")
    Objective.objects.update(pillar=pillar)
    address = reverse(f"objectives:{name}")
    rows = {"cycle-list": "cycles", "pillar-list": "pillars"}[name]

    assert [one.number for one in as_(mia).get(address).context[rows]] == [1]
    assert [one.number for one in as_(ines).get(address).context[rows]] == [2]


# Improvements -------------------------------------------------------------------------------
def test_improvements_of_others_are_not_named(shared, billing, ines, mia, as_):
    result = KeyResultFactory(objective=shared, owner=mia)
    improvement = ImprovementFactory(
        subject=billing.subject, title=SECRET, go_live_on=clock.today(), state="live"
    )
    result.improvement_links.create(improvement=improvement)
    CheckInFactory(key_result=result, value=0.2, on=clock.today() - timedelta(days=9))
    lists = reverse("objectives:objective-list")
    pages = {
        "result": result.get_absolute_url(),
        "map": f"{lists}?view=map&cycle=all",
        "check-in": reverse("objectives:check-in-new", args=[result.pk]),
        "run": reverse("objectives:check-in-run"),
    }
    for page in ("result", "map", "check-in"):
        assert SECRET in as_(ines).get(pages[page]).text, page

    told = [name for name, page in pages.items() if SECRET in as_(mia).get(page).text]

    assert told == []


# Moves --------------------------------------------------------------------------------------
def test_an_action_is_not_taken_out_of_what_one_may_not_change(mine, theirs, ines, mia, api):
    action = actions.add_action(objective=theirs, title="Ask them", owner=mia, by=ines)

    answer = patch(api(mia), f"actions/{action.pk}", {"objective": mine.pk})

    assert answer.status_code == 403
    action.refresh_from_db()
    assert action.objective == theirs


def test_a_check_in_stays_with_its_key_result(mine, mia, api):
    one, other = KeyResultFactory(objective=mine), KeyResultFactory(objective=mine)
    said = CheckInFactory(key_result=one, author=mia, value=0.5)

    answer = patch(api(mia), f"check-ins/{said.pk}", {"key_result": other.pk, "value": 0.6})

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["key_result"]
    same = patch(api(mia), f"check-ins/{said.pk}", {"key_result": one.pk, "value": 0.6})
    assert same.status_code == 200


def test_who_no_longer_answers_for_a_key_result_corrects_nothing(theirs, mia, ines, api):
    result = KeyResultFactory(objective=theirs, owner=mia)
    said = actions.check_in(key_result=result, value=0.5, confidence=5, by=mia)
    actions.change_key_result(key_result=result, owner=ines, by=ines)

    answer = patch(api(mia), f"check-ins/{said.pk}", {"value": 1})

    assert answer.status_code in (403, 404)
    assert CheckIn.objects.get().value == 0.5
