"""Observations in files: long ones, a row a number, and wide ones, a column a KPI."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, BinaryIO

from django.db import transaction

from metrics.actions.dates import DATES
from metrics.actions.ingest import trying_again
from metrics.actions.tabling import take_table
from metrics.models import Observation
from objectives.models import Series
from productops.exchange import Kind, Refused, Report, kind
from productops.tables import Table, UnreadableTable, read_table
from teams.choices import SubjectKind
from teams.models import Person

EXPORTED = ("kpi", "subject", "at", "value", "numerator", "denominator", "external_id")
CHUNK = 5_000


def take(file: BinaryIO, name: str, by: Person | None, options: Mapping[str, Any]) -> Report:
    """Read a file of observations, whole or not at all. Raises Refused with what is wrong."""
    try:
        return trying_again(taken)(file, name, by, options)
    except UnreadableTable as problem:
        report = Report()
        report.refuse(problem.row, problem.column, str(problem))
        raise Refused(report) from problem


@transaction.atomic
def taken(file: BinaryIO, name: str, by: Person | None, options: Mapping[str, Any]) -> Report:
    return take_table(opened=lambda: opened(file, name, options), options=options, by=by)


def opened(file: BinaryIO, name: str, options: Mapping[str, Any]) -> Table:
    """The table from its beginning: it is read more than once."""
    file.seek(0)
    return read_table(
        file,
        name,
        sheet=options.get("sheet"),
        decimal=options.get("decimal") or ".",
        header_row=options.get("header_row"),
    )


def give(person: Person | None, options: Mapping[str, Any]) -> Iterator[tuple]:
    """Every observation that the person may see, as ``take`` takes it back."""
    yield EXPORTED
    rows = Observation.objects.order_by("series_id", "on", "at", "external_id")
    if person is not None:
        rows = rows.filter(series__in=Series.objects.visible_to(person).values("pk"))
    fields = ("series__kpi__slug", "series__subject__kind", "series__subject__key")
    figures = ("at", "value", "numerator", "denominator", "external_id")
    for kpi, subject_kind, key, at, *rest in rows.values_list(*fields, *figures).iterator(CHUNK):
        moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        yield kpi, f"{SubjectKind(subject_kind)}:{key}", moment, *rest


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--create-kpis", action="store_true", help="create unknown KPIs and products"
    )
    parser.add_argument("--map", metavar="OURS=THEIRS,…", help="names of columns in the file")
    parser.add_argument(
        "--kpi", action="append", metavar="COLUMN", help="a column that is a KPI (wide files)"
    )
    parser.add_argument(
        "--fixed", metavar="OURS=TEXT,…", help="what stands for every row, such as kpi=lead-time"
    )
    parser.add_argument(
        "--dates", metavar="FORM", help="how dates are written: " + ", ".join(DATES)
    )
    parser.add_argument("--aggregation", help="how new KPIs are counted (mean)")
    parser.add_argument("--direction", help="which way new KPIs are better (neutral)")


kind(Kind(name="observations", take=take, give=give, arguments=arguments))
