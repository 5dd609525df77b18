"""The set-up page of an empty installation; afterwards there is nothing at its address."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from productops.doors import for_roles, open_to_all
from productops.forms import submitted
from productops.models import Organisation
from teams.setup import (
    OrganisationForm,
    SetUpForm,
    SetUpIsDone,
    change_organisation,
    is_set_up,
    set_up,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_page(request: HttpRequest) -> HttpResponse:
    if is_set_up():
        raise Http404
    form = SetUpForm(submitted(request))
    if form.is_valid():
        return begin(request, form)
    status = 422 if form.errors else 200
    return render(request, "set_up/set_up.html", {"form": form}, status=status)


def begin(request: HttpRequest, form: SetUpForm) -> HttpResponse:
    """Sign the new administrator in, unless somebody else was faster."""
    try:
        person = set_up(**form.cleaned_data)
    except SetUpIsDone as error:
        raise Http404 from error
    login(request, person, backend=BACKEND)
    return redirect("home")


@for_roles("admin")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(submitted(request), instance=Organisation.objects.first())
    if form.is_valid():
        change_organisation(form, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("teams:organisation-edit")
    status = 422 if form.errors else 200
    return render(request, "set_up/organisation_edit.html", {"form": form}, status=status)
