"""Who is asked, and how many have answered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, actions, pages
from audits.forms.filters import ParticipantFilters
from audits.forms.inviting import InvitationForm
from audits.views.refusing import telling_why
from productops import clock
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.htmx import show
from productops.links import url_of
from productops.navigation import EVERYBODY, OPERATORS

PER_PAGE = 50


@for_roles(*EVERYBODY)
@require_safe
def invitation_list(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_read(request.user, pk)
    filters = ParticipantFilters(request.GET, audit=audit)
    invitations = filters.narrow(access.invitations_of(request.user, audit))
    asked = pages.Asked(audit)
    if request.GET.get("format") == "csv":
        lines = map(pages.invitation_line, pages.participants(asked, invitations))
        return csv_download(f"audit-{pk}-invitations.csv", pages.INVITATION_COLUMNS, lines)
    page = Paginator(invitations, PER_PAGE).get_page(request.GET.get("page"))
    context = pages.frame(request.user, audit, "invitations")
    context |= {"filters": filters, "page": page, "rows": pages.participants(asked, page)}
    context |= pages.response(asked, timezone.now())
    return show(request, "audits/invitation_list.html", "audits/_participants.html", context)


@for_roles(*EVERYBODY)
@require_safe
def invitation_response(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part of the page, asked for again while people answer."""
    audit = access.audit_to_read(request.user, pk)
    if not request.htmx:
        return redirect("audits:invitation-list", audit.pk)
    context = pages.response(pages.Asked(audit), timezone.now())
    return render(request, "audits/_response.html", context)


@for_roles(*OPERATORS)
@require_POST
@telling_why
def invitation_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind the ticked people, or ask them no more."""
    audit = access.audit_to_change(request.user, pk)
    chosen = access.invitations_chosen(request.user, audit, request.POST.getlist("invitation"))
    if not chosen:
        messages.error(request, _("Tick at least one person first."))
    elif request.POST.get("then") == "withdraw":
        number = actions.withdraw_all(invitations=chosen, by=request.user)
        text = ngettext(
            "%(n)d person is not asked any more.", "%(n)d people are not asked any more.", number
        )
        messages.success(request, text % {"n": number})
    else:
        result = actions.remind(
            audit=audit, by=request.user, now=timezone.now(), invitations=chosen
        )
        messages.success(request, pages.reminded_text(result, request.user, clock.today()))
    return redirect("audits:invitation-list", audit.pk)


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def invitation_new(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_change(request.user, pk)
    actions.refuse_closed(audit)
    form = InvitationForm(submitted(request), audit=audit, person=request.user)
    if form.is_valid():
        asked = form.cleaned_data
        number = actions.invite_all(
            audit=audit,
            people=asked["people"],
            scopes=asked["scopes"],
            sections=asked["sections"],
            by=request.user,
            now=timezone.now(),
        )
        text = ngettext("%(n)d person is invited.", "%(n)d people are invited.", number)
        messages.success(request, text % {"n": number})
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
