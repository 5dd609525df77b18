"""Dashboards as they were: kept, opened again, shared without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from metrics import access
from metrics.actions import freezing
from metrics.boards import access as doors
from metrics.boards import frozen as kept
from metrics.boards import sheet
from metrics.boards.content import DashboardContent
from metrics.boards.switch import header_of
from metrics.boards.view import View
from metrics.forms.dashboards import FreezeForm
from metrics.models import Dashboard, FrozenPeriod
from metrics.views.files import FILES, pdf_answer, wants
from productops import clock, links
from productops.doors import link_page
from productops.forms import submitted


@require_safe
def frozen_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What was kept of a dashboard, to travel back to."""
    dashboard = access.dashboard_to_read(request.user, slug)
    return _listing(request, dashboard, FreezeForm(), 200)


def _listing(request, dashboard: Dashboard, form: FreezeForm, status: int) -> HttpResponse:
    context = {
        "dashboard": dashboard,
        "frozen": doors.frozen_of(request.user, dashboard),
        "form": form,
        "may_change": request.user.changes_all,
    }
    return render(request, "metrics/frozen_list.html", context, status=status)


@require_POST
def frozen_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the dashboard as the person sees it now."""
    dashboard = access.dashboard_to_change(request.user, slug)
    form = FreezeForm(submitted(request))
    if not form.is_valid():
        return _listing(request, dashboard, form, 422)
    said = form.cleaned_data
    view = View(said.pop("period"))
    frozen = kept.freeze_now(
        dashboard=dashboard, by=request.user, today=clock.today(), view=view, **said
    )
    messages.success(request, _("Kept. It opens like this whatever the data does later."))
    return redirect(frozen)


@require_safe
def frozen_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    dashboard = access.dashboard_to_read(request.user, slug)
    frozen = doors.frozen_to_read(request.user, dashboard, pk)
    content = kept.seen_by(request.user, DashboardContent.from_json(frozen.content))
    if answer := FILES.get(request.GET.get("format", "")):
        rows = (row.cells for row in content.rows)
        return answer(f"{slug}-{frozen.until_on}", header_of(content.period), rows)
    if wants(request, "pdf"):
        return pdf_answer(f"{slug}-{frozen.until_on}", sheet.printed(content, request))
    context = content.parts | {
        "dashboard": dashboard,
        "frozen": frozen,
        "late": kept.late_data(content, clock.today()),
        "is_kept": True,
        "may_change": request.user.changes_all,
        "shares": _shares(frozen) if request.user.changes_all else [],
    }
    return render(request, "metrics/frozen_detail.html", context)


def _shares(frozen: FrozenPeriod) -> list:
    return [(link, links.url_of(link)) for link in doors.shares_of(frozen)]


@require_POST
def share_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    dashboard = access.dashboard_to_read(request.user, slug)
    frozen = doors.frozen_to_share(request.user, dashboard, pk)
    freezing.share(frozen=frozen, by=request.user)
    messages.success(request, _("Whoever has the new address can read this page for 30 days."))
    return redirect(frozen)


@require_POST
def share_revoke(request: HttpRequest, slug: str, pk: int, link: int) -> HttpResponse:
    dashboard = access.dashboard_to_read(request.user, slug)
    frozen = doors.frozen_to_share(request.user, dashboard, pk)
    found = doors.share_to_revoke(frozen, link)
    freezing.end_share(frozen=frozen, link=found, by=request.user)
    messages.success(request, _("That address opens nothing any more."))
    return redirect(frozen)


@link_page
@require_safe
def dashboard_share(request: HttpRequest, token: str) -> HttpResponse:
    """A kept dashboard without an account. Nothing in the address widens it: parameters are not
    read at all."""
    try:
        frozen = doors.frozen_on_share(token)
    except links.LinkOver:
        return render(request, "metrics/share_over.html", status=410)
    content = DashboardContent.from_json(frozen.content).without_ways_in()
    context = content.parts | {"frozen": frozen, "is_kept": True}
    return render(request, "metrics/dashboard_share.html", context)
