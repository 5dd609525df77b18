"""Skills that a team needs and lacks, or that hang on one person."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.choices import Kind
from metrics.models import Improvement
from metrics.models.improvements import ENDED
from metrics.opportunities.noun import Opportunity
from teams.choices import PlanState
from teams.cover import Cover, cover_of
from teams.models import LearningPlan, Person, Team

UNDER_WAY = (PlanState.PLANNED, PlanState.ACTIVE)
SINGLE = 0.4  # how much a skill on one pair of shoulders counts beside one that is missing


def found(person: Person, today: date) -> Iterator[Opportunity]:
    """Requirements of teams that too few people meet, or a critical one that one person meets,
    where no improvement raises the skill. Five queries."""
    teams = list(Team.objects.visible_to(person).current().select_related("subject"))
    covers = cover_of(teams, today) if teams else {}
    lacking = [
        (team, cover)
        for team in teams
        for cover in covers.get(team.pk, ())
        if cover.gap or hangs_on_one(cover)
    ]
    if not lacking:
        return
    plans = plans_of(person)
    for team, cover in lacking:
        plan, is_raised = plans.get((team.pk, cover.requirement.skill_id), (None, False))
        if not is_raised:
            yield missing(team, cover, plan)


def hangs_on_one(cover: Cover) -> bool:
    return cover.requirement.skill.is_critical and cover.able == 1


def plans_of(person: Person) -> dict[tuple[int, int], tuple[int | None, bool]]:
    """By team and skill: the open learning plan, and whether an improvement raises the skill."""
    raising = Improvement.objects.exclude(state__in=ENDED).filter(learning_plan=OuterRef("pk"))
    plans = LearningPlan.objects.visible_to(person).annotate(is_raised=Exists(raising))
    found: dict[tuple[int, int], tuple[int | None, bool]] = {}
    for plan in plans.only("team", "skill", "state"):
        place = plan.team_id, plan.skill_id
        pk, is_raised = found.get(place, (None, False))
        found[place] = plan.pk if plan.state in UNDER_WAY else pk, is_raised or plan.is_raised
    return found


def missing(team: Team, cover: Cover, plan: int | None) -> Opportunity:
    requirement = cover.requirement
    begins = (("learning_plan", str(plan)),) if plan else (("subject", str(team.subject_id)),)
    return Opportunity(
        kind="skill",
        row=requirement.pk,
        title=_("Raise %(skill)s in %(team)s") % {"skill": requirement.skill, "team": team},
        reason=reason(cover),
        url=team.get_absolute_url(),
        subject=team.subject,
        lever=Kind.SKILL,
        share=cover.gap / requirement.people if cover.gap else SINGLE,
        begins=begins,
    )


def reason(cover: Cover) -> str:
    requirement = cover.requirement
    if not cover.gap:
        return _("One person alone has this critical skill at level %(level)s.") % {
            "level": requirement.level
        }
    said = ngettext(
        "%(able)s of %(n)s person needed has it at level %(level)s.",
        "%(able)s of %(n)s people needed have it at level %(level)s.",
        requirement.people,
    )
    return said % {"able": cover.able, "n": requirement.people, "level": requirement.level}
