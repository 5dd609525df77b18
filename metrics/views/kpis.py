"""KPIs with their readings, and all that is known of one series."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from metrics import access, kpi_page, portrait, scorecard
from metrics.computing import computing_of
from metrics.forms.filters import KPI_SORTS, KpiFilters, ordered
from metrics.kpi_links import WHOLE
from metrics.series_data import series_data
from metrics.views.files import csv_answer, wants
from productops import clock
from productops.htmx import show

PER_PAGE = 50


@require_safe
def kpi_list(request: HttpRequest) -> HttpResponse:
    filters = KpiFilters(request.GET, person=request.user)
    mine = access.series_for(request.user)
    found = ordered(filters.narrow(mine), request.GET.get("sort", ""), KPI_SORTS)
    today = clock.today()
    if wants(request, "csv"):
        rows = scorecard.rows_of(found, today=today)
        return csv_answer("kpis", scorecard.CSV_HEADER, map(scorecard.as_cells, rows))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": scorecard.rows_of(page.object_list, today=today),
        "is_filtered": bool(filters.changed_data),
        "may_write": access.may_enter_values(request.user),
        "computing": computing_of(mine),
        "computing_url": reverse("metrics:computing-detail"),
    }
    return show(request, "metrics/kpi_list.html", "metrics/_kpi_table.html", context)


@require_safe
def kpi_chart(request: HttpRequest, slug: str) -> HttpResponse:
    """One KPI of one subject: verdict, chart, notes, definition; the same address gives files."""
    series = access.series_to_read(request.user, slug, request.GET.get("subject", ""))
    if series is None:
        kpi = access.kpi_to_read(request.user, slug)
        return render(request, "metrics/kpi_empty.html", {"kpi": kpi})
    today = clock.today()
    if wants(request, "json"):
        return JsonResponse(series_data(series, today=today))
    if wants(request, "csv"):
        lines = kpi_page.portrait_of(request.user, series, WHOLE, today).lines
        return csv_answer(f"{slug}-{series.subject.key}", portrait.CSV_HEADER, lines)
    context = kpi_page.context_of(request.user, series, request.GET, today=today)
    return render(request, "metrics/kpi_chart.html", context)


@require_safe
def chart_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "metrics/chart_guide.html")
