"""Numbers by hand, and the application's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from metrics import access
from metrics.actions.measuring import record_measures
from metrics.forms.ingest import ObservationForm, first_answers
from productops import clock
from productops.doors import for_roles
from productops.forms import submitted

form_page = require_http_methods(["GET", "HEAD", "POST"])
for_writers = for_roles("pm", "ops", "admin")


@for_writers
@form_page
def observation_new(request: HttpRequest) -> HttpResponse:
    series = access.series_entered(request.user, request.GET.get("series", ""))
    form = ObservationForm(
        submitted(request), person=request.user, initial=first_answers(series, clock.today())
    )
    if form.is_valid() and form.take(by=request.user):
        messages.success(request, _("The number is in; the chart shows it in a moment."))
        entered = form.cleaned_data
        return redirect(access.page_of_number(request.user, entered["kpi"], entered["subject"]))
    context = {"form": form, "series": series}
    status = 422 if form.errors else 200
    return render(request, "metrics/observation_new.html", context, status=status)


@for_roles("ops", "admin")
@require_POST
def measure_run(request: HttpRequest) -> HttpResponse:
    """Take the application's own numbers of today, now."""
    done = record_measures(on=clock.today(), by=request.user)
    said = ngettext("%(count)s number is taken.", "%(count)s numbers are taken.", done.values)
    messages.success(request, said % {"count": done.values})
    if done.failed:
        failed = _("These could not be taken: %(names)s.") % {"names": ", ".join(done.failed)}
        messages.error(request, failed)
    return redirect("metrics:kpi-list")
