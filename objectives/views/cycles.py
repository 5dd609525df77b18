from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions
from objectives.forms.objective import CycleForm
from objectives.views.objectives import asked_or_sent
from productops import clock
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import EVERYBODY, OPERATORS


@for_roles(*EVERYBODY)
@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    cycles = access.cycles_for(request.user).counted()
    context = {"cycles": cycles, "current": cycles.current(clock.today())}
    return render(request, "objectives/cycle_list.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def cycle_new(request: HttpRequest) -> HttpResponse:
    form = CycleForm(submitted(request))
    if form.is_valid() and form.attempt(actions.open_cycle, by=request.user):
        return redirect("objectives:cycle-list")
    return render(request, "objectives/cycle_new.html", {"form": form}, status=form.status)


@for_roles(*OPERATORS)
@require_POST
def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    access.cycle_to_change(request.user, pk).close(by=request.user)
    return redirect("objectives:cycle-list")


@for_roles(*OPERATORS)
@require_POST
def cycle_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    access.cycle_to_change(request.user, pk).reopen(by=request.user)
    return redirect("objectives:cycle-list")
