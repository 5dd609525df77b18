"""Gaps: the list, one of them, what is known and done about it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, actions, pages
from audits.forms.filters import GapFilters
from audits.forms.gap import GapForm
from productops import changelog, clock, trash
from productops.doors import for_roles
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
    if file := pages.gap_file(gaps, "gaps", request.GET.get("format", "")):
        return file
    page = Paginator(gaps, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "rows": pages.gap_rows(page, clock.today())}
    return show(request, "audits/gap_list.html", "audits/_gap_table.html", context)


@for_roles(*EVERYBODY)
@require_safe
def audit_gaps(request: HttpRequest, pk: int) -> HttpResponse:
    """The gaps that one audit found, ranked."""
    audit = access.audit_to_read(request.user, pk)
    gaps = access.gaps_for(request.user).found_in(audit).ranked()
    if file := pages.gap_file(gaps, f"audit-{pk}-gaps", request.GET.get("format", "")):
        return file
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
@require_safe
def gap_help(request: HttpRequest, pk: int) -> HttpResponse:
    """What could help; what is ticked there is begun one after the other."""
    gap = access.gap_to_change(request.user, pk)
    helps = pages.helps(request.user, gap)
    chosen = pages.chosen_helps(helps, request.GET.getlist("take"))
    if len(chosen) == 1:
        return redirect(chosen[0].url)
    context = {"gap": gap, "helps": helps, "chosen": chosen}
    return show(request, "audits/gap_help.html", "audits/_gap_helps.html", context)


@for_roles(*WRITERS)
@require_POST
def answer_gap(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a gap of one answer, or show it by the one that is there."""
    answer = access.answer_to_show(request.user, pk)
    return redirect(actions.raise_from_answer(answer=answer, by=request.user, on=clock.today()))


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
def gap_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    gap = access.gap_to_change(request.user, pk)
    gap.confirm(by=request.user)
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
