from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, pages
from objectives.forms.objective import CycleForm, RetrospectForm
from objectives.views.objectives import asked_or_sent
from productops import clock
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.navigation import EVERYBODY, OPERATORS


@for_roles(*EVERYBODY)
@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    cycles = access.cycles_for(request.user).counted(request.user)
    context = {"cycles": cycles, "current": cycles.current(clock.today())}
    return render(request, "objectives/cycle_list.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def cycle_new(request: HttpRequest) -> HttpResponse:
    form = CycleForm(submitted(request))
    if form.is_valid() and form.attempt(actions.open_cycle, by=request.user):
        return redirect("objectives:cycle-list")
    return render(request, "objectives/cycle_new.html", {"form": form}, status=form.status)


@for_roles(*EVERYBODY)
@require_safe
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The evaluation: what came of it, or how it stands so far."""
    cycle, on = access.cycle_to_read(request.user, pk), clock.today()
    objectives = access.objectives_of(request.user, cycle)
    if request.GET.get("format") == "csv":
        lines = pages.cycle_lines(objectives, on)
        return csv_download(f"{cycle.slug}.csv", pages.CYCLE_COLUMNS, lines)
    found = pages.cycle_page(cycle, objectives, on, request.GET.get("page"))
    context = {"cycle": cycle, "found": found, "whole": found.whole, "today": on}
    return render(request, "objectives/cycle_detail.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End it, with what it taught; objectives that still run are named, and stay as they are."""
    cycle = access.cycle_to_change(request.user, pk)
    initial = {name: getattr(cycle, name) for name in ("keeps", "changes", "stops")}
    form = RetrospectForm(submitted(request), row=cycle, initial=initial)
    if form.is_valid() and form.attempt(cycle.close, by=request.user):
        messages.success(request, _("The cycle is closed."))
        return redirect("objectives:cycle-detail", cycle.pk)
    running = access.objectives_for(request.user).filter(cycle=cycle).not_closed()
    context = {"cycle": cycle, "form": form, "running": running}
    return render(request, "objectives/cycle_close.html", context, status=form.status)


@for_roles(*OPERATORS)
@require_POST
def cycle_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    access.cycle_to_change(request.user, pk).reopen(by=request.user)
    return redirect("objectives:cycle-list")
