"""Observations in files: long ones, a row a number, and wide ones, a column a KPI."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.actions.founding import Founding, found_kpis, found_products
from metrics.actions.ingest import trying_again
from metrics.actions.intake import COLUMNS, Intake, take_observations
from metrics.actions.lookups import Unlike, is_blank
from metrics.models import Observation
from metrics.periods import guessed_cadence
from objectives.models import Series
from productops.exchange import Kind, Refusal, Refused, Report, kind
from productops.measures import Aggregation, Cadence, Direction
from productops.tables import Table, UnreadableTable, read_table
from teams.choices import SubjectKind
from teams.models import Person

ALIASES = {"kpi": "metric", "at": "date", "product": "dimension"}
EXPORTED = ("kpi", "subject", "at", "value", "numerator", "denominator", "external_id")
WIDE = ("kpi", "value", "numerator", "denominator")  # columns that a wide file has no use for
CHUNK = 5_000
# A refusal in a wide file concerns a column of it: rows are numbered (row, that column).
Place = tuple[int, str]


@dataclass(frozen=True)
class Layout:
    """Where a file keeps what we need: our column to its name; ``kpis`` are a wide one's."""

    columns: Mapping[str, str]
    kpis: tuple[str, ...]
    decimal: str

    def raws(self, table: Table) -> Iterator[tuple[Place, dict[str, Any]]]:
        for number, cells in table.rows:
            raw = {ours: cells[name] for ours, name in self.columns.items()}
            if not self.kpis:
                yield (number, self.columns.get("value", "value")), self.plain(raw)
            for column in self.kpis:
                if not is_blank(cells[column]):
                    found = raw | {"kpi": column, "value": cells[column]}
                    yield (number, column), self.plain(found)

    def plain(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Numbers with a point, whichever decimal mark the file has."""
        if self.decimal == ",":
            for name in ("value", "numerator", "denominator"):
                if raw.get(name):
                    raw[name] = raw[name].translate(str.maketrans(",.", ".,"))
        return raw

    def place(self, refusal: Refusal) -> Refusal:
        """A refusal in the words of the file."""
        if not isinstance(refusal.row, tuple):
            return refusal
        row, value_column = refusal.row
        if self.kpis and refusal.column in ("kpi", "value", "numerator"):
            return Refusal(row, value_column, refusal.reason)
        return Refusal(row, self.columns.get(refusal.column, refusal.column), refusal.reason)


@dataclass
class Found:
    """KPIs and products that a file names, with the days of each KPI and subject."""

    kpis: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    days: dict[str, dict[str, set]] = field(default_factory=dict)


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
    check_options(options)
    layout = layout_of(opened(file, name, options), options)
    if options.get("create_kpis"):
        found_missing(layout, opened(file, name, options), by, options)
    try:
        return take_observations(raws=layout.raws(opened(file, name, options)), by=by)
    except Refused as refused:
        refused.report.refused = [layout.place(r) for r in refused.report.refused]
        raise


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


def layout_of(table: Table, options: Mapping[str, Any]) -> Layout:
    """Find our columns in the header: by ``--map``, by our names, by the usual other names.

    Raises Refused, naming the column, where one is missing.
    """
    report = Report()
    asked = mapping(options.get("map"), report)
    names = {name.strip().lower(): name for name in reversed(table.header)}
    wanted = {ours: candidates(ours, asked, names) for ours in COLUMNS}
    columns = {ours: names[theirs] for ours, theirs in wanted.items() if theirs in names}
    for ours, theirs in asked.items():
        if theirs.lower() not in names:
            reason = _("The header has no column “%(name)s”.") % {"name": theirs}
            report.refuse(table.header_row, ours, reason)
    kpis = tuple(options.get("kpi") or ())
    for column in kpis:
        if column.lower() not in names:
            reason = _("The header has no column “%(name)s”.") % {"name": column}
            report.refuse(table.header_row, column, reason)
    for needed in missing(columns, kpis):
        reason = _("The header needs a column “%(name)s”; --map names another.")
        report.refuse(table.header_row, needed, reason % {"name": needed})
    if report.refused:
        raise Refused(report)
    wide = tuple(names[column.lower()] for column in kpis)
    kept = {ours: name for ours, name in columns.items() if not wide or ours not in WIDE}
    return Layout(kept, wide, table.decimal)


def candidates(ours: str, asked: Mapping[str, str], names: Iterable[str]) -> str:
    """The name, in lower case, under which a file may keep a column of ours."""
    if ours in asked:
        return asked[ours].lower()
    return ours if ours in names else ALIASES.get(ours, ours)


def mapping(text: Any, report: Report) -> dict[str, str]:
    """``at=released_on,product=product`` as a dictionary."""
    pairs = [part.partition("=") for part in (text or "").split(",") if part.strip()]
    found = {ours.strip(): theirs.strip() for ours, _sign, theirs in pairs}
    for ours, theirs in found.items():
        if ours not in COLUMNS or not theirs:
            reason = _("--map takes pairs such as at=released_on, of: %(names)s.")
            report.refuse(None, ours, reason % {"names": ", ".join(COLUMNS)})
    return {ours: theirs for ours, theirs in found.items() if ours in COLUMNS and theirs}


def missing(columns: Mapping[str, str], kpis: Iterable[str]) -> list[str]:
    """The columns without which a file says nothing."""
    needed = ["at"] if kpis else ["kpi", "at"]
    if not kpis and "value" not in columns and "numerator" not in columns:
        needed.append("value")
    return [name for name in needed if name not in columns]


def check_options(options: Mapping[str, Any]) -> None:
    report = Report()
    for name, choices in (("aggregation", Aggregation), ("direction", Direction)):
        if options.get(name) and options[name] not in choices.values:
            report.refuse(None, f"--{name}", _("Write one of: %s.") % ", ".join(choices.values))
    if report.refused:
        raise Refused(report)


def found_missing(
    layout: Layout, table: Table, by: Person | None, options: Mapping[str, Any]
) -> None:
    """Create the KPIs and products that the file names and that do not exist."""
    found = named(layout, table)
    if by is None or by.changes_all:
        found_products(names=found.products, by=by)
        aggregation = Aggregation(options.get("aggregation") or Aggregation.MEAN)
        direction = Direction(options.get("direction") or Direction.NEUTRAL)
        kpis = [
            Founding(slug, title, cadence_of(found, slug), aggregation, direction)
            for slug, title in found.kpis.items()
        ]
        found_kpis(kpis=kpis, by=by, now=timezone.now())


def named(layout: Layout, table: Table) -> Found:
    """What the readable rows name; the others are refused when they are taken."""
    found, reader = Found(), Intake(by=None, report=Report())
    for _place, raw in layout.raws(table):
        try:
            slug = reader.slug("kpi", raw.get("kpi"))
            column, reference = reader.reference(raw)
            on, _at = reader.moment(raw.get("at"))
        except Unlike:
            continue
        found.kpis.setdefault(slug, title_of(raw["kpi"]))
        if column == "product" and not is_blank(raw.get("product")):
            found.products.setdefault(reference.partition(":")[2], raw["product"].strip())
        found.days.setdefault(slug, {}).setdefault(reference, set()).add(on)
    return found


def title_of(text: str) -> str:
    """A name for people from the name of a column: lead_time becomes Lead time."""
    words = " ".join(text.replace("_", " ").split())
    return words[:1].upper() + words[1:200]


def cadence_of(found: Found, slug: str) -> Cadence:
    return Cadence(guessed_cadence(found.days[slug].values()))


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
    parser.add_argument("--aggregation", help="how new KPIs are counted (mean)")
    parser.add_argument("--direction", help="which way new KPIs are better (neutral)")


kind(Kind(name="observations", take=take, give=give, arguments=arguments))
