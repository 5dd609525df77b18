"""The rows and groups of a dashboard, each moved by its own button; a copy of the whole."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from metrics import access
from metrics.actions import dashboards as actions
from metrics.boards.placing import placed_rows
from metrics.forms.dashboards import CopyForm, DashboardForm, GroupForm, RowForm
from metrics.models import Dashboard
from productops import links
from productops.forms import submitted


def arranging(
    request: HttpRequest,
    dashboard: Dashboard,
    form: DashboardForm,
    row_form: RowForm,
    status: int,
    copy_form: CopyForm | None = None,
) -> HttpResponse:
    """The page on which a dashboard is arranged, with whichever of its forms was refused."""
    rows = access.rows_for(request.user, dashboard)
    context = {
        "dashboard": dashboard,
        "form": form,
        "row_form": row_form,
        "copy_form": copy_form or CopyForm(person=request.user, dashboard=dashboard),
        "rows": rows,
        "groups": list(dict.fromkeys(row.group for row in rows)),
        "walls": [(link, links.url_of(link)) for link in access.tv_links_of(dashboard)],
    }
    return render(request, "metrics/dashboard_edit.html", context, status=status)


@require_POST
def row_add(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    row_form = RowForm(submitted(request), person=request.user)
    if row_form.is_valid():
        actions.add_row(dashboard=dashboard, by=request.user, **row_form.cleaned_data)
        return redirect("metrics:dashboard-edit", slug)
    form = DashboardForm(instance=dashboard, person=request.user)
    return arranging(request, dashboard, form, row_form, 422)


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


@require_POST
def group_rename(request: HttpRequest, slug: str) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    form = GroupForm(submitted(request))
    if form.is_valid():
        actions.rename_group(dashboard=dashboard, by=request.user, **form.cleaned_data)
    else:
        messages.error(request, _("A group's name takes at most 100 letters."))
    return redirect("metrics:dashboard-edit", slug)


@require_POST
def group_raise(request: HttpRequest, slug: str) -> HttpResponse:
    return _group_moved(request, slug, steps=-1)


@require_POST
def group_lower(request: HttpRequest, slug: str) -> HttpResponse:
    return _group_moved(request, slug, steps=1)


def _group_moved(request: HttpRequest, slug: str, *, steps: int) -> HttpResponse:
    dashboard = access.dashboard_to_change(request.user, slug)
    group = request.POST.get("group", "")
    actions.move_group(dashboard=dashboard, group=group, steps=steps, by=request.user)
    return redirect("metrics:dashboard-edit", slug)


@require_POST
def dashboard_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Another dashboard with the same KPIs, or with those of another product."""
    dashboard = access.dashboard_to_change(request.user, slug)
    copy_form = CopyForm(submitted(request), person=request.user, dashboard=dashboard)
    if not copy_form.is_valid():
        form = DashboardForm(instance=dashboard, person=request.user)
        row_form = RowForm(person=request.user)
        return arranging(request, dashboard, form, row_form, 422, copy_form=copy_form)
    said = copy_form.cleaned_data
    placed = placed_rows(request.user, dashboard, said["subject"])
    copy = actions.copy_dashboard(
        dashboard=dashboard,
        slug=copy_form.slug,
        rows=[(row.series, row.group) for row in placed],
        by=request.user,
        **said,
    )
    return redirect("metrics:dashboard-edit", copy.slug)
