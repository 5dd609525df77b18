"""The catalogue as a table: one row a tool."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from productops import parsing
from productops.exchange import Kind, Report, kind
from productops.intake import (
    Cell,
    Row,
    choice_in,
    known,
    map_argument,
    read,
    row_by_row,
    slug_in,
    slugs_in,
    take_rows,
    text_in,
)
from productops.parsing import Unreadable
from teams.models import Person, Team
from tooling import actions
from tooling.choices import MOST_WINDOW, Ring
from tooling.models import Capability, NotAllowed, Tool

COLUMNS = (
    "slug", "name", "vendor", "category", "ring", "owner", "purpose", "capabilities", "teams",
    "data_class", "active_days",
)  # fmt: skip
TEXTS = {"category": 100, "purpose": 5000, "data_class": 100}


def take_tools(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """New tools are entered, known ones changed; a column that is not there changes nothing."""
    people = {person.email: person for person in Person.objects.all()}
    teams = {team.slug: team for team in Team.objects.current()}

    def take_row(row: Row) -> str:
        title = text_in(row, "name", needed=True)
        slug = slug_in(row, "slug") or slug_in(row, "name")
        values = {"name": title} | values_in(row, people, teams)
        tool = Tool.objects.filter(slug=slug).first()
        if tool is None:
            links = {name: values.pop(name, []) for name in ("capabilities", "teams")}
            tool = actions.found_tool(values=values | {"slug": slug}, by=by)
            for link, rows in links.items():
                getattr(tool, link).set(rows)
            return "created"
        moved = moved_to(tool, values.pop("ring", tool.ring), by)
        changed = actions.write_values(row=tool, values=values, by=by)
        return "updated" if moved or changed else "unchanged"

    return take_rows(file, name, options, needs=("name",), knows=COLUMNS, take=row_by_row(take_row))


def values_in(row: Row, people: dict[str, Person], teams: dict[str, Team]) -> dict[str, Any]:
    """The values of the columns that the file has."""
    values: dict[str, Any] = {
        name: text_in(row, name, longest=longest) for name, longest in TEXTS.items() if name in row
    }
    if "vendor" in row:
        values["vendor"] = named(row, "vendor", actions.vendor_named, name=text_in(row, "vendor"))
    if "owner" in row:
        values["owner"] = known(row, "owner", people)
    if ring := choice_in(row, "ring", Ring):
        values["ring"] = ring
    if days := read(row, "active_days", parsing.to_whole, low=1, high=MOST_WINDOW):
        values["active_days"] = days
    if "teams" in row:
        values["teams"] = slugs_in(row, "teams", teams)
    if "capabilities" in row:
        values["capabilities"] = capabilities_in(row)
    return values


def capabilities_in(row: Row) -> list[Capability]:
    text = text_in(row, "capabilities", longest=2000)
    names = [part.strip()[:200] for part in text.split(";") if part.strip()]
    return named(row, "capabilities", actions.capabilities_named, names=names)


def named(row: Row, column: str, find, **given):
    """What a verb finds or enters under a name; a name that makes no key is refused."""
    try:
        return find(**given)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def moved_to(tool: Tool, ring: str, by: Person | None, **more) -> bool:
    """Whether the tool moved to the ring that a file says."""
    if tool.ring == ring:
        return False
    reason = more.pop("reason", _("Imported"))
    try:
        return actions.change_ring(tool=tool, ring=ring, reason=reason, by=by, **more) is not None
    except NotAllowed as problem:
        raise Cell("ring", str(problem)) from problem


def give_tools(person: Person | None, options: dict[str, Any]) -> Iterator[list]:
    tools = Tool.objects.visible_to(person) if person else Tool.objects.all()
    yield list(COLUMNS)
    found = tools.current().select_related("vendor", "owner")
    for tool in found.prefetch_related("capabilities", "teams"):
        yield [
            tool.slug,
            tool.name,
            tool.vendor.name if tool.vendor else "",
            tool.category,
            tool.ring,
            tool.owner.email if tool.owner else "",
            tool.purpose,
            ";".join(capability.slug for capability in tool.capabilities.all()),
            ";".join(team.slug for team in tool.teams.all()),
            tool.data_class,
            tool.active_days,
        ]


def arguments(parser: ArgumentParser) -> None:
    map_argument(parser)


kind(Kind("tools", take=take_tools, give=give_tools, arguments=arguments))
