"""Questionnaires: which there are, what each version asks, and how they come and go as files."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access
from audits.actions import drafts, frameworks
from audits.drafting import key_from
from audits.forms.drafts import FrameworkForm
from audits.forms.filters import FrameworkFilters
from audits.forms.framework_file import FrameworkFileForm
from audits.framework_file import FrameworkFile, FrameworkRefused, read_framework_files
from audits.framework_formats import MOST_BYTES, TYPES, read_frameworks, write_frameworks
from audits.pages import frameworks as pages
from audits.views.refusing import telling_why
from productops.doors import for_roles
from productops.forms import attached, submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, OPERATORS

PER_PAGE = 50


@for_roles(*EVERYBODY)
@require_safe
def framework_list(request: HttpRequest) -> HttpResponse:
    filters = FrameworkFilters(request.GET)
    found = filters.narrow(access.frameworks_for(request.user))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": pages.framework_rows(request.user, page.object_list),
        "may_prepare": access.may_prepare(request.user),
    }
    return show(request, "audits/framework_list.html", "audits/_framework_table.html", context)


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def framework_new(request: HttpRequest) -> HttpResponse:
    """An empty framework, or with ``?copy=`` one that begins with the words of a version."""
    copied = access.framework_version_to_copy(request.user, request.GET.get("copy", ""))
    form = FrameworkForm(submitted(request), copied=copied)
    if form.is_valid():
        values = form.cleaned_data | {"key": key_from(form.cleaned_data["title"], "framework")}
        by = {"by": request.user, "now": timezone.now()}
        if copied:
            return redirect(drafts.copy_framework(version=copied, **values, **by))
        return redirect(drafts.new_framework(**values, **by))
    context = {"form": form, "copied": copied}
    status = 422 if form.errors else 200
    return render(request, "audits/framework_new.html", context, status=status)


@for_roles(*EVERYBODY)
@require_safe
def framework_diff(request: HttpRequest, pk: int, older: int, newer: int) -> HttpResponse:
    before = access.framework_version_to_read(request.user, pk, older)
    after = access.framework_version_to_read(request.user, pk, newer)
    context = {"before": before, "after": after, "changes": pages.changes(before, after)}
    context["others"] = pages.other_pairs(request.user, before, after)
    return render(request, "audits/framework_diff.html", context)


@for_roles(*OPERATORS)
@require_POST
@telling_why
def framework_retire(request: HttpRequest, pk: int) -> HttpResponse:
    framework = access.framework_to_change(request.user, pk)
    drafts.retire_framework(framework=framework, by=request.user)
    messages.success(request, _("New audits ask it no more; those that do go on."))
    return redirect("audits:framework-list")


@for_roles(*OPERATORS)
@require_POST
@telling_why
def framework_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    framework = access.framework_to_change(request.user, pk)
    version = drafts.bring_back_framework(framework=framework, by=request.user)
    messages.success(request, _("%s can be asked again.") % version)
    return redirect(version)


@for_roles(*EVERYBODY)
@require_safe
def framework_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    version = access.framework_version_to_read(request.user, pk, number)
    if version.is_draft:
        return redirect(version)
    return render(request, "audits/framework_detail.html", pages.framework(request.user, version))


@for_roles(*EVERYBODY)
@require_safe
def framework_export(request: HttpRequest, pk: int, number: int, form: str) -> HttpResponse:
    """A version as a file: yaml, xlsx (XLSForm) or csv."""
    version = access.framework_version_to_read(request.user, pk, number)
    if form not in TYPES:
        raise Http404
    data = write_frameworks([version.content], form)
    response = HttpResponse(data, content_type=TYPES[form])
    name = f"{version.framework.slug}-v{version.number}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def framework_import(request: HttpRequest) -> HttpResponse:
    """A file is looked at, then what it changes is shown, then it is taken in."""
    if "text" in request.POST:
        return _confirmed(request)
    form, faults = FrameworkFileForm(submitted(request), attached(request)), []
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            files = read_frameworks(sent.read(MOST_BYTES + 1), sent.name)
        except FrameworkRefused as refused:
            faults = refused.faults
        else:
            return _taken(request, files)
    context = {"form": form, "faults": faults}
    status = 422 if faults or form.errors else 200
    return render(request, "audits/framework_import.html", context, status=status)


def _taken(request: HttpRequest, files: list[FrameworkFile]) -> HttpResponse:
    """Take in what is new; where words of ours would change, show that first."""
    shown = pages.updates_by(request.user, files)
    if shown["updates"]:
        return render(request, "audits/framework_update.html", shown)
    return _loaded(request, files)


def _confirmed(request: HttpRequest) -> HttpResponse:
    """Take in what the page of changes showed: at once, or as the draft of the next version."""
    try:
        files = read_framework_files(request.POST["text"].encode())
    except FrameworkRefused as refused:
        context = {"form": FrameworkFileForm(), "faults": refused.faults}
        return render(request, "audits/framework_import.html", context, status=422)
    if request.POST.get("as") == "draft" and len(files) == 1:
        by = {"by": request.user, "now": timezone.now()}
        return redirect(drafts.draft_from_file(file=files[0], **by))
    return _loaded(request, files)


def _loaded(request: HttpRequest, files) -> HttpResponse:
    found = frameworks.load_frameworks(files=files, by=request.user, now=timezone.now())
    for version, is_new in found:
        text = _("%s is taken in.") if is_new else _("%s says the same already.")
        messages.success(request, text % version)
    return redirect(found[0][0] if len(found) == 1 else "audits:framework-list")


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def framework_load(request: HttpRequest) -> HttpResponse:
    """The questionnaires that are shipped: which are there, which are newer than what is here."""
    if request.method != "POST":
        return render(request, "audits/framework_library.html", pages.library(request.user))
    if wanted := request.POST.get("key", ""):
        file = next(
            (one for one in frameworks.library_files() if one.content["key"] == wanted), None
        )
        if file is None:
            raise Http404
        return _taken(request, [file])
    versions = frameworks.load_library(by=request.user, now=timezone.now())
    messages.success(request, _("%s questionnaires are there.") % len(versions))
    return redirect("audits:framework-list")
