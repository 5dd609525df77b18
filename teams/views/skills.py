"""Skills, who has them, and how they are raised."""

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
from teams import access, actions, cover, rows, starter
from teams.forms import (
    ExpertFilter,
    LearningPlanForm,
    MatrixFilter,
    PlanStateForm,
    RatingForm,
    WordsFilter,
)
from teams.models import LearningPlan, Person, Skill

PER_PAGE = 50
WRITERS = ("admin", "ops", "pm")


@require_safe
def skill_list(request: HttpRequest) -> HttpResponse:
    form = WordsFilter(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    skills = Skill.objects.visible_to(request.user).naming(words)
    if request.GET.get("format") == "csv":
        lines = ([s.slug, s.name, s.category, s.description] for s in skills)
        return csv_download("skills.csv", ["skill", "name", "category", "description"], lines)
    page = Paginator(skills, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": form, "page": page}
    return show(request, "teams/skill_list.html", "teams/_skill_table.html", context)


@require_safe
def skill_detail(request: HttpRequest, pk: int) -> HttpResponse:
    skill = access.skill_to_read(request.user, pk)
    able = cover.able_people(skill, 2, clock.today()) if request.user.changes_all else None
    context = {
        "skill": skill,
        "levels": skill.levels.all(),
        "able": able,
        "requirements": skill.requirements.select_related("role", "team"),
        "form": RatingForm(person=request.user),
        "plans": LearningPlan.objects.visible_to(request.user).filter(skill=skill),
    }
    return render(request, "teams/skill_detail.html", context)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def rating_new(request: HttpRequest, pk: int) -> HttpResponse:
    skill = access.skill_to_read(request.user, pk)
    form = RatingForm(submitted(request), person=request.user)
    if form.is_valid():
        rating = actions.rate(skill=skill, by=request.user, **form.cleaned_data)
        messages.success(request, _("Noted for %s.") % rating.person)
        return redirect(skill)
    context = {"skill": skill, "form": form}
    return render(request, "teams/rating_new.html", context, status=422 if form.errors else 200)


@for_roles("admin", "ops")
@require_safe
def skill_matrix(request: HttpRequest) -> HttpResponse:
    form = MatrixFilter(request.GET, person=request.user)
    team = form.cleaned_data["team"] if form.is_valid() else None
    today = clock.today()
    people = Person.objects.active()
    members = people.members_of(team, today) if team else people.rated_by(today)
    matrix = rows.matrix(list(members[:60]), team, today)
    if request.GET.get("format") == "csv":
        header = ["skill", *(column["name"] for column in matrix["columns"])]
        lines = ([row["name"], *(c["text"] for c in row["cells"])] for row in matrix["rows"])
        return csv_download("skills-matrix.csv", header, lines)
    context = {"filters": form, "matrix": matrix, "team": team}
    return render(request, "teams/skill_matrix.html", context)


@for_roles("admin", "ops")
@require_safe
def expert_list(request: HttpRequest) -> HttpResponse:
    form = ExpertFilter(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    skill = asked.get("skill")
    found = cover.able_people(skill, asked["level"], clock.today()) if skill else []
    context = {"filters": form, "skill": skill, "found": found}
    return render(request, "teams/expert_list.html", context)


@for_roles("admin", "ops")
@require_POST
def starter_pack_load(request: HttpRequest) -> HttpResponse:
    counts = starter.load_starter_pack(by=request.user)
    messages.success(request, _("%(skills)s skills and %(roles)s roles were added.") % counts)
    return redirect("teams:skill-list")


@require_safe
def role_detail(request: HttpRequest, pk: int) -> HttpResponse:
    role = access.role_to_read(request.user, pk)
    context = {
        "role": role,
        "requirements": role.requirements.select_related("skill"),
        "seats": role.seats.visible_to(request.user).select_related("team", "person"),
    }
    return render(request, "teams/role_detail.html", context)


@require_safe
def learning_plan_list(request: HttpRequest) -> HttpResponse:
    plans = LearningPlan.objects.visible_to(request.user).select_related("skill", "team", "owner")
    page = Paginator(plans, PER_PAGE).get_page(request.GET.get("page"))
    for plan in page:
        plan.kind = rows.plan_status(plan, clock.today())
    return render(request, "teams/learning_plan_list.html", {"page": page})


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def learning_plan_new(request: HttpRequest) -> HttpResponse:
    initial = {name: request.GET.get(name) for name in ("skill", "team", "title")}
    initial |= {"owner": request.user.pk, "starts_on": clock.today(), "target_people": 1}
    form = LearningPlanForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid():
        return redirect(actions.save_record(form=form, by=request.user))
    return render(request, "teams/learning_plan_edit.html", {"form": form}, status=form.status)


@require_safe
def learning_plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    plan = access.learning_plan_to_read(request.user, pk)
    able, wanted = rows.plan_progress(plan, clock.today())
    context = {
        "plan": plan,
        "able": able,
        "wanted": wanted,
        "share": able / wanted,
        "kind": rows.plan_status(plan, clock.today()),
        "may_change": plan.owner == request.user or request.user.may_change(plan.team.subject),
        "improvements": plan.improvements.visible_to(request.user),
        "events": events_of(changelog.history_of(plan)[:20]),
    }
    return render(request, "teams/learning_plan_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def learning_plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    plan = access.learning_plan_to_change(request.user, pk)
    form = LearningPlanForm(submitted(request), instance=plan, person=request.user)
    if form.is_valid():
        return redirect(actions.save_record(form=form, by=request.user))
    context = {"plan": plan, "form": form}
    return render(request, "teams/learning_plan_edit.html", context, status=form.status)


@require_POST
def learning_plan_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Start, finish or stop a plan; ``discard`` puts it into the trash."""
    plan = access.learning_plan_to_change(request.user, pk)
    if "discard" in request.POST:
        trash.discard(row=plan, by=request.user)
        trash.say_discarded(request, plan)
        return redirect("teams:learning-plan-list")
    form = PlanStateForm(request.POST)
    if form.is_valid():
        plan.become(form.cleaned_data["state"], by=request.user)
    else:
        messages.error(request, _("There is no such state."))
    return redirect(plan)
