"""A file of numbers: read, mapped, looked at, and only then taken in."""

from contextlib import suppress
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from metrics import source_access, source_page
from metrics.actions import mappings
from metrics.actions.intake import COLUMNS
from metrics.actions.previews import Preview, preview
from metrics.exchange import opened
from metrics.forms.mapping import MappingForm, first_options
from metrics.forms.uploads import SavingForm, UploadForm
from productops import access, clock, files
from productops.doors import for_roles
from productops.exchange import kind_named, table_options
from productops.forms import attached, submitted
from productops.imports import apply_checked, check_again, run_import
from productops.models import ImportRun
from productops.tables import Table, UnreadableTable

SHOWN_ROWS = 6
DRAWN_ROWS = 5_000  # enough to see the shape of a series
form_page = require_http_methods(["GET", "HEAD", "POST"])
for_writers = for_roles("pm", "ops", "admin")


@for_writers
@form_page
def observation_import(request: HttpRequest) -> HttpResponse:
    """The file is only read here; its rows are looked at on the next page."""
    form = UploadForm(submitted(request), attached(request), person=request.user)
    if form.is_valid() and (run := _checked(request, form)):
        return redirect("metrics:observation-upload", run.pk)
    context = {"form": form, "mappings": source_access.mappings_for(request.user)}
    status = 422 if form.errors else 200
    return render(request, "metrics/observation_import.html", context, status=status)


def _checked(request: HttpRequest, form: UploadForm) -> ImportRun | None:
    """The run of a file that was read and changed nothing; None where it is no table at all."""
    sent, options = form.cleaned_data["file"], form.options()
    try:
        header = opened(sent, sent.name, options).header
    except UnreadableTable as problem:
        form.add_error("file", str(problem))
        return None
    sent.seek(0)
    run, _report = run_import(
        kind=kind_named("observations"),
        file=sent,
        name=sent.name,
        by=request.user,
        options={**(form.saved or first_options(header)), **options},
        dry_run=True,
    )
    return run


@for_writers
@form_page
def observation_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do under its mapping; another mapping is another run, looked at alike."""
    run = source_access.upload_to_read(request.user, pk)
    table = header_and_rows(run)
    form = MappingForm(
        submitted(request),
        header=table["header"],
        options=run.options,
        creates=request.user.changes_all,
        skips=False,
    )
    saving = SavingForm(submitted(request))
    if form.is_valid() and saving.is_valid():
        return _mapped(request, run, form, saving)
    context = {"run": run, "form": form, "saving": saving, "sample": table}
    context["is_unmapped"] = is_unmapped(run, table["header_row"])
    if not form.is_bound:
        context |= drawn(request, run)
    status = 422 if form.errors or saving.errors else 200
    return render(request, "metrics/observation_upload.html", context, status=status)


def _mapped(
    request: HttpRequest, run: ImportRun, form: MappingForm, saving: SavingForm
) -> HttpResponse:
    options = form.options()
    if name := saving.cleaned_data["name"]:
        shared = saving.cleaned_data["is_shared"]
        mappings.keep_mapping(name=name, options=options, is_shared=shared, by=request.user)
        messages.success(request, _("The mapping is kept as “%s”.") % name)
    again, _report = check_again(
        run=run,
        kind=kind_named("observations"),
        by=request.user,
        options=options | table_options(run.options | options),
    )
    return redirect("metrics:observation-upload", again.pk)


def header_and_rows(run: ImportRun) -> dict[str, Any]:
    """The first rows of a stored file, up to one that cannot be read, as pages show samples."""
    rows: list[list[str]] = []
    header: tuple[str, ...] = ()
    header_row = 0
    with files.path_of(run.file.sha256).open("rb") as file, suppress(UnreadableTable):
        table = opened(file, run.name, run.options)
        header, header_row = table.header, table.header_row
        for _number, cells in islice(table.rows, SHOWN_ROWS):
            rows.append(list(cells.values()))
    return {"header": header, "rows": rows, "header_row": header_row}


def is_unmapped(run: ImportRun, header_row: int) -> bool:
    """Whether all that is wrong with a file is that its columns have other names than ours."""
    wrong = run.report.get("refused", ())
    return bool(wrong) and all(
        each["row"] == header_row and each["column"] in COLUMNS for each in wrong
    )


def drawn(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """The fullest series of a file that was checked, as it would be."""
    if run.state != ImportRun.State.CHECKED:
        return {"preview": None, "chart": None}
    with files.path_of(run.file.sha256).open("rb") as file:
        found: Preview = preview(
            opened=lambda: shortened(opened(file, run.name, run.options)),
            options=run.options,
            by=request.user,
        )
    return {"preview": found, "chart": source_page.chart_of(found, clock.today())}


def shortened(table: Table) -> Table:
    rows = islice(table.rows, DRAWN_ROWS)
    return Table(table.header, rows, table.header_row, table.decimal)


@for_writers
@require_POST
def upload_apply(request: HttpRequest, pk: int) -> HttpResponse:
    source_access.upload_to_read(request.user, pk)
    run = access.import_to_apply(request.user, pk)
    applied, report = apply_checked(run=run, kind=kind_named("observations"), by=request.user)
    if report.refused:
        return redirect("metrics:observation-upload", applied.pk)
    counts = {"created": report.created, "updated": report.updated, "same": report.unchanged}
    said = _("%(created)s new, %(updated)s corrected, %(same)s unchanged.")
    messages.success(request, said % counts)
    return redirect("metrics:kpi-list")


@for_writers
@require_POST
def mapping_delete(request: HttpRequest, pk: int) -> HttpResponse:
    mapping = source_access.mapping_to_change(request.user, pk)
    mappings.forget_mapping(mapping=mapping, by=request.user)
    messages.success(request, _("The mapping “%s” is gone.") % mapping)
    return redirect("metrics:observation-import")
