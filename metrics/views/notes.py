"""What a person says on a chart: notes, points left out, new limits, limits held."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from metrics import access
from metrics.actions import charts
from metrics.actions.notes import add_note, change_note, delete_note
from metrics.forms.notes import ExcludeForm, NewNoteForm, NoteForm, SplitForm
from productops import changelog, clock
from productops.forms import submitted

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def note_new(request: HttpRequest, pk: int) -> HttpResponse:
    series = access.series_to_change(request.user, pk)
    form = NewNoteForm(
        submitted(request), series=series, person=request.user, initial={"on": clock.today()}
    )
    if form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("on", "text")}
        add_note(by=request.user, **words, **form.place)
        messages.success(request, _("The note stands on the chart."))
        return redirect(series)
    context = {"series": series, "form": form}
    return render(request, "metrics/note_new.html", context, status=form.status)


@form_page
def note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    note = access.note_to_change(request.user, pk)
    form = NoteForm(submitted(request), instance=note)
    if form.is_valid():
        before, after = changelog.fields_changed(form)
        change_note(note=form.instance, by=request.user, before=before, after=after)
        return redirect(access.page_of_note(request.user, note))
    context = {"note": note, "form": form, "back": access.page_of_note(request.user, note)}
    return render(request, "metrics/note_edit.html", context, status=form.status)


@require_POST
def note_delete(request: HttpRequest, pk: int) -> HttpResponse:
    note = access.note_to_change(request.user, pk)
    back = access.page_of_note(request.user, note)
    delete_note(note=note, by=request.user)
    messages.success(request, _("The note is gone from the chart."))
    return redirect(back)


@form_page
def point_exclude(request: HttpRequest, pk: int) -> HttpResponse:
    series = access.series_to_change(request.user, pk)
    form = ExcludeForm(
        submitted(request),
        versions=access.versions_of(series),
        initial={"on": request.GET.get("on", "")},
    )
    if form.is_valid() and _excluded(request, series, form):
        messages.success(request, _("The point is left out of the limits; they are renewed now."))
        return redirect(series)
    status = 422 if form.errors else 200
    context = {"series": series, "form": form}
    return render(request, "metrics/point_exclude.html", context, status=status)


def _excluded(request: HttpRequest, series, form: ExcludeForm) -> bool:
    """Whether the point was left out; else the form says why not."""
    try:
        charts.exclude_point(
            series=series,
            period=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except charts.CannotSay as refusal:
        form.add_error("on", str(refusal))
    return not form.errors


@require_POST
def point_include(request: HttpRequest, pk: int, exclusion: int) -> HttpResponse:
    series = access.series_to_change(request.user, pk)
    left_out = access.exclusion_of(series, exclusion)
    charts.include_point(series=series, period=left_out.period, by=request.user)
    messages.success(request, _("The point counts again; the limits are renewed now."))
    return redirect(series)


@form_page
def limits_split(request: HttpRequest, pk: int) -> HttpResponse:
    series = access.series_to_change(request.user, pk)
    form = SplitForm(submitted(request), versions=access.versions_of(series))
    if form.is_valid() and _split(request, series, form):
        messages.success(request, _("New limits begin there; they are computed now."))
        return redirect(series)
    status = 422 if form.errors else 200
    context = {"series": series, "form": form}
    return render(request, "metrics/limits_split.html", context, status=status)


def _split(request: HttpRequest, series, form: SplitForm) -> bool:
    """Whether new limits begin; else the form says why not."""
    try:
        charts.split_limits(
            series=series,
            period=form.cleaned_data["on"],
            cause=form.cleaned_data["cause"],
            by=request.user,
        )
    except charts.CannotSay as refusal:
        form.add_error("on", str(refusal))
    return not form.errors


@require_POST
def limits_join(request: HttpRequest, pk: int, segment: int) -> HttpResponse:
    """Take back a split that a person made."""
    series = access.series_to_change(request.user, pk)
    return _told(
        request,
        series,
        lambda: charts.join_limits(segment=access.segment_of(series, segment), by=request.user),
        _("The split is taken back; the limits are renewed now."),
    )


@require_POST
def limits_lock(request: HttpRequest, pk: int) -> HttpResponse:
    series = access.series_to_change(request.user, pk)
    newest = access.newest_segment(series)
    return _told(request, series, lambda: newest.lock(by=request.user), _("The limits are locked."))


@require_POST
def limits_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let data move limits again that a person held."""
    series = access.series_to_change(request.user, pk)
    charts.release_limits(segment=access.newest_segment(series), by=request.user)
    messages.success(request, _("Data moves the limits again."))
    return redirect(series)


def _told(request: HttpRequest, series, verb, said: str) -> HttpResponse:
    """Do what has no form; where it cannot be done, say why on the page it came from."""
    try:
        verb()
        messages.success(request, said)
    except ValueError as refusal:
        messages.error(request, str(refusal))
    return redirect(series)
