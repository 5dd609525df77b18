"""How a series is read: by which rules, by which chart, without which season."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from metrics import access
from metrics.actions.methods import CannotRead, choose_method
from metrics.forms.methods import MethodForm
from objectives.models import Series
from productops.forms import submitted


@require_http_methods(["GET", "HEAD", "POST"])
def method_choose(request: HttpRequest, pk: int) -> HttpResponse:
    series = access.series_to_change(request.user, pk)
    suggested = {"chart": chart} if (chart := request.GET.get("chart")) else {}
    form = MethodForm(submitted(request), series=series, initial=suggested)
    if form.is_valid() and _chosen(request, series, form):
        messages.success(request, _("The series is read anew; its limits are computed now."))
        return redirect(series)
    context = {"series": series, "form": form}
    return render(request, "metrics/method_choose.html", context, status=form.status)


def _chosen(request: HttpRequest, series: Series, form: MethodForm) -> bool:
    """Whether it is read so from now on; else the form says why not."""
    try:
        choose_method(series=series, by=request.user, **form.cleaned_data)
    except CannotRead as refusal:
        form.add_error(refusal.field, str(refusal))
    return not form.errors
