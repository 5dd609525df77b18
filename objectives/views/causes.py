"""What people believe drives what: saying it, changing it, taking it back, and the map of all."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, pages
from objectives.forms.influence import BeliefForm, CauseFilters, InfluenceForm
from objectives.views.objectives import asked_or_sent
from productops import clock
from productops.doors import for_roles
from productops.forms import submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, OPERATORS

PER_PAGE = 100
MOST_DRAWN = 200  # more would be a tangle; the list has them all


@for_roles(*EVERYBODY)
@require_safe
def cause_map(request: HttpRequest) -> HttpResponse:
    """All that people believe drives what, or what lies around one KPI (``?kpi=slug&steps=2``)."""
    believed = access.influences_for(request.user)
    filters = CauseFilters(request.GET, kpis=pages.ends_of(believed))
    influences = pages.around(believed, filters.value("kpi"), filters.reach)
    page = Paginator(influences, PER_PAGE).get_page(request.GET.get("page"))
    drawn = list(influences[:MOST_DRAWN])
    lines = pages.cause_lines(page, request.user, clock.today())
    context = {
        "filters": filters,
        "page": page,
        "lines": lines,
        "counts": pages.counted(line.seen for line in lines),
        "chain": pages.map_of_causes(drawn) if drawn else None,
        "left_out": page.paginator.count - len(drawn),
        "may_change": request.user.changes_all,
    }
    return show(request, "objectives/cause_map.html", "objectives/_causes.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def influence_new(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_change(request.user, slug)
    form = InfluenceForm(submitted(request), person=request.user, kpi=kpi)
    if form.is_valid() and form.attempt(actions.say_influence, by=request.user):
        messages.success(request, _("Saved as a belief."))
        return redirect(kpi)
    context = {"kpi": kpi, "form": form}
    return render(request, "objectives/influence_new.html", context, status=form.status)


@for_roles(*OPERATORS)
@asked_or_sent
def influence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    influence = access.influence_to_change(request.user, pk)
    names = ("kind", "after_days", "why")
    initial = {name: getattr(influence, name) for name in names}
    form = BeliefForm(submitted(request), row=influence, initial=initial)
    by = {"influence": influence, "by": request.user}
    if form.is_valid() and form.attempt(actions.change_influence, **by):
        messages.success(request, _("Saved as a belief."))
        return redirect(influence.cause)
    context = {"influence": influence, "form": form}
    return render(request, "objectives/influence_edit.html", context, status=form.status)


@for_roles(*OPERATORS)
@require_POST
def influence_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the page that it was asked from, which is that of one of both ends."""
    influence = access.influence_to_change(request.user, pk)
    is_effect = request.POST.get("from") == influence.effect.slug
    kpi = influence.effect if is_effect else influence.cause
    actions.take_back_influence(influence=influence, by=request.user)
    messages.success(request, _("Taken back."))
    return redirect(kpi)
