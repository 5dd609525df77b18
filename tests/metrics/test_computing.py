"""How far a computation is, on the pages that wait for it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from metrics.actions.recompute import work_batch
from metrics.computing import Computing, computing_of
from metrics.models import Mark
from objectives.models import Series
from tests.factories.metrics import NOW, TODAY, observe, settle, weekly_series, weeks_before
from tests.factories.objectives import SeriesFactory

pytestmark = pytest.mark.django_db
WATCH = "metrics:computing-detail"


@pytest.fixture
def imported(checkout):
    """A series of Checkout of which two of five new weeks are computed."""
    series = weekly_series([1.0] * 3, subject=checkout.subject)
    Mark.objects.update(wanted_at=NOW - timedelta(hours=1))
    observe(series, [(week - timedelta(weeks=9), 2.0) for week in weeks_before(5)])
    work_batch(today=TODAY, now=NOW, most=2)
    return series


def test_progress_counts_from_the_oldest_that_waits(imported):
    assert computing_of(Series.objects.all()) == Computing(2, 5)
    settle()
    assert computing_of(Series.objects.all()) is None


def test_what_waits_for_a_person_is_no_progress(imported):
    Mark.objects.pending().update(attempts=8)

    assert computing_of(Series.objects.all()) is None


def test_the_page_and_the_list_say_how_far_it_is_and_stop_asking_when_it_is_over(
    imported, mia, as_
):
    client, htmx = as_(mia), {"HX-Request": "true"}
    pages = [imported.get_absolute_url(), reverse("metrics:kpi-list")]
    watched = [f"{reverse(WATCH)}?series={imported.pk}", reverse(WATCH)]

    for page, watch in zip(pages, watched, strict=True):
        html = client.get(page).content.decode()
        assert "Computing: 2 of 5 periods" in html
        assert f'hx-get="{watch}" hx-trigger="every 2s"' in html
        fragment = client.get(watch, headers=htmx).content.decode()
        assert "Computing: 2 of 5 periods" in fragment
        assert "<html" not in fragment
    settle()

    for page, watch in zip(pages, watched, strict=True):
        assert "Computing:" not in client.get(page).content.decode()
        over = client.get(watch, headers=htmx).content.decode()
        assert "Everything is computed" in over
        assert "hx-trigger" not in over
        assert "<html" in client.get(watch).content.decode()


def test_a_stranger_sees_no_progress_of_others(imported, jonas, as_):
    client = as_(jonas)

    assert client.get(f"{reverse(WATCH)}?series={imported.pk}").status_code == 404
    assert client.get(f"{reverse(WATCH)}?series=x").status_code == 404
    assert "Everything is computed" in client.get(reverse(WATCH)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_progress_costs_the_same_for_any_number_of_series(ines, as_, cost_of, count):
    for _place in range(count):
        observe(SeriesFactory(), [(week, 1.0) for week in weeks_before(4)])

    assert cost_of(as_(ines), reverse(WATCH)) == 5
