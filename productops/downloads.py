"""A list as a file: exactly the rows that the page shows, streamed."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from productops.tables.writing import csv_chunks, write_xlsx


def csv_download(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Send rows as CSV under a file name; cells are made safe for spreadsheets."""
    response = StreamingHttpResponse(csv_chunks(header, rows), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def text_download(name: str, text: str, kind: str) -> HttpResponse:
    """Send a text of some media type as a file that a browser saves."""
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def xlsx_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """Send rows as the only sheet of a workbook; a browser saves it and opens nothing."""
    book = io.BytesIO()
    write_xlsx(book, header, rows)
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=name)
