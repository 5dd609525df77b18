"""Tables into records: row by row, every cell's error kept, all or nothing.

An app's ``exchange.py`` gives ``take_table`` one function for one row; the functions below read a
cell and raise ``Cell`` with the column where they cannot.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from productops import parsing
from productops.exchange import Refused, Report
from productops.parsing import Unreadable
from productops.tables import UnreadableTable, read_table

Row = dict[str, str]


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
    """The text of a cell in one line; "" where the file has no such column."""
    try:
        text = parsing.clean_text(row.get(column, ""), longest=longest)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem
    if needed and not text:
        raise Cell(column, _("This is missing."))
    return text


def email_in(row: Row, column: str = "email") -> str:
    """The address of a cell, in lower case."""
    email = text_in(row, column, longest=254, needed=True).lower()
    try:
        validate_email(email)
    except ValidationError as problem:
        raise Cell(column, _("This is no e-mail address.")) from problem
    return email


def slugs_in(row: Row, column: str, rows: Mapping[str, Any]) -> list[Any]:
    """The rows that a cell names by their short names, separated by semicolons."""
    found = []
    for slug in filter(None, (part.strip() for part in row.get(column, "").split(";"))):
        if slug not in rows:
            raise Cell(column, _("“%s” is not known.") % slug[:80])
        found.append(rows[slug])
    return found


def slug_in(row: Row, column: str, otherwise: str) -> str:
    """The short name of a cell, made of another text where the cell is empty."""
    try:
        return parsing.to_slug(row.get(column) or otherwise)[:120]
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def whole_in(row: Row, column: str, low: int, high: int) -> int | None:
    """The whole number of a cell; None where it is empty."""
    if not row.get(column, "").strip():
        return None
    try:
        return parsing.to_whole(row[column], low=low, high=high)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def set_values(record: Model, values: Mapping[str, Any]) -> bool:
    """Give a record these values and save it; tell whether anything changed."""
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, values[name])
    if changed:
        record.save()
    return bool(changed)


def day_in(row: Row, column: str) -> date:
    """The date of a cell."""
    try:
        return parsing.to_date(row.get(column, ""))
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem
