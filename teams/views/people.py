"""People, whether or not they can sign in."""

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
from teams.forms import PersonFilter, PersonForm
from teams.models import Person

PER_PAGE = 50


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    form = PersonFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    people = Person.objects.visible_to(request.user).naming(asked.get("q") or "")
    if asked.get("role"):
        people = people.with_role(asked["role"])
    if request.GET.get("format") == "csv":
        lines = ([p.email, p.name, p.role] for p in people)
        return csv_download("people.csv", ["email", "name", "role"], lines)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": form, "page": page}
    return show(request, "teams/person_list.html", "teams/_person_table.html", context)


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = access.person_to_read(request.user, pk)
    ratings = access.ratings_to_see(request.user)
    context = rows.person_page(request.user, person, ratings, clock.today())
    context["may_change"] = request.user.changes_all
    if request.user.changes_all:
        context["events"] = events_of(changelog.history_of(person)[:20])
    return render(request, "teams/person_detail.html", context)


@for_roles("admin", "ops")
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    form = PersonForm(submitted(request), person=request.user)
    if form.is_valid():
        form.instance.set_unusable_password()
        return redirect(actions.save_record(form=form, by=request.user))
    return render(request, "teams/person_edit.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = access.person_to_change(request.user, pk)
    form = PersonForm(submitted(request), instance=person, person=request.user)
    if form.is_valid():
        return redirect(actions.save_record(form=form, by=request.user))
    context = {"person": person, "form": form}
    return render(request, "teams/person_edit.html", context, status=form.status)


@require_POST
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = access.person_to_change(request.user, pk)
    if person == request.user:
        messages.error(request, _("You cannot shut yourself out."))
        return redirect(person)
    actions.deactivate(person=person, by=request.user)
    messages.success(request, _("%s can no longer sign in.") % person)
    return redirect(person)


@require_POST
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = access.person_to_change(request.user, pk)
    actions.reactivate(person=person, by=request.user)
    messages.success(request, _("%s can sign in again.") % person)
    return redirect(person)
