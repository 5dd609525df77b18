"""People, teams, products, and what every number, answer and gap is about: subjects."""

from teams.models.person import Person, PersonQuerySet
from teams.models.product import PersonProduct, Product, ProductQuerySet
from teams.models.skill import (
    LearningPlan,
    LearningPlanQuerySet,
    Rating,
    RatingQuerySet,
    Requirement,
    Skill,
    SkillLevel,
)
from teams.models.subject import HasSubject, Subject, SubjectQuerySet
from teams.models.team import (
    Membership,
    MembershipQuerySet,
    ProductTeam,
    Role,
    Seat,
    SeatQuerySet,
    Team,
    TeamQuerySet,
)

__all__ = [
    "HasSubject",
    "LearningPlan",
    "LearningPlanQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Person",
    "PersonProduct",
    "PersonQuerySet",
    "Product",
    "ProductQuerySet",
    "ProductTeam",
    "Rating",
    "RatingQuerySet",
    "Requirement",
    "Role",
    "Seat",
    "SeatQuerySet",
    "Skill",
    "SkillLevel",
    "Subject",
    "SubjectQuerySet",
    "Team",
    "TeamQuerySet",
]
