"""Cycles on pages: opened, carried over, closed, counted."""

import pytest
from django.urls import reverse

from objectives.choices import ObjectiveState
from objectives.models import (
    Cycle,
    Objective,
)
from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)
from tests.factories.teams import ProductFactory


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def test_operations_open_and_close_a_cycle(as_, ines):
    sent = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    as_(ines).post(url("cycle-new"), sent)
    cycle = Cycle.objects.get()
    said = {"keeps": "Short meetings", "version": cycle.version}
    as_(ines).post(url("cycle-close", cycle.pk), said)

    cycle.refresh_from_db()
    assert (cycle.slug, cycle.is_closed) == ("2027-q1", True)
    assert cycle.keeps == "Short meetings"


@pytest.mark.parametrize(
    "change", [{"ends_on": "2026-01-01"}, {"ends_on": ""}, {"starts_on": "soon"}, {"name": "–"}]
)
def test_a_cycle_that_cannot_be_meant_is_refused(as_, ines, change):
    sent = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    response = as_(ines).post(url("cycle-new"), sent | change)

    assert response.status_code == 422
    assert not Cycle.objects.exists()


def test_an_objective_goes_on_in_the_next_cycle(as_, mia, objective, key_result):
    following = CycleFactory(name="Next")

    page = as_(mia).get(url("objective-carry-over", objective.pk))
    sent = {"title": "Go on", "cycle": following.pk, "key_results": [key_result.pk]}
    response = as_(mia).post(url("objective-carry-over", objective.pk), sent)

    assert page.context["form"].initial["key_results"] == [key_result.pk]
    carried = Objective.objects.get(cycle=following)
    assert response.headers["Location"] == carried.get_absolute_url()
    assert "Carried over from" in as_(mia).get(carried.get_absolute_url()).text
    assert "Carried over into" in as_(mia).get(objective.get_absolute_url()).text


def test_approving_takes_the_ambition_out_of_the_form(as_, mia, objective):
    as_(mia).post(url("objective-approve", objective.pk))

    page = as_(mia).get(url("objective-edit", objective.pk))

    assert "ambition" not in page.context["form"].fields


def test_the_form_for_closing_proposes_what_the_numbers_say(as_, mia, objective, key_result):
    CheckInFactory(key_result=key_result, value=20, on=clock.today())

    page = as_(mia).get(url("objective-close", objective.pk))

    assert page.context["form"].initial["outcome"] == ObjectiveState.ACHIEVED


@pytest.mark.parametrize("count", [1, 3])
def test_an_evaluation_costs_the_same_for_any_number_of_objectives(
    as_, ines, count, django_assert_num_queries
):
    cycle = CycleFactory()
    for _number in range(count):
        objective = ObjectiveFactory(cycle=cycle, subject=ProductFactory().subject)
        CheckInFactory(key_result=KeyResultFactory(objective=objective), value=0.8)
    client = as_(ines)
    client.get(url("cycle-list"))

    with django_assert_num_queries(18, exact=False):
        response = client.get(url("cycle-detail", cycle.pk))

    assert response.context["whole"].objectives == count
    assert response.context["whole"].successes == count


def test_an_evaluation_counts_only_what_one_sees(as_, mia, objective, billing):
    ObjectiveFactory(cycle=objective.cycle, subject=billing.subject, title="Secret of billing")

    response = as_(mia).get(url("cycle-detail", objective.cycle_id))

    assert response.context["whole"].objectives == 1
    assert "Secret" not in response.text


def test_an_evaluation_is_had_as_a_file(as_, mia, objective):
    response = as_(mia).get(url("cycle-detail", objective.cycle_id), {"format": "csv"})

    text = response.getvalue().decode()
    assert text.splitlines()[1].split(",")[1] == "Decide on evidence"
