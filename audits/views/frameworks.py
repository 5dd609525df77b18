"""Questionnaires: which there are, what each version asks, and how they come and go as files."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, actions, pages
from audits.forms.audit import FrameworkFileForm
from audits.forms.filters import FrameworkFilters
from audits.framework_file import FrameworkRefused, write_framework_file
from audits.framework_formats import MOST_BYTES, read_frameworks
from productops.doors import for_roles
from productops.forms import attached, submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, OPERATORS

PER_PAGE = 50


@for_roles(*EVERYBODY)
@require_safe
def framework_list(request: HttpRequest) -> HttpResponse:
    filters = FrameworkFilters(request.GET)
    versions = filters.narrow(access.framework_versions_for(request.user).with_counts())
    page = Paginator(versions.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "may_prepare": access.may_prepare(request.user),
    }
    return show(request, "audits/framework_list.html", "audits/_framework_table.html", context)


@for_roles(*EVERYBODY)
@require_safe
def framework_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    version = access.framework_version_to_read(request.user, pk, number)
    return render(request, "audits/framework_detail.html", pages.framework(request.user, version))


@for_roles(*EVERYBODY)
@require_safe
def framework_export(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    version = access.framework_version_to_read(request.user, pk, number)
    text = write_framework_file(version.content)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    name = f"{version.framework.slug}-v{version.number}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_roles(*OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def framework_import(request: HttpRequest) -> HttpResponse:
    form, faults = FrameworkFileForm(submitted(request), attached(request)), []
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            files = read_frameworks(sent.read(MOST_BYTES + 1), sent.name)
        except FrameworkRefused as refused:
            faults = refused.faults
        else:
            return _loaded(request, files)
    context = {"form": form, "faults": faults}
    status = 422 if faults or form.errors else 200
    return render(request, "audits/framework_import.html", context, status=status)


def _loaded(request: HttpRequest, files) -> HttpResponse:
    found = actions.load_frameworks(files=files, by=request.user, now=timezone.now())
    for version, is_new in found:
        text = _("%s is taken in.") if is_new else _("%s says the same already.")
        messages.success(request, text % version)
    return redirect(found[0][0] if len(found) == 1 else "audits:framework-list")


@for_roles(*OPERATORS)
@require_POST
def framework_load(request: HttpRequest) -> HttpResponse:
    """Take in the questionnaires that are shipped."""
    versions = actions.load_library(by=request.user, now=timezone.now())
    messages.success(request, _("%s questionnaires are there.") % len(versions))
    return redirect("audits:framework-list")
