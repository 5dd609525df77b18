"""What serves, needs or conflicts with what."""

import pytest
from django.urls import reverse

from objectives import actions
from tests.factories.objectives import (
    ObjectiveFactory,
)


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def test_an_objective_is_aligned_with_one_of_another_cycle(as_, mia, objective, billing):
    other = ObjectiveFactory(title="Customers stay", subject=objective.subject)

    page = as_(mia).get(url("objective-align", objective.pk), {"q": "stay"})
    sent = {"kind": "contributes", "end": f"objective:{other.pk}", "weight": "2"}
    as_(mia).post(url("objective-align", objective.pk), sent)

    assert page.context["form"].number == 1
    tie = objective.alignments.get()
    assert (tie.to_objective, tie.weight) == (other, 2)
    assert "Customers stay" in as_(mia).get(objective.get_absolute_url()).text
    assert "is served by" in as_(mia).get(other.get_absolute_url()).text


def test_a_circle_is_refused_beside_the_field(as_, mia, objective):
    other = ObjectiveFactory(title="Customers stay", subject=objective.subject)
    actions.align(begin=other, end=objective, by=mia)

    sent = {"kind": "contributes", "end": f"objective:{other.pk}"}
    response = as_(mia).post(url("objective-align", objective.pk), sent)

    assert response.status_code == 422
    assert "circle" in response.context["form"].errors["end"][0]


@pytest.mark.parametrize("end", ["objective:999999", "objective:x", "gap:1", "", "key-result:-1"])
def test_what_is_not_there_is_not_aligned_with(as_, mia, objective, end):
    response = as_(mia).post(
        url("objective-align", objective.pk), {"kind": "contributes", "end": end}
    )

    assert response.status_code == 422
    assert not objective.alignments.exists()


def test_a_strangers_objective_is_neither_offered_nor_named(as_, mia, objective, billing):
    secret = ObjectiveFactory(title="Secret of billing", subject=billing.subject)
    actions.align(begin=objective, end=secret, by=mia)

    assert "Secret of billing" not in as_(mia).get(url("objective-align", objective.pk)).text
    assert "Secret of billing" not in as_(mia).get(objective.get_absolute_url()).text
    assert as_(mia).post(url("alignment-part", objective.alignments.get().pk)).status_code == 404


def test_an_alignment_is_taken_back(as_, mia, objective):
    tie = actions.align(begin=objective, end=ObjectiveFactory(), by=mia)

    as_(mia).post(url("alignment-part", tie.pk))

    assert not objective.alignments.exists()
