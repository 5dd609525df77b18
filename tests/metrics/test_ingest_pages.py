import pytest
from django.urls import reverse

from metrics.models import Observation
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
NEW = "/metrics/observations/new/"
IMPORT = "/metrics/observations/import/"


@pytest.fixture
def series(checkout):
    return SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)


def entry(series, **others) -> dict:
    cells = {"kpi": "lead-time", "subject": series.subject_id, "at": "2026-01-05", "value": "1.5"}
    return cells | others


def test_a_number_is_entered_by_hand(as_, mia, series):
    response = as_(mia).post(NEW, entry(series))

    assert response.status_code == 302
    assert response.url == series.get_absolute_url()
    assert Observation.objects.get().value == 1.5


def test_the_form_begins_with_the_series_one_came_from(as_, mia, series):
    response = as_(mia).get(f"{NEW}?series={series.pk}")

    assert response.context["form"].initial["kpi"] == "lead-time"
    assert response.context["form"].initial["subject"] == series.subject_id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "1,5"}, "value"),
        ({"value": ""}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "9" * 500}, "value"),
        ({"at": "31.03.2026"}, "at"),
        ({"at": "9999-12-31"}, "at"),
        ({"at": ""}, "at"),
        ({"kpi": "x\x00"}, "kpi"),
        ({"subject": "99999999999999999999"}, "subject"),
        ({"external_id": "a\x07b"}, "external_id"),
        ({"numerator": "1"}, "numerator"),
    ],
)
def test_a_wrong_number_is_refused_beside_its_field(as_, mia, series, change, field):
    response = as_(mia).post(NEW, entry(series) | change)

    assert response.status_code in (400, 422)
    assert response.status_code == 400 or list(response.context["form"].errors) == [field]
    assert not Observation.objects.exists()


def test_nobody_enters_numbers_of_a_product_that_is_not_theirs(as_, jonas, series):
    response = as_(jonas).post(NEW, entry(series))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["subject"]


@pytest.mark.parametrize("page", [NEW, IMPORT])
@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("rui", 403), ("ines", 200)])
def test_only_those_who_write_see_the_pages(as_, request, page, who, status):
    assert as_(request.getfixturevalue(who)).get(page).status_code == status


def test_our_own_numbers_are_taken_on_demand(as_, ines):
    response = as_(ines).post(reverse("metrics:measure-run"))

    assert response.status_code == 302


def test_only_operators_take_our_own_numbers(as_, mia):
    assert as_(mia).post(reverse("metrics:measure-run")).status_code == 403


def test_a_ratio_is_entered_by_its_parts(as_, ines, checkout):
    KpiVersionFactory(kpi__slug="share", aggregation="ratio")
    cells = {"kpi": "share", "subject": checkout.subject.pk, "at": "2026-01-05"}

    as_(ines).post(NEW, cells | {"numerator": "1", "denominator": "4"})

    assert Observation.objects.get().denominator == 4
