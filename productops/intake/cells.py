"""Reading one cell: what it says, or ``Cell`` with the column and the reason."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _

from productops import parsing
from productops.parsing import Unreadable

Row = dict[str, str]


class Cell(Exception):  # noqa: N818  carried to the report, never to the user as a fault
    """One cell that cannot be taken: which column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


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


def whole_in(row: Row, column: str, low: int, high: int) -> int | None:
    """The whole number of a cell; None where it is empty."""
    if not row.get(column, "").strip():
        return None
    try:
        return parsing.to_whole(row[column], low=low, high=high)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def read(row: Row, column: str, reader: Callable[..., Any], **options: Any) -> Any:
    """What a function of ``parsing`` makes of a cell; None for an empty one."""
    text = row.get(column, "").strip()
    if not text:
        return None
    try:
        return reader(text, **options)
    except Unreadable as problem:
        raise Cell(column, str(problem)) from problem


def slug_in(row: Row, column: str, otherwise: str = "") -> str:
    """The short name of a cell, made of another text where the cell is empty."""
    text = row.get(column, "").strip() or otherwise
    return (read({column: text}, column, parsing.to_slug) or "")[:120]


def day_in(row: Row, column: str) -> date | None:
    """The date of a cell; None where it is empty."""
    return read(row, column, parsing.to_date)


def choice_in(row: Row, column: str, choices: type[models.TextChoices]) -> str:
    """One of the values of an enum, or "" for an empty cell."""
    text = row.get(column, "").strip().lower()
    if text and text not in choices.values:
        raise Cell(column, _("Write one of: %s.") % ", ".join(choices.values))
    return text


def known(row: Row, column: str, rows: Mapping[str, Any]) -> Any:
    """The record that a cell names by its key, in any case; None for an empty cell."""
    text = row.get(column, "").strip().lower()
    if text and text not in rows:
        raise Cell(column, _("“%s” is not known.") % text[:80])
    return rows.get(text)


def checked(record: models.Model, columns: Mapping[str, str]) -> None:
    """Ask the rules of a record before it is written; ``columns`` names theirs by our fields."""
    links = {"tool", "subject", "vendor", "owner"}
    try:
        record.clean_fields(exclude=links)
        record.clean()
    except ValidationError as problem:
        field, messages = next(iter(problem.message_dict.items()))
        raise Cell(columns.get(field, field), messages[0]) from problem


def set_values(record: models.Model, values: Mapping[str, Any]) -> bool:
    """Give a record these values and save it; tell whether anything changed."""
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, values[name])
    if changed:
        record.save()
    return bool(changed)
