"""Preparing an audit further: who answers what, for what it asks, once more, again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from audits import access, actions, pages
from audits.forms.assigning import AssignmentsForm, RepeatsForm, RoleForm
from audits.forms.campaigns import AgainForm, ReopenForm
from audits.views.refusing import telling_why
from productops import clock
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import ADMINS, OPERATORS

READ_OR_SEND = ("GET", "HEAD", "POST")


@for_roles(*OPERATORS)
@require_http_methods(READ_OR_SEND)
@telling_why
def audit_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers what: scopes by people, with their sections."""
    audit = access.audit_to_change(request.user, pk)
    actions.refuse_closed(audit)
    if request.method == "POST":
        wanted = AssignmentsForm(request.POST, audit=audit).wanted()
        number = actions.assign(audit=audit, wanted=wanted, by=request.user)
        text = ngettext("%(n)d assignment changed.", "%(n)d assignments changed.", number)
        messages.success(request, text % {"n": number})
        return redirect("audits:audit-assign", audit.pk)
    context = pages.frame(request.user, audit, "invitations")
    context |= pages.assignments(audit, request.GET.get("page"))
    context["role_form"] = RoleForm(audit=audit)
    return render(request, "audits/audit_assign.html", context)


@for_roles(*OPERATORS)
@require_POST
@telling_why
def audit_assign_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Everyone in a role answers a section."""
    audit = access.audit_to_change(request.user, pk)
    form = RoleForm(request.POST, audit=audit)
    if not form.is_valid():
        context = pages.frame(request.user, audit, "invitations")
        context |= pages.assignments(audit, None) | {"role_form": form}
        return render(request, "audits/audit_assign.html", context, status=422)
    number = actions.assign_section(
        audit=audit,
        section=form.cleaned_data["section"],
        people=form.people(clock.today()),
        by=request.user,
    )
    text = ngettext("%(n)d assignment changed.", "%(n)d assignments changed.", number)
    messages.success(request, text % {"n": number})
    return redirect("audits:audit-assign", audit.pk)


@for_roles(*OPERATORS)
@require_http_methods(READ_OR_SEND)
@telling_why
def audit_repeats(request: HttpRequest, pk: int) -> HttpResponse:
    """For which products, teams or tools a repeated section is asked."""
    audit = access.audit_to_change(request.user, pk)
    actions.refuse_closed(audit)
    if request.method == "POST":
        wanted = RepeatsForm(request.POST, audit=audit).wanted()
        actions.set_repeats(audit=audit, wanted=wanted, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("audits:audit-repeats", audit.pk)
    context = pages.frame(request.user, audit, "invitations") | pages.repeats(audit)
    return render(request, "audits/audit_repeats.html", context)


@for_roles(*OPERATORS)
@require_http_methods(READ_OR_SEND)
@telling_why
def audit_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What asking again would do otherwise, and the button that prepares it."""
    audit = access.audit_to_change(request.user, pk)
    form = AgainForm(submitted(request), initial=pages.again_initial(audit, clock.today()))
    if form.is_valid():
        made = actions.ask_again(audit=audit, **form.cleaned_data, by=request.user)
        return redirect("audits:invitation-list", made.pk)
    context = {"audit": audit, "form": form, "difference": actions.difference(audit)}
    return render(request, "audits/audit_again.html", context, status=422 if form.errors else 200)


@for_roles(*ADMINS)
@require_http_methods(READ_OR_SEND)
@telling_why
def audit_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed audit again, with a reason."""
    audit = access.audit_to_change(request.user, pk)
    form = ReopenForm(submitted(request), initial=pages.again_initial(audit, clock.today()))
    if form.is_valid():
        actions.reopen_audit(audit=audit, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("The audit is open again; everybody's link works."))
        return redirect(audit)
    context = {"audit": audit, "form": form}
    return render(request, "audits/audit_reopen.html", context, status=422 if form.errors else 200)
