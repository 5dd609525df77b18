"""Answers that are files."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from productops.tables import csv_chunks, write_xlsx


def wants(request: HttpRequest, form: str) -> bool:
    """Whether the address asks for this view as a file: ``?format=csv``."""
    return request.GET.get("format") == form


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        csv_chunks(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def pdf_answer(name: str, document: bytes) -> HttpResponse:
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_answer(name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """A short table as a workbook: it is made in memory."""
    book = BytesIO()
    write_xlsx(book, header, rows)
    response = HttpResponse(book.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


FILES = {"csv": csv_answer, "xlsx": xlsx_answer}
