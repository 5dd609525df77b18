"""The sheets of a form as rows that know their cells, read by a child that may be killed."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audits.framework_file import Fault, FrameworkRefused
from productops.parsing import Unreadable
from productops.tables import childproof

LARGEST = 5 << 20
MOST_UNPACKED = 60 << 20
MOST_ROWS, MOST_COLUMNS = 10_000, 300
SECONDS = 20.0
# Of workbook.py, which nobody can import.
UNREADABLE = ("holds a formula; write its value.", "holds an error instead of a value.")
PROGRAM = Path(__file__).with_name("workbook.py")
MACROS = b"vbaProject.bin"
# Other names that XLSForm has for a column.
SAME = {
    "list name": "list_name",
    "caption": "label",
    "command": "type",
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "bind::constraint_message": "constraint_message",
    "bind::jr:constraintmsg": "constraint_message",
    "constraining_message": "constraint_message",
    "bind::calculate": "calculation",
    "calculate": "calculation",
    "readonly": "read_only",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "form title": "form_title",
    "set_form_title": "form_title",
    "title": "form_title",
    "id_string": "form_id",
    "set_form_id": "form_id",
}
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message")


@dataclass(frozen=True)
class Row:
    """A row with its cells by the name of their column; ``letters`` says where each would be."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str] = field(default_factory=dict)

    def raw(self, column: str) -> str:
        return self.cells.get(column, "")

    def text(self, column: str) -> str:
        return self.raw(column).strip()

    def place(self, column: str = "") -> str:
        """survey!C7, or survey where no column is to blame."""
        letter = self.letters.get(column) or self.letters.get("type", "")
        return f"{self.sheet}!{letter}{self.number}"

    def fault(self, column: str, reason: str) -> Fault:
        return Fault(self.number, self.place(column), reason)


@dataclass(frozen=True)
class Book:
    """Each sheet's header and the rows under it."""

    headers: Mapping[str, Row]
    sheets: Mapping[str, list[Row]]

    def rows(self, sheet: str) -> list[Row]:
        return self.sheets.get(sheet, [])

    @property
    def settings(self) -> Row:
        rows = self.rows("settings")
        return rows[0] if rows else Row("settings", 2, {})


def read_book(data: bytes) -> tuple[Book, list[Fault]]:
    """The sheets, and what pyxform says against them. Raises FrameworkRefused where the file as a
    whole cannot be read."""
    if len(data) > LARGEST:
        raise _refused(f"is larger than {LARGEST >> 20} MB.")
    if MACROS in data:
        raise _refused("holds macros; save it as a workbook without them (.xlsx).")
    try:
        lines = list(_lines(data))
    except Unreadable as problem:
        raise _refused(str(problem)) from problem
    book = _book([line for line in lines if len(line) == 3])
    return book, [_placed(book, *line) for line in lines if len(line) == 4]


def is_of_cell(fault: Fault) -> bool:
    """Whether the cell itself cannot be read, whatever it should say."""
    return fault.reason in UNREADABLE


def _refused(reason: str) -> FrameworkRefused:
    return FrameworkRefused([Fault(None, "file", reason)])


def _lines(data: bytes) -> Iterator[list]:
    limits = Path(childproof.__file__).with_name("sheets.py")
    wanted = {"limits": str(limits), "rows": MOST_ROWS, "columns": MOST_COLUMNS}
    return childproof.run_on(
        io.BytesIO(data), PROGRAM, wanted, seconds=SECONDS, most_unpacked=MOST_UNPACKED
    )


def _book(lines: list[list]) -> Book:
    found: dict[str, list[list]] = {}
    for line in lines:
        found.setdefault(line[0], []).append(line)
    headers = {sheet: _header(sheet, *rows[0][1:]) for sheet, rows in found.items()}
    sheets = {
        sheet: [_row(headers[sheet], number, cells) for _sheet, number, cells in rows[1:]]
        for sheet, rows in found.items()
    }
    return Book(headers, sheets)


def _header(sheet: str, number: int, cells: dict[str, str]) -> Row:
    """``cells`` holds each column's name as it is written, ``letters`` its letter."""
    letters: dict[str, str] = {}
    for letter, written in cells.items():
        name = column_name(written, sheet)
        if not name:
            continue
        if name in letters:
            place = f"{sheet}!{letter}{number}"
            reason = f"names the same column as {sheet}!{letters[name]}{number}."
            raise FrameworkRefused([Fault(number, place, reason)])
        letters[name] = letter
    return Row(sheet, number, {name: cells[letter] for name, letter in letters.items()}, letters)


def column_name(written: str, sheet: str = "survey") -> str:
    """label::English (en) stays; List Name is list_name, relevance is relevant."""
    name = " ".join(written.lower().split())
    if sheet in ("survey", "settings") or name in ("list name", "caption"):
        name = SAME.get(name, name) if not (sheet == "survey" and name == "title") else name
    first, mark, language = name.partition(":")
    if mark and first.strip() in TRANSLATED:
        return f"{first.strip()}::{language.strip(': ')}"
    return name


def _row(header: Row, number: int, cells: dict[str, str]) -> Row:
    named = {name: cells[at] for name, at in header.letters.items() if cells.get(at, "").strip()}
    return Row(header.sheet, number, named, header.letters)


def _placed(book: Book, sheet: str, number: int | None, column: str, reason: str) -> Fault:
    """A fault with its cell; ``column`` is a letter or the name of a column."""
    header = book.headers.get(sheet)
    if header is None or number is None:
        return Fault(number, sheet, reason)
    letter = header.letters.get(column_name(column, sheet), "")
    if not letter and column.isupper() and len(column) <= 3:
        letter = column
    return Fault(number, f"{sheet}!{letter or header.letters.get('type', 'A')}{number}", reason)
