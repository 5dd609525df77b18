"""Dashboards: read, arranged, shown on a wall."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics import access, dashboard_page, scorecard
from metrics.actions import dashboards as actions
from metrics.forms.dashboards import DashboardForm, RowForm
from metrics.views.files import csv_answer, wants
from productops import changelog, clock, links, trash
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
    """Where an executive begins: the first dashboard, or the list while there is none."""
    first = access.dashboards_for(request.user).order_by("pk").first()
    return redirect(first or "metrics:dashboard-list")


@require_safe
def dashboard_detail(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_read(request.user, slug)
    today = clock.today()
    if wants(request, "csv"):
        rows = dashboard_page.rows_of(request.user, dashboard, today)
        return csv_answer(slug, scorecard.CSV_HEADER, map(scorecard.as_cells, rows))
    context = dashboard_page.context_of(request.user, dashboard, today)
    context["may_change"] = request.user.changes_all
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
    return _arranging(request, dashboard, form, RowForm(person=request.user), form.status)


def _saved(request: HttpRequest, form: DashboardForm) -> bool:
    before, after = changelog.fields_changed(form)
    try:
        actions.change_dashboard(
            dashboard=form.instance, by=request.user, before=before, after=after
        )
    except Stale:
        form.refuse_stale()
    return not form.is_stale


def _arranging(request, dashboard, form, row_form, status: int) -> HttpResponse:
    rows = access.rows_for(request.user, dashboard)
    context = {
        "dashboard": dashboard,
        "form": form,
        "row_form": row_form,
        "rows": rows,
        "groups": list(dict.fromkeys(row.group for row in rows if row.group)),
        "walls": [(link, links.url_of(link)) for link in access.tv_links_of(dashboard)],
    }
    return render(request, "metrics/dashboard_edit.html", context, status=status)


@require_POST
def dashboard_delete(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    trash.discard(row=dashboard, by=request.user)
    trash.say_discarded(request, dashboard)
    return redirect("metrics:dashboard-list")


@require_POST
def row_add(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    row_form = RowForm(submitted(request), person=request.user)
    if row_form.is_valid():
        actions.add_row(dashboard=dashboard, by=request.user, **row_form.cleaned_data)
        return redirect("metrics:dashboard-edit", slug)
    form = DashboardForm(instance=dashboard, person=request.user)
    return _arranging(request, dashboard, form, row_form, 422)


@require_POST
def row_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    row = access.row_to_change(request.user, dashboard, pk)
    actions.remove_row(row=row, by=request.user)
    return redirect("metrics:dashboard-edit", slug)


@require_POST
def row_raise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _moved(request, slug, pk, steps=-1)


@require_POST
def row_lower(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _moved(request, slug, pk, steps=1)


def _moved(request: HttpRequest, slug: str, pk: int, *, steps: int) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    row = access.row_to_change(request.user, dashboard, pk)
    actions.move_row(row=row, steps=steps, by=request.user)
    return redirect("metrics:dashboard-edit", slug)


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
    context = dashboard_page.context_of(person, dashboard, clock.today())
    context["is_old"] = dashboard_page.is_old(context["rows"])
    context["now"] = timezone.localtime(timezone=clock.zone())
    response = render(request, "metrics/dashboard_wall.html", context)
    response["Refresh"] = str(WALL_SECONDS)
    return response
