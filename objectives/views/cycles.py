from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, pages
from objectives.forms.cycle import CycleForm, EndCycleForm
from objectives.views.objectives import asked_or_sent
from productops import clock
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.navigation import EVERYBODY, OPERATORS


@for_roles(*EVERYBODY)
@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    cycles, on = access.cycles_for(request.user), clock.today()
    context = {
        "cycles": cycles.counted(request.user),
        "current": cycles.current(on),
        "ending": cycles.ending(on),
    }
    return render(request, "objectives/cycle_list.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def cycle_new(request: HttpRequest) -> HttpResponse:
    """The next one is proposed: as long as those so far, or as the address asks."""
    length = request.GET.get("length", "")
    initial = pages.proposed_cycle(length, clock.today())
    form = CycleForm(submitted(request), initial=initial)
    if form.is_valid() and form.attempt(actions.open_cycle, by=request.user):
        return redirect("objectives:cycle-list")
    context = {"form": form, "lengths": pages.CYCLE_LENGTHS, "length": length}
    return render(request, "objectives/cycle_new.html", context, status=form.status)


@for_roles(*EVERYBODY)
@require_safe
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The evaluation: what came of it, or how it stands so far."""
    cycle, on = access.cycle_to_read(request.user, pk), clock.today()
    if request.GET.get("format") == "csv":
        lines = pages.cycle_lines(access.objectives_of(request.user, cycle), on)
        return csv_download(f"{cycle.slug}.csv", pages.CYCLE_COLUMNS, lines)
    found = pages.evaluation_for(request.user, cycle, on, request.GET.get("page"))
    following = access.cycles_for(request.user).next_open(cycle, on)
    context = {"cycle": cycle, "found": found, "whole": found.whole, "following": following}
    context["is_ending"] = cycle.is_ending(on)
    return render(request, "objectives/cycle_detail.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End it with what it taught, and each objective that still runs in it: all or nothing."""
    cycle, on = access.cycle_to_change(request.user, pk), clock.today()
    rows = pages.objective_rows(access.running_objectives_of(request.user, cycle), on)
    initial = {name: getattr(cycle, name) for name in ("keeps", "changes", "stops")}
    form = EndCycleForm(submitted(request), row=cycle, rows=rows, initial=initial)
    if form.is_valid() and form.attempt(actions.end_cycle, cycle=cycle, by=request.user):
        messages.success(request, _("The cycle is closed."))
        return redirect("objectives:cycle-detail", cycle.pk)
    context = {"cycle": cycle, "form": form}
    return render(request, "objectives/cycle_close.html", context, status=form.status)


@for_roles(*OPERATORS)
@require_POST
def cycle_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    access.cycle_to_change(request.user, pk).reopen(by=request.user)
    return redirect("objectives:cycle-list")
