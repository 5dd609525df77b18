"""Audits: the list, preparing one, sending it, closing it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, actions, pages
from audits.forms.audit import AuditForm
from audits.forms.filters import AuditFilters
from audits.quality import concerns
from audits.views.refusing import telling_why
from productops import changelog, clock, trash
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import Stale, submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, OPERATORS
from productops.timeline import events_of

PER_PAGE = 50


@for_roles(*EVERYBODY)
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    filters = AuditFilters(request.GET)
    audits = filters.narrow(access.audits_for(request.user).with_counts())
    audits = filters.sorted(audits, request.GET.get("sort", ""), "newest_first")
    if request.GET.get("format") == "csv":
        return csv_download("audits.csv", pages.AUDIT_COLUMNS, map(pages.audit_line, audits))
    context = {
        "filters": filters,
        "page": Paginator(audits, PER_PAGE).get_page(request.GET.get("page")),
        "may_prepare": access.may_prepare(request.user),
        "readiness": pages.readiness(request.user, clock.today()),
    }
    return show(request, "audits/audit_list.html", "audits/_audit_table.html", context)


@for_roles(*EVERYBODY)
@require_safe
def audit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an audit is, or what it found once it is closed."""
    audit = access.audit_to_read(request.user, pk)
    context = pages.frame(request.user, audit, "result")
    context["events"] = events_of(changelog.history_of(audit)[:20])
    if not audit.is_closed:
        context |= pages.response(pages.Asked(audit), timezone.now())
        return render(request, "audits/audit_detail.html", context)
    view, kind = request.GET.get("view", ""), request.GET.get("kind", "")
    context |= pages.result(request.user, audit, view, clock.today(), kind)
    if request.GET.get("format") == "csv":
        return csv_download(f"audit-{pk}.csv", *pages.result_table(context))
    return render(request, "audits/audit_result.html", context)


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def audit_new(request: HttpRequest) -> HttpResponse:
    initial = {"framework_version": request.GET.get("framework_version")}
    form = AuditForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid():
        chosen = form.cleaned_data["subjects"]
        audit = actions.create_audit(
            **form.fields_of(), subjects=chosen, by=request.user, on=clock.today()
        )
        return redirect("audits:invitation-list", audit.pk)
    return render(request, "audits/audit_new.html", {"form": form}, status=form.status)


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def audit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_change(request.user, pk)
    actions.refuse_closed(audit)
    form = AuditForm(submitted(request), person=request.user, audit=audit)
    if form.is_valid():
        try:
            return redirect(_change(audit, form, request.user))
        except Stale:
            form.refuse_stale()
    context = {"audit": audit, "form": form}
    return render(request, "audits/audit_edit.html", context, status=form.status)


def _change(audit, form, person):
    return actions.change_audit(
        audit=audit,
        fields=form.fields_of(),
        subjects=form.cleaned_data.get("subjects"),
        by=person,
        on=clock.today(),
    )


@for_roles(*OPERATORS)
@require_POST
@telling_why
def audit_send(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_change(request.user, pk)
    actions.send_invitations(audit=audit, by=request.user, now=timezone.now())
    sent, lost = pages.sent(audit)
    text = ngettext("%(n)d mail is on its way.", "%(n)d mails are on their way.", sent)
    messages.success(request, text % {"n": sent})
    if lost:
        text = ngettext("%(n)d address does not work.", "%(n)d addresses do not work.", lost)
        messages.warning(request, text % {"n": lost})
    return redirect("audits:invitation-list", audit.pk)


@for_roles(*OPERATORS)
@require_POST
@telling_why
def audit_remind(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_change(request.user, pk)
    result = actions.remind(audit=audit, by=request.user, now=timezone.now())
    messages.success(request, pages.reminded_text(result, request.user, clock.today()))
    return redirect("audits:invitation-list", audit.pk)


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def audit_close(request: HttpRequest, pk: int) -> HttpResponse:
    """What speaks against closing now, and the button that does it."""
    audit = access.audit_to_change(request.user, pk)
    if request.method == "POST":
        actions.close_audit(audit=audit, by=request.user, now=timezone.now())
        messages.success(request, _("The audit is closed. Here is what it found."))
        return redirect(audit)
    actions.refuse_closed(audit)
    found = concerns(audit)
    may_close = pages.may_close(audit, found)
    context = {"audit": audit, "concerns": found, "may_close": may_close}
    return render(request, "audits/audit_close.html", context)


@for_roles(*OPERATORS)
@require_POST
def audit_delete(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_change(request.user, pk)
    audit.discard(by=request.user)
    trash.say_discarded(request, audit)
    return redirect("audits:audit-list")
