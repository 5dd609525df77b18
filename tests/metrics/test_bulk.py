import pytest
from django.core.management import call_command

from metrics.models import Mark, Observation
from metrics.verify import check_snapshots
from objectives.models import Kpi
from teams.models import Person, Product
from tests.factories.metrics import settle

pytestmark = pytest.mark.django_db


def seed(**size) -> None:
    call_command("seed", **{"products": 2, "kpis": 3, "observations": 120, "people": 10} | size)


def test_synthetic_rows_are_as_many_as_asked_for():
    seed()
    settle()

    assert (Product.objects.count(), Kpi.objects.count()) == (2, 3)
    assert Person.objects.count() == 10
    assert Observation.objects.count() == 120
    assert list(check_snapshots()) == []


def test_the_same_seed_makes_the_same_rows():
    seed()
    settle()

    seed()

    assert Observation.objects.count() == 120
    assert not Mark.objects.pending().exists()


def test_another_seed_makes_other_numbers():
    seed()
    first = set(Observation.objects.values_list("value", flat=True))

    seed(seed=2)

    assert set(Observation.objects.values_list("value", flat=True)) != first
