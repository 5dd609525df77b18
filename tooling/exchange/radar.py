"""A volume of a radar as a table: names and the ring that each stands in on a day."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from productops import clock, parsing
from productops.exchange import Kind, Refused, Report, kind
from productops.intake import Cell, Row, map_argument, row_by_row, slug_in, take_rows, text_in
from productops.parsing import Unreadable
from teams.models import Person
from tooling import actions
from tooling.choices import RING_NAMES
from tooling.exchange.tools import moved_to
from tooling.models import Tool

# isNew, status and description come along in published radars; our own history says the first
# two, and the third belongs to its publisher.
COLUMNS = ("name", "ring", "quadrant", "isNew", "status", "description")


def take_radar(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """New names become tools, known ones move. Names that are missing stay where they are."""
    on = _day(options)
    tools = {tool.slug: tool for tool in Tool.objects.all()}

    def take_row(row: Row) -> str:
        title, ring = text_in(row, "name", needed=True), ring_in(row)
        category, slug = text_in(row, "quadrant", longest=100), slug_in(row, "name")
        tool = tools.get(slug)
        if tool is None:
            values = {"slug": slug, "name": title, "category": category, "ring": ring}
            tools[slug] = actions.found_tool(values=values, by=by, on=on)
            return "created"
        moved = moved_to(tool, ring, by, on=on, reason=_("Radar of %s") % on)
        if moved:
            tool.refresh_from_db()
        values = {"category": category} if category else {}
        changed = actions.write_values(row=tool, values=values, by=by)
        return "updated" if moved or changed else "unchanged"

    return take_rows(
        file, name, options, needs=("name", "ring"), knows=COLUMNS, take=row_by_row(take_row)
    )


def _day(options: dict[str, Any]):
    """The day of the volume; today where none is given."""
    if not options.get("on"):
        return clock.today()
    try:
        return parsing.to_date(options["on"])
    except Unreadable as problem:
        report = Report()
        report.refuse(None, "--on", str(problem))
        raise Refused(report) from problem


def ring_in(row: Row) -> str:
    """Our ring for what a radar calls it; "caution" is hold."""
    text = text_in(row, "ring", needed=True).lower()
    if text not in RING_NAMES:
        raise Cell("ring", _("Write one of: %s.") % ", ".join(RING_NAMES))
    return RING_NAMES[text]


def give_radar(person: Person | None, options: dict[str, Any]) -> Iterator[list]:
    tools = Tool.objects.visible_to(person) if person else Tool.objects.all()
    yield ["name", "ring", "quadrant"]
    for tool in tools.current().order_by("category", "name", "pk"):
        yield [tool.name, tool.ring, tool.category]


def arguments(parser: ArgumentParser) -> None:
    map_argument(parser)
    parser.add_argument("--on", metavar="DATE", help="day of the volume (today)")


kind(Kind("radar", take=take_radar, give=give_radar, arguments=arguments))
