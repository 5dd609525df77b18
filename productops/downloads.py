"""A list as a file: exactly the rows that the page shows, streamed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from productops.tables.writing import csv_chunks


def csv_download(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Send rows as CSV under a file name; cells are made safe for spreadsheets."""
    response = StreamingHttpResponse(csv_chunks(header, rows), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
