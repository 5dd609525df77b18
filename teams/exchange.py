"""People, products and skills in and out as tables. A file goes in whole, or not at all."""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from django.utils.translation import gettext as _

from productops import parsing
from productops.exchange import Kind, Report, kind
from productops.intake import (
    Cell,
    Row,
    day_in,
    email_in,
    map_argument,
    row_by_row,
    set_values,
    slug_in,
    slugs_in,
    take_rows,
    text_in,
    whole_in,
)
from productops.parsing import Unreadable
from teams import actions
from teams.choices import AccountRole, RatingKind
from teams.models import (
    Person,
    PersonProduct,
    Product,
    ProductTeam,
    Rating,
    Skill,
    SkillLevel,
    Team,
)

HIGHEST_LEVEL = 10


def take_people(file: BinaryIO, name: str, by: Person | None, options: dict) -> Report:
    teams = {team.slug: team for team in Team.objects.current()}
    products = {product.slug: product for product in Product.objects.current()}

    def take_row(row: Row) -> str:
        email, person_name = email_in(row), text_in(row, "name", needed=True)
        role = _role_in(row, by)
        wanted_teams = slugs_in(row, "teams", teams)
        wanted_products = slugs_in(row, "products", products)
        person, is_new = Person.objects.get_or_create(
            email=email, defaults={"name": person_name, "role": role or ""}
        )
        changed = _set_person(person, person_name, role, is_new)
        changed |= _join_teams(person, wanted_teams, by)
        changed |= _answer_for(person, wanted_products)
        return "created" if is_new else "updated" if changed else "unchanged"

    known = ("email", "name", "role", "teams", "products")
    take = row_by_row(take_row)
    return take_rows(file, name, options, needs=("email", "name"), knows=known, take=take)


def _role_in(row: Row, by: Person | None) -> str | None:
    """The role that a row gives; None where the file says nothing about it."""
    role = text_in(row, "role")
    if role and role not in AccountRole.values:
        raise Cell("role", _("A role is one of %s.") % ", ".join(AccountRole.values))
    if role == AccountRole.ADMIN and by is not None and not by.is_admin:
        raise Cell("role", _("Only an administrator makes administrators."))
    return role or None


def _set_person(person: Person, name: str, role: str | None, is_new: bool) -> bool:
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        return True
    role = person.role if role is None else role
    if (person.name, person.role) == (name, role):
        return False
    person.name, person.role = name, role
    person.save(update_fields=["name", "role", "updated_at"])
    return True


def _join_teams(person: Person, teams: list[Team], by: Person | None) -> bool:
    present = set(person.memberships.filter(until_on=None).values_list("team", flat=True))
    new = [team for team in teams if team.pk not in present]
    for team in new:
        actions.join(team=team, person=person, by=by or person)
    return bool(new)


def _answer_for(person: Person, products: list[Product]) -> bool:
    made = [PersonProduct.objects.get_or_create(person=person, product=p)[1] for p in products]
    return any(made)


def give_people(person: Person | None, options: dict) -> Iterator[list]:
    people = Person.objects.visible_to(person) if person else Person.objects.all()
    yield ["email", "name", "role", "teams", "products"]
    for each in people.prefetch_related("memberships__team", "products"):
        teams = [m.team.slug for m in each.memberships.all() if m.until_on is None]
        products = [product.slug for product in each.products.all()]
        yield [each.email, each.name, each.role, ";".join(teams), ";".join(products)]


def take_products(file: BinaryIO, name: str, by: Person | None, options: dict) -> Report:
    teams = {team.slug: team for team in Team.objects.current()}

    def take_row(row: Row) -> str:
        title = text_in(row, "name", needed=True)
        values = {
            "name": title,
            "description": text_in(row, "description", longest=2000),
            "criticality": whole_in(row, "criticality", 1, 3) or 2,
        }
        product, is_new = Product.objects.get_or_create(
            slug=slug_in(row, "product", title), defaults=values
        )
        changed = set_values(product, values)
        links = [
            ProductTeam.objects.get_or_create(product=product, team=team)[1]
            for team in slugs_in(row, "teams", teams)
        ]
        return "created" if is_new else "updated" if changed or any(links) else "unchanged"

    known = ("product", "name", "description", "criticality", "teams")
    take = row_by_row(take_row)
    return take_rows(file, name, options, needs=("name",), knows=known, take=take)


def give_products(person: Person | None, options: dict) -> Iterator[list]:
    products = Product.objects.visible_to(person) if person else Product.objects.all()
    yield ["product", "name", "description", "criticality", "teams"]
    for product in products.prefetch_related("teams"):
        teams = ";".join(team.slug for team in product.teams.all())
        yield [product.slug, product.name, product.description, product.criticality, teams]


SKILL_COLUMNS = ("skill", "name", "category", "description", "critical", "level", "text")
RATING_COLUMNS = ("skill", "email", "kind", "level", "on", "rater")


def take_skills(file: BinaryIO, name: str, by: Person | None, options: dict) -> Report:
    """Two forms of table: the catalogue (a row for each skill, or skill and level), or, where
    there is a column ``email``, ratings of people."""
    table_of_ratings = b"email" in file.readline().lower()
    file.seek(0)
    if table_of_ratings:
        return _take_ratings(file, name, by, options)
    take = row_by_row(_take_skill)
    needs = ("name", "category")
    return take_rows(file, name, options, needs=needs, knows=SKILL_COLUMNS, take=take)


def _take_skill(row: Row) -> str:
    title = text_in(row, "name", needed=True)
    values = {"name": title, "category": text_in(row, "category", longest=100, needed=True)}
    if row.get("description"):
        values["description"] = text_in(row, "description", longest=2000)
    if row.get("critical"):
        try:
            values["is_critical"] = parsing.to_flag(row["critical"])
        except Unreadable as problem:
            raise Cell("critical", str(problem)) from problem
    skill, is_new = Skill.objects.get_or_create(slug=slug_in(row, "skill", title), defaults=values)
    changed = set_values(skill, values)
    level = whole_in(row, "level", 0, HIGHEST_LEVEL)
    if level is not None:
        text = text_in(row, "text", longest=2000, needed=True)
        entry, new_level = SkillLevel.objects.get_or_create(
            skill=skill, level=level, defaults={"text": text}
        )
        changed |= new_level or set_values(entry, {"text": text})
    return "created" if is_new else "updated" if changed else "unchanged"


def _take_ratings(file: BinaryIO, name: str, by: Person | None, options: dict) -> Report:
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    people = {person.email: person for person in Person.objects.all()}

    def take_row(row: Row) -> str:
        person = people.get(email_in(row))
        if person is None:
            raise Cell("email", _("There is nobody with this address."))
        found = slugs_in(row, "skill", skills)
        if len(found) != 1:
            raise Cell("skill", _("This is missing."))
        kind_given = text_in(row, "kind") or RatingKind.SELF
        if kind_given not in RatingKind.values:
            raise Cell("kind", _("A rating is one of %s.") % ", ".join(RatingKind.values))
        values = {"level": whole_in(row, "level", 0, HIGHEST_LEVEL)}
        rating, is_new = Rating.objects.get_or_create(
            person=person,
            skill=found[0],
            kind=kind_given,
            on=_rated_on(row),
            rater=people.get(row.get("rater", "").lower()) or by or person,
            defaults=values,
        )
        changed = set_values(rating, values)
        return "created" if is_new else "updated" if changed else "unchanged"

    needs = ("skill", "email", "level", "on")
    take = row_by_row(take_row)
    return take_rows(file, name, options, needs=needs, knows=RATING_COLUMNS, take=take)


def _rated_on(row: Row) -> date:
    day = day_in(row, "on")
    if day is None:
        raise Cell("on", _("This is missing."))
    return day


def give_skills(person: Person | None, options: dict) -> Iterator[list]:
    skills = Skill.objects.visible_to(person) if person else Skill.objects.all()
    yield list(SKILL_COLUMNS)
    for skill in skills.prefetch_related("levels"):
        card = [skill.slug, skill.name, skill.category, skill.description]
        card.append("yes" if skill.is_critical else "no")
        levels = list(skill.levels.all())
        for level in levels:
            yield [*card, level.level, level.text]
        if not levels:
            yield [*card, "", ""]


kind(Kind("people", take=take_people, give=give_people, takers=(AccountRole.ADMIN,)))
kind(Kind("products", take=take_products, give=give_products, arguments=map_argument))
kind(Kind("skills", take=take_skills, give=give_skills, arguments=map_argument))
