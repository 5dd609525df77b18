"""Two minutes a week: sign in, read what changed, see why."""

from datetime import timedelta

import pytest

from metrics.actions.dashboards import add_row, make_dashboard
from metrics.actions.improvements import approve, go_live, plan_improvement
from metrics.choices import Kind
from objectives.models import Kpi, Series
from productops.clock import today
from teams.models import Person
from tests.factories.metrics import weekly_series

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet river bend"
BET = "Review within a day"


def begin(series: Series, by: Person) -> None:
    """An improvement that promised to move the KPI and went live four weeks ago."""
    improvement = plan_improvement(
        by=by,
        owner=by,
        title=BET,
        kind=Kind.STRUCTURE,
        subject=series.subject,
        promise={"series": series, "direction": "down"},
    )
    approve(improvement=improvement, by=by)
    go_live(improvement=improvement, on=today() - timedelta(weeks=4), by=by)


@pytest.fixture
def dashboard(ines, checkout):
    """One KPI that an improvement is to move."""
    series = weekly_series(
        [9, 10, 8, 11, 9, 10, 9, 11, 10, 9, 8, 10], today(), subject=checkout.subject
    )
    Kpi.objects.filter(pk=series.kpi_id).update(name="Lead time for change")
    begin(series, ines)
    dashboard = make_dashboard(title="Product health", slug="product-health", chair=ines, by=ines)
    add_row(dashboard=dashboard, series=series, group="Delivery", by=ines)
    return dashboard


def test_an_executive_lands_on_the_dashboard_and_is_three_clicks_from_the_reason(
    dashboard, astrid, stranger
):
    astrid.set_password(PASSWORD)
    astrid.save()
    executive = stranger().open("/")

    executive.press("Sign in", login=astrid.email, password=PASSWORD)
    landed = executive.url
    executive.click("Lead time for change").click(BET)

    assert landed == "/d/product-health/"
    assert executive.heading == BET
    assert executive.clicks == 3


def test_an_executive_is_offered_nothing_to_change(dashboard, astrid, visits):
    executive = visits(astrid).open("/d/product-health/").click("Lead time for change")

    offered = {text for text, _href in executive.page.links}

    assert not offered & {"Edit", "Add note", "Plan improvement", "Split limits"}
