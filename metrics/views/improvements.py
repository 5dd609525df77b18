"""Improvements: planned, promised, approved, live, judged, ruled on."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics import access, improvement_page, multiplicity, one_improvement, worth_card
from metrics.actions import improvements as actions
from metrics.forms.beginnings import beginning, kind_asked
from metrics.forms.filters import ImprovementFilters
from metrics.forms.improvements import (
    GoLiveForm,
    ImprovementForm,
    NewImprovementForm,
    RulingForm,
    StopForm,
)
from metrics.kpi_links import views_of
from metrics.models import Improvement, NotAllowed
from metrics.views.files import csv_answer, wants
from metrics.views.worth import improvement_backlog
from objectives import access as objectives
from objectives.models import Action
from productops import changelog, clock, errors, trash
from productops.doors import for_roles
from productops.forms import Stale, submitted
from productops.htmx import show

PER_PAGE = 50
WRITERS = ("admin", "ops", "pm")
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def improvement_list(request: HttpRequest) -> HttpResponse:
    filters = ImprovementFilters(request.GET, person=request.user)
    found = filters.narrow(access.improvements_for(request.user))
    today = clock.today()
    if wants(request, "csv"):
        costed = found.select_related("estimate").prefetch_related("registrations__forecasts")
        lines = ((*improvement_page.as_cells(one), *worth_card.as_cells(one)) for one in costed)
        header = (*improvement_page.CSV_HEADER, *worth_card.CSV_HEADER)
        return csv_answer("improvements", header, lines)
    views = views_of(request.GET, {"list": _("List"), "board": _("Board"), "backlog": _("Backlog")})
    if request.GET.get("view") == "backlog":
        return improvement_backlog(request, filters, views)
    context = {
        "filters": filters,
        "is_filtered": bool(filters.changed_data),
        "is_board": request.GET.get("view") == "board",
        "views": views,
        "today": today,
    }
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "rows": improvement_page.rows_of(page.object_list, today)}
    context["columns"] = improvement_page.columns_of(context["rows"])
    context["reckoning"] = multiplicity.newest()
    return show(
        request, "metrics/improvement_list.html", "metrics/_improvement_results.html", context
    )


@require_safe
def improvement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = access.improvement_to_read(request.user, pk)
    context = one_improvement.context_of(request.user, improvement, today=clock.today())
    return render(request, "metrics/improvement_detail.html", context)


@for_roles(*WRITERS)
@form_page
def improvement_new(request: HttpRequest) -> HttpResponse:
    """Plan one, from what the address names; ``?action=`` grows into it and is done with it."""
    action = objectives.action_to_promote(request.user, request.GET.get("action", ""))
    if action is not None and not action.is_open:
        return refused(request, NotAllowed(_("This action is not open any more.")))
    begun = beginning(request.GET, request.user)
    kind = kind_asked(request.GET, begun)
    form = NewImprovementForm(submitted(request), person=request.user, kind=kind, initial=begun)
    if form.is_valid():
        return _planned(request, form, action)
    context = {
        "form": form,
        "action": action,
        "kinds": improvement_page.kinds_of(request.GET, kind),
    }
    return render(request, "metrics/improvement_new.html", context, status=form.status)


def _planned(request: HttpRequest, form: NewImprovementForm, action: Action | None) -> HttpResponse:
    try:
        improvement = actions.plan_improvement(
            by=request.user, promise=form.terms, action=action, **form.row_fields, **form.links
        )
    except ValidationError as refusal:  # the action has ended since the form was shown
        return refused(request, NotAllowed(" ".join(refusal.messages)))
    messages.success(request, _("The improvement is planned. Next it is approved."))
    return redirect(improvement)


@form_page
def improvement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = access.improvement_to_change(request.user, pk)
    if not improvement.is_idea:
        return refused(request, NotAllowed(_("It is approved: what it promises stays as it is.")))
    kind = kind_asked(request.GET, {"kind": improvement.kind})
    form = ImprovementForm(submitted(request), instance=improvement, person=request.user, kind=kind)
    if form.is_valid() and _saved(request, form):
        return redirect(form.instance)
    context = {
        "improvement": improvement,
        "form": form,
        "kinds": improvement_page.kinds_of(request.GET, kind),
    }
    return render(request, "metrics/improvement_edit.html", context, status=form.status)


def _saved(request: HttpRequest, form: ImprovementForm) -> bool:
    before, after = changelog.fields_changed(form)
    try:
        actions.change_improvement(
            improvement=form.instance, by=request.user, before=before, after=after, **form.links
        )
    except Stale:
        form.refuse_stale()
    return not form.is_stale


@require_POST
def improvement_delete(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = access.improvement_to_change(request.user, pk)
    if not improvement.is_idea:
        return refused(request, NotAllowed(_("What was approved is stopped, not deleted.")))
    actions.discard(improvement=improvement, by=request.user)
    trash.say_discarded(request, improvement)
    return redirect("metrics:improvement-list")


@require_POST
def improvement_approve(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = access.improvement_to_approve(request.user, pk)
    return done(
        request,
        improvement,
        lambda: actions.approve(improvement=improvement, by=request.user),
        _("Approved. What it promises is locked."),
    )


@form_page
def improvement_go_live(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = access.improvement_to_change(request.user, pk)
    form = GoLiveForm(submitted(request), initial={"on": improvement.go_live_on or clock.today()})
    if form.is_valid():
        return done(
            request,
            improvement,
            lambda: actions.go_live(
                improvement=improvement, on=form.cleaned_data["on"], by=request.user
            ),
            _("It is live. A verdict comes by itself when enough periods have passed."),
        )
    context = {"improvement": improvement, "form": form}
    status = 422 if form.errors else 200
    return render(request, "metrics/improvement_go_live.html", context, status=status)


@form_page
def improvement_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep, stop or extend; a button elsewhere sends the choice alone, which is enough where
    the verdict says the same."""
    improvement = access.improvement_to_rule(request.user, pk)
    promises = list(access.promises_of(request.user, improvement))
    verdicts = one_improvement.decided(promises)
    form = RulingForm(submitted(request), verdicts=verdicts)
    if form.is_valid():
        return done(
            request,
            improvement,
            lambda: actions.rule(improvement=improvement, by=request.user, **form.cleaned_data),
            _("Signed: %(ruling)s.") % {"ruling": form.said},
        )
    context = one_improvement.ruling_context(request.user, improvement, promises, clock.today()) | {
        "form": form
    }
    status = 422 if form.errors else 200
    return render(request, "metrics/improvement_rule.html", context, status=status)


@form_page
def improvement_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up what was approved and is not live."""
    improvement = access.improvement_to_rule(request.user, pk)
    form = StopForm(submitted(request))
    if form.is_valid():
        return done(
            request,
            improvement,
            lambda: actions.stop(improvement=improvement, by=request.user, **form.cleaned_data),
            _("Stopped. The reason stays on the page."),
        )
    context = {"improvement": improvement, "form": form}
    status = 422 if form.errors else 200
    return render(request, "metrics/improvement_stop.html", context, status=status)


@require_POST
def gap_close(request: HttpRequest, pk: int, gap: int) -> HttpResponse:
    """Close a gap that a kept improvement has closed."""
    improvement = access.improvement_to_read(request.user, pk)
    closing = access.gap_to_close(request.user, improvement, gap)
    return done(
        request,
        improvement,
        lambda: actions.close_gap(improvement=improvement, gap=closing, by=request.user),
        _("The gap is closed. The next audit asks again."),
    )


def done(request: HttpRequest, improvement: Improvement, verb, said: str) -> HttpResponse:
    """Do it, say so, and show the improvement; 409 where its state does not allow it."""
    try:
        verb()
    except NotAllowed as refusal:
        return refused(request, refusal)
    messages.success(request, said)
    return redirect(reverse("metrics:improvement-detail", args=[improvement.pk]))


def refused(request: HttpRequest, refusal: NotAllowed) -> HttpResponse:
    return errors.refusal(request, 409, str(refusal))
