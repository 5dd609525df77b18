"""Files in and out: check first, then apply; and the same rows back as a file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from productops import access
from productops.doors import for_roles
from productops.exchange import all_kinds, kind_named
from productops.exchange_forms import ImportForm
from productops.exports import content_type, exported, formats_of
from productops.forms import attached, submitted
from productops.imports import apply_checked, earlier_runs, run_import
from productops.navigation import OPERATORS

PER_PAGE = 50
for_operators = for_roles(*sorted(OPERATORS))


@for_operators
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    runs = access.imports_for(request.user)
    context = {
        "page": Paginator(runs, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": [kind for kind in all_kinds() if kind.take and request.user.role in kind.takers],
        "exports": [(kind, formats_of(kind)) for kind in all_kinds() if kind.give],
    }
    return render(request, "settings/imports.html", context)


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest, name: str) -> HttpResponse:
    kind = access.kind_to_take(request.user, name)
    form = ImportForm(kind, submitted(request), attached(request))
    if form.is_valid():
        return redirect("import-detail", checked(request, form).pk)
    context = {"kind": kind, "form": form}
    return render(request, "settings/import_new.html", context, status=422 if form.errors else 200)


@for_operators
@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.import_to_see(request.user, pk)
    context = {"run": run, "earlier": earlier_runs(run.file.sha256, run.kind).first()}
    return render(request, "settings/import_detail.html", context)


@for_operators
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    run = access.import_to_apply(request.user, pk)
    kind = access.kind_to_take(request.user, run.kind)
    applied, report = apply_checked(run=run, kind=kind, by=request.user)
    if not report.refused:
        messages.success(request, _("The file is taken in."))
    return redirect("import-detail", applied.pk)


@for_operators
@require_safe
def export_download(request: HttpRequest, name: str, form: str) -> FileResponse:
    kind = kind_named(name)
    if kind is None or kind.give is None or form not in formats_of(kind):
        raise Http404
    file = exported(kind, form, request.user)
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.{form}", content_type=content_type(form)
    )


def checked(request: HttpRequest, form: ImportForm):
    """The run of a file that was only read."""
    sent = form.cleaned_data["file"]
    run, _report = run_import(
        kind=form.kind,
        file=sent,
        name=sent.name,
        by=request.user,
        options=form.options(),
        dry_run=True,
    )
    return run
