"""People, products and skills in and out as tables. A file goes in whole, or not at all."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from productops import parsing
from productops.exchange import Kind, Refused, Report, kind
from productops.parsing import Unreadable
from productops.tables import UnreadableTable, read_table
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

Row = dict[str, str]
HIGHEST_LEVEL = 10


class Cell(Exception):  # noqa: N818  carried to the report, never to the user as a fault
    """One cell that cannot be taken: which column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def take_table(
    file: BinaryIO,
    name: str,
    *,
    needs: tuple[str, ...],
    knows: tuple[str, ...],
    take_row: Callable[[Row], str],
) -> Report:
    """Read a table and hand each row to ``take_row``, which returns created, updated or
    unchanged, or raises ``Cell``. All errors are collected; any error undoes everything."""
    report = Report()
    try:
        table = read_table(file, name)
        _check_header(table.header, needs, knows, report)
        with transaction.atomic():
            for number, row in table.rows if not report.refused else ():
                _take(row, number, take_row, report)
            if report.refused:
                raise Refused(report)
    except UnreadableTable as problem:
        report.refuse(problem.row, problem.column, str(problem))
        raise Refused(report) from problem
    return report


def _check_header(header, needs, knows, report: Report) -> None:
    for name in needs:
        if name not in header:
            report.refuse(1, name, _("This column is missing."))
    for name in header:
        if name not in knows:
            report.refuse(1, name, _("Nothing reads this column."))
    if report.refused:
        raise Refused(report)


def _take(row: Row, number: int, take_row: Callable[[Row], str], report: Report) -> None:
    try:
        outcome = take_row(row)
    except Cell as problem:
        report.refuse(number, problem.column, str(problem))
    else:
        setattr(report, outcome, getattr(report, outcome) + 1)


def text_in(row: Row, column: str, *, longest: int = 200, needed: bool = False) -> str:
    try:
        text = parsing.clean_text(row.get(column, ""), longest=longest)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem
    if needed and not text:
        raise Cell(column, _("This is missing."))
    return text


def email_in(row: Row, column: str = "email") -> str:
    email = text_in(row, column, longest=254, needed=True).lower()
    try:
        validate_email(email)
    except ValidationError as problem:
        raise Cell(column, _("This is no e-mail address.")) from problem
    return email


def slugs_in(row: Row, column: str, rows: dict[str, Any]) -> list[Any]:
    """The rows that a cell names by their short names, separated by semicolons."""
    found = []
    for slug in filter(None, (part.strip() for part in row.get(column, "").split(";"))):
        if slug not in rows:
            raise Cell(column, _("“%s” is not known.") % slug[:80])
        found.append(rows[slug])
    return found


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
    return take_table(file, name, needs=("email", "name"), knows=known, take_row=take_row)


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
            "criticality": _whole_in(row, "criticality", 1, 3) or 2,
        }
        product, is_new = Product.objects.get_or_create(
            slug=_slug_in(row, "product", title), defaults=values
        )
        changed = _set_values(product, values)
        links = [
            ProductTeam.objects.get_or_create(product=product, team=team)[1]
            for team in slugs_in(row, "teams", teams)
        ]
        return "created" if is_new else "updated" if changed or any(links) else "unchanged"

    known = ("product", "name", "description", "criticality", "teams")
    return take_table(file, name, needs=("name",), knows=known, take_row=take_row)


def _slug_in(row: Row, column: str, otherwise: str) -> str:
    try:
        return parsing.to_slug(row.get(column) or otherwise)[:120]
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def _whole_in(row: Row, column: str, low: int, high: int) -> int | None:
    if not row.get(column, "").strip():
        return None
    try:
        return parsing.to_whole(row[column], low=low, high=high)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def _set_values(record, values: dict[str, Any]) -> bool:
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, values[name])
    if changed:
        record.save()
    return bool(changed)


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
        return _take_ratings(file, name, by)
    return take_table(
        file, name, needs=("name", "category"), knows=SKILL_COLUMNS, take_row=_take_skill
    )


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
    skill, is_new = Skill.objects.get_or_create(slug=_slug_in(row, "skill", title), defaults=values)
    changed = _set_values(skill, values)
    level = _whole_in(row, "level", 0, HIGHEST_LEVEL)
    if level is not None:
        text = text_in(row, "text", longest=2000, needed=True)
        entry, new_level = SkillLevel.objects.get_or_create(
            skill=skill, level=level, defaults={"text": text}
        )
        changed |= new_level or _set_values(entry, {"text": text})
    return "created" if is_new else "updated" if changed else "unchanged"


def _take_ratings(file: BinaryIO, name: str, by: Person | None) -> Report:
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
        values = {"level": _whole_in(row, "level", 0, HIGHEST_LEVEL)}
        rating, is_new = Rating.objects.get_or_create(
            person=person,
            skill=found[0],
            kind=kind_given,
            on=_day_in(row, "on"),
            rater=people.get(row.get("rater", "").lower()) or by or person,
            defaults=values,
        )
        changed = _set_values(rating, values)
        return "created" if is_new else "updated" if changed else "unchanged"

    needs = ("skill", "email", "level", "on")
    return take_table(file, name, needs=needs, knows=RATING_COLUMNS, take_row=take_row)


def _day_in(row: Row, column: str):
    try:
        return parsing.to_date(row.get(column, ""))
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


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


kind(Kind("people", take=take_people, give=give_people))
kind(Kind("products", take=take_products, give=give_products))
kind(Kind("skills", take=take_skills, give=give_skills))
