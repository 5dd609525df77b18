"""What is closed stays as it is, whoever asks and in whatever way."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from objectives import actions
from objectives.choices import ObjectiveState
from objectives.models import Action, Alignment, CheckIn, KeyResult, Objective
from productops import clock
from productops.models import ChangeEntry
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)


@pytest.fixture
def cycle(db):
    return CycleFactory(slug="q4")


@pytest.fixture
def objective(cycle):
    return ObjectiveFactory(cycle=cycle, title="Faster answers")


@pytest.fixture
def result(objective):
    return KeyResultFactory(objective=objective, baseline=10, target=5, commit=8, stretch=3)


@pytest.fixture
def said(result):
    return CheckInFactory(key_result=result, value=6, on=clock.today() - timedelta(days=1))


@pytest.fixture
def other(cycle):
    return ObjectiveFactory(title="Customers stay")


def close_objective(objective, by):
    actions.close_objective(
        objective=objective, outcome=ObjectiveState.MISSED, learning="Smaller steps", by=by
    )


def close_cycle(objective, by):
    objective.cycle.close(by=by)


ENDS = {"objective": close_objective, "cycle": close_cycle}


def kept():
    """All that a verb could have changed."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Objective, KeyResult, CheckIn, Alignment, Action)
    ] + [ChangeEntry.objects.count()]


# By page ------------------------------------------------------------------------------------
PAGES = {
    "objective-edit": ("objective", {"title": "Other words"}),
    "key-result-new": ("objective", {"title": "New", "baseline": "1", "target": "2"}),
    "key-result-edit": ("result", {"title": "Other words"}),
    "key-result-plan": ("result", {"on_1": "2026-06-01", "value_1": "7"}),
    "key-result-overrule": ("result", {"status": "on_track", "reason": "We know more"}),
    "check-in-new": ("result", {"value": "5", "confidence": "6", "on": "2026-02-01"}),
    "check-in-edit": ("said", {"value": "5", "confidence": "6", "on": "2026-02-01"}),
    "objective-align": ("objective", {"kind": "contributes", "end": "other", "weight": "1"}),
    "key-result-align": ("result", {"kind": "contributes", "end": "other", "weight": "1"}),
    "action-new": ("objective", {"title": "Ask them"}),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", PAGES)
def test_a_form_of_what_is_closed_says_so_and_changes_nothing(
    name, end, objective, result, said, other, ines, as_
):
    rows = {"objective": objective, "result": result, "said": said}
    row, change = PAGES[name]
    address = reverse(f"objectives:{name}", args=[rows[row].pk])
    client = as_(ines)
    sent = full_form(client, address) | change
    if change.get("end"):
        sent["end"] = f"objective:{other.pk}"
    ENDS[end](objective, ines)
    sent["version"] = version_of(rows[row])
    before = kept()

    page = client.post(address, sent)

    assert (page.status_code, kept()) == (422, before)
    assert "closed" in page.text


def full_form(client, address):
    """What a browser would send of the form as it stands."""
    form = client.get(address).context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    values = {name: getattr(value, "pk", value) for name, value in values.items()}
    return {name: value for name, value in values.items() if value is not None}


def version_of(row):
    return type(row).objects.get(pk=row.pk).version


@pytest.mark.parametrize("end", ENDS)
def test_a_button_of_what_is_closed_says_so_and_changes_nothing(end, objective, result, ines, as_):
    ENDS[end](objective, ines)
    before = kept()

    page = as_(ines).post(reverse("objectives:key-result-delete", args=[result.pk]), follow=True)

    assert kept() == before
    assert "is closed" in page.text


def test_an_objective_is_not_reopened_in_a_closed_cycle(objective, ines, as_):
    close_objective(objective, ines)
    close_cycle(objective, ines)

    page = as_(ines).post(reverse("objectives:objective-reopen", args=[objective.pk]), follow=True)

    assert "This cycle is closed." in page.text
    assert Objective.objects.get(pk=objective.pk).is_closed


def test_what_served_a_closed_objective_stays_said(objective, other, ines, as_):
    tie = actions.align(begin=other, end=objective, weight=1, by=ines)
    close_objective(objective, ines)

    as_(ines).post(reverse("objectives:alignment-part", args=[tie.pk]))

    assert Alignment.objects.filter(pk=tie.pk).exists()


# By program ---------------------------------------------------------------------------------
CALLS = {
    "edit": ("patch", "objectives/{objective}/", {"title": "Other words"}),
    "move": ("patch", "objectives/{other}/", {"cycle": "q4"}),
    "key result": (
        "post", "key-results/",
        {"objective": "{objective}", "title": "New", "baseline": 1, "target": 2},
    ),
    "change": ("patch", "key-results/{result}/", {"target": 4.5}),
    "delete": ("delete", "key-results/{result}/", {}),
    "plan": (
        "post", "key-results/{result}/plan/", {"plan": [{"on": "2026-06-01", "value": 7}]},
    ),
    "overrule": (
        "post", "key-results/{result}/overrule/", {"status": "on_track", "reason": "We know"},
    ),
    "check-in": (
        "post", "check-ins/", {"key_result": "{result}", "value": 5, "confidence": 6},
    ),
    "correct": ("patch", "check-ins/{said}/", {"value": 5}),
    "align": (
        "post", "alignments/", {"objective": "{objective}", "to_objective": "{other}", "weight": 2},
    ),
    "be served": (
        "post", "alignments/", {"objective": "{other}", "to_objective": "{objective}", "weight": 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_about_what_is_closed_is_refused_and_changes_nothing(
    name, end, objective, result, said, other, ines, as_
):
    if name == "move" and end == "objective":
        pytest.skip("its cycle is open")
    method, path, body = CALLS[name]
    keys = {"objective": objective.pk, "result": result.pk, "said": said.pk, "other": other.pk}
    body = {
        name: int(value.format(**keys)) if str(value).startswith("{") else value
        for name, value in body.items()
    }
    ENDS[end](objective, ines)
    before = kept()

    answer = getattr(as_(ines), method)(
        "/api/v1/" + path.format(**keys), body, content_type="application/json"
    )

    assert answer.status_code in (400, 409, 422), answer.text
    assert kept() == before


def test_a_closed_cycle_takes_no_other_dates(cycle, ines, as_):
    cycle.close(by=ines)

    answer = as_(ines).patch(
        f"/api/v1/cycles/{cycle.pk}/", {"name": "Other"}, content_type="application/json"
    )

    assert answer.status_code in (400, 409, 422)


def test_saying_the_same_again_of_what_is_closed_is_no_change(objective, result, ines):
    close_objective(objective, ines)

    assert not actions.change_objective(objective=objective, title=objective.title, by=ines)
    assert not actions.change_key_result(key_result=result, target=5, by=ines)


# Carried over twice -------------------------------------------------------------------------
def test_a_second_click_carries_nothing_over_and_shows_where_it_is(objective, ines, as_):
    following = CycleFactory(name="Next")
    address = reverse("objectives:objective-carry-over", args=[objective.pk])
    sent = {"title": objective.title, "cycle": following.pk}
    client = as_(ines)
    client.post(address, sent)

    page = client.post(address, sent)

    (made,) = objective.carried_to.all()
    assert page.status_code == 422
    assert made.get_absolute_url() in page.text


def test_what_was_carried_over_and_deleted_is_carried_over_again(objective, ines):
    following = CycleFactory()
    actions.carry_over(objective=objective, cycle=following, by=ines).discard(by=ines)

    assert actions.carry_over(objective=objective, cycle=following, by=ines).pk


def test_nothing_is_raised_in_a_cycle_that_somebody_closed_meanwhile(objective, ines):
    stale = type(objective.cycle).objects.get(pk=objective.cycle_id)
    close_cycle(objective, ines)

    with pytest.raises(ValidationError):
        actions.raise_objective(
            title="Late", cycle=stale, subject=objective.subject, owner=ines, by=ines
        )
