"""Tables in: whatever the file is, a header and rows with their number in the file."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import IO, BinaryIO

from django.utils.translation import gettext as _

from productops.parsing import Unreadable, clean_text
from productops.tables.childproof import sheet_rows
from productops.tables.refusals import UnreadableTable
from productops.tables.safety import unguarded
from productops.tables.text import text_rows

MOST_BYTES = 200 << 20
MOST_JSON_BYTES = 50 << 20
MOST_ROWS = 1_100_000
MOST_COLUMNS = 2_000
LONGEST_NAME = 500  # characters of a column's name
CHUNK = 1 << 20
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")

Numbered = Iterator[tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class Table:
    """``rows`` yields (number as in the file, {column: text}) once; empty rows are left out.

    ``decimal`` is the decimal mark to read numbers with: the one that was asked for.
    """

    header: tuple[str, ...]
    rows: Numbered
    header_row: int = 1
    decimal: str = "."


def read_table(
    file: BinaryIO,
    name: str,
    *,
    sheet: str | None = None,
    decimal: str = ".",
    header_row: int | None = None,
    limit_rows: int = MOST_ROWS,
    limit_bytes: int = MOST_BYTES,
    limit_seconds: float = 5.0,
) -> Table:
    """Read CSV, TSV, XLSX, XLS, ODS, or a JSON list of objects, by what the file holds.

    The header is the first row that is not empty, or row ``header_row``. Columns without a name
    or with the same name are refused; empty ones at the end are left out. Raises UnreadableTable
    with row and column where they are known, also while ``rows`` is read.
    """
    copy = _copied(file, limit_bytes)
    start = copy.read(64)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[{", b"[\n", b"[\r", b"[ ", b"[]")):
        return _of_objects(copy, decimal, limit_rows)
    if start.startswith((ZIP, OLE)):
        records = sheet_rows(
            copy,
            sheet=sheet or "",
            decimal=decimal,
            rows=limit_rows,
            columns=MOST_COLUMNS,
            seconds=limit_seconds,
        )
    elif name.lower().endswith(SHEETS):
        raise UnreadableTable(_("This file is called a spreadsheet but is none."))
    else:
        records = text_rows(copy, name, header_row=header_row)
    return _of_records(records, decimal, header_row, limit_rows)


def _copied(file: BinaryIO, limit: int) -> IO[bytes]:
    """A copy of ours, in memory while it is small: one cannot go back in every file."""
    copy = tempfile.SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115  the rows are read later
    size = 0
    while piece := file.read(CHUNK):
        size += len(piece)
        if size > limit:
            copy.close()
            raise UnreadableTable(
                _("This file is larger than %(most)s MB.") % {"most": max(1, limit >> 20)}
            )
        copy.write(piece)
    copy.seek(0)
    return copy


def _of_records(
    records: Iterator[list[str]], decimal: str, header_row: int | None, limit: int
) -> Table:
    numbered = enumerate(records, 1)
    for number, cells in numbered:
        if number == header_row or (header_row is None and any(cell.strip() for cell in cells)):
            header = _header_of(cells, number)
            return Table(header, _rows_under(header, numbered, limit), number, decimal)
    raise UnreadableTable(_("This file holds no table."))


def _header_of(cells: list[str], number: int) -> tuple[str, ...]:
    names = [_name_of(cell, number) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise UnreadableTable(_("This table has too many columns."), row=number)
    for place, name in enumerate(names, 1):
        if not name:
            reason = _("Column %(place)s has no name.") % {"place": place}
            raise UnreadableTable(reason, row=number)
        if (first := names.index(name) + 1) != place:
            reason = _("Columns %(first)s and %(second)s have the same name.")
            raise UnreadableTable(
                reason % {"first": first, "second": place}, row=number, column=name
            )
    if not names:
        raise UnreadableTable(_("The header is empty."), row=number)
    return tuple(names)


def _name_of(cell: str, number: int) -> str:
    try:
        return clean_text(" ".join(unguarded(cell).split()), longest=LONGEST_NAME)
    except Unreadable as problem:
        raise UnreadableTable(str(problem), row=number) from problem


def _rows_under(
    header: tuple[str, ...], numbered: Iterable[tuple[int, list[str]]], limit: int
) -> Numbered:
    width, count = len(header), 0
    for number, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > limit:
            raise UnreadableTable(_("This table has too many rows."), row=number)
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            raise UnreadableTable(_("This row has more cells than the header."), row=number)
        padded = zip_longest(header, cells[:width], fillvalue="")
        yield number, {name: unguarded(cell) for name, cell in padded}


def _of_objects(copy: IO[bytes], decimal: str, limit: int) -> Table:
    """A JSON list of flat objects, as ``export --format json`` writes it; the first is row 2."""
    copy.seek(0)
    text = copy.read(MOST_JSON_BYTES + 1)
    try:
        items = json.loads(text) if len(text) <= MOST_JSON_BYTES else None
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnreadableTable(_("This JSON is not a list of objects."))
    if not items:
        raise UnreadableTable(_("This file holds no table."))
    if len(items) > limit:
        raise UnreadableTable(_("This table has too many rows."))
    header = _header_of(list(items[0]), 1)
    return Table(header, _object_rows(header, items, decimal), 1, decimal)


def _object_rows(header: tuple[str, ...], items: list[dict], decimal: str) -> Numbered:
    for number, item in enumerate(items, 2):
        if unknown := set(item) - set(header):
            raise UnreadableTable(
                _("The first object has no such column."), row=number, column=min(unknown)
            )
        yield number, {name: _text_of(item.get(name), number, name, decimal) for name in header}


def _text_of(value: object, number: int, name: str, decimal: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value).replace(".", decimal)
    raise UnreadableTable(_("A cell holds one value."), row=number, column=name)
