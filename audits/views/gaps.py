"""Gaps: the list, one of them, and what people decide about several at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, actions, pages
from audits.forms.filters import GapFilters
from audits.forms.gap import AcceptForm, AssignForm, GapForm
from audits.views.refusing import telling_why
from productops import changelog, clock, trash
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import Stale, submitted
from productops.htmx import show
from productops.navigation import EVERYBODY, WRITERS
from productops.timeline import events_of

PER_PAGE = 50


@for_roles(*EVERYBODY)
@require_safe
def gap_list(request: HttpRequest) -> HttpResponse:
    filters = GapFilters(request.GET, person=request.user)
    gaps = filters.narrow(access.gaps_for(request.user))
    gaps = filters.sorted(gaps, request.GET.get("sort", ""), "ranked")
    if request.GET.get("format") == "csv":
        return csv_download("gaps.csv", pages.GAP_COLUMNS, map(pages.gap_line, gaps))
    page = Paginator(gaps, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "rows": pages.gap_rows(page, clock.today())}
    return show(request, "audits/gap_list.html", "audits/_gap_table.html", context)


@for_roles(*EVERYBODY)
@require_safe
def audit_gaps(request: HttpRequest, pk: int) -> HttpResponse:
    """The gaps that one audit found, ranked."""
    audit = access.audit_to_read(request.user, pk)
    gaps = access.gaps_for(request.user).found_in(audit).ranked()
    if request.GET.get("format") == "csv":
        return csv_download(f"audit-{pk}-gaps.csv", pages.GAP_COLUMNS, map(pages.gap_line, gaps))
    context = pages.frame(request.user, audit, "gaps")
    context |= pages.gaps_of(request.user, audit, gaps, clock.today())
    return render(request, "audits/audit_gaps.html", context)


@for_roles(*EVERYBODY)
@require_safe
def gap_detail(request: HttpRequest, pk: int) -> HttpResponse:
    gap = access.gap_to_read(request.user, pk)
    context = pages.gap(request.user, gap, clock.today())
    context["events"] = events_of(changelog.history_of(gap)[:50])
    return render(request, "audits/gap_detail.html", context)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def gap_new(request: HttpRequest) -> HttpResponse:
    form = GapForm(submitted(request), person=request.user, initial={"effort": 3})
    if form.is_valid():
        fields = form.cleaned_data
        return redirect(actions.create_gap(fields=fields, by=request.user, on=clock.today()))
    return render(request, "audits/gap_new.html", {"form": form}, status=form.status)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def gap_edit(request: HttpRequest, pk: int) -> HttpResponse:
    gap = access.gap_to_change(request.user, pk)
    form = GapForm(submitted(request), person=request.user, gap=gap)
    if form.is_valid():
        try:
            return redirect(actions.change_gap(gap=gap, fields=form.cleaned_data, by=request.user))
        except Stale:
            form.refuse_stale()
    return render(request, "audits/gap_edit.html", {"gap": gap, "form": form}, status=form.status)


@for_roles(*WRITERS)
@require_POST
def gap_close(request: HttpRequest, pk: int) -> HttpResponse:
    gap = access.gap_to_change(request.user, pk)
    gap.close(by=request.user, on=clock.today())
    messages.success(request, _("The gap is closed. The next audit asks again."))
    return redirect(gap)


@for_roles(*WRITERS)
@require_POST
def gap_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    gap = access.gap_to_change(request.user, pk)
    return redirect(actions.reopen_gap(gap=gap, by=request.user, on=clock.today()))


@for_roles(*WRITERS)
@require_POST
def gap_delete(request: HttpRequest, pk: int) -> HttpResponse:
    gap = access.gap_to_change(request.user, pk)
    gap.discard(by=request.user)
    trash.say_discarded(request, gap)
    return redirect("audits:gap-list")


# Several at once ----------------------------------------------------------------------------
@for_roles(*WRITERS)
@require_POST
def gap_choose(request: HttpRequest) -> HttpResponse:
    """Take the ticked gaps to the page that asks what else is needed."""
    chosen = request.POST.getlist("gap")
    if not chosen:
        messages.error(request, _("Tick at least one gap first."))
        return redirect("audits:gap-list")
    access.gaps_to_change(request.user, chosen)
    address = pages.page_for(request.POST.get("then", ""))
    query = QueryDict(mutable=True)
    query.setlist("gap", chosen)
    return redirect(f"{address}?{query.urlencode()}")


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def gap_assign(request: HttpRequest) -> HttpResponse:
    gaps = access.gaps_to_change(request.user, request.GET.getlist("gap"))
    form = AssignForm(submitted(request), person=request.user)
    if gaps and form.is_valid():
        owner = form.cleaned_data["owner"]
        number = actions.assign_gaps(gaps=gaps, owner=owner, by=request.user)
        text = ngettext(
            "%(n)d gap belongs to %(owner)s.", "%(n)d gaps belong to %(owner)s.", number
        )
        messages.success(request, text % {"n": number, "owner": owner})
        return redirect(pages.back_to(gaps))
    return _several(request, "audits/gap_assign.html", gaps, form)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def gap_accept(request: HttpRequest) -> HttpResponse:
    gaps = access.gaps_to_change(request.user, request.GET.getlist("gap"))
    form = AcceptForm(submitted(request))
    if gaps and form.is_valid():
        number = actions.accept_gaps(
            gaps=gaps, by=request.user, on=clock.today(), **form.cleaned_data
        )
        text = ngettext("%(n)d gap is accepted.", "%(n)d gaps are accepted.", number)
        messages.success(request, text % {"n": number})
        return redirect(pages.back_to(gaps))
    return _several(request, "audits/gap_accept.html", gaps, form)


def _several(request: HttpRequest, template: str, gaps: list, form) -> HttpResponse:
    if not gaps:
        messages.error(request, _("Tick at least one gap first."))
        return redirect(reverse("audits:gap-list"))
    context = {"gaps": gaps, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)
