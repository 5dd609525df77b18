"""Key results: one of them, its beginning and changes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, drawing, pages
from objectives.forms.key_result import KeyResultForm
from objectives.views.objectives import asked_or_sent
from objectives.views.telling import telling
from productops import changelog, clock, trash
from productops.doors import for_roles
from productops.forms import submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, WRITERS
from productops.timeline import events_of

NUMBERS_CARD = "objectives/_numbers_card.html"


@for_roles(*EVERYBODY)
@require_safe
def key_result_detail(request: HttpRequest, pk: int) -> HttpResponse:
    key_result = access.key_result_to_read(request.user, pk)
    may_change = request.user.may_change(key_result.objective.subject)
    history = pages.history_page(
        key_result, request.GET.get("page"), request.user, may_change=may_change, on=clock.today()
    )
    improvements = access.improvements_of(request.user, key_result)
    context = {
        "key_result": key_result,
        "objective": key_result.objective,
        "row": pages.key_result_row(key_result, clock.today()),
        "spark": drawing.spark_of(key_result, history.page.object_list, clock.today()),
        "realism": pages.realism_of(key_result, improvements),
        "history": history,
        "actions": pages.action_list(request.user, key_result.objective, key_result),
        "improvements": improvements,
        "alignments": pages.alignment_lines(
            access.alignments_of(request.user, key_result), key_result
        ),
        "may_change": may_change,
        "may_add_actions": access.may_plan(request.user, key_result.objective),
        "may_check_in": access.may_check_in(request.user, key_result),
        "may_see_objective": access.sees(request.user, key_result.objective.subject),
        "events": events_of(changelog.history_of(key_result)[:50]),
    }
    return render(request, "objectives/key_result_detail.html", context)


@for_roles(*WRITERS)
@asked_or_sent
def key_result_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a key result; ``?kpi=slug`` fills in what the series says."""
    objective = access.objective_to_change(request.user, pk)
    suggested = pages.suggested_slugs(
        access.gaps_of(request.user, objective).select_related("node")
    )
    kpi = access.kpi_named(request.user, request.GET.get("kpi", ""))
    form = KeyResultForm(
        submitted(request),
        person=request.user,
        suggested=suggested,
        initial=pages.key_result_beginning(objective, kpi),
    )
    by = {"objective": objective, "by": request.user}
    if form.is_to_save() and form.attempt(actions.add_key_result, **by):
        return redirect(form.made)
    context = {
        "objective": objective,
        "form": form,
        "card": pages.numbers_card(form, objective),
        "kpi": kpi,
        "suggested": pages.suggested_kpis(suggested),
    }
    page = "objectives/key_result_new.html"
    return show(request, page, NUMBERS_CARD, context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def key_result_edit(request: HttpRequest, pk: int) -> HttpResponse:
    key_result = access.key_result_to_change(request.user, pk)
    initial = KeyResultForm.initial_of(key_result)
    form = KeyResultForm(submitted(request), person=request.user, row=key_result, initial=initial)
    by = {"key_result": key_result, "by": request.user}
    if form.is_to_save() and form.attempt(actions.change_key_result, **by):
        return redirect(key_result)
    objective = key_result.objective
    improvements = access.improvements_of(request.user, key_result)
    context = {
        "key_result": key_result,
        "objective": objective,
        "form": form,
        "card": pages.numbers_card(form, objective, improvements),
        "change": pages.meaning_change(key_result),
    }
    page = "objectives/key_result_edit.html"
    return show(request, page, NUMBERS_CARD, context, status=form.status)


@for_roles(*WRITERS)
@require_POST
def key_result_delete(request: HttpRequest, pk: int) -> HttpResponse:
    key_result = access.key_result_to_change(request.user, pk)
    with telling(request):
        actions.discard_key_result(key_result=key_result, by=request.user)
        trash.say_discarded(request, key_result)
    return redirect(key_result.objective)
