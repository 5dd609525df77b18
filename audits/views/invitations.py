"""Who is asked, and how many have answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, actions, pages
from audits.forms.audit import InvitationForm
from audits.views.refusing import telling_why
from productops import clock
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.links import url_of
from productops.navigation import EVERYBODY, OPERATORS


@for_roles(*EVERYBODY)
@require_safe
def invitation_list(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_read(request.user, pk)
    context = pages.frame(request.user, audit, "invitations")
    context |= pages.progress(audit, clock.today())
    context["invitations"] = access.invitations_of(request.user, audit)
    if request.GET.get("format") == "csv":
        lines = map(pages.invitation_line, context["invitations"])
        return csv_download(f"audit-{pk}-invitations.csv", pages.INVITATION_COLUMNS, lines)
    return render(request, "audits/invitation_list.html", context)


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def invitation_new(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_change(request.user, pk)
    actions.refuse_closed(audit)
    form = InvitationForm(submitted(request), audit=audit, person=request.user)
    if form.is_valid():
        asked = form.cleaned_data
        actions.invite(
            audit=audit,
            person=asked["person"],
            scopes=asked["scopes"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("%s is invited.") % asked["person"])
        return redirect("audits:invitation-list", audit.pk)
    context = {"audit": audit, "form": form}
    return render(
        request, "audits/invitation_new.html", context, status=422 if form.errors else 200
    )


@for_roles(*OPERATORS)
@require_POST
@telling_why
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = access.invitation_to_withdraw(request.user, pk)
    audit, person = invitation.audit, str(invitation.person)
    actions.withdraw(invitation=invitation, by=request.user)
    messages.success(request, _("%s is not asked any more.") % person)
    return redirect("audits:invitation-list", audit.pk)


@require_safe
def invitation_own(request: HttpRequest, pk: int) -> HttpResponse:
    """From My work to the very pages that the link in the mail opens."""
    return redirect(url_of(access.own_invitation(request.user, pk).link))
