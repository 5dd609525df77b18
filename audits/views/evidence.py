"""Evidence: adding it to a gap or an answer, renewing it, and handing its files out."""

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import access, actions, pages
from audits.forms.evidence import EvidenceForm, RevisionForm
from audits.models import Answer, Gap
from audits.views.refusing import telling_why
from productops import clock
from productops.attachments import download
from productops.doors import for_roles
from productops.forms import attached, submitted
from productops.navigation import EVERYBODY, WRITERS
from productops.parsing import Unreadable


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def evidence_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _add(request, access.gap_to_change(request.user, pk))


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def answer_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    return _add(request, access.answer_to_show(request.user, pk))


def _add(request: HttpRequest, about: Gap | Answer) -> HttpResponse:
    form = EvidenceForm(submitted(request), attached(request))
    if form.is_valid() and _taken(form, actions.add_evidence, request, about=about):
        return redirect(about)
    context = {"about": about, "form": form}
    return render(request, "audits/evidence_new.html", context, status=422 if form.errors else 200)


@for_roles(*EVERYBODY)
@require_safe
def evidence_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of evidence with all its revisions."""
    evidence = access.evidence_to_read(request.user, pk)
    revisions = list(evidence.revisions.select_related("file", "by"))
    context = {
        "evidence": evidence,
        "revisions": revisions,
        "standing": pages.evidence_standing(revisions[0], clock.today()),
        "may_change": request.user.may_change(evidence.subject),
    }
    return render(request, "audits/evidence_detail.html", context)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def evidence_renew(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = access.evidence_to_change(request.user, pk)
    form = RevisionForm(submitted(request), attached(request))
    if form.is_valid() and _taken(form, actions.renew_evidence, request, evidence=evidence):
        messages.success(request, _("The new revision holds from now on."))
        return redirect(evidence)
    context = {"evidence": evidence, "form": form}
    return render(
        request, "audits/evidence_renew.html", context, status=422 if form.errors else 200
    )


@for_roles(*EVERYBODY)
@require_safe
def evidence_file(request: HttpRequest, pk: int, number: int) -> FileResponse:
    return download(access.evidence_file(request.user, pk, number))


def _taken(form: RevisionForm, verb: Callable, request: HttpRequest, **about) -> bool:
    """Whether the verb took what the form says; a file that is not taken is said beside it."""
    content = dict(form.cleaned_data)
    title = {"title": content.pop("title")} if "title" in content else {}
    try:
        verb(content=content, by=request.user, now=timezone.now(), **about, **title)
    except Unreadable as problem:
        form.add_error("file", str(problem))
        return False
    return True
