"""Setting up a source: kind, settings with a test, mapping with a preview, schedule.

Each step is a form of its own over a draft, so that it works without a script and can be left and
taken up again; a draft reads nothing. The same pages change a source later.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics import source_access as access
from metrics import source_page
from metrics.actions import sources as actions
from metrics.actions.previews import Preview, preview_source
from metrics.actions.source_reading import connector_of
from metrics.actions.trials import Trial, look_at, try_source
from metrics.connectors import Connector, SourceError, connector
from metrics.forms.connectors import ConnectorForm
from metrics.forms.mapping import MappingForm
from metrics.forms.sources import ScheduleForm
from metrics.models import Source
from metrics.views.sources import for_operators
from productops import clock, parsing
from productops.forms import Stale, submitted

form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_operators
@require_safe
def source_new(request: HttpRequest) -> HttpResponse:
    """Step one: which kind."""
    context = {"kinds": access.kinds_for(request.user)}
    return render(request, "metrics/source_new.html", context)


@for_operators
@form_page
def source_begin(request: HttpRequest, kind: str) -> HttpResponse:
    """Step two: how to reach it. What is sent makes a draft."""
    access.check_may_set_up(request.user, kind)
    form = ConnectorForm(submitted(request), kind=kind_or_404(kind))
    if form.is_valid() and (source := _drafted(request, form)):
        return _after_settings(request, source, form)
    return _settings_page(request, None, form)


def kind_or_404(kind: str) -> Connector:
    try:
        return connector(kind)
    except KeyError:
        raise Http404 from None


def _drafted(request: HttpRequest, form: ConnectorForm) -> Source | None:
    try:
        return actions.draft_source(
            kind=form.kind.kind, secrets=form.secrets, by=request.user, **form.changes
        )
    except parsing.Unreadable as problem:
        form.add_error("name", str(problem))
        return None


@for_operators
@form_page
def source_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The settings of a source. Testing them does not save them, unless it is a draft."""
    source = access.source_to_set_up(request.user, slug)
    form = ConnectorForm(submitted(request), kind=_kind_of(source), row=source)
    if not form.is_valid():
        return _settings_page(request, source, form)
    if request.POST.get("then") == "test" and not source.is_draft:
        trial = try_source(source, settings=form.settings, secrets=form.secrets)
        return _tested(request, source, form, trial)
    try:
        actions.change_source(source=source, by=request.user, secrets=form.secrets, **form.changes)
    except Stale:
        form.refuse_stale()
        return _settings_page(request, source, form)
    return _after_settings(request, source, form)


def _kind_of(source: Source) -> Connector:
    try:
        return connector_of(source)
    except SourceError:
        raise Http404 from None


def _after_settings(request: HttpRequest, source: Source, form: ConnectorForm) -> HttpResponse:
    """On to the mapping, with what was read; or back to the settings where it cannot be."""
    if source.is_pushed:
        return _after_push(request, source, form)
    trial = look_at(source)
    if request.POST.get("then") == "test" or not trial.is_good:
        data = request.POST.copy()
        data["version"] = str(source.version)
        saved = ConnectorForm(data, kind=form.kind, row=source)
        saved.is_valid()
        return _tested(request, source, saved, trial)
    return redirect("metrics:source-mapping", source.slug)


def _after_push(request: HttpRequest, source: Source, form: ConnectorForm) -> HttpResponse:
    """A secret that was made by us is shown once, on this answer."""
    if form.row is None and not form.secrets:
        secret = actions.renew_secret(source=source, by=request.user)
        context = {"source": source, "secret": secret}
        return render(request, "metrics/source_secret.html", context)
    return redirect("metrics:source-mapping", source.slug)


def _tested(
    request: HttpRequest, source: Source, form: ConnectorForm, trial: Trial
) -> HttpResponse:
    if trial.fetched is None:
        form.refuse(trial.field, trial.sentence)
    return _settings_page(request, source, form, trial)


def _settings_page(
    request: HttpRequest,
    source: Source | None,
    form: ConnectorForm,
    trial: Trial | None = None,
) -> HttpResponse:
    context = {
        "source": source,
        "form": form,
        "kind": form.kind,
        "trial": trial,
        "answers": answers_of(trial),
    }
    return render(request, "metrics/source_edit.html", context, status=form.status)


def answers_of(trial: Trial | None) -> str:
    """What a connection that works answers with."""
    if trial is None or trial.fetched is None:
        return ""
    rows, columns = len(trial.fetched.rows), len(trial.fetched.header)
    said = ngettext("%(n)s row", "%(n)s rows", rows) % {"n": rows}
    return _("It answers: %(rows)s, %(columns)s columns.") % {"rows": said, "columns": columns}


@for_operators
@require_POST
def source_look(request: HttpRequest, slug: str) -> HttpResponse:
    """Read the first rows once more."""
    source = access.source_to_change(request.user, slug)
    trial = look_at(source)
    if not trial.is_good:
        messages.error(request, trial.sentence)
    return redirect("metrics:source-mapping", source.slug)


@for_operators
@form_page
def source_mapping(request: HttpRequest, slug: str) -> HttpResponse:
    """Step three: which column says what, with the rows, their fate and a chart before saving."""
    source = access.source_to_change(request.user, slug)
    form = MappingForm(
        submitted(request),
        header=source.sample.get("header", ()),
        options=source.mapping or first_mapping(source),
        asks_decimal="decimal" not in source.settings,
        row=source,
    )
    preview = None
    if form.is_valid():
        preview = preview_source(source, form.options())
        if request.POST.get("then") != "look":
            return _mapped(request, source, form)
    elif not form.is_bound and source.sample:
        preview = preview_source(source) if source.mapping else None
    return _mapping_page(request, source, form, preview)


def first_mapping(source: Source) -> dict:
    """What a kind always delivers, in the words of a mapping."""
    try:
        return connector_of(source).mapping(source.settings)
    except SourceError:
        return {}


def _mapped(request: HttpRequest, source: Source, form: MappingForm) -> HttpResponse:
    try:
        actions.change_source(source=source, by=request.user, mapping=form.options())
    except Stale:
        form.refuse_stale()
        return _mapping_page(request, source, form, None)
    if source.is_draft:
        return redirect("metrics:source-schedule", source.slug)
    messages.success(request, _("Saved."))
    return redirect(source)


def _mapping_page(
    request: HttpRequest, source: Source, form: MappingForm, preview: Preview | None
) -> HttpResponse:
    context = {
        "source": source,
        "form": form,
        "sample": source_page.sample_table(source),
        "preview": preview,
        "chart": source_page.chart_of(preview, clock.today()) if preview else None,
    }
    return render(request, "metrics/source_mapping.html", context, status=form.status)


@for_operators
@form_page
def source_schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """Step four: when it is read, when it is old, who hears of it. A draft starts with it."""
    source = access.source_to_change(request.user, slug)
    form = ScheduleForm(submitted(request), instance=source, person=request.user)
    if form.is_valid() and _scheduled(request, form, slug):
        return redirect(source)
    context = {"source": source, "form": form}
    return render(request, "metrics/source_schedule.html", context, status=form.status)


def _scheduled(request: HttpRequest, form: ScheduleForm, slug: str) -> bool:
    # The form has put its values into its own row; the verb compares with what stands.
    source = access.source_to_change(request.user, slug)
    source.version = form.initial["version"]
    is_draft = source.is_draft
    try:
        actions.change_source(source=source, by=request.user, **form.changes)
    except Stale:
        form.refuse_stale()
        return False
    if is_draft:
        actions.start_source(source=source, by=request.user)
    said = _("“%s” is set up.") if is_draft else _("Saved: “%s”.")
    messages.success(request, said % source)
    return True
