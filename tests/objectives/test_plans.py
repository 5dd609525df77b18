"""Pages on which the way of a key result is planned, its pace is contradicted, pillars stand."""

from datetime import date

import pytest
from django.urls import reverse

from objectives.models import KeyResult, Pillar
from tests.factories.objectives import CycleFactory, KeyResultFactory, ObjectiveFactory


@pytest.fixture
def key_result(checkout, mia):
    cycle = CycleFactory(starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31))
    objective = ObjectiveFactory(subject=checkout.subject, owner=mia, cycle=cycle)
    return KeyResultFactory(objective=objective, owner=mia, baseline=10, target=40)


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def test_a_plan_starts_from_a_straight_way_in_three_steps(as_, mia, key_result):
    form = as_(mia).get(url("key-result-plan", key_result.pk)).context["form"]

    days = [day.initial for day, _value in form.pairs]
    assert days == [date(2026, 10, 31), date(2026, 12, 1), date(2026, 12, 31), None, None, None]
    assert [value.initial for _day, value in form.pairs][:3] == [20, 30, 40]


def test_a_plan_is_saved_shown_and_changed(as_, mia, key_result):
    sent = {"on_1": "2026-11-30", "value_1": "12", "on_2": "2026-12-31", "value_2": "40"}

    as_(mia).post(url("key-result-plan", key_result.pk), sent | {"version": key_result.version})

    key_result.refresh_from_db()
    assert key_result.plan == [["2026-11-30", 12.0], ["2026-12-31", 40.0]]
    assert "Planned steps" in as_(mia).get(key_result.get_absolute_url()).text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"on_1": "2026-11-30"}, "value_1"),
        ({"value_1": "3"}, "on_1"),
        ({"on_1": "soon", "value_1": "3"}, "on_1"),
        ({"on_1": "2026-11-30", "value_1": "much"}, "value_1"),
    ],
)
def test_half_a_step_is_refused_beside_what_is_missing(as_, mia, key_result, sent, field):
    response = as_(mia).post(
        url("key-result-plan", key_result.pk), sent | {"version": key_result.version}
    )

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert KeyResult.objects.get().plan == []


def test_a_plan_that_somebody_else_changed_meanwhile_is_not_overwritten(as_, mia, key_result):
    page = as_(mia).get(url("key-result-plan", key_result.pk))
    seen = page.context["form"].row.version
    sent = {"on_1": "2026-11-30", "value_1": "12"}
    as_(mia).post(url("key-result-plan", key_result.pk), sent | {"version": seen})

    response = as_(mia).post(
        url("key-result-plan", key_result.pk), sent | {"value_1": "13", "version": seen}
    )

    assert response.status_code == 409
    assert KeyResult.objects.get().plan == [["2026-11-30", 12.0]]


def test_a_word_beside_the_pace_shows_who_said_it_and_why(as_, mia, key_result):
    sent = {"status": "on_track", "reason": "The rest comes with the release"}

    as_(mia).post(url("key-result-overrule", key_result.pk), sent)

    page = as_(mia).get(key_result.get_absolute_url()).text
    assert "The rest comes with the release" in page
    assert mia.name in page


def test_a_word_without_a_reason_is_refused(as_, mia, key_result):
    response = as_(mia).post(url("key-result-overrule", key_result.pk), {"status": "on_track"})

    assert response.status_code == 422


def test_pillars_are_added_moved_and_ended(as_, ines):
    client = as_(ines)
    for name in ("Grow", "Keep"):
        client.post(url("pillar-new"), {"name": name})
    second = Pillar.objects.get(name="Keep")

    client.post(url("pillar-move", second.pk))
    client.post(url("pillar-end", second.pk))

    page = client.get(url("pillar-list"))
    assert [one.name for one in page.context["pillars"]] == ["Keep", "Grow"]
    assert "ended on" in page.text
    assert client.post(url("pillar-new"), {"name": "GROW"}).status_code == 422


def test_only_operations_changes_pillars(as_, mia, db):
    pillar = Pillar.objects.create(name="Grow")

    assert as_(mia).post(url("pillar-end", pillar.pk)).status_code == 403
    assert as_(mia).get(url("pillar-list")).status_code == 200
