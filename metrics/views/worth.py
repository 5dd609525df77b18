"""What improvements cost, what is foreseen of them, and which come first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from metrics import access, backlog, worth_card
from metrics.actions import worth as actions
from metrics.choices import ScoringModel
from metrics.forms.worth import EstimateForm, ForecastForm, PriorityForm
from metrics.models import Estimate, Priority
from metrics.scorecard import versions_on
from productops import changelog, clock, querystrings
from productops.forms import Stale, submitted
from productops.htmx import show

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def improvement_worth(request: HttpRequest, pk: int) -> HttpResponse:
    """Target, forecast and actual with the cost: a page, and a part of the improvement's page."""
    improvement = access.improvement_to_read(request.user, pk)
    promises = access.promises_of(request.user, improvement).prefetch_related("forecasts")
    listed = list(promises)
    versions = versions_on(clock.today(), {promise.series.kpi_id for promise in listed})
    units = {kpi: version.unit for kpi, version in versions.items()}
    effects = worth_card.effects_of(improvement, listed, units)
    context = worth_card.card_of(effects, improvement) | {
        "improvement": improvement,
        "priorities": improvement.priorities.order_by("model"),
        "may_change": request.user.may_change(improvement.subject),
    }
    return show(request, "metrics/improvement_worth.html", "metrics/_worth.html", context)


@form_page
def estimate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = access.improvement_to_change(request.user, pk)
    row = worth_card.estimate_of(improvement) or Estimate(improvement=improvement)
    form = EstimateForm(submitted(request), instance=row)
    if form.is_valid() and _saved(request, form):
        messages.success(request, _("Saved."))
        return redirect(improvement)
    context = {"improvement": improvement, "form": form, "title": _("What it costs")}
    return render(request, "metrics/worth_edit.html", context, status=form.status)


def _saved(request: HttpRequest, form: EstimateForm) -> bool:
    before, after = changelog.fields_changed(form)
    try:
        actions.estimate(row=form.instance, by=request.user, before=before, after=after)
    except Stale:
        form.refuse_stale()
    return not form.is_stale


@form_page
def forecast_new(request: HttpRequest, pk: int) -> HttpResponse:
    registration = access.registration_to_change(request.user, pk)
    form = ForecastForm(submitted(request))
    if form.is_valid():
        actions.foresee(
            registration=registration, on=clock.today(), by=request.user, **form.cleaned_data
        )
        return redirect(registration.improvement)
    title = _("What you foresee of %(kpi)s") % {"kpi": registration.series.kpi}
    context = {"improvement": registration.improvement, "form": form, "title": title}
    return render(request, "metrics/worth_edit.html", context, status=422 if form.errors else 200)


@form_page
def priority_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The inputs of one model; the others are a link away."""
    improvement = access.improvement_to_change(request.user, pk)
    model = backlog.model_asked(request.GET.get("model", ""))
    known = Priority.objects.filter(improvement=improvement, model=model).first()
    form = PriorityForm(submitted(request), model=model, initial=known.inputs if known else None)
    if form.is_valid():
        actions.prioritise(
            improvement=improvement, model=model, inputs=form.cleaned_data, by=request.user
        )
        return redirect(f"{_backlog_url()}&model={model}")
    title = _("Score by %(model)s") % {"model": ScoringModel(model).label}
    context = {
        "improvement": improvement,
        "form": form,
        "title": title,
        "models": models_of(request.GET, model),
    }
    return render(request, "metrics/worth_edit.html", context, status=422 if form.errors else 200)


def _backlog_url() -> str:
    return reverse("metrics:improvement-list") + "?view=backlog"


def models_of(params, current: str) -> list[dict]:
    return [
        {
            "text": model.label,
            "url": querystrings.replaced(params, model=model.value),
            "is_current": model == current,
        }
        for model in ScoringModel
    ]


def improvement_backlog(request: HttpRequest, filters, views: list[dict]) -> HttpResponse:
    """The list of improvements as a backlog: ``?view=backlog&model=rice``."""
    model = backlog.model_asked(request.GET.get("model", ""))
    found = filters.narrow(access.improvements_for(request.user))
    items = backlog.backlog_of(found, model)
    context = {
        "filters": filters,
        "items": items,
        "count": len(items),
        "views": views,
        "models": models_of(request.GET, model),
        "model": model,
        "may_score": request.user.role in ("admin", "ops", "pm"),
    }
    return show(
        request, "metrics/improvement_backlog.html", "metrics/_improvement_backlog.html", context
    )
