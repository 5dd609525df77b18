"""Promises: written while the improvement is an idea, and what was found of them later."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics import access, losses, outlook
from metrics.actions import promises as actions
from metrics.actions.rechecks import answer_recheck
from metrics.forms.promises import Outlook, RecheckForm, RegistrationForm
from metrics.models import Improvement, NotAllowed
from metrics.views.improvements import WRITERS, done, refused
from productops.doors import for_roles
from productops.forms import submitted

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def registration_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise that a further KPI will move."""
    improvement = access.improvement_to_change(request.user, pk)
    form = RegistrationForm(submitted(request), person=request.user, improvement=improvement)
    return _promise(request, improvement, form)


@form_page
def registration_edit(request: HttpRequest, pk: int) -> HttpResponse:
    registration = access.registration_to_change(request.user, pk)
    improvement = registration.improvement
    form = RegistrationForm(
        submitted(request), person=request.user, improvement=improvement, registration=registration
    )
    return _promise(request, improvement, form, registration)


def _promise(
    request: HttpRequest, improvement: Improvement, form: RegistrationForm, registration=None
) -> HttpResponse:
    if not improvement.is_idea:
        return refused(request, NotAllowed(_("It is approved: what it promises stays as it is.")))
    if form.is_valid():
        actions.register(improvement=improvement, by=request.user, **form.terms)
        return redirect(improvement)
    context = {"improvement": improvement, "form": form, "registration": registration}
    return render(request, "metrics/registration_edit.html", context, status=form.status)


@require_POST
def registration_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    registration = access.registration_to_change(request.user, pk)
    return done(
        request,
        registration.improvement,
        lambda: actions.withdraw(registration=registration, by=request.user),
        _("The promise is taken back."),
    )


@for_roles(*WRITERS)
@require_safe
def promise_outlook(request: HttpRequest) -> HttpResponse:
    """What a promise could show, for a form that is being filled in."""
    form = Outlook(request.GET, person=request.user)
    context = {"sentences": outlook.of_form(form) if form.is_valid() else []}
    return render(request, "metrics/_outlook.html", context)


@form_page
def recheck_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what follows from an improvement that did not last."""
    recheck = losses.recheck_to_answer(request.user, pk)
    improvement = recheck.registration.improvement
    form = RecheckForm(submitted(request))
    if form.is_valid():
        return done(
            request,
            improvement,
            lambda: answer_recheck(recheck=recheck, by=request.user, **form.cleaned_data),
            _("Noted. It stays on the page."),
        )
    context = {"improvement": improvement, "recheck": recheck, "form": form}
    status = 422 if form.errors else 200
    return render(request, "metrics/recheck_answer.html", context, status=status)
