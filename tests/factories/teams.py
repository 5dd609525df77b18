"""The smallest legal rows of teams."""

import factory
from factory.django import DjangoModelFactory

from teams.choices import AccountRole
from teams.models import (
    LearningPlan,
    Membership,
    Person,
    PersonProduct,
    Product,
    ProductTeam,
    Role,
    Skill,
    Team,
)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    role = AccountRole.OPS


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Product {n}")
    slug = factory.Sequence(lambda n: f"product-{n}")


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    slug = factory.Sequence(lambda n: f"team-{n}")


class ProductTeamFactory(DjangoModelFactory):
    class Meta:
        model = ProductTeam

    product = factory.SubFactory(ProductFactory)
    team = factory.SubFactory(TeamFactory)


class PersonProductFactory(DjangoModelFactory):
    class Meta:
        model = PersonProduct

    person = factory.SubFactory(PersonFactory, role=AccountRole.PM)
    product = factory.SubFactory(ProductFactory)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    team = factory.SubFactory(TeamFactory)


class RoleFactory(DjangoModelFactory):
    class Meta:
        model = Role

    name = factory.Sequence(lambda n: f"Role {n}")
    slug = factory.Sequence(lambda n: f"role-{n}")
    profile = "operational"


class SkillFactory(DjangoModelFactory):
    class Meta:
        model = Skill

    name = factory.Sequence(lambda n: f"Skill {n}")
    slug = factory.Sequence(lambda n: f"skill-{n}")
    category = "Analysis"


class LearningPlanFactory(DjangoModelFactory):
    class Meta:
        model = LearningPlan

    title = factory.Sequence(lambda n: f"Plan {n}")
    skill = factory.SubFactory(SkillFactory)
    team = factory.SubFactory(TeamFactory)
    owner = factory.SubFactory(PersonFactory)
    target_level = 3
    starts_on = factory.Faker("past_date", start_date="-60d")
    due_on = factory.Faker("future_date", end_date="+60d")
