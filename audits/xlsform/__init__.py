"""XLSForm: questionnaires as workbooks (xlsform.org), in and out.

Groups are sections, repeats are sections asked for each subject of a kind, ``select_one`` and
``select_multiple`` are choices; conditions, checks and calculations are the same language. What
would change its meaning if it were left out is refused with its cell. A form is read only if
pyxform, the reference for XLSForm, makes a form of it too.
"""

from audits.framework_file import Fault, FrameworkFile, FrameworkRefused
from audits.placing import read_placed
from audits.xlsform.book import is_of_cell, read_book
from audits.xlsform.reading import Form, read_form
from audits.xlsform.writing import write_xlsform

__all__ = ["is_xlsform", "read_xlsform", "write_xlsform"]

BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and XLS begin so
SHEETS = (b"survey", b"choices", b"settings")
# Columns that hold a field of ours under another name.
COLUMNS = {
    ("key",): "name",
    ("type", "choices", "children", "other"): "type",
    ("text",): "label",
    ("description",): "hint",
    ("repeat", "catalogue"): "subject_kind",
    ("maps", "fact"): "more",
    ("suggests",): "suggests_gap",
}
COLUMN_OF = {name: column for names, column in COLUMNS.items() for name in names}


def is_xlsform(data: bytes) -> bool:
    """Whether it is a workbook, or a text whose first cell names one of XLSForm's sheets."""
    if data.startswith(BOOKS):
        return True
    first = data.lstrip(b"\xef\xbb\xbf\r\n\t ").split(b"\n", 1)[0].split(b",", 1)[0]
    return first.strip(b'\r" ').lower() in SHEETS


def read_xlsform(data: bytes, name: str = "") -> FrameworkFile:
    """The form as a questionnaire. Raises FrameworkRefused with every fault and its cell.

    A form without a title is called after the file's ``name``.
    """
    book, faults = read_book(data)
    if "survey" not in book.sheets:
        raise FrameworkRefused([Fault(None, "survey", "there is no sheet of this name.")])
    content, form = read_form(book, name.rsplit(".", 1)[0])
    if found := _joined(faults, form.faults):
        raise FrameworkRefused(found)
    return read_placed(content, lambda key, field: _place(form, key, field))


def _joined(faults: list[Fault], ours: list[Fault]) -> list[Fault]:
    """Both, once a cell; what others say of a row that we refuse anyway would say it twice."""
    told = {fault.key for fault in faults if is_of_cell(fault)}
    kept = [fault for fault in ours if fault.key not in told]
    rows = {_row_of(fault) for fault in kept}
    found = kept + [fault for fault in faults if is_of_cell(fault) or _row_of(fault) not in rows]
    return sorted(found, key=lambda fault: (fault.key.partition("!")[0], fault.line or 0))


def _row_of(fault: Fault) -> tuple[str, int | None]:
    return fault.key.partition("!")[0], fault.line


def _place(form: Form, key: str, field: str) -> tuple[int | None, str]:
    if row := form.rows.get(key):
        return row.number, row.place(COLUMN_OF.get(field, field))
    settings = form.book.settings
    if form.book.rows("settings"):
        return settings.number, settings.place(field)
    return None, f"settings, {field}" if field else "survey"
