"""What the pages show of people, teams and skills, in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from productops.charts import heat_step
from teams import cover
from teams.choices import PlanState, Profile
from teams.models import (
    LearningPlan,
    Membership,
    Person,
    Requirement,
    Seat,
    Skill,
    Team,
)

# The profiles that the mission asks for; business analysts make good ProductOps people besides.
REQUIRED_PROFILES = (Profile.OPERATIONAL, Profile.TECHNICAL, Profile.PRODUCT_MANAGEMENT)


@dataclass(frozen=True)
class ProfileRow:
    """How one kind of ability is staffed in a team."""

    label: str
    seats: list[Seat]
    is_required: bool

    @property
    def filled(self) -> int:
        return sum(seat.person_id is not None for seat in self.seats)

    @property
    def is_short(self) -> bool:
        return self.filled < len(self.seats) or (self.is_required and not self.filled)


def profiles_of(team: Team, on: date) -> list[ProfileRow]:
    """The seats of a team by profile, required ones first; none for a team without seats."""
    seats = list(team.seats.on(on).select_related("role", "person"))
    if not seats:
        return []
    by_profile: dict[str, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_profile[seat.role.profile].append(seat)
    return [
        ProfileRow(str(profile.label), by_profile[profile], profile in REQUIRED_PROFILES)
        for profile in Profile
        if by_profile[profile] or profile in REQUIRED_PROFILES
    ]


def describe_teams(teams: Iterable[Team], on: date) -> None:
    """Give each team ``people_now``, ``seats_open`` and ``covered`` (share 0..1 or None)."""
    teams = list(teams)
    ids = [team.pk for team in teams]
    people = Counter(Membership.objects.on(on).filter(team__in=ids).values_list("team", flat=True))
    seats = Counter(Seat.objects.on(on).open().filter(team__in=ids).values_list("team", flat=True))
    covers = cover.cover_of(teams, on)
    for team in teams:
        share = cover.share_of(covers.get(team.pk, []))
        team.people_now, team.seats_open = people[team.pk], seats[team.pk]
        team.covered = share[0] / share[1] if share else None


def team_page(person: Person, team: Team, on: date) -> dict[str, Any]:
    memberships = list(team.memberships.on(on).select_related("person"))
    return {
        "team": team,
        "memberships": memberships,
        "former": team.memberships.filter(until_on__lte=on).select_related("person"),
        "profiles": profiles_of(team, on),
        "covers": cover.cover_of([team], on).get(team.pk, []),
        "plans": LearningPlan.objects.visible_to(person).filter(team=team).select_related("skill"),
        "products": team.products.visible_to(person),
        "may_change": person.may_change(team.subject),
        "linked": linked(person, team.subject),
    }


def linked(person: Person, subject) -> list[tuple[str, list]]:
    """Later apps' rows about a subject, reached by reverse relations: label and newest rows."""
    kinds = [
        (_("Objectives"), "objectives"),
        (_("Open gaps"), "gaps"),
        (_("Improvements"), "improvements"),
    ]
    found = []
    for label, name in kinds:
        rows = getattr(subject, name).visible_to(person)
        if name == "gaps":
            rows = rows.open()
        found.append((label, list(rows[:8])))
    return [(label, rows) for label, rows in found if rows]


def product_page(person: Person, product) -> dict[str, Any]:
    series = product.subject.series.select_related("kpi", "state").order_by("kpi__name")
    return {
        "product": product,
        "people": product.people.all(),
        "teams": product.teams.current(),
        "series": series[:12],
        "may_change": person.may_change(product.subject),
        "linked": linked(person, product.subject),
    }


def person_page(person: Person, other: Person, ratings, on: date) -> dict[str, Any]:
    shown = ratings.filter(person=other).exists()
    levels = cover.levels_of([other.pk], on) if shown or person.pk == other.pk else {}
    skills = Skill.objects.in_bulk([skill for _person, skill in levels])
    return {
        "person": other,
        "memberships": other.memberships.on(on).select_related("team"),
        "seats": other.seats.on(on).select_related("team", "role"),
        "products": other.products.all(),
        "ratings": sorted(
            ((skills[skill], level) for (_p, skill), level in levels.items()),
            key=lambda pair: (pair[0].category, pair[0].name),
        ),
    }


def matrix(people: list[Person], team: Team | None, on: date) -> dict[str, Any]:
    """People x skills: ``columns`` (people) and ``rows`` for the heatmap, around what is
    required of the team. Only skills that somebody was rated in, or that are required."""
    levels = cover.levels_of([person.pk for person in people], on)
    wanted = {
        requirement.skill_id: requirement
        for requirement in Requirement.objects.filter(team=team).select_related("skill")
        if team is not None
    }
    rated = {skill for _person, skill in levels}
    skills = Skill.objects.filter(pk__in=rated | wanted.keys())
    return {
        "columns": [{"name": p.name, "url": p.get_absolute_url()} for p in people],
        "rows": [_matrix_row(skill, people, levels, wanted.get(skill.pk)) for skill in skills],
        "extra": [_("Needed"), _("Able")],
    }


def _matrix_row(skill: Skill, people: list[Person], levels, wanted: Requirement | None) -> dict:
    known = [levels.get((person.pk, skill.pk)) for person in people]
    counts = [level.counts if level else None for level in known]
    target = wanted.level if wanted else None
    able = sum(count is not None and target is not None and count >= target for count in counts)
    return {
        "name": skill.name,
        "url": skill.get_absolute_url(),
        "cells": [_matrix_cell(count, target) for count in counts],
        "extra": [
            f"{wanted.people} × {wanted.level}" if wanted else "–",
            str(able) if wanted else "–",
        ],
    }


def _matrix_cell(count: int | None, target: int | None) -> dict[str, Any]:
    if count is None:
        return {"text": "", "step": None, "words": "", "url": ""}
    below = target is not None and count < target
    words = _("%s below what is needed") % (target - count) if below else ""
    return {"text": str(count), "step": heat_step(count, target), "words": words, "url": ""}


def plan_progress(plan: LearningPlan, on: date) -> tuple[int, int]:
    """(members of the team who reached the level, people meant to)."""
    members = Membership.objects.on(on).filter(team=plan.team).values_list("person", flat=True)
    levels = cover.levels_of(set(members), on)
    able = sum(
        skill == plan.skill_id and level.counts is not None and level.counts >= plan.target_level
        for (_person, skill), level in levels.items()
    )
    return able, plan.target_people


def plan_status(plan: LearningPlan, on: date) -> str:
    """How a plan's state is drawn."""
    if plan.state == PlanState.DONE:
        return "done"
    return "bad" if plan.is_open and plan.due_on < on else "flat"
