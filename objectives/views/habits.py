"""Update discipline, calibration, and following."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, pages
from objectives.models import KeyResult, Objective
from productops import clock
from productops.doors import for_roles
from productops.navigation import EVERYBODY


@for_roles(*EVERYBODY)
@require_safe
def discipline(request: HttpRequest) -> HttpResponse:
    person = request.user
    results = KeyResult.objects.visible_to(person).ongoing()
    running = Objective.objects.visible_to(person).ongoing()
    context = {"found": pages.discipline_page(results, running, clock.today())}
    return render(request, "objectives/discipline.html", context)


@for_roles(*EVERYBODY)
@require_safe
def calibration(request: HttpRequest) -> HttpResponse:
    """One's own; there is no address for anybody else's."""
    return render(
        request, "objectives/calibration.html", {"page": pages.calibration_page(request.user)}
    )


@for_roles(*EVERYBODY)
@require_POST
def objective_follow(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_read(request.user, pk)
    actions.follow(objective=objective, person=request.user)
    return redirect(objective)


@for_roles(*EVERYBODY)
@require_POST
def objective_unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_read(request.user, pk)
    actions.unfollow(objective=objective, person=request.user)
    return redirect(objective)
