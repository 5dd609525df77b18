"""What a closed audit found, beside others and over all of them, and as files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits import access, actions, pages
from audits.disclosure import is_told
from audits.report import report_pdf, report_workbook
from productops import clock
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.htmx import show
from productops.navigation import EVERYBODY, OPERATORS

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_roles(*OPERATORS)
@require_safe
def audit_foreseen(request: HttpRequest, pk: int) -> HttpResponse:
    """What closing would raise, beside the check before it."""
    audit = access.audit_to_change(request.user, pk)
    if not audit.is_open:
        return redirect(audit)
    context = {
        "audit": audit,
        "foreseen": actions.foreseen_gaps(audit, now=timezone.now()),
        "is_told": is_told(audit, clock.today()),
    }
    return show(request, "audits/audit_foreseen.html", "audits/_foreseen_gaps.html", context)


@for_roles(*EVERYBODY)
@require_safe
def audit_compare(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_read(request.user, pk)
    context = pages.frame(request.user, audit, "compare")
    context |= pages.comparison(request.user, audit, request.GET.get("with", ""))
    return render(request, "audits/audit_compare.html", context)


@for_roles(*EVERYBODY)
@require_safe
def audit_trend(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_read(request.user, pk)
    context = pages.frame(request.user, audit, "trend")
    key, subject = request.GET.get("node", ""), request.GET.get("subject", "")
    context |= pages.trend(request.user, audit, key, subject)
    if request.GET.get("format") == "csv":
        name = f"audit-{pk}-trend-{context['key']}.csv"
        return csv_download(name, pages.TREND_COLUMNS, pages.trend_lines(context))
    return render(request, "audits/audit_trend.html", context)


@for_roles(*EVERYBODY)
@require_safe
def audit_measured(request: HttpRequest, pk: int) -> HttpResponse:
    """What people said beside what was measured by then; the result fetches it when it is there."""
    audit = access.audit_to_read(request.user, pk)
    context = {"audit": audit, "record": pages.said_and_measured(request.user, audit)}
    return show(request, "audits/audit_measured.html", "audits/_result_record.html", context)


@for_roles(*EVERYBODY)
@require_safe
def audit_report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_read(request.user, pk)
    if not audit.is_closed:
        return redirect(audit)
    source = request.build_absolute_uri(audit.get_absolute_url())
    sheets = report_pdf(request.user, audit, on=clock.today(), source=source)
    return _file(f"audit-{pk}.pdf", PDF, sheets)


@for_roles(*EVERYBODY)
@require_safe
def audit_report_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_read(request.user, pk)
    if not audit.is_closed:
        return redirect(audit)
    return _file(f"audit-{pk}.xlsx", XLSX, report_workbook(request.user, audit, on=clock.today()))


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
