"""What works here: all that was tried, by kind of lever."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from metrics import access
from metrics.what_works import lever_page, levers_of


@require_safe
def what_works(request: HttpRequest) -> HttpResponse:
    levers = levers_of(access.tried_promises(request.user))
    context = {"levers": [lever_page(lever) for lever in levers]}
    return render(request, "metrics/what_works.html", context)
