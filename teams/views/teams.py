"""Teams: who is in them, which seats are open, what they can do."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from productops import changelog, clock
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.htmx import show
from productops.timeline import events_of
from teams import access, actions, rows
from teams.forms import MembershipForm, SeatFillForm, SeatForm, TeamFilter, TeamForm
from teams.models import Team

PER_PAGE = 50


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    form = TeamFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    teams = Team.objects.visible_to(request.user).current().naming(asked.get("q") or "")
    if asked.get("kind"):
        teams = teams.of_type(asked["kind"])
    if request.GET.get("format") == "csv":
        lines = ([t.slug, t.name, t.kind, t.mission] for t in teams)
        return csv_download("teams.csv", ["team", "name", "kind", "mission"], lines)
    page = Paginator(teams, PER_PAGE).get_page(request.GET.get("page"))
    rows.describe_teams(page.object_list, clock.today())
    context = {"filters": form, "page": page}
    return show(request, "teams/team_list.html", "teams/_team_table.html", context)


@require_safe
def team_detail(request: HttpRequest, pk: int) -> HttpResponse:
    team = access.team_to_read(request.user, pk)
    context = rows.team_page(request.user, team, clock.today())
    context |= {
        "member_form": MembershipForm(),
        "seat_form": SeatForm(),
        "events": events_of(changelog.history_of(team)[:20]),
    }
    return render(request, "teams/team_detail.html", context)


@for_roles("admin", "ops")
@require_http_methods(["GET", "HEAD", "POST"])
def team_new(request: HttpRequest) -> HttpResponse:
    form = TeamForm(submitted(request), person=request.user)
    if form.is_valid():
        return redirect(actions.save_record(form=form, by=request.user))
    return render(request, "teams/team_edit.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    team = access.team_to_change(request.user, pk)
    form = TeamForm(submitted(request), instance=team, person=request.user)
    if form.is_valid():
        return redirect(actions.save_record(form=form, by=request.user))
    context = {"team": team, "form": form}
    return render(request, "teams/team_edit.html", context, status=form.status)


@for_roles("admin", "ops")
@require_POST
def team_archive(request: HttpRequest, pk: int) -> HttpResponse:
    team = access.team_to_change(request.user, pk)
    actions.archive(row=team, by=request.user)
    messages.success(request, _("“%s” is archived.") % team)
    return redirect("teams:team-list")


@require_http_methods(["GET", "HEAD", "POST"])
def membership_new(request: HttpRequest, pk: int) -> HttpResponse:
    team = access.team_to_change(request.user, pk)
    form = MembershipForm(submitted(request))
    if form.is_valid():
        actions.join(team=team, by=request.user, **form.cleaned_data)
        return redirect(team)
    context = {"team": team, "form": form, "title": _("Add a member")}
    return render(request, "teams/team_form.html", context, status=422 if form.errors else 200)


@require_POST
def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    membership = access.membership_to_change(request.user, pk)
    membership.end(on=clock.today(), by=request.user)
    messages.success(request, _("%s left the team.") % membership.person)
    return redirect(membership.team)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    team = access.team_to_change(request.user, pk)
    form = SeatForm(submitted(request))
    if form.is_valid():
        actions.open_seat(team=team, by=request.user, **form.cleaned_data)
        return redirect(team)
    context = {"team": team, "form": form, "title": _("Add a seat")}
    return render(request, "teams/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_fill(request: HttpRequest, pk: int) -> HttpResponse:
    seat = access.seat_to_change(request.user, pk)
    form = SeatFillForm(submitted(request), initial={"person": seat.person_id})
    if form.is_valid():
        seat.fill(person=form.cleaned_data["person"], by=request.user)
        return redirect(seat.team)
    context = {"team": seat.team, "form": form, "title": seat.role.name}
    return render(request, "teams/team_form.html", context, status=422 if form.errors else 200)
