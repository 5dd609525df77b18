"""The KPI catalogue: definition cards, their versions, series and targets."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, pages
from objectives.exchange.kpis import pack_text
from objectives.forms.kpi import (
    CardForm,
    CertifyForm,
    KpiFilters,
    KpiForm,
    MeaningFields,
    SeriesForm,
    TargetForm,
    VersionForm,
)
from objectives.forms.library import LibraryForm
from objectives.views.objectives import PER_PAGE, asked_or_sent
from productops import changelog, clock, trash
from productops.doors import for_roles
from productops.downloads import csv_download, text_download
from productops.forms import submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, OPERATORS, WRITERS
from productops.timeline import events_of


@for_roles(*EVERYBODY)
@require_safe
def kpi_list(request: HttpRequest) -> HttpResponse:
    filters = KpiFilters(request.GET)
    kpis = filters.narrow(access.kpis_for(request.user)).by_family()
    if request.GET.get("format") == "csv":
        return csv_download("kpis.csv", pages.KPI_COLUMNS, pages.kpi_lines(kpis))
    if request.GET.get("format") == "yaml":
        return text_download("kpis.yaml", pack_text(kpis), "application/yaml")
    page = Paginator(kpis.counting_series(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "groups": pages.kpi_groups(page),
        "counts": pages.kpi_counts(kpis, clock.today()),
        "missing": len(actions.missing_cards()) if request.user.changes_all else 0,
    }
    return show(request, "objectives/kpi_list.html", "objectives/_kpi_groups.html", context)


@for_roles(*EVERYBODY)
@require_safe
def kpi_detail(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_read(request.user, slug)
    series = list(access.series_for(request.user).of(kpi).prefetch_related("targets"))
    context = {
        "kpi": kpi,
        "meant": kpi.definition,
        "versions": pages.version_lines(kpi.versions.all()),
        "wanted": pages.wanted_of_new_series(kpi),
        "certificate": pages.certificate(kpi, clock.today()),
        "computed_from": pages.formula_pieces(kpi.definition),
        "users": kpi.users,
        "rows": pages.series_rows(series, request.user, clock.today()),
        "plans": pages.target_plans(series, clock.today()),
        "beliefs": pages.beliefs_about(
            kpi, access.influences_for(request.user).of(kpi), request.user, clock.today()
        ),
        "key_results": access.key_results_for(request.user).watching(kpi),
        "may_change": request.user.changes_all,
        "may_begin": request.user.role in WRITERS,
        "events": events_of(changelog.history_of(kpi)[:50]),
    }
    return render(request, "objectives/kpi_detail.html", context)


@for_roles(*OPERATORS)
@asked_or_sent
def kpi_new(request: HttpRequest) -> HttpResponse:
    # A gap that somebody comes from says what for.
    initial = {"owner": request.user.pk, "purpose": request.GET.get("title", "")}
    form = KpiForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid() and form.attempt(actions.define_kpi, by=request.user):
        return redirect(form.made)
    return render(request, "objectives/kpi_new.html", {"form": form}, status=form.status)


@for_roles(*OPERATORS)
@asked_or_sent
def kpi_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The words of the card; what the number means changes by a new version."""
    kpi = access.kpi_to_change(request.user, slug)
    initial = CardForm.initial_of(kpi)
    form = CardForm(submitted(request), person=request.user, row=kpi, initial=initial)
    if form.is_valid() and form.attempt(kpi.edit, by=request.user):
        return redirect(kpi)
    context = {"kpi": kpi, "form": form}
    return render(request, "objectives/kpi_edit.html", context, status=form.status)


@for_roles(*OPERATORS)
@asked_or_sent
def kpi_redefine(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_change(request.user, slug)
    initial = MeaningFields.meaning_of(kpi.definition) | {"valid_from": clock.today()}
    form = VersionForm(submitted(request), row=kpi, initial=initial)
    by = {"kpi": kpi, "by": request.user}
    if form.is_valid() and form.attempt(actions.change_definition, **by):
        messages.success(request, pages.said_of_version(form.made))
        return redirect(kpi)
    context = {"kpi": kpi, "form": form}
    return render(request, "objectives/kpi_redefine.html", context, status=form.status)


@for_roles(*OPERATORS)
@asked_or_sent
def kpi_certify(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_change(request.user, slug)
    form = CertifyForm(submitted(request), row=kpi)
    if form.is_valid() and form.attempt(kpi.certify, by=request.user):
        return redirect(kpi)
    context = {"kpi": kpi, "form": form}
    return render(request, "objectives/kpi_certify.html", context, status=form.status)


@for_roles(*OPERATORS)
@require_POST
def kpi_uncertify(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_change(request.user, slug)
    kpi.uncertify(by=request.user)
    return redirect(kpi)


@for_roles(*OPERATORS)
@require_POST
def kpi_delete(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_change(request.user, slug)
    try:
        kpi.discard(by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect(kpi)
    trash.say_discarded(request, kpi)
    return redirect("objectives:kpi-list")


@for_roles(*OPERATORS)
@asked_or_sent
def kpi_load(request: HttpRequest) -> HttpResponse:
    """Choose which of the shipped cards that are not there yet are taken over."""
    cards = actions.missing_cards()
    form = LibraryForm(submitted(request), cards=cards, known=actions.library_cards())
    if form.is_valid() and form.attempt(actions.load_library, by=request.user):
        n = len(form.made)
        text = ngettext("%(n)s KPI was added.", "%(n)s KPIs were added.", n) % {"n": n}
        messages.success(request, text)
        return redirect("objectives:kpi-list")
    context = {"form": form, "number": len(cards)}
    return render(request, "objectives/kpi_load.html", context, status=form.status)


# Series and targets -------------------------------------------------------------------------
@for_roles(*WRITERS)
@asked_or_sent
def series_new(request: HttpRequest, slug: str) -> HttpResponse:
    kpi = access.kpi_to_read(request.user, slug)
    form = SeriesForm(submitted(request), person=request.user, kpi=kpi)
    by = {"kpi": kpi, "by": request.user}
    if form.is_valid() and form.attempt(actions.series_for, **by):
        return redirect(kpi)
    context = {"kpi": kpi, "form": form}
    return render(request, "objectives/series_new.html", context, status=form.status)


@for_roles(*WRITERS)
@asked_or_sent
def target_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a series should be from a day on."""
    series = access.series_to_change(request.user, pk)
    initial = pages.target_beginning(series, clock.today())
    form = TargetForm(submitted(request), initial=initial)
    by = {"series": series, "by": request.user}
    if form.is_valid() and form.attempt(actions.set_target, **by):
        return redirect(series.kpi)
    context = {"series": series, "kpi": series.kpi, "form": form, "targets": series.targets.all()}
    return render(request, "objectives/target_edit.html", context, status=form.status)
