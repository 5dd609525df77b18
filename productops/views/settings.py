"""Settings: the page that leads to them, and one's own account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from productops.account import AccountForm, zones
from productops.forms import submitted
from productops.settings_places import places_for


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "settings/index.html", {"places": places_for(request.user.role)})


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    form = AccountForm(submitted(request), instance=request.user)
    if form.is_valid():
        form.keep()
        messages.success(request, _("Saved."))
        return redirect("account")
    status = 422 if form.errors else 200
    context = {"form": form, "zones": zones()}
    return render(request, "settings/account.html", context, status=status)
