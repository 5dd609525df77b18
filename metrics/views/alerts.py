"""Signals as they came: those that last, and those that are over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from metrics import telling_access, telling_page
from productops import clock
from productops.doors import for_roles

READERS = ("admin", "ops", "pm", "exec")


@for_roles(*READERS)
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    context = telling_page.alerts_of(request.user, request.GET, clock.today())
    return render(request, "metrics/alert_list.html", context)


@for_roles(*READERS)
@require_safe
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    alert = telling_access.alert_to_read(request.user, pk)
    context = telling_page.alert_page(request.user, alert, clock.today())
    return render(request, "metrics/alert_detail.html", context)


@for_roles(*READERS)
@require_POST
def alert_see(request: HttpRequest, pk: int) -> HttpResponse:
    telling_access.alert_to_see(request.user, pk).see(by=request.user)
    return redirect("work")
