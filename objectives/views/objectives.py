"""Objectives: the list, one of them, and its beginning, changes and end."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives import access, actions, pages
from objectives.choices import Grouping, View
from objectives.forms.carrying import CarryOverForm, CopyForm
from objectives.forms.objective import CloseForm, ObjectiveFilters, ObjectiveForm
from objectives.graph import Counted, counted
from objectives.views.telling import telling
from productops import changelog, clock, trash
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, WRITERS
from productops.timeline import events_of

PER_PAGE = 50
asked_or_sent = require_http_methods(["GET", "HEAD", "POST"])


@for_roles(*EVERYBODY)
@require_safe
def objective_list(request: HttpRequest) -> HttpResponse:
    """The objectives of the open cycle, or of the one asked for, under what they are about."""
    on, person = clock.today(), request.user
    current = access.cycles_for(person).current(on)
    filters = ObjectiveFilters(request.GET, person=person, current=current)
    group = Grouping.of(request.GET.get("group"))
    found = filters.narrow(access.objectives_for(person))
    objectives = found.listed(group, request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        lines = pages.objective_lines(objectives, on)
        return csv_download("objectives.csv", pages.OBJECTIVE_COLUMNS, lines)
    context = {
        "filters": filters,
        "view": View.of(request.GET.get("view")),
        "views": View.choices,
        "group": group,
        "groupings": Grouping.choices,
        "due": access.due_check_ins(person, on).count(),
        "may_raise": person.role in WRITERS,
    }
    all_of_them = counted(objectives, on)
    if context["view"] == View.LIST:
        context |= _listed(request, objectives, all_of_them, group)
        rows = [row for one in context["groups"] for row in one.rows]
    else:
        context |= _grown(request, all_of_them, context["view"])
        rows = context.pop("rows")
    context["lead"] = pages.lead(rows, all_of_them, filters.chosen_cycle, on)
    return show(
        request, "objectives/objective_list.html", "objectives/_objective_groups.html", context
    )


def _listed(request: HttpRequest, objectives, found: Counted, group: Grouping) -> dict:
    """A page of the list; one that is ordered by standing stands under nothing."""
    by_standing = pages.by_standing(found, request.GET.get("sort", ""))
    group = group if by_standing is None else Grouping.NONE
    keys = by_standing or [one.key for one in found.objectives]
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    rows = objectives.in_bulk(list(page)) if keys else {}
    page.object_list = [rows[key] for key in page]
    return {
        "page": page,
        "number": page.paginator.count,
        "groups": pages.groups_of(page, found.standings, group, clock.today()),
        "group": group,
        "changeable": access.changeable_subjects(request.user, page),
    }


def _grown(request: HttpRequest, all_of_them: Counted, view: View) -> dict:
    """A page of the tree, or of the map of the same."""
    under, number = request.GET.get("under", ""), request.GET.get("page")
    top = int(under) if access.is_key(under) else None
    found = pages.forest(all_of_them, number, clock.today(), request.user, top)
    drawn = {"page": found.page, "number": found.number, "leaves": found.leaves()}
    drawn |= {"top": found.top, "fuller": found.fuller()}
    rows = {"rows": list(found.rows.values())}
    return drawn | rows | ({"map": pages.map_of(found)} if view == View.MAP else {})


@for_roles(*EVERYBODY)
@require_safe
def signals(request: HttpRequest) -> HttpResponse:
    """Pace and confidence of all that is worked on, and where the two disagree."""
    rows = access.running_key_results(request.user)
    found = pages.signals_page(rows, clock.today(), request.GET.get("page"))
    return render(request, "objectives/signals.html", {"found": found})


@for_roles(*EVERYBODY)
@require_safe
def objective_detail(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_read(request.user, pk)
    row = pages.objective_row(objective, clock.today())
    ties = access.alignments_of(request.user, objective)
    results = [pages.key_result_row(each, row.today) for each in objective.key_results.all()]
    context = {
        "objective": objective,
        "row": row,
        "key_results": results,
        "weakest": pages.weakest(row, results),
        "gaps": access.gaps_of(request.user, objective).select_related("subject").ranked(),
        "actions": pages.action_list(request.user, objective, None),
        "alignments": pages.alignment_lines(ties, objective),
        "follows": objective.followers.filter(person=request.user).exists(),
        "carried_from": access.carried_from(request.user, objective),
        "carried_to": access.carried_to(request.user, objective),
        "may_change": request.user.may_change(objective.subject),
        "may_copy": request.user.role in WRITERS,
        "may_add_actions": access.may_plan(request.user, objective),
        "events": events_of(changelog.history_of(objective)[:50]),
    }
    return render(request, "objectives/objective_detail.html", context)


@for_roles(*WRITERS)
@asked_or_sent
def objective_new(request: HttpRequest) -> HttpResponse:
    """Raise an objective, from the gaps named in the address (``?gap=1&gap=2``) or by hand."""
    keys = request.POST.getlist("gap") or request.GET.getlist("gap")
    gaps = access.gaps_to_answer(request.user, keys)
    initial = pages.beginning(gaps, request.user, clock.today())
    form = ObjectiveForm(submitted(request), person=request.user, initial=initial)
    by = {"gaps": gaps, "by": request.user}
    if form.is_valid() and form.attempt(actions.raise_objective, **by):
        messages.success(request, _("Now add how one will see that it is reached."))
        return redirect(form.made)
    context = {"form": form, "gaps": gaps}
    return render(request, "objectives/objective_new.html", context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def objective_edit(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_change(request.user, pk)
    names = ("title", "why", "owner", "subject", "cycle", "pillar", "ambition")
    initial = {name: getattr(objective, name) for name in names}
    form = ObjectiveForm(submitted(request), person=request.user, row=objective, initial=initial)
    by = {"objective": objective, "by": request.user}
    if form.is_valid() and form.attempt(actions.change_objective, **by):
        return redirect(objective)
    context = {"objective": objective, "form": form}
    return render(request, "objectives/objective_edit.html", context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def objective_close(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_change(request.user, pk)
    row = pages.objective_row(objective, clock.today())
    form = CloseForm(submitted(request), initial=pages.closing_beginning(row))
    by = {"objective": objective, "by": request.user}
    if form.is_valid() and form.attempt(actions.close_objective, **by):
        messages.success(request, _("The objective is closed."))
        return redirect(objective)
    results = [pages.key_result_row(each, row.today) for each in objective.key_results.all()]
    context = {"objective": objective, "form": form, "row": row, "key_results": results}
    return render(request, "objectives/objective_close.html", context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def objective_carry_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with it in another cycle; it need not be closed for that."""
    objective = access.objective_to_change(request.user, pk)
    initial = {
        "title": objective.title,
        "key_results": [each.pk for each in objective.key_results.all()],
        "tasks": [task.pk for task in objective.actions.of_kept().open()],
    }
    form = CarryOverForm(submitted(request), objective=objective, initial=initial)
    by = {"objective": objective, "by": request.user}
    if form.is_valid() and form.attempt(actions.carry_over, **by):
        messages.success(request, _("Carried over, as a draft."))
        return redirect(form.made)
    carried = access.carried_to(request.user, objective)
    context = {"objective": objective, "form": form, "carried": carried}
    return render(request, "objectives/objective_carry_over.html", context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def objective_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for others: whoever reads it may copy it about what they may change."""
    objective = access.objective_to_read(request.user, pk)
    form = CopyForm(
        submitted(request),
        person=request.user,
        objective=objective,
        initial=pages.copy_beginning(objective),
    )
    by = {"objective": objective, "by": request.user}
    if form.is_valid() and form.attempt(actions.copy_objective, **by):
        for said in pages.said_of_copies(form.made):
            messages.success(request, said)
        return redirect(pages.address_of_copies(form.made))
    context = {"objective": objective, "form": form}
    return render(request, "objectives/objective_copy.html", context, status=form.status)


@for_roles(*WRITERS)
@require_POST
def objective_approve(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_change(request.user, pk)
    with telling(request):
        objective.approve(by=request.user)
    return redirect(objective)


@for_roles(*WRITERS)
@require_POST
def objective_begin(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_change(request.user, pk)
    with telling(request):
        objective.begin(by=request.user)
    return redirect(objective)


@for_roles(*WRITERS)
@require_POST
def objective_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it into another cycle: a draft out of the backlog, or back into it."""
    objective = access.objective_to_change(request.user, pk)
    cycle = access.cycle_to_move_into(request.user, request.POST.get("cycle", ""))
    with telling(request):
        actions.change_objective(objective=objective, cycle=cycle, by=request.user)
        messages.success(request, _("It stands in %s now.") % cycle)
    return redirect(objective)


@for_roles(*WRITERS)
@require_POST
def objective_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_change(request.user, pk)
    with telling(request):
        actions.reopen_objective(objective=objective, by=request.user)
    return redirect(objective)


@for_roles(*WRITERS)
@require_POST
def objective_delete(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_change(request.user, pk)
    with telling(request):
        actions.discard_objective(objective=objective, by=request.user)
        trash.say_discarded(request, objective)
        return redirect("objectives:objective-list")
    return redirect(objective)
