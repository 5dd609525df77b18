"""The catalogue and the page of a tool."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from productops import clock
from productops.doors import for_roles
from productops.forms import submitted
from productops.htmx import show
from productops.timeline import events_of
from tooling import access, actions
from tooling.forms import RingForm, SeatForm, ToolFilter, ToolForm
from tooling.models import NotAllowed, Tool
from tooling.rows import tools as rows

PER_PAGE = 50


@require_safe
def tool_list(request: HttpRequest) -> HttpResponse:
    form = ToolFilter(request.GET, person=request.user)
    asked = form.cleaned_data if form.is_valid() else {}
    found = Tool.objects.visible_to(request.user).matching(asked)
    tools = rows.sorted_by(found, request.GET.get("sort", "")).select_related("vendor", "owner")
    if request.GET.get("format") == "csv":
        return rows.catalogue_csv(request.user, tools, clock.today())
    page = Paginator(tools, PER_PAGE).get_page(request.GET.get("page"))
    rows.describe(request.user, page.object_list, clock.today())
    context = {"filters": form, "page": page}
    return show(request, "tooling/tool_list.html", "tooling/_tool_table.html", context)


@require_safe
def tool_detail(request: HttpRequest, pk: int) -> HttpResponse:
    tool = access.tool_to_read(request.user, pk)
    context = rows.page_of(request.user, tool, clock.today())
    context |= {
        "seat_form": SeatForm(),
        "events": events_of(access.history_of(request.user, tool)[:20]),
    }
    return render(request, "tooling/tool_detail.html", context)


@for_roles("admin", "ops")
@require_http_methods(["GET", "HEAD", "POST"])
def tool_new(request: HttpRequest) -> HttpResponse:
    # A gap that somebody comes from says what for; the tool's name is yet to be found.
    initial = {"owner": request.user.pk, "purpose": request.GET.get("title", "")}
    form = ToolForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid():
        return redirect(actions.save_tool(form=form, by=request.user))
    return render(request, "tooling/tool_edit.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def tool_edit(request: HttpRequest, pk: int) -> HttpResponse:
    tool = access.tool_to_change(request.user, pk)
    form = ToolForm(submitted(request), instance=tool, person=request.user)
    if form.is_valid():
        return redirect(actions.save_tool(form=form, by=request.user))
    context = {"tool": access.tool_to_read(request.user, pk), "form": form}
    return render(request, "tooling/tool_edit.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def tool_ring(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the tool to another ring, with the reason."""
    tool = access.tool_to_change(request.user, pk)
    form = RingForm(submitted(request), initial={"ring": tool.ring})
    if form.is_valid():
        try:
            actions.change_ring(tool=tool, by=request.user, **form.cleaned_data)
            return redirect(tool)
        except NotAllowed as problem:
            form.add_error("on", str(problem))
    context = {"tool": tool, "form": form, "title": _("Move to another ring")}
    return render(request, "tooling/tool_form.html", context, status=422 if form.errors else 200)


@require_POST
def tool_archive(request: HttpRequest, pk: int) -> HttpResponse:
    tool = access.tool_to_change(request.user, pk)
    actions.archive(tool=tool, by=request.user)
    messages.success(request, _("“%s” is archived.") % tool)
    return redirect(tool)


@require_POST
def tool_take_up(request: HttpRequest, pk: int) -> HttpResponse:
    tool = access.tool_to_change(request.user, pk)
    actions.take_up(tool=tool, by=request.user)
    messages.success(request, _("“%s” is in use again.") % tool)
    return redirect(tool)
