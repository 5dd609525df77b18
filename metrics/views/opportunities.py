"""Where to act next: a page, a card, and "not now" with its way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics import opportunities
from metrics.actions import opportunities as actions
from metrics.forms.opportunities import PutAsideForm
from metrics.opportunities import Found, Opportunity
from metrics.views.files import csv_answer, wants
from productops import clock
from productops.doors import for_roles
from productops.forms import submitted
from teams.models import Subject

READERS = ("admin", "ops", "pm", "exec")
WRITERS = ("admin", "ops", "pm")
ON_A_CARD = 3
CSV_HEADER = ("key", "kind", "title", "subject", "reason", "lever", "rank")


@for_roles(*READERS)
@require_safe
def opportunity_list(request: HttpRequest) -> HttpResponse:
    found = opportunities.found_for(request.user, clock.today())
    if wants(request, "csv"):
        return csv_answer("opportunities", CSV_HEADER, map(as_cells, found.open))
    context = {
        "found": found,
        "may_plan": request.user.role in WRITERS,
        "theirs": theirs(request, found),
    }
    return render(request, "metrics/opportunity_list.html", context)


@for_roles(*READERS)
@require_safe
def opportunity_card(request: HttpRequest) -> HttpResponse:
    """The first of them, for pages that load them when they are seen."""
    found = opportunities.found_for(request.user, clock.today())
    context = {"first": found.open[:ON_A_CARD], "count": len(found.open)}
    context["may_plan"] = request.user.role in WRITERS
    return render(request, "metrics/_opportunity_card.html", context)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def opportunity_put_aside(request: HttpRequest, key: str) -> HttpResponse:
    one = to_change(request, key)
    form = PutAsideForm(submitted(request))
    if form.is_valid():
        actions.put_aside(key=key, by=request.user, **form.cleaned_data)
        messages.success(request, _("Put aside. It stands below until then."))
        return redirect("metrics:opportunity-list")
    status = 422 if form.errors else 200
    context = {"opportunity": one, "form": form}
    return render(request, "metrics/opportunity_put_aside.html", context, status=status)


@for_roles(*WRITERS)
@require_POST
def opportunity_take_up(request: HttpRequest, key: str) -> HttpResponse:
    to_change(request, key)
    actions.take_up(key=key, by=request.user)
    return redirect("metrics:opportunity-list")


def theirs(request: HttpRequest, found: Found) -> set[int]:
    """The subjects of opportunities that are the person's to change."""
    about = {one.subject.pk for one in (*found.open, *(one for one, _said in found.waiting))}
    if request.user.changes_all:
        return about
    mine = Subject.objects.changeable_by(request.user).filter(pk__in=about)
    return set(mine.values_list("pk", flat=True))


def to_change(request: HttpRequest, key: str) -> Opportunity:
    """An opportunity that the person sees and whose subject is theirs to change."""
    one = opportunities.found_for(request.user, clock.today()).named(key)
    if one is None:
        raise Http404
    if not request.user.may_change(one.subject):
        raise PermissionDenied(_("You may see this, but not put it aside."))
    return one


def as_cells(one: Opportunity) -> tuple:
    return (
        one.key, one.kind, one.title, one.subject.reference, one.reason, one.lever,
        round(one.rank, 3),
    )  # fmt: skip
