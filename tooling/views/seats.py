"""Who holds a seat of a tool."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from productops import clock
from productops.downloads import csv_download
from productops.forms import submitted
from productops.htmx import show
from tooling import access, actions
from tooling.forms import SeatFilter, SeatForm
from tooling.rows import seats as rows

PER_PAGE = 50
HEADER = ["tool", "person", "from", "last_used", "use"]


@require_safe
def seat_list(request: HttpRequest, pk: int) -> HttpResponse:
    tool, today = access.tool_to_read(request.user, pk), clock.today()
    form = SeatFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    seats = access.seats_to_see(request.user, tool).on(today).with_last_use(today)
    seats = seats.naming(asked.get("q") or "")
    if asked.get("use"):
        seats = seats.of_use(asked["use"], tool.active_from(today))
    if request.GET.get("format") == "csv":
        return csv_download("seats.csv", HEADER, rows.lines_of(tool, seats, today))
    page = Paginator(seats, PER_PAGE).get_page(request.GET.get("page"))
    rows.describe(tool, page.object_list, today)
    context = {
        "tool": tool,
        "filters": form,
        "page": page,
        "may_change": access.may_change(request.user, tool),
    }
    return show(request, "tooling/seat_list.html", "tooling/_seat_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    tool = access.tool_to_change(request.user, pk)
    form = SeatForm(submitted(request))
    if form.is_valid():
        seat = actions.assign_seat(tool=tool, by=request.user, **form.cleaned_data)
        messages.success(request, _("%s has a seat.") % seat.person)
        return redirect(tool)
    context = {"tool": tool, "form": form, "title": _("Give a seat")}
    return render(request, "tooling/tool_form.html", context, status=422 if form.errors else 200)


@require_POST
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    seat = access.seat_to_end(request.user, pk)
    seat.end(on=clock.today(), by=request.user)
    messages.success(request, _("The seat of %s is free.") % seat.person)
    return redirect(seat.tool)
