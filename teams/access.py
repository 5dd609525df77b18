"""The front door: every view gets its records here, already permitted."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from teams.models import (
    LearningPlan,
    Membership,
    Person,
    Product,
    Rating,
    Role,
    Seat,
    Skill,
    Subject,
    Team,
)


def team_to_read(person: Person, pk: int) -> Team:
    teams = Team.objects.visible_to(person).select_related("subject", "parent")
    return get_object_or_404(teams, pk=pk)


def team_to_change(person: Person, pk: int) -> Team:
    team = team_to_read(person, pk)
    if not person.may_change(team.subject):
        raise PermissionDenied(_("You may see this team, but not change it."))
    return team


def product_to_read(person: Person, pk: int) -> Product:
    return get_object_or_404(Product.objects.visible_to(person).select_related("subject"), pk=pk)


def product_to_change(person: Person, pk: int) -> Product:
    product = product_to_read(person, pk)
    if not person.may_change(product.subject):
        raise PermissionDenied(_("You may see this product, but not change it."))
    return product


def person_to_read(person: Person, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(person), pk=pk)


def person_to_change(person: Person, pk: int) -> Person:
    """Product operations keeps people; an administrator is changed by administrators alone."""
    other = person_to_read(person, pk)
    if not person.changes_all or (other.is_admin and not person.is_admin):
        raise PermissionDenied(_("You may see this person, but not change them."))
    return other


def membership_to_change(person: Person, pk: int) -> Membership:
    membership = get_object_or_404(Membership.objects.select_related("team", "person"), pk=pk)
    team_to_change(person, membership.team_id)
    return membership


def seat_to_change(person: Person, pk: int) -> Seat:
    seats = Seat.objects.visible_to(person).select_related("team", "role")
    seat = get_object_or_404(seats, pk=pk)
    team_to_change(person, seat.team_id)
    return seat


def skill_to_read(person: Person, pk: int) -> Skill:
    return get_object_or_404(Skill.objects.visible_to(person), pk=pk)


def role_to_read(person: Person, pk: int) -> Role:
    return get_object_or_404(Role.objects.visible_to(person), pk=pk)


def learning_plan_to_read(person: Person, pk: int) -> LearningPlan:
    plans = LearningPlan.objects.visible_to(person)
    return get_object_or_404(plans.select_related("skill", "team__subject", "owner"), pk=pk)


def learning_plan_to_change(person: Person, pk: int) -> LearningPlan:
    plan = learning_plan_to_read(person, pk)
    if plan.owner_id != person.pk and not person.may_change(plan.team.subject):
        raise PermissionDenied(_("You may see this plan, but not change it."))
    return plan


def ratings_to_see(person: Person):
    return Rating.objects.visible_to(person)


def teams_to_choose(person: Person):
    """Teams for which the person may plan and staff."""
    changeable = Subject.objects.changeable_by(person).values("pk")
    return Team.objects.current().filter(subject__in=changeable)


def people_to_rate(person: Person):
    """Oneself; for those who staff the teams, everybody."""
    people = Person.objects.active()
    return people if person.changes_all else people.filter(pk=person.pk)
