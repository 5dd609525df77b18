"""Usage as a table: who used which tool on which day, or how many people did."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from productops import clock, parsing
from productops.exchange import Kind, Report, kind
from productops.intake import Cell, Row, choice_in, day_in, known, map_argument, read, take_rows
from teams.models import Person
from tooling.choices import Strength
from tooling.models import Tool, Usage

COLUMNS = ("tool", "on", "person", "count", "strength")
CHUNK = 1000
Key = tuple[int, Any, int | None]  # tool, day, person


@dataclass
class Log:
    """Rows of a file on their way into the table, by their key."""

    tools: dict[str, Tool]
    people: dict[str, Person]
    found: dict[Key, Usage]

    def add(self, row: Row) -> None:
        """Read one row; the same key twice in a file is refused."""
        usage = self.read(row)
        key = key_of(usage)
        if key in self.found:
            raise Cell("on", _("This tool, day and person stand in the file twice."))
        self.found[key] = usage

    def read(self, row: Row) -> Usage:
        tool, on = known(row, "tool", self.tools), day_in(row, "on")
        person = known(row, "person", self.people)
        count = read(row, "count", parsing.to_whole)
        if tool is None or on is None:
            raise Cell("tool" if tool is None else "on", _("This is missing."))
        if on > clock.today():
            raise Cell("on", _("This day has not come yet."))
        if (person is None) == (count is None):
            raise Cell("person", _("Name a person, or count people without names."))
        strength = choice_in(row, "strength", Strength) or Strength.WEAK
        return Usage(tool=tool, on=on, person=person, count=count, strength=strength)


def key_of(usage: Usage) -> Key:
    return usage.tool_id, usage.on, usage.person_id


def take_usage(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """A sign of use by tool, day and person: new ones are added, known ones corrected."""
    log = Log(
        {tool.slug: tool for tool in Tool.objects.all()},
        {person.email: person for person in Person.objects.all()},
        {},
    )

    def take(rows: Iterable[tuple[int, Row]], report: Report) -> None:
        for number, row in rows:
            try:
                log.add(row)
            except Cell as problem:
                report.refuse(number, problem.column, str(problem))
        if not report.refused:
            write(log.found, report)

    needs = ("tool", "on")
    return take_rows(file, name, options, needs=needs, knows=COLUMNS, take=take)


def write(found: dict[Key, Usage], report: Report) -> None:
    """Bring the rows into the table, set by set, and count what became of them."""
    present = standing(found)
    new = [usage for key, usage in found.items() if key not in present]
    changed = []
    for key, usage in found.items():
        stands = present.get(key)
        if stands and (stands.count, stands.strength) != (usage.count, usage.strength):
            stands.count, stands.strength = usage.count, usage.strength
            changed.append(stands)
    Usage.objects.bulk_create(new, batch_size=CHUNK)
    Usage.objects.bulk_update(changed, ["count", "strength"], batch_size=CHUNK // 4)
    report.created, report.updated = len(new), len(changed)
    report.unchanged = len(found) - len(new) - len(changed)


def standing(found: dict[Key, Usage]) -> dict[Key, Usage]:
    """Rows that are there already, of these tools and between the first and the last day."""
    if not found:
        return {}
    days = [usage.on for usage in found.values()]
    tools = {usage.tool_id for usage in found.values()}
    rows = Usage.objects.filter(tool__in=tools).within(min(days), max(days))
    return {key: row for row in rows.iterator(CHUNK) if (key := key_of(row)) in found}


def give_usage(person: Person | None, options: dict[str, Any]) -> Iterator[list]:
    rows = Usage.objects.visible_to(person) if person else Usage.objects.all()
    yield list(COLUMNS)
    names = ("tool__slug", "on", "person__email", "count", "strength")
    for tool, on, email, count, strength in rows.order_by("on", "pk").values_list(*names):
        yield [tool, on, email or "", "" if count is None else count, strength]


def arguments(parser: ArgumentParser) -> None:
    map_argument(parser)


kind(Kind("usage", take=take_usage, give=give_usage, arguments=arguments))
