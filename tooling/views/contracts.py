"""Contracts, when they end and what they cost: for those who see everything."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from productops import changelog, clock, trash
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.htmx import show
from productops.timeline import events_of
from teams.actions import save_record
from tooling import access
from tooling.forms import ContractFilter, ContractForm, DecisionForm, RenewalFilter
from tooling.models import Contract
from tooling.rows import costs as rows

PER_PAGE = 50
SEE_COSTS = ("admin", "ops", "exec")


def contracts_for(person):
    contracts = Contract.objects.visible_to(person)
    return contracts.select_related("tool__vendor", "owner")


@for_roles(*SEE_COSTS)
@require_safe
def contract_list(request: HttpRequest) -> HttpResponse:
    form, today = ContractFilter(request.GET), clock.today()
    asked = form.cleaned_data if form.is_valid() else {}
    contracts = contracts_for(request.user).matching(asked, today)
    if request.GET.get("format") == "csv":
        return csv_download("contracts.csv", rows.HEADER, rows.lines_of(contracts))
    page = Paginator(contracts, PER_PAGE).get_page(request.GET.get("page"))
    rows.describe(page.object_list, today)
    context = {"filters": form, "page": page}
    return show(request, "tooling/contract_list.html", "tooling/_contract_table.html", context)


@for_roles(*SEE_COSTS)
@require_safe
def renewal_list(request: HttpRequest) -> HttpResponse:
    form, today = RenewalFilter(request.GET), clock.today()
    days = form.cleaned_data["within"] if form.is_valid() else rows.A_YEAR
    contracts = contracts_for(request.user).running_on(today)
    contracts = contracts.ending_within(today, rows.days_after(today, days))
    if request.GET.get("format") == "csv":
        return csv_download("renewals.csv", rows.HEADER, rows.lines_of(contracts))
    page = Paginator(contracts, PER_PAGE).get_page(request.GET.get("page"))
    rows.describe(page.object_list, today)
    context = {"filters": form, "page": page}
    return show(request, "tooling/renewal_list.html", "tooling/_renewal_table.html", context)


@for_roles(*SEE_COSTS)
@require_safe
def spend(request: HttpRequest) -> HttpResponse:
    contracts = contracts_for(request.user).running_on(clock.today())
    if request.GET.get("format") == "csv":
        return csv_download("spend.csv", rows.HEADER, rows.lines_of(contracts))
    context = {"spend": rows.spend_of(contracts)}
    return render(request, "tooling/spend.html", context)


@for_roles(*SEE_COSTS)
@require_safe
def contract_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contract, today = access.contract_to_read(request.user, pk), clock.today()
    rows.describe([contract], today)
    context = {
        "contract": contract,
        "sizing": rows.sizing_of(contract, today),
        "decision_form": DecisionForm(
            initial={"decision": contract.decision, "reason": contract.decision_reason}
        ),
        "events": events_of(changelog.history_of(contract)[:20]),
    }
    return render(request, "tooling/contract_detail.html", context)


@for_roles("admin", "ops")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_new(request: HttpRequest) -> HttpResponse:
    initial = {"tool": request.GET.get("tool"), "owner": request.user.pk}
    form = ContractForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid():
        return redirect(save_record(form=form, by=request.user))
    return render(request, "tooling/contract_edit.html", {"form": form}, status=form.status)


@for_roles(*SEE_COSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contract = access.contract_to_change(request.user, pk)
    form = ContractForm(submitted(request), instance=contract, person=request.user)
    if form.is_valid():
        return redirect(save_record(form=form, by=request.user))
    context = {"contract": access.contract_to_read(request.user, pk), "form": form}
    return render(request, "tooling/contract_edit.html", context, status=form.status)


@for_roles(*SEE_COSTS)
@require_POST
def contract_delete(request: HttpRequest, pk: int) -> HttpResponse:
    contract = access.contract_to_change(request.user, pk)
    trash.discard(row=contract, by=request.user)
    trash.say_discarded(request, contract)
    return redirect("tooling:contract-list")


@for_roles(*SEE_COSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def contract_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happens at the end of the term."""
    contract = access.contract_to_change(request.user, pk)
    form = DecisionForm(submitted(request), initial={"decision": contract.decision})
    if form.is_valid():
        contract.decide(by=request.user, **form.cleaned_data)
        messages.success(request, _("Decided: %s.") % contract.get_decision_display())
        return redirect(contract)
    context = {"contract": contract, "form": form}
    status = 422 if form.errors else 200
    return render(request, "tooling/contract_decide.html", context, status=status)
