"""Write a questionnaire: its draft, place by place, until it is published or discarded."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, drafting
from audits.actions import drafts as actions
from audits.drafting import ROOT, CannotEdit
from audits.forms.drafts import EditionForm, PublishForm
from audits.framework_file import FrameworkRefused
from audits.models import FrameworkVersion
from audits.pages import drafts
from audits.pages.preview import preview
from audits.refusals import DraftIsStale
from audits.views.refusing import telling_why
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import OPERATORS

READ_OR_SEND = ["GET", "HEAD", "POST"]
ROWS = ("choices", "maps", "levels", "areas")


@for_roles(*OPERATORS)
@require_POST
@telling_why
def draft_start(request: HttpRequest, pk: int) -> HttpResponse:
    framework = access.framework_to_change(request.user, pk)
    draft = actions.start_draft(framework=framework, by=request.user, now=timezone.now())
    return redirect(draft)


@for_roles(*OPERATORS)
@require_http_methods(READ_OR_SEND)
@telling_why
def draft_edit(request: HttpRequest, pk: int, key: str = ROOT) -> HttpResponse:
    draft = access.draft_to_change(request.user, pk)
    form = _form_or_404(draft, key, submitted(request))
    if form.is_bound and form.is_valid():
        return _kept(request, draft, key, form)
    return _editor(request, draft, key, form, status=422 if form.is_bound else 200)


def _form_or_404(draft: FrameworkVersion, key: str, data: QueryDict | None):
    try:
        return drafts.form_for(draft, key, data)
    except CannotEdit as problem:
        raise Http404 from problem


def _kept(request: HttpRequest, draft: FrameworkVersion, key: str, form) -> HttpResponse:
    """Save what was sent; buttons of rows change places among them on the way."""
    rows, _colon, verb = request.POST.get("do", "").partition(":")
    _arrange(form, rows, verb)
    try:
        content, new_key = drafts.edited(draft.content, key, form.values())
        _save(request, draft, content, form.known)
    except CannotEdit as problem:
        form.add_error("key", str(problem))
        return _editor(request, draft, key, form, status=422)
    except DraftIsStale as stale:
        form.data = form.data.copy()
        form.data["edition"] = str(stale.current.edition)
        return _editor(request, stale.current, key, form, stale, status=409)
    return redirect(drafts.url_of(draft, new_key) + (f"#{rows}" if rows else ""))


def _arrange(form, rows: str, verb: str) -> None:
    """``verb`` is "up:2": the third row changes places with the one above."""
    verb, _colon, place = verb.partition(":")
    is_place = place.isascii() and place.isdigit() and len(place) < 4
    several = getattr(form, rows, None) if rows in ROWS else None
    if several is not None and verb in ("up", "down", "remove") and is_place:
        several.arrange(verb, int(place))


def _editor(
    request: HttpRequest, draft: FrameworkVersion, key: str, form, stale=None, *, status: int
) -> HttpResponse:
    try:
        context = drafts.editor(draft, key, form, stale)
    except CannotEdit as gone:
        raise Http404 from gone
    return render(request, "audits/draft_edit.html", context, status=status)


def _save(
    request: HttpRequest, draft: FrameworkVersion, content, edition: int, verb: str = "changed"
) -> None:
    actions.save_draft(
        draft=draft,
        content=content,
        edition=edition,
        by=request.user,
        now=timezone.now(),
        verb=verb,
    )


# The outline --------------------------------------------------------------------------------
def _edit(request: HttpRequest, pk: int, edit, verb: str) -> HttpResponse:
    """Do one edit of the outline and show where it leads: ``edit`` gives (content, key)."""
    draft = access.draft_to_change(request.user, pk)
    form = EditionForm(request.POST)
    known = form.known if form.is_valid() else 0
    try:
        content, key = edit(draft.content)
    except CannotEdit as problem:
        raise Http404 from problem
    _save(request, draft, content, known, verb)
    return redirect(drafts.url_of(draft, key))


@for_roles(*OPERATORS)
@require_POST
@telling_why
def draft_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more node: where ``into`` and ``after`` say."""
    kind = request.POST.get("kind", "")
    into, after = request.POST.get("into") or ROOT, request.POST.get("after", "")

    def edit(content):
        return drafts.with_new(content, kind, into=into, after=after)

    return _edit(request, pk, edit, "added")


@for_roles(*OPERATORS)
@require_POST
@telling_why
def draft_move(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Up, down, or into the section that was chosen."""
    to = request.POST.get("to", "")

    def edit(content):
        if to in ("up", "down"):
            return drafting.moved(content, key, -1 if to == "up" else 1), key
        return drafting.moved_into(content, key, request.POST.get("section") or ROOT), key

    return _edit(request, pk, edit, "moved")


@for_roles(*OPERATORS)
@require_POST
@telling_why
def draft_duplicate(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    return _edit(request, pk, lambda content: drafting.duplicated(content, key), "copied")


@for_roles(*OPERATORS)
@require_POST
@telling_why
def draft_remove(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    def edit(content):
        parent = drafting.spot_of(content, key).parent
        return drafting.removed(content, key), parent

    return _edit(request, pk, edit, "removed")


# The end of a draft -------------------------------------------------------------------------
@for_roles(*OPERATORS)
@require_http_methods(READ_OR_SEND)
@telling_why
def draft_publish(request: HttpRequest, pk: int) -> HttpResponse:
    draft = access.draft_to_change(request.user, pk)
    form = PublishForm(submitted(request), initial={"edition": draft.edition})
    if form.is_valid():
        try:
            version = actions.publish_draft(
                draft=draft,
                edition=form.known,
                summary=form.cleaned_data["summary"],
                by=request.user,
                now=timezone.now(),
            )
        except FrameworkRefused:
            form.add_error(None, _("Mend what is wrong first."))
        else:
            messages.success(request, _("%s is published.") % version)
            return redirect(version)
    context = drafts.publishing(draft) | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "audits/draft_publish.html", context, status=status)


@for_roles(*OPERATORS)
@require_POST
@telling_why
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    draft = access.draft_to_change(request.user, pk)
    framework = actions.discard_draft(draft=draft, by=request.user)
    messages.success(request, _("The draft is gone."))
    version = framework and framework.versions.first()
    return redirect(version or "audits:framework-list")


@for_roles(*OPERATORS)
@require_safe
def draft_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as somebody answers it; what is answered stands in the address and nowhere else."""
    draft = access.draft_to_change(request.user, pk)
    shown = preview(draft, request.GET)
    if shown.goes_on:
        return redirect(f"{request.path}?{shown.query}")
    return render(request, "audits/draft_preview.html", shown.context)
