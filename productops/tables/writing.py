"""Tables out: row after row, so that a long export needs no more memory than a short one."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from productops.tables.safety import guarded

CHUNK = 64 * 1024
# Control characters that XML 1.0 has no way to write.
NOT_IN_A_SHEET = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
Rows = Iterable[Sequence[Any]]


def csv_chunks(header: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """The table as CSV in UTF-8, a chunk at a time, for a streaming answer."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow([guarded(str(name)) for name in header])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if page.tell() > CHUNK:
            yield _taken(page)
    yield _taken(page)


def write_csv(out: BinaryIO, header: Sequence[str], rows: Rows) -> None:
    """Write the table as CSV in UTF-8."""
    for chunk in csv_chunks(header, rows):
        out.write(chunk)


def write_xlsx(out: BinaryIO, header: Sequence[str], rows: Rows) -> None:
    """Write the table as the only sheet of a workbook; numbers and days stay what they are.

    The format has no carriage returns and no control characters in text: the former become line
    breaks, the latter are left out.
    """
    write_workbook(out, [Sheet("", header, rows)])


class Sheet(NamedTuple):
    """One table of a workbook; a name may not be longer than 31 characters."""

    name: str
    header: Sequence[str]
    rows: Rows


def write_workbook(out: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Write tables as the sheets of one workbook; cells as ``write_xlsx`` writes them."""
    # It brings NumPy along: 25 MB that a web process without an export never needs.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    for one in sheets:
        sheet = book.create_sheet(one.name or None)
        sheet.append([_sheet_cell(str(name)) for name in one.header])
        for row in one.rows:
            sheet.append([_sheet_cell(value) for value in row])
    book.save(out)


def write_json(out: BinaryIO, header: Sequence[str], rows: Rows) -> None:
    """Write the table as a list of objects, one a line."""
    mark = b"["
    for row in rows:
        values = dict(zip(header, (_json_value(value) for value in row), strict=True))
        out.write(mark + b"\n" + json.dumps(values, ensure_ascii=False).encode())
        mark = b","
    out.write(b"\n]\n" if mark == b"," else b"[]\n")


def _taken(page: io.StringIO) -> bytes:
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text.encode()


def _cell(value: Any) -> Any:
    """A number is written as it is, even a negative one; all else is text, and made safe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return repr(value) if isinstance(value, float) else str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return guarded(str(value))


def _sheet_cell(value: Any) -> Any:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        # A spreadsheet keeps 15 digits; what is longer would come back as another number.
        return value if not isinstance(value, int) or abs(value) < 10**15 else str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value if value.year >= 1900 else value.isoformat()
    text = _cell(value)
    return NOT_IN_A_SHEET.sub("", text) or None


def _json_value(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
