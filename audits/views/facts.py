"""What the record says about a questionnaire, without asking anybody."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audits import access, pages
from productops import clock
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.htmx import show
from productops.navigation import EVERYBODY

PER_PAGE = 100


@for_roles(*EVERYBODY)
@require_safe
def fact_list(request: HttpRequest, pk: int) -> HttpResponse:
    framework = access.framework_to_read(request.user, pk)
    rows = pages.record_rows(request.user, framework, clock.today())
    if request.GET.get("format") == "csv":
        lines = map(pages.record_line, rows)
        return csv_download(f"record-{framework.slug}.csv", pages.FACT_COLUMNS, lines)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"framework": framework, "page": page, "groups": pages.record_groups(page)}
    return show(request, "audits/fact_list.html", "audits/_fact_table.html", context)
