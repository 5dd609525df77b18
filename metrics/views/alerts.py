"""Signals as they came: those that last, and those that are over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from metrics import telling_page
from productops import clock
from productops.doors import for_roles

READERS = ("admin", "ops", "pm", "exec")


@for_roles(*READERS)
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    context = telling_page.alerts_of(request.user, request.GET, clock.today())
    return render(request, "metrics/alert_list.html", context)
