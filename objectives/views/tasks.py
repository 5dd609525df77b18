"""Actions: small things to do for an objective or a series, also by a link without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions
from objectives.forms.objective import ActionForm
from objectives.views.objectives import asked_or_sent
from productops import changelog, clock
from productops.doors import for_roles, link_page
from productops.forms import submitted
from productops.links import LinkOver
from productops.navigation import WRITERS
from productops.timeline import events_of


@require_safe
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_read(request.user, pk)
    context = {
        "action": action,
        "is_late": action.is_late(clock.today()),
        "may_change": access.may_change_action(request.user, action),
        "may_see_about": access.sees(request.user, action.subject),
        "events": events_of(changelog.history_of(action)[:50]),
    }
    return render(request, "objectives/action_detail.html", context)


@for_roles(*WRITERS)
@asked_or_sent
def action_new(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_change(request.user, pk)
    initial = {"owner": request.user.pk}
    form = ActionForm(submitted(request), person=request.user, initial=initial)
    by = {"objective": objective, "by": request.user}
    if form.is_valid() and form.attempt(actions.add_action, **by):
        return redirect(objective)
    context = {"about": objective, "heading": _("Add an action"), "form": form}
    return render(request, "objectives/action_new.html", context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def follow_up_new(request: HttpRequest, pk: int) -> HttpResponse:
    series = access.series_to_change(request.user, pk)
    initial = {"owner": series.owner_id or request.user.pk}
    form = ActionForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid() and form.attempt(actions.follow_up, series=series, by=request.user):
        return redirect(form.made)
    context = {"about": series, "heading": _("Ask for a follow-up"), "form": form}
    return render(request, "objectives/action_new.html", context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def action_edit(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_change(request.user, pk)
    initial = {name: getattr(action, name) for name in ("title", "owner", "due_on")}
    form = ActionForm(submitted(request), person=request.user, row=action, initial=initial)
    if form.is_valid() and form.attempt(action.edit, by=request.user):
        return redirect(action)
    context = {"action": action, "form": form}
    return render(request, "objectives/action_edit.html", context, status=form.status)


@require_POST
def action_finish(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_change(request.user, pk)
    action.finish(by=request.user)
    messages.success(request, _("Done: %s") % action)
    return redirect(action)


@require_POST
def action_drop(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_change(request.user, pk)
    action.drop(by=request.user)
    return redirect(action)


@require_POST
def action_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_change(request.user, pk)
    action.reopen(by=request.user)
    return redirect(action)


@link_page
@asked_or_sent
def task_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One action by its link. Looking changes nothing; sending the form marks it done."""
    try:
        action, person = access.action_by_link(token)
    except LinkOver:
        return render(request, "objectives/task_over.html", status=410)
    if request.method == "POST":
        action.finish(by=person)
        return redirect("objectives:task-by-link", token)
    context = {"action": action, "is_late": action.is_late(clock.today())}
    return render(request, "objectives/task_by_link.html", context)
