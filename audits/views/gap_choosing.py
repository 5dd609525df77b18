"""What people decide about several gaps at once: who answers for them, and what becomes of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from audits import access, actions, pages
from audits.forms.gap import AcceptForm, AssignForm, CloseForm, MergeForm
from audits.views.refusing import telling_why
from productops import clock
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import WRITERS


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
    if back := request.POST.get("back", ""):
        query["back"] = back
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
        return _done(request, gaps, text % {"n": number, "owner": owner})
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
        return _done(request, gaps, text % {"n": number})
    return _several(request, "audits/gap_accept.html", gaps, form)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def gap_close(request: HttpRequest) -> HttpResponse:
    """Close gaps on evidence that holds, or for a reason."""
    gaps = access.gaps_to_change(request.user, request.GET.getlist("gap"))
    unshown = access.gaps_without_evidence(gaps, clock.today())
    form = CloseForm(submitted(request), needs_reason=bool(unshown))
    if gaps and form.is_valid():
        number = actions.close_gaps(
            gaps=gaps, by=request.user, on=clock.today(), **form.cleaned_data
        )
        text = ngettext(
            "%(n)d gap is closed. The next audit asks again.",
            "%(n)d gaps are closed. The next audit asks again.",
            number,
        )
        return _done(request, gaps, text % {"n": number})
    return _several(request, "audits/gap_close.html", gaps, form, unshown=unshown)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def gap_merge(request: HttpRequest) -> HttpResponse:
    """Make one gap of several that say the same."""
    gaps = access.gaps_to_change(request.user, request.GET.getlist("gap"))
    form = MergeForm(submitted(request), gaps=gaps)
    if gaps and form.is_valid():
        kept = next(gap for gap in gaps if gap == form.cleaned_data["kept"])
        actions.merge_gaps(kept=kept, others=gaps, by=request.user, on=clock.today())
        messages.success(request, _("The gaps are one now."))
        return redirect(kept)
    return _several(request, "audits/gap_merge.html", gaps, form)


def _done(request: HttpRequest, gaps: list, text: str) -> HttpResponse:
    """Say what was done and go back to where the gaps were chosen, filters and all."""
    messages.success(request, text)
    return redirect(pages.back_to(gaps, request.GET.get("back", "")))


def _several(request: HttpRequest, template: str, gaps: list, form, **more) -> HttpResponse:
    if not gaps:
        messages.error(request, _("Tick at least one gap first."))
        return redirect(reverse("audits:gap-list"))
    context = {"gaps": gaps, "form": form, "back": pages.back_to(gaps, request.GET.get("back", ""))}
    return render(request, template, context | more, status=422 if form.errors else 200)
