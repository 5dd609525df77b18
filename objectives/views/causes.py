"""What people believe drives what: saying it, taking it back, and the map of all."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, pages
from objectives.forms.influence import InfluenceForm
from objectives.views.objectives import asked_or_sent
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import EVERYBODY, OPERATORS

PER_PAGE = 100
MOST_DRAWN = 200  # more would be a tangle; the list has them all


@for_roles(*EVERYBODY)
@require_safe
def cause_map(request: HttpRequest) -> HttpResponse:
    influences = access.influences_for(request.user)
    page = Paginator(influences, PER_PAGE).get_page(request.GET.get("page"))
    drawn = list(influences[:MOST_DRAWN])
    context = {
        "page": page,
        "lines": pages.cause_lines(page),
        "chain": pages.map_of_causes(drawn) if drawn else None,
        "left_out": page.paginator.count - len(drawn),
    }
    return render(request, "objectives/cause_map.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def influence_new(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_change(request.user, slug)
    form = InfluenceForm(submitted(request), person=request.user, kpi=kpi)
    if form.is_valid() and form.attempt(actions.say_influence, by=request.user):
        messages.success(request, _("Written down, as a belief."))
        return redirect(kpi)
    context = {"kpi": kpi, "form": form}
    return render(request, "objectives/influence_new.html", context, status=form.status)


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
