"""What single products want to reach, where that differs from the framework."""

import pytest

from audits.actions import targets as actions
from audits.models import LevelTarget

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(small):
    return f"/audits/templates/{small.framework_id}/targets/"


def cell(key, product):
    return f"{key}.{product.subject_id}"


def test_a_level_is_written_changed_and_taken_back(as_, ines, small, checkout, path):
    client = as_(ines)
    name = cell("measurement", checkout)

    for was, level, there in (("", "3.5", [3.5]), ("3.5", "2", [2.0]), ("2", "", [])):
        client.post(path, {f"initial-{name}": was, name: level})
        assert list(LevelTarget.objects.values_list("level", flat=True)) == there


def test_a_level_beyond_the_scale_is_refused_in_its_cell(as_, ines, checkout, path):
    name = cell("discovery", checkout)

    response = as_(ines).post(path, {name: "9"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]


def test_nobody_writes_over_what_they_have_not_seen(as_, ines, small, checkout, path):
    wanted = {("measurement", checkout.subject): 2.5}
    actions.set_level_targets(framework=small.framework, wanted=wanted, by=ines)
    name = cell("measurement", checkout)
    client = as_(ines)

    stale = client.post(path, {f"initial-{name}": "", name: "1"})
    again = client.post(path, {f"initial-{name}": "2.5", name: "1"})

    assert (stale.status_code, again.status_code) == (409, 302)
    assert "Somebody else wrote 2.5 here meanwhile." in stale.content.decode()
    assert LevelTarget.objects.get().level == 1


def test_a_pm_reads_the_targets_of_their_own_products(
    as_, ines, mia, small, checkout, billing, path
):
    wanted = {("measurement", one.subject): 2.5 for one in (checkout, billing)}
    actions.set_level_targets(framework=small.framework, wanted=wanted, by=ines)
    client = as_(mia)

    html = client.get(path).content.decode()
    lines = b"".join(client.get(path, {"format": "csv"}).streaming_content).decode().splitlines()

    assert "Checkout" in html
    assert "Billing" not in html
    assert lines[1:] == ["small,measurement,Measurement,,product:checkout,2.5"]
    assert client.post(path, {cell("measurement", checkout): "1"}).status_code == 403


def test_the_matrix_costs_the_same_with_one_product_and_with_three(
    as_, ines, small, checkout, billing, path, cost_of
):
    client = as_(ines)
    few = cost_of(client, path)
    wanted = {("measurement", one.subject): 2.5 for one in (checkout, billing)}
    actions.set_level_targets(framework=small.framework, wanted=wanted, by=ines)

    assert cost_of(client, path) == few <= 20


def test_what_nobody_changed_is_not_logged(ines, small, checkout):
    wanted = {("measurement", checkout.subject): 2.5}

    numbers = [
        actions.set_level_targets(framework=small.framework, wanted=wanted, by=ines)
        for _ in range(2)
    ]

    assert numbers == [1, 0]
