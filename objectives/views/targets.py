"""The target of a series by month or quarter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from objectives import access, actions
from objectives.forms.targets import FillForm, TargetPlanForm, sides_of
from objectives.views.objectives import asked_or_sent
from productops import clock
from productops.doors import for_roles
from productops.forms import submitted
from productops.measures import Cadence
from productops.navigation import WRITERS


@for_roles(*WRITERS)
@asked_or_sent
def target_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """``?by=quarter&low_from=60&low_to=80`` fills the form in; saving it is what counts."""
    series = access.series_to_change(request.user, pk)
    steps = list(series.targets.values_list("from_on", "low", "high"))
    definition = series.kpi.definition
    is_quarterly = definition is not None and definition.cadence == Cadence.QUARTER
    usual = "quarter" if is_quarterly else "month"
    fill = FillForm(request.GET, sides=sides_of(series, steps), usual=usual)
    form = TargetPlanForm(
        submitted(request), series=series, steps=steps, fill=fill, on=clock.today()
    )
    if form.is_valid() and form.attempt(actions.plan_targets, series=series, by=request.user):
        said = _("Planned.") if form.made else _("Nothing differed.")
        messages.success(request, said)
        return redirect(series.kpi)
    context = {"series": series, "kpi": series.kpi, "form": form, "fill": fill}
    return render(request, "objectives/target_plan.html", context, status=form.status)
