"""A program of its own: reads a form's sheets and lets pyxform judge whether they are an XLSForm.

Run as a child process with limits of time, memory and output, because the file is somebody
else's. Its one argument is JSON: path, limits (the program that limits a process), rows, columns,
megabytes, seconds. It writes one line of JSON for each row that holds something, [sheet, number,
{letter of the column: text}], and one for each fault, [sheet, number, letter or the name of a
column, reason]. A file that cannot be read ends it with 3 and a word on standard error.
"""

import csv
import io
import json
import re
import runpy
import sys
from pathlib import Path

REFUSED = 3
ASKED = ("survey", "choices", "settings")
OURS = ("levels", "areas")  # what an XLSForm has no sheet for
OTHERS = ("external_choices", "entities", "osm")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ROW = re.compile(r"\[row : (\d+)\]\s*")
SHEET = re.compile(r"[Oo]n the '(\w+)' sheet, the '([^']+)' value")
BLAME = re.compile(r"^On the '\w+' sheet, the '[^']+' value is invalid\. ")
FORMULA = "holds a formula; write its value."
ERROR = "holds an error instead of a value."


class Wrong(Exception):  # noqa: N818  carries the word for a reason
    """The file cannot be read at all."""


def main(path, limits, rows, columns, megabytes, seconds) -> int:
    runpy.run_path(limits)["limit"](megabytes << 20, seconds)
    try:
        sheets, faults = gathered(Path(path).read_bytes(), rows, columns)
    except Wrong as wrong:
        sys.stderr.write(str(wrong))
        return REFUSED
    for name, found in sheets.items():
        for number, cells in found.items():
            say([name, number, {letter(place): text for place, text in cells.items()}])
    for fault in faults or judged(sheets):
        say(fault)
    return 0


def gathered(data: bytes, rows: int, columns: int) -> tuple[dict, list]:
    """The texts by sheet, row and column, and the cells that hold none."""
    sheets: dict = {}
    faults = []
    for name, number, cells in _cells(data, rows):
        if number > rows:
            raise Wrong("rows")
        if max(cells) > columns:
            raise Wrong("columns")
        found = sheets.setdefault(name, {})
        found[number] = {place: text for place, (text, _fault) in cells.items()}
        faults += [
            [name, number, letter(place), fault] for place, (_text, fault) in cells.items() if fault
        ]
    return sheets, faults


def say(line) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def letter(place: int) -> str:
    """1 is A, 27 is AA."""
    found = ""
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def _cells(data: bytes, rows: int):
    """Each row that holds something: (sheet, number, {place of the column: (text, fault)})."""
    try:
        if data.startswith(ZIP):
            yield from _of_xlsx(data, rows)
        elif data.startswith(OLE):
            yield from _of_xls(data)
        else:
            yield from _of_csv(data)
    except Wrong:
        raise
    except Exception as problem:  # the libraries raise a dozen kinds for files that are damaged
        raise Wrong("damaged") from problem


def _names(names: list[str]) -> dict[str, str]:
    """Which sheets are read, as whose; a lone sheet is the survey whatever its name."""
    known = {name: name.strip().lower() for name in names}
    kept = {name: ours for name, ours in known.items() if ours in ASKED + OURS + OTHERS}
    return kept or (dict.fromkeys(names, "survey") if len(names) == 1 else {})


def _of_xlsx(data: bytes, rows: int):
    from openpyxl import load_workbook  # noqa: PLC0415  after the limit
    from python_calamine import load_workbook as measured  # noqa: PLC0415  after the limit

    sizes = measured(io.BytesIO(data))
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    for name, ours in _names(book.sheetnames).items():
        height = sizes.get_sheet_by_name(name).total_height + 1
        if height > rows:
            raise Wrong("rows")
        sheet = book[name]
        sheet.reset_dimensions()  # the size that the file claims is not believed
        for number, row in enumerate(sheet.iter_rows(max_row=height), 1):
            cells = {
                place: _of_cell(cell)
                for place, cell in enumerate(row, 1)
                if cell.value not in (None, "")
            }
            if cells:
                yield ours, number, cells


def _of_cell(cell) -> tuple[str, str]:
    if cell.data_type == "f":
        return "", FORMULA
    if cell.data_type == "e":
        return "", ERROR
    return _text(cell.value), ""


def _of_xls(data: bytes):
    import xlrd  # noqa: PLC0415  after the limit

    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
    for name, ours in _names(book.sheet_names()).items():
        sheet = book.sheet_by_name(name)
        for number in range(sheet.nrows):
            cells = {
                place: _of_xls_cell(cell, book.datemode)
                for place, cell in enumerate(sheet.row(number), 1)
                if cell.value != ""
            }
            if cells:
                yield ours, number + 1, cells


def _of_xls_cell(cell, datemode: int) -> tuple[str, str]:
    import xlrd  # noqa: PLC0415  after the limit

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return "", ERROR
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _text(bool(cell.value)), ""
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _text(xlrd.xldate_as_datetime(cell.value, datemode)), ""
    return _text(cell.value), ""


def _of_csv(data: bytes):
    """Sheets below each other: the name stands in the first column, its rows in the others."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Wrong("encoding") from problem
    if "\x00" in text:
        raise Wrong("encoding")
    name = ""
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
        name = row[0].strip().lower() if row and row[0].strip() else name
        cells = {place: (cell, "") for place, cell in enumerate(row[1:], 2) if cell.strip()}
        if cells and name in ASKED + OURS + OTHERS:
            yield name, number, cells


def _text(value) -> str:
    """The cell as a person would have typed it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def judged(sheets: dict) -> list:
    """What pyxform finds wrong when it makes a form of the sheets: its first fault, or none."""
    from pyxform.errors import PyXFormError  # noqa: PLC0415  after the limit
    from pyxform.xls2xform import convert  # noqa: PLC0415  after the limit

    book = {"sheet_names": list(sheets)}
    for name in ASKED + OTHERS:
        if name in sheets:
            rows, head = _rows(sheets[name])
            book[name], book[f"{name}_header"] = rows, [head]
    try:
        convert(xlsform=book)
    except PyXFormError as error:
        return [_fault(sheets, str(error), error.context)]
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        return [["survey", None, "", f"is no form that pyxform reads: {error!s:.200}."]]
    return []


def _rows(found: dict) -> tuple[list[dict], dict]:
    """The rows as pyxform takes them: empty ones stay, so that it counts as the file does."""
    first = min(found)
    names = {place: " ".join(text.split()) for place, text in found[first].items() if text.strip()}
    rows: list[dict] = [{} for _number in range(max(found) - first)]
    for number, cells in found.items():
        if number > first:
            rows[number - first - 1] = {
                names[place]: text.strip()
                for place, text in cells.items()
                if place in names and text.strip()
            }
    return rows, dict.fromkeys(names.values())


def _fault(sheets: dict, reason: str, context: dict) -> list:
    """Where it is: pyxform says it in its sentence, in its context, or not at all."""
    named = SHEET.search(reason)
    row = ROW.search(reason)
    sheet = context.get("sheet") or (named and named.group(1)) or "survey"
    column = context.get("column") or (named and named.group(2)) or ""
    number = context.get("row") or (row and int(row.group(1)))
    if number and sheets.get(sheet):
        number = int(number) + min(sheets[sheet]) - 1  # pyxform counts its header as 1
    said = BLAME.sub("", ROW.sub("", reason))
    return [sheet, number, column, " ".join(said.split())[:500]]


if __name__ == "__main__":
    sys.exit(main(**json.loads(sys.argv[1])))
