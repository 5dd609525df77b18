"""How many of the signals that people look at are chance."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from metrics import access, dashboard_page, scorecard
from metrics.candour import candour_of
from metrics.views.dashboards import READERS
from productops import clock
from productops.doors import for_roles
from productops.htmx import show


@require_safe
def dashboard_candour(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_read(request.user, slug)
    rows = dashboard_page.rows_of(request.user, dashboard, clock.today())
    return _shown(request, rows, {"dashboard": dashboard})


@for_roles(*READERS)
@require_safe
def kpi_candour(request: HttpRequest) -> HttpResponse:
    """All series that the person may see."""
    mine = access.series_for(request.user)
    return _shown(request, scorecard.rows_of(mine, today=clock.today()), {})


def _shown(request: HttpRequest, rows: list[scorecard.Row], context: dict) -> HttpResponse:
    context |= {"candour": candour_of(rows, clock.today())}
    return show(request, "metrics/candour.html", "metrics/_candour.html", context)
