"""How far a computation is, for pages that wait for it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from metrics import access
from metrics.computing import computing_of
from metrics.views.dashboards import READERS
from productops.doors import for_roles
from productops.htmx import show


@for_roles(*READERS)
@require_safe
def computing_detail(request: HttpRequest) -> HttpResponse:
    """All series that the person may see, or the one that the address names."""
    series = access.series_watched(request.user, request.GET.get("series", ""))
    context = {
        "computing": computing_of(series),
        "computing_url": request.get_full_path(),
        "is_over": True,
    }
    return show(request, "metrics/computing_detail.html", "metrics/_computing.html", context)
