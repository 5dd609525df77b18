"""The way of a key result in steps, and a person's word beside its pace."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from objectives import access, actions
from objectives.forms.plan import OverruleForm, PlanForm
from objectives.models import Cycle, KeyResult
from objectives.views.objectives import asked_or_sent
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import WRITERS

STEPS = 3  # that a plan begins with: a month each in a quarter


@for_roles(*WRITERS)
@asked_or_sent
def key_result_plan(request: HttpRequest, pk: int) -> HttpResponse:
    key_result = access.key_result_to_change(request.user, pk)
    steps = key_result.planned_steps or _begun(key_result)
    form = PlanForm(submitted(request), key_result=key_result, steps=steps)
    by = {"key_result": key_result, "by": request.user}
    if form.is_valid() and form.attempt(actions.plan_way, **by):
        messages.success(request, _("Planned."))
        return redirect(key_result)
    context = {"form": form, "key_result": key_result}
    return render(request, "objectives/key_result_plan.html", context, status=form.status)


def _begun(key_result: KeyResult) -> list[tuple[date, float]]:
    """A straight way to begin a plan with."""
    return actions.even_steps(key_result, parts_of(key_result.objective.cycle, STEPS))


def parts_of(cycle: Cycle, number: int) -> list[date]:
    """The last days of ``number`` parts of a cycle of the same length; none in a backlog."""
    if cycle.starts_on is None or cycle.ends_on is None:
        return []
    days = (cycle.ends_on - cycle.starts_on).days
    return [
        cycle.starts_on + timedelta(days=round(days * part / number))
        for part in range(1, number + 1)
    ]


@for_roles(*WRITERS)
@asked_or_sent
def key_result_overrule(request: HttpRequest, pk: int) -> HttpResponse:
    key_result = access.key_result_to_change(request.user, pk)
    form = OverruleForm(submitted(request))
    by = {"key_result": key_result, "by": request.user}
    if form.is_valid() and form.attempt(actions.overrule, **by):
        return redirect(key_result)
    context = {"form": form, "key_result": key_result}
    return render(request, "objectives/key_result_overrule.html", context, status=form.status)
