"""Bringing a tool to teams, wave by wave."""

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
from tooling import access, actions
from tooling.forms import RolloutFilter, RolloutForm, StateForm, WaveForm
from tooling.models import NotAllowed, Rollout
from tooling.rows import rollouts as rows

PER_PAGE = 50


@require_safe
def rollout_list(request: HttpRequest) -> HttpResponse:
    form = RolloutFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = Rollout.objects.visible_to(request.user).matching(asked)
    rollouts = found.select_related("tool", "owner").prefetch_related("waves")
    if request.GET.get("format") == "csv":
        return csv_download("rollouts.csv", rows.HEADER, rows.lines_of(rollouts, clock.today()))
    page = Paginator(rollouts, PER_PAGE).get_page(request.GET.get("page"))
    rows.describe(page.object_list, clock.today())
    context = {"filters": form, "page": page}
    return show(request, "tooling/rollout_list.html", "tooling/_rollout_table.html", context)


@require_safe
def rollout_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rollout = access.rollout_to_read(request.user, pk)
    context = rows.page_of(request.user, rollout, clock.today())
    context |= {
        "wave_form": WaveForm(person=request.user),
        "events": events_of(changelog.history_of(rollout)[:20]),
    }
    return render(request, "tooling/rollout_detail.html", context)


@for_roles("admin", "ops")
@require_http_methods(["GET", "HEAD", "POST"])
def rollout_new(request: HttpRequest) -> HttpResponse:
    initial = {"tool": request.GET.get("tool"), "owner": request.user.pk}
    form = RolloutForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid():
        return redirect(save_record(form=form, by=request.user))
    return render(request, "tooling/rollout_edit.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def rollout_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rollout = access.rollout_to_change(request.user, pk)
    form = RolloutForm(submitted(request), instance=rollout, person=request.user)
    if form.is_valid():
        return redirect(save_record(form=form, by=request.user))
    context = {"rollout": access.rollout_to_read(request.user, pk), "form": form}
    return render(request, "tooling/rollout_edit.html", context, status=form.status)


@require_POST
def rollout_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Start, finish or stop it, or take it up again."""
    rollout = access.rollout_to_change(request.user, pk)
    form = StateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such state."))
        return redirect(rollout)
    try:
        rollout.become(form.cleaned_data["state"], by=request.user)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    return redirect(rollout)


@require_POST
def rollout_delete(request: HttpRequest, pk: int) -> HttpResponse:
    rollout = access.rollout_to_change(request.user, pk)
    trash.discard(row=rollout, by=request.user)
    trash.say_discarded(request, rollout)
    return redirect("tooling:rollout-list")


@require_http_methods(["GET", "HEAD", "POST"])
def wave_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the day on which a team gets the tool; for a planned team it moves the day."""
    rollout = access.rollout_to_change(request.user, pk)
    form = WaveForm(submitted(request), person=request.user)
    if form.is_valid():
        try:
            actions.plan_wave(rollout=rollout, by=request.user, **form.cleaned_data)
            return redirect(rollout)
        except NotAllowed as problem:
            form.add_error("team", str(problem))
    context = {"rollout": rollout, "form": form}
    return render(request, "tooling/wave_new.html", context, status=422 if form.errors else 200)


@require_POST
def wave_done(request: HttpRequest, pk: int) -> HttpResponse:
    wave = access.wave_to_change(request.user, pk)
    wave.complete(on=clock.today(), by=request.user)
    messages.success(request, _("“%s” works with it now.") % wave.team)
    return redirect(wave.rollout)


@require_POST
def wave_remove(request: HttpRequest, pk: int) -> HttpResponse:
    wave = access.wave_to_change(request.user, pk)
    try:
        actions.remove_wave(wave=wave, by=request.user)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    return redirect(wave.rollout)
