"""Bodies of observations: JSON and CSV, and what is wrong with their rows."""

import io
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from metrics.actions.layouts import layout_of
from productops.api.parsing import StrictJSONParser, loaded, parsed
from productops.api.problems import Problem
from productops.exchange import Refused, Report
from productops.tables import UnreadableTable, read_table


class ObservationJSONParser(StrictJSONParser):
    """JSON as everywhere, without a walk over every cell of many thousands.

    The intake refuses by itself what nests and numbers that are too large; texts that are none
    can only be written with an escape.
    """

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Problem(413, _("More was sent than can be taken in one piece."))
        return parsed(body) if b"\\u" in body else loaded(body)


class NumberedRows(list):
    """Rows of a file, each as (its number there, its cells)."""


class ObservationCSVParser(BaseParser):
    """CSV with the columns of ``manage.py import observations``, as rows with their numbers."""

    media_type = "text/csv"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Problem(413, _("More was sent than can be taken in one piece."))
        try:
            table = read_table(io.BytesIO(body), "body.csv")
            layout = layout_of(table, {})
            return NumberedRows((place[0], raw) for place, raw in layout.raws(table))
        except UnreadableTable as problem:
            raise ParseError(str(problem)) from problem
        except Refused as refused:
            raise problem_of(refused.report) from refused


def problem_of(report: Report) -> Problem:
    """Refused rows as one problem that names each field."""
    problem = Problem(422, _("Some observations cannot be taken; nothing was written."))
    problem.errors = [
        {"field": field_of(refusal.row, refusal.column), "message": refusal.reason}
        for refusal in report.refused
    ]
    return problem


def field_of(row: int | None, column: str) -> str:
    return f"observations[{row}].{column}" if row is not None else column or "observations"
