"""What both kinds share: columns by our names or by ``--map``, cells that say what is wrong."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from productops import parsing
from productops.exchange import Refused, Report, table_options
from productops.intake import Cell, Row
from productops.locks import hold
from productops.parsing import Unreadable
from productops.tables import UnreadableTable, read_table
from teams.models import Person, Subject

Numbered = Iterable[tuple[int, dict[str, Any]]]
LONG = 10_000  # characters of a text of several lines


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--map",
        metavar="OURS=THEIRS,...",
        help="columns of the file under other names; those not named are then left out",
    )


def table_rows(file: BinaryIO, name: str, options: dict[str, Any], knows: tuple[str, ...]):
    """Rows of a table under our names of columns. Raises Refused for a header that does not fit."""
    report = Report()
    try:
        table = read_table(file, name, **table_options(options))
        columns = _columns(table.header, options.get("map") or "", knows, report)
    except UnreadableTable as problem:
        report.refuse(problem.row, problem.column, str(problem))
    if report.refused:
        raise Refused(report)
    return ((n, {ours: row[theirs] for ours, theirs in columns.items()}) for n, row in table.rows)


def _columns(header: tuple[str, ...], text: str, knows: tuple[str, ...], report: Report) -> dict:
    """Our column to theirs. With ``--map`` the header may hold more than is named."""
    asked = dict(_pair(part) for part in text.split(",") if part.strip())
    for ours, theirs in asked.items():
        if ours not in knows:
            report.refuse(None, ours, _("There is no such column to map to."))
        elif theirs not in header:
            report.refuse(1, theirs, _("The header has no such column."))
    if not asked:
        for name in header:
            if name not in knows:
                report.refuse(1, name, _("Nothing reads this column."))
    return asked or {name: name for name in header}


def _pair(part: str) -> tuple[str, str]:
    ours, _equals, theirs = part.partition("=")
    return ours.strip(), theirs.strip()


@transaction.atomic
def take_rows(rows: Numbered, needs: tuple[str, ...], take: Callable[[Row], str]) -> Report:
    """Hand each row to ``take``, which says created, updated or unchanged. Any error of any cell
    undoes everything, and all errors are told."""
    hold("import of objectives")  # the same file twice at once makes nothing twice
    report = Report()
    try:
        for number, row in rows:
            _take(row, number, needs, take, report)
    except UnreadableTable as problem:
        report.refuse(problem.row, problem.column, str(problem))
    if report.refused:
        raise Refused(report)
    return report


def _take(row: Row, number: int, needs, take, report: Report) -> None:
    missing = [column for column in needs if not str(row.get(column) or "").strip()]
    if missing:
        report.refuse(number, missing[0], _("This is missing."))
        return
    try:
        outcome = take(row)
    except Cell as problem:
        report.refuse(number, problem.column, str(problem))
    except ValidationError as refused:
        for column, text in _reasons(refused):
            report.refuse(number, column, text)
    else:
        setattr(report, outcome, getattr(report, outcome) + 1)


def _reasons(refused: ValidationError) -> Iterator[tuple[str, str]]:
    for column, texts in getattr(refused, "message_dict", {"": refused.messages}).items():
        yield column, " ".join(texts)


# Cells --------------------------------------------------------------------------------------
def said(row: Row, column: str) -> bool:
    """Whether the file says anything in this cell."""
    return bool(str(row.get(column) or "").strip())


def text_of(row: Row, column: str, longest: int = 300, *, has_lines: bool = False) -> str:
    try:
        return parsing.clean_text(row.get(column) or "", longest=longest, has_lines=has_lines)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def number_of(row: Row, column: str) -> float | None:
    """The number of a cell, None where it is empty."""
    if not said(row, column):
        return None
    try:
        return parsing.to_number(row[column])
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def choice_of(row: Row, column: str, choices: Any) -> str:
    """One of the values of an enum, "" where the cell is empty."""
    value = str(row.get(column) or "").strip()
    if value and value not in choices.values:
        raise Cell(column, _("This is one of %s.") % ", ".join(choices.values))
    return value


def person_of(row: Row, column: str) -> Person | None:
    """The person whose address stands in a cell; None where it is empty."""
    if not said(row, column):
        return None
    email = text_of(row, column, 254).lower()
    person = Person.objects.filter(email=email).first()
    if person is None:
        raise Cell(column, _("Nobody has the address “%s”.") % email)
    return person


def subject_of(row: Row, column: str, by: Person) -> Subject | None:
    """The subject that a cell names, among those that the person may change."""
    if not said(row, column):
        return None
    subject = Subject.objects.changeable_by(by).named(text_of(row, column, 200)).first()
    if subject is None:
        raise Cell(column, _("There is no such subject, or it is not yours to change."))
    return subject
