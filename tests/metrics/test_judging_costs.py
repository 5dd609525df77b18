import pytest
from django.db import connection

from metrics.actions.judging import judge_all, judge_series
from metrics.models import Recheck, Verdict
from tests.factories.metrics import NOW, TODAY, promised_on, weekly_series
from tests.factories.objectives import SeriesFactory
from tests.factories.teams import ProductFactory

pytestmark = pytest.mark.django_db
BEFORE = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
LOCKING = int(connection.vendor == "postgresql")  # SQLite has one writer anyway
VALUES = [*BEFORE, *[value + 10 for value in BEFORE[:8]]]


def measured(values):
    series = SeriesFactory()
    return weekly_series(values, series=series)


def judged_ones(count):
    """Changes with a dose and a control, all of which got a verdict on both bases."""
    for _each in range(count):
        series = SeriesFactory()
        control = SeriesFactory(kpi=series.kpi, subject=ProductFactory().subject)
        dose = measured([0.0, *[90.0] * 8])
        weekly_series(BEFORE[:10] * 2, series=control)
        promised_on(
            series, weeks_ago=8, method="controlled", control=control,
            change_dose_series=dose, change_dose_level=80,
        )  # fmt: skip
        weekly_series(VALUES, series=series)


@pytest.mark.parametrize("count", [1, 3])
def test_a_round_without_news_costs_the_same_for_any_number_of_promises(
    count, django_assert_num_queries
):
    judged_ones(count)

    with django_assert_num_queries(33 + LOCKING):
        assert judge_all(today=TODAY, now=NOW) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_round_in_which_every_verdict_is_new_too(count, django_assert_num_queries):
    judged_ones(count)
    Recheck.objects.all().delete()
    Verdict.objects.all().delete()

    with django_assert_num_queries(36 + LOCKING):
        assert judge_all(today=TODAY, now=NOW) == count

    assert Verdict.objects.count() == 2 * count


def test_series_without_promises_cost_one_query(django_assert_num_queries):
    judged_ones(1)
    series = SeriesFactory()

    with django_assert_num_queries(1):
        assert judge_series({series.pk: None}, today=TODAY, now=NOW) == 0
