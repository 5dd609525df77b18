"""The few directions of the strategy, in their order."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions
from objectives.forms.plan import PillarForm
from objectives.views.objectives import asked_or_sent
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import EVERYBODY, OPERATORS


@for_roles(*EVERYBODY)
@require_safe
def pillar_list(request: HttpRequest) -> HttpResponse:
    context = {"pillars": access.pillars_for(request.user).counted(request.user)}
    return render(request, "objectives/pillar_list.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def pillar_new(request: HttpRequest) -> HttpResponse:
    form = PillarForm(submitted(request))
    if form.is_valid() and form.attempt(actions.add_pillar, by=request.user):
        return redirect("objectives:pillar-list")
    return render(request, "objectives/pillar_edit.html", {"form": form}, status=form.status)


@for_roles(*OPERATORS)
@asked_or_sent
def pillar_edit(request: HttpRequest, pk: int) -> HttpResponse:
    pillar = access.pillar_to_change(request.user, pk)
    initial = {"name": pillar.name, "text": pillar.text}
    form = PillarForm(submitted(request), row=pillar, initial=initial)
    if form.is_valid() and form.attempt(actions.change_pillar, pillar=pillar, by=request.user):
        return redirect("objectives:pillar-list")
    context = {"form": form, "pillar": pillar}
    return render(request, "objectives/pillar_edit.html", context, status=form.status)


@for_roles(*OPERATORS)
@require_POST
def pillar_move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up."""
    actions.move_pillar_up(pillar=access.pillar_to_change(request.user, pk), by=request.user)
    return redirect("objectives:pillar-list")


@for_roles(*OPERATORS)
@require_POST
def pillar_end(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_pillar(pillar=access.pillar_to_change(request.user, pk), by=request.user)
    return redirect("objectives:pillar-list")
