"""From a draft to what readers see."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes import access, actions, rows
from processes.forms import NoteForm, RevisionForm, StepFormSet
from processes.models import NotAllowed
from productops import changelog
from productops.forms import submitted
from productops.timeline import events_of


@require_POST
def revision_new(request: HttpRequest, pk: int) -> HttpResponse:
    process = access.process_to_change(request.user, pk)
    draft = actions.start_draft(process=process, by=request.user)
    return redirect("processes:revision-edit", pk, draft.number)


@require_safe
def revision_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revision = access.revision_to_read(request.user, pk, number)
    context = {
        "revision": revision,
        "process": revision.process,
        "steps": revision.steps.select_related("tool"),
        "approvals": revision.approvals.select_related("by"),
        "may_change": access.may_change(request.user, revision.process),
        "may_review": request.user.changes_all and revision.author_id != request.user.pk,
        "note_form": NoteForm(),
        "events": events_of(changelog.history_of(revision)[:20]),
    }
    return render(request, "processes/revision_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revision_edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revision = access.revision_to_change(request.user, pk, number)
    if not revision.is_open:
        return _refused(request, revision, _("What was published never changes. Start a draft."))
    sent = submitted(request)
    form = RevisionForm(sent, instance=revision)
    initial = list(revision.steps.values(*actions.STEP_FIELDS))
    formset = StepFormSet(sent, initial=initial, prefix="steps")
    if form.is_valid() & formset.is_valid():
        actions.save_draft(form=form, steps=formset.steps(), by=request.user)
        stay = "add" in request.POST
        return redirect(request.path if stay else revision.get_absolute_url())
    context = {"revision": revision, "process": revision.process, "form": form, "steps": formset}
    status = 422 if sent and form.status == 200 else form.status
    return render(request, "processes/revision_edit.html", context, status=status)


@require_POST
def revision_submit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revision = access.revision_to_change(request.user, pk, number)
    try:
        revision.submit(by=request.user)
    except NotAllowed as problem:
        return _refused(request, revision, str(problem))
    messages.success(request, _("Sent for review."))
    return redirect(revision)


@require_POST
def revision_publish(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revision = access.revision_to_review(request.user, pk, number)
    try:
        actions.publish(revision=revision, by=request.user, note=request.POST.get("note", ""))
    except NotAllowed as problem:
        return _refused(request, revision, str(problem))
    messages.success(request, _("Version %s is published.") % revision.number)
    return redirect(revision.process)


@require_POST
def revision_request_changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revision = access.revision_to_review(request.user, pk, number)
    try:
        revision.request_changes(by=request.user, note=request.POST.get("note", ""))
    except NotAllowed as problem:
        return _refused(request, revision, str(problem))
    messages.success(request, _("Sent back to %s.") % revision.author)
    return redirect(revision)


@require_safe
def revision_diff(request: HttpRequest, pk: int, older: int, newer: int) -> HttpResponse:
    before = access.revision_to_read(request.user, pk, older)
    after = access.revision_to_read(request.user, pk, newer)
    context = {
        "process": after.process,
        "older": before,
        "newer": after,
        "differences": rows.differences(before, after),
    }
    return render(request, "processes/revision_diff.html", context)


def _refused(request: HttpRequest, revision, reason: str) -> HttpResponse:
    """What was asked for is not possible now: the record, as it stands, and why."""
    context = {"revision": revision, "process": revision.process, "reason": reason}
    return render(request, "processes/revision_refused.html", context, status=409)
