"""The roles, skills and starter teams that the product ships, taken over into tables."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from productops import changelog
from teams.models import Person, Requirement, Role, Skill, SkillLevel

LIBRARY = Path(__file__).parent / "library"


def shipped(name: str) -> dict[str, Any]:
    """The content of one library file."""
    return yaml.safe_load((LIBRARY / f"{name}.yaml").read_text())


@transaction.atomic
def load_starter_pack(*, by: Person | None) -> dict[str, int]:
    """Add the shipped skills and roles that are not there yet; what is there stays as it is."""
    skills = [_skill(item) for item in shipped("skills")["skills"]]
    by_slug = {skill.slug: skill for skill in Skill.objects.all()}
    roles = [_role(item, by_slug) for item in shipped("roles")["roles"]]
    counts = {"skills": sum(skills), "roles": sum(roles)}
    if by is not None and any(counts.values()):
        changelog.record(by=by, row=by, verb="starter pack", after=counts)
    return counts


def _skill(item: dict[str, Any]) -> bool:
    skill, is_new = Skill.objects.get_or_create(
        slug=item["slug"],
        defaults={
            "name": item["name"],
            "category": item["category"],
            "profile": item.get("profile", ""),
            "description": item.get("description", ""),
            "is_critical": item.get("critical", False),
        },
    )
    if is_new:
        SkillLevel.objects.bulk_create(
            SkillLevel(skill=skill, level=level, text=text)
            for level, text in item["levels"].items()
        )
    return is_new


def _role(item: dict[str, Any], skills: dict[str, Skill]) -> bool:
    role, is_new = Role.objects.get_or_create(
        slug=item["slug"],
        defaults={
            "name": item["name"],
            "profile": item["profile"],
            "purpose": "\n".join(
                [item.get("purpose", ""), *(f"- {line}" for line in item["responsibilities"])]
            )
            if item.get("responsibilities")
            else item.get("purpose", ""),
        },
    )
    if is_new:
        Requirement.objects.bulk_create(
            Requirement(skill=skills[slug], role=role, level=level)
            for slug, level in item.get("requires", {}).items()
        )
    return is_new
