"""Actions: small things to do for an objective or a series, also by a link without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, pages
from objectives.forms.action import ActionForm
from objectives.models import Action, KeyResult, Objective
from objectives.views.objectives import asked_or_sent
from objectives.views.telling import telling
from productops import changelog, clock
from productops.doors import for_roles, link_page
from productops.forms import submitted
from productops.htmx import changed, wants_fragment
from productops.links import LinkOver
from productops.navigation import WRITERS
from productops.timeline import events_of

STEPS = {"up": -1, "down": 1}
ON_KEY_RESULT = "key-result"  # the page that a list stood on when somebody clicked in it
ON_OBJECTIVE = "objective"


@require_safe
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_read(request.user, pk)
    context = {
        "action": action,
        "row": pages.rows_for(request.user, [action])[0],
        "is_late": action.is_late(clock.today()),
        "may_change": access.may_change_action(request.user, action),
        "may_promote": access.may_promote(request.user, action),
        "may_see_about": access.sees(request.user, action.subject),
        "events": events_of(changelog.history_of(action)[:50]),
    }
    return render(request, "objectives/action_detail.html", context)


@for_roles(*WRITERS)
@asked_or_sent
def action_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _plan(request, access.objective_to_change(request.user, pk))


@for_roles(*WRITERS)
@asked_or_sent
def key_result_action_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _plan(request, access.key_result_to_change(request.user, pk))


def _plan(request: HttpRequest, about: Objective | KeyResult) -> HttpResponse:
    """Ask for an action on a page of its own, or in its list where htmx puts the form there."""
    serves = about if isinstance(about, KeyResult) else None
    objective = serves.objective if serves else about
    given = {"key_result": serves} if serves else {}
    form = ActionForm(
        submitted(request),
        person=request.user,
        objective=None if serves else objective,
        initial=pages.action_beginning(request.user, about),
    )
    sent = form.is_valid() and form.attempt(
        actions.add_action, objective=objective, by=request.user, **given
    )
    if wants_fragment(request):
        return _listed(request, objective, serves, form, is_new=sent)
    if sent:
        return redirect(about)
    context = {"about": about, "heading": _("Add an action"), "form": form}
    return render(request, "objectives/action_new.html", context, status=form.status)


def _listed(
    request: HttpRequest,
    objective: Objective,
    key_result: KeyResult | None,
    form: ActionForm,
    *,
    is_new: bool,
) -> HttpResponse:
    """The whole list with the form in it, empty again for the next one where one was added."""
    if is_new:
        about = key_result or objective
        beginning = pages.action_beginning(request.user, about)
        served = None if key_result else objective
        form = ActionForm(person=request.user, objective=served, initial=beginning)
    if not form.errors:  # an error has its own place to begin at
        form.fields["title"].widget.attrs["autofocus"] = True
    context = {
        "list": pages.action_list(request.user, objective, key_result),
        "objective": objective,
        "key_result": key_result,
        "may_add": not objective.is_closed,
        "action_form": form,
    }
    return render(request, "objectives/_actions.html", context, status=form.status)


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
    names = ("title", "owner", "due_on", "key_result")
    initial = {name: getattr(action, name) for name in names}
    form = ActionForm(
        submitted(request),
        person=request.user,
        row=action,
        initial=initial,
        objective=action.objective,
    )
    if form.is_valid() and form.attempt(actions.change_action, action=action, by=request.user):
        return redirect(action)
    context = {"action": action, "form": form}
    return render(request, "objectives/action_edit.html", context, status=form.status)


# Turning and moving -------------------------------------------------------------------------
@require_POST
def action_finish(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_change(request.user, pk)
    return _turned(request, action, action.finish)


@require_POST
def action_drop(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_change(request.user, pk)
    return _turned(request, action, action.drop)


@require_POST
def action_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    action = access.action_to_change(request.user, pk)
    return _turned(request, action, action.reopen)


def _turned(request: HttpRequest, action: Action, verb) -> HttpResponse:
    """Do it; answer with the row of the list, or lead back to the page where it was clicked."""
    with telling(request):
        verb(by=request.user)
    context = _place(request, action) | {"row": pages.rows_for(request.user, [action])[0]}
    if wants_fragment(request) and action.objective is not None:
        served = action.key_result if context["on"] == ON_KEY_RESULT else None
        context["list"] = pages.action_list(request.user, action.objective, served)
    return changed(
        request, "objectives/_action_turned.html", context, otherwise=context["leads_to"]
    )


@for_roles(*WRITERS)
@require_POST
def action_move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down among what is open."""
    action = access.action_to_arrange(request.user, pk)
    with telling(request):
        steps = STEPS.get(request.POST.get("way", ""), 0)
        actions.move_action(action=action, steps=steps, by=request.user)
    context = _place(request, action)
    if wants_fragment(request) and action.objective is not None:
        context["plan"] = pages.plan_around(request.user, action)
    return changed(request, "objectives/_action_plan.html", context, otherwise=context["leads_to"])


def _place(request: HttpRequest, action: Action) -> dict:
    """Which page it was clicked on: that of an objective or key result, else its own."""
    on, leads_to = request.POST.get("on"), action
    if on == ON_KEY_RESULT and action.key_result is not None:
        leads_to = action.key_result
    elif on == ON_OBJECTIVE and action.objective is not None:
        leads_to = action.objective
    else:
        on = ""
    return {"on": on, "leads_to": leads_to}


@link_page
@asked_or_sent
def task_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One action by its link. Looking changes nothing; sending the form marks it done."""
    try:
        action, person = access.action_by_link(token)
    except LinkOver:
        return render(request, "objectives/task_over.html", status=410)
    if request.method == "POST":
        with telling(request):
            action.finish(by=person)
        return redirect("objectives:task-by-link", token)
    context = {"action": action, "is_late": action.is_late(clock.today())}
    return render(request, "objectives/task_by_link.html", context)
