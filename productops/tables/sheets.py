"""A program of its own: reads one sheet of a spreadsheet and writes its rows as lines of JSON.

Run by ``childproof.py`` as a child process with limits of time, memory and output, because the
file is somebody else's. It imports nothing of ours, so that it starts at once. Its one argument is
JSON: path, sheet (its name, or nothing for the first), decimal, rows, columns, megabytes, seconds.
A file that cannot be read ends it with 3 and a word for the reason on standard error.
"""

import json
import sys
from datetime import date, datetime, time, timedelta

REFUSED = 3


def main(path, sheet, decimal, rows, columns, megabytes, seconds) -> int:
    limit(megabytes << 20, seconds)
    from python_calamine import load_workbook  # noqa: PLC0415  after the limit

    try:
        book = load_workbook(path)
        name = sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            return refuse("sheet")
        page = book.get_sheet_by_name(name)
    except Exception:  # the library raises a dozen kinds for files that are damaged
        return refuse("damaged")
    if page.total_height >= rows:
        return refuse("rows")
    if page.total_width >= columns:
        return refuse("columns")
    for row in page.iter_rows():
        sys.stdout.write(json.dumps([text_of(cell, decimal) for cell in row]) + "\n")
    return 0


def limit(memory: int, seconds: int) -> None:
    """Where the system can: what wants more memory, time or output is ended by the system."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refuse(reason: str) -> int:
    sys.stderr.write(reason)
    return REFUSED


def text_of(cell, decimal: str) -> str:
    """The cell as a person would have typed it: 1000.5, 2026-03-31, 2026-03-31T14:00:00."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        text = str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
        return text.replace(".", decimal)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (date, datetime, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds()).replace(".", decimal)
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(**json.loads(sys.argv[1])))
