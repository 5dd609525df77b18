"""Spreadsheets, read by a child process that may be killed: no file can hold up or fill up us."""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from productops.tables.refusals import UnreadableTable

MOST_UNPACKED = 300 << 20  # bytes that the parts of an XLSX or ODS may claim to hold
MOST_PARTS = 5_000
MEGABYTES = 480  # of memory for the child
PROGRAM = Path(__file__).with_name("sheets.py")


def sheet_rows(
    file: IO[bytes], *, sheet: str, decimal: str, rows: int, columns: int, seconds: float
) -> Iterator[list[str]]:
    """The rows of one sheet from its first, cells as text. Reads all before the first is given."""
    wanted = {"sheet": sheet, "decimal": decimal, "rows": rows, "columns": columns}
    return run_on(file, PROGRAM, wanted, seconds=seconds)


def run_on(
    file: IO[bytes],
    program: Path,
    wanted: dict,
    *,
    seconds: float,
    most_unpacked: int = MOST_UNPACKED,
) -> Iterator[Any]:
    """What a program says of a file, a line of JSON each; all of it before the first is given.

    The program gets ``wanted`` and path, megabytes and seconds as JSON, and limits itself to them.
    Raises UnreadableTable for whatever went wrong.
    """
    _check_parts(file, most_unpacked)
    with tempfile.NamedTemporaryFile(prefix="sheet-") as copy:
        file.seek(0)
        while piece := file.read(1 << 20):
            copy.write(piece)
        copy.flush()
        limits = {"megabytes": MEGABYTES, "seconds": int(seconds) + 1}
        found = _run(program, {"path": copy.name} | wanted | limits, seconds)
    return _given(found)


def _check_parts(file: IO[bytes], most_unpacked: int) -> None:
    """Refuse an archive by what it says of itself, before anything of it is unpacked."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        return
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as problem:
        raise UnreadableTable(_REASONS["damaged"]()) from problem
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most_unpacked:
        raise UnreadableTable(_("This spreadsheet is too large when it is unpacked."))


def _run(program: Path, arguments: dict, seconds: float) -> IO[bytes]:
    """The child's output as a file."""
    output = tempfile.TemporaryFile(prefix="rows-")  # noqa: SIM115  closed by who reads it
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(program), json.dumps(arguments)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        output.close()
        raise UnreadableTable(_REASONS["slow"]()) from problem
    if done.returncode:
        output.close()
        reason = done.stderr.decode(errors="replace").strip()
        raise UnreadableTable(_REASONS.get(reason, _REASONS["slow"])())
    output.seek(0)
    return output


def _given(output: IO[bytes]) -> Iterator[Any]:
    with output:
        for line in output:
            yield json.loads(line)


_REASONS = {
    "sheet": lambda: _("This file has no sheet of that name."),
    "damaged": lambda: _("This spreadsheet is damaged, protected by a password, or none at all."),
    "rows": lambda: _("This sheet has too many rows."),
    "columns": lambda: _("This sheet has too many columns."),
    "encoding": lambda: _("This file is not text in UTF-8."),
    "slow": lambda: _("This spreadsheet takes too much time or memory to read."),
}
