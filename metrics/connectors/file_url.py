"""A file with a table behind an address: CSV, TSV, XLSX or ODS, read as an uploaded file is."""

from __future__ import annotations

import codecs
import io
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.answers import expect_success
from metrics.connectors.shape import (
    MOST_ROWS,
    Ask,
    Cell,
    Connector,
    Fetched,
    Field,
    SourceError,
)
from productops import egress
from productops.tables import UnreadableTable, read_table

PAGES = (b"<!doctype html", b"<html")
BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
ENCODINGS = (
    ("", gettext_lazy("As the file says, else the likeliest")),
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows-1252"),
    ("iso-8859-1", "ISO-8859-1"),
    ("iso-8859-15", "ISO-8859-15"),
    ("utf-16", "UTF-16"),
    ("cp1250", "Windows-1250"),
    ("cp1251", "Windows-1251"),
    ("shift_jis", "Shift-JIS"),
)
READING = (
    Field(
        "header_row",
        gettext_lazy("Row with the column names"),
        "number",
        help=gettext_lazy("Empty: the first row that is not empty."),
    ),
    Field(
        "decimal",
        gettext_lazy("Decimal mark"),
        "choice",
        choices=((".", gettext_lazy("Point")), (",", gettext_lazy("Comma"))),
        default=".",
    ),
)
FIELDS = (
    Field("url", gettext_lazy("Address of the file"), "url", is_required=True),
    *READING,
    Field("encoding", gettext_lazy("Encoding"), "choice", choices=ENCODINGS),
    Field(
        "sheet",
        gettext_lazy("Sheet"),
        help=gettext_lazy("Its name, in a spreadsheet; empty is the first one."),
    ),
    Field(
        "token",
        gettext_lazy("Access token"),
        "secret",
        help=gettext_lazy("Sent as Authorization: Bearer; only where the file needs one."),
    ),
)


def check(settings: dict[str, Any]) -> dict[str, str]:
    row = settings.get("header_row")
    if row not in ("", None) and (row != int(row) or not 1 <= row <= 1000):
        return {"header_row": _("Write a whole number from 1 to 1000.")}
    return {}


def fetch(settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Fetched:
    token = secrets.get("token", "")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = egress.fetch("GET", settings["url"], headers=headers)
    expect_success(answer, "url", "token")
    return table_in(answer, settings)


def table_in(answer: egress.Answer, settings: dict[str, Any]) -> Fetched:
    """The table that the answer's body is, with cells as text."""
    if answer.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGES):
        raise SourceError(
            "url", _("This address gives a web page, not a table; is the file open to anybody?")
        )
    row = settings.get("header_row")
    try:
        table = read_table(
            io.BytesIO(_in_utf8(answer.body, settings.get("encoding") or "")),
            _name_of(answer),
            sheet=settings.get("sheet") or None,
            decimal=settings["decimal"],
            header_row=int(row) if row else None,
            limit_rows=MOST_ROWS,
        )
        rows: list[tuple[Cell, ...]] = [
            tuple(row[name] or None for name in table.header) for _number, row in table.rows
        ]
    except UnreadableTable as problem:
        raise SourceError("url", _sentence(problem)) from None
    return Fetched(table.header, rows)


def _in_utf8(body: bytes, encoding: str) -> bytes:
    if not encoding or body.startswith(BINARY):
        return body
    try:
        return codecs.BOM_UTF8 + body.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeError:
        raise SourceError("encoding", _("The file is not in this encoding.")) from None


def _name_of(answer: egress.Answer) -> str:
    name = PurePosixPath(urlsplit(answer.url).path).name
    is_tsv = answer.headers.get("content-type", "").startswith("text/tab-separated-values")
    return "table.tsv" if is_tsv else name


def _sentence(problem: UnreadableTable) -> str:
    if problem.row is None:
        return str(problem)
    return _("Row %(row)s: %(reason)s") % {"row": problem.row, "reason": problem}


CONNECTOR = Connector(
    kind="file_url",
    name=gettext_lazy("File by address"),
    summary=gettext_lazy("A CSV, TSV, XLSX or ODS file that stands behind an address."),
    fields=FIELDS,
    reads=fetch,
    checks=check,
)
