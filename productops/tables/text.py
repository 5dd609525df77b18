"""Tables in plain text: which encoding, which delimiter, and then row after row."""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from typing import IO

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from productops.tables.refusals import UnreadableTable

DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024  # bytes or characters that are looked at to guess
ENOUGH_TO_GUESS = 64  # bytes outside ASCII; fewer are taken for Windows' Western European
CHUNK = 1 << 20
END = "\x00end"  # no file holds it, for a NUL is refused before
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_rows(file: IO[bytes], name: str, *, header_row: int | None) -> Iterator[list[str]]:
    """The records of a delimited file from its first, empty ones too."""
    encoding = encoding_of(file)
    file.seek(0)
    page = io.TextIOWrapper(file, encoding=encoding, newline="")
    sample = page.read(SAMPLE)
    page.seek(0)
    delimiter = "\t" if name.lower().endswith(".tsv") else delimiter_of(sample, header_row)
    # A quote that is never closed would swallow the rest of the file, and with it this last line.
    records = csv.reader(itertools.chain(page, [END]), delimiter=delimiter)
    for number in itertools.count(1):
        try:
            record = next(records)
        except csv.Error as problem:
            reason = _("A cell is longer than 131,072 characters.")
            raise UnreadableTable(reason, row=number) from problem
        if record == [END]:
            return
        if record and record[-1].endswith(END):
            reason = _("A quote is opened in this row and never closed.")
            raise UnreadableTable(reason, row=number)
        yield record


def encoding_of(file: IO[bytes]) -> str:
    """The encoding under which the whole file can be read: what its first bytes say, else UTF-8,
    else the likeliest."""
    file.seek(0)
    start = file.read(4)
    marked = next((encoding for bom, encoding in BOMS if start.startswith(bom)), None)
    likely = [marked] if marked else ["utf-8"]
    found = next((encoding for encoding in likely if _reads(file, encoding)), None)
    if found or marked:
        return found or _refuse_encoding()
    return next(encoding for encoding in _guesses(file) if _reads(file, encoding))


def _refuse_encoding():
    raise UnreadableTable(_("This file is not in the encoding that its first bytes announce."))


def _reads(file: IO[bytes], encoding: str) -> bool:
    """Whether every byte can be read so; a NUL says that this is no text at all."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(CHUNK):
            if "\x00" in decoder.decode(piece):
                raise UnreadableTable(_("This file is not a table in text."))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guesses(file: IO[bytes]) -> Iterator[str]:
    file.seek(0)
    sample = file.read(SAMPLE)
    if sum(byte > 127 for byte in sample) >= ENOUGH_TO_GUESS and (
        best := from_bytes(sample).best()
    ):
        yield best.encoding
    yield "cp1252"
    yield "latin-1"


def delimiter_of(sample: str, header_row: int | None = None) -> str:
    """The delimiter that parts the header most finely while the rows under it agree with it."""
    return max(DELIMITERS, key=lambda mark: (_agreement(sample, mark, header_row), mark == ","))


def _agreement(sample: str, delimiter: str, header_row: int | None) -> float:
    """The header's number of cells, times the share of rows that have as many; 0 for one cell."""
    lines = io.StringIO(sample, newline="")
    try:
        records = list(itertools.islice(csv.reader(lines, delimiter=delimiter), 200))
    except csv.Error:
        return 0.0
    filled = [row for row in records[(header_row or 1) - 1 :] if any(cell.strip() for cell in row)]
    if not filled or len(filled[0]) < 2:
        return 0.0
    rows = filled[1:-1] or filled[1:] or filled[:1]  # the sample may cut its last row
    return len(filled[0]) * sum(len(row) == len(filled[0]) for row in rows) / len(rows)
