"""Dashboards: read, arranged, shown on a wall."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics import access, dashboard_page
from metrics.actions import dashboards as actions
from metrics.boards import access as doors
from metrics.boards import sheet, switch
from metrics.boards.asking import view_asked_for
from metrics.forms.dashboards import DashboardForm, RowForm
from metrics.views.arranging import arranging
from metrics.views.files import FILES, pdf_answer, wants
from productops import changelog, clock, links, querystrings, trash
from productops.doors import for_roles, link_page
from productops.forms import Stale, submitted

OPERATORS = ("admin", "ops")
READERS = ("admin", "ops", "pm", "exec")
WALL_SECONDS = 300  # a wall reads anew so often, by header: it needs no script
form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_roles(*READERS)
@require_safe
def dashboard_list(request: HttpRequest) -> HttpResponse:
    context = {
        "dashboards": access.dashboards_for(request.user).with_counts(),
        "may_change": request.user.changes_all,
    }
    return render(request, "metrics/dashboard_list.html", context)


@for_roles(*READERS)
@require_safe
def dashboard_default(request: HttpRequest) -> HttpResponse:
    """Where somebody begins: what is about their product or meant for their role, else the first
    dashboard, or the list while there is none."""
    first = access.dashboards_for(request.user).first_for(request.user).first()
    return redirect(first or "metrics:dashboard-list")


@require_safe
def dashboard_detail(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_read(request.user, slug)
    view, today = view_asked_for(request.user, dashboard, request.GET), clock.today()
    if answer := FILES.get(request.GET.get("format", "")):
        lines = dashboard_page.lines_of(request.user, dashboard, today, view)
        return answer(slug, switch.header_of(view.period), (line.cells for line in lines))
    content = dashboard_page.content_of(request.user, dashboard, today, view)
    if wants(request, "pdf"):
        return pdf_answer(slug, sheet.printed(content, request))
    context = content.parts | {
        "dashboard": dashboard,
        "periods": switch.ways(request.GET, view.period),
        "csv_url": querystrings.replaced(request.GET, format="csv"),
        "xlsx_url": querystrings.replaced(request.GET, format="xlsx"),
        "pdf_url": querystrings.replaced(request.GET, format="pdf"),
        "subjects": doors.subjects_for(request.user, dashboard),
        "subject": view.subject or dashboard.subject,
        "may_change": request.user.changes_all,
    }
    return render(request, "metrics/dashboard_detail.html", context)


@for_roles(*OPERATORS)
@form_page
def dashboard_new(request: HttpRequest) -> HttpResponse:
    form = DashboardForm(
        submitted(request), person=request.user, initial={"chair": request.user.pk}
    )
    if form.is_valid():
        dashboard = actions.make_dashboard(slug=form.slug, by=request.user, **form.row_fields)
        return redirect("metrics:dashboard-edit", dashboard.slug)
    return render(request, "metrics/dashboard_new.html", {"form": form}, status=form.status)


@form_page
def dashboard_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Title and chair; the rows are arranged beside it, each by its own buttons."""
    dashboard = access.dashboard_to_change(request.user, slug)
    form = DashboardForm(submitted(request), instance=dashboard, person=request.user)
    if form.is_valid() and _saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("metrics:dashboard-edit", slug)
    return arranging(request, dashboard, form, RowForm(person=request.user), form.status)


def _saved(request: HttpRequest, form: DashboardForm) -> bool:
    before, after = changelog.fields_changed(form)
    try:
        actions.change_dashboard(
            dashboard=form.instance, by=request.user, before=before, after=after
        )
    except Stale:
        form.refuse_stale()
    return not form.is_stale


@require_POST
def dashboard_delete(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    trash.discard(row=dashboard, by=request.user)
    trash.say_discarded(request, dashboard)
    return redirect("metrics:dashboard-list")


# On a wall ---------------------------------------------------------------------------------
@require_POST
def wall_add(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    actions.show_on_wall(dashboard=dashboard, by=request.user)
    messages.success(request, _("Open the new address on the wall's browser."))
    return redirect("metrics:dashboard-edit", slug)


@require_POST
def wall_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    link = access.tv_link_to_revoke(request.user, dashboard, pk)
    actions.take_off_wall(dashboard=dashboard, link=link, by=request.user)
    messages.success(request, _("That wall shows nothing any more."))
    return redirect("metrics:dashboard-edit", slug)


@link_page
@require_safe
def dashboard_wall(request: HttpRequest, token: str) -> HttpResponse:
    """A dashboard without an account, through the eyes of who made the link; reads only."""
    try:
        dashboard, person = access.dashboard_on_wall(token)
    except links.LinkOver:
        return render(request, "metrics/wall_over.html", status=410)
    content = dashboard_page.content_of(person, dashboard, clock.today())
    now = timezone.localtime(timezone=clock.zone())
    context = content.parts | {"dashboard": dashboard, "now": now, "is_old": content.is_old}
    response = render(request, "metrics/dashboard_wall.html", context)
    response["Refresh"] = str(WALL_SECONDS)
    return response
