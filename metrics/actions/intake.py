"""Rows as people and programs write them, read into observations: one verdict for every door.

A row names its KPI, what the number is about, when, and a value or a numerator and denominator.
What cannot be taken is refused with its row, its column and a sentence; then nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from metrics.actions.founding import series_of
from metrics.actions.ingest import (
    Refusal,
    Row,
    check_zone,
    delete_observations,
    record_observations,
    trying_again,
)
from metrics.periods import Span, span_on, spans_of
from objectives.models import Kpi, KpiVersion
from productops import clock
from productops.exchange import Refused, Report
from productops.figures import LARGEST
from productops.measures import Aggregation
from productops.parsing import (
    SMALLEST,
    Unreadable,
    clean_text,
    to_moment,
    to_number,
    to_slug,
)
from teams.choices import SubjectKind
from teams.models import Person, Subject

Raw = Mapping[str, Any]
KEY_COLUMNS = ("kpi", "product", "subject", "at", "external_id")
COLUMNS = (*KEY_COLUMNS, "value", "numerator", "denominator")
CHUNK = 5_000
MOST_REFUSALS = 200  # more would help nobody
LONGEST_ID = 200
MOST_DATES = 100_000  # remembered: rows of one file share most of theirs
UNCOMMON = {"numerator", "denominator", "external_id"}
Place = tuple[Any, ...]
ORGANISATION = f"{SubjectKind.ORGANISATION}:organisation"


@transaction.atomic
def take_observations(*, raws: Iterable[tuple[Any, Raw]], by: Person | None) -> Report:
    """Write observations from rows as they were sent, each with its number for refusals.

    ``by`` None is the operator, who may write everything. Raises ``Refused`` with the report,
    and writes nothing, if any row is refused. Callers that can give the rows once more wrap it
    in ``trying_again``.
    """
    report = Report()
    intake = Intake(by=by, report=report)
    try:
        tally = record_observations(rows=intake.rows(raws), by=by)
    except Refusal as refusal:
        report.refuse(None, "", str(refusal))
    if report.refused:
        raise Refused(report)
    report.created, report.updated, report.unchanged = (
        tally.created,
        tally.updated,
        tally.unchanged,
    )
    return report


@trying_again
@transaction.atomic
def drop_observations(*, raws: Sequence[tuple[int, Raw]], by: Person | None) -> int:
    """Delete observations by key (KPI, subject, at, external_id); how many there were.

    Raises ``Refused`` for keys that cannot be read; a key that is not there is no error.
    """
    report = Report()
    intake = Intake(by=by, report=report)
    keys = [key for key in intake.keys(raws)]
    if report.refused:
        raise Refused(report)
    check_zone()
    return delete_observations(keys=keys, by=by)


class Intake:
    """Reads raw rows with what it has looked up so far: four queries for each chunk."""

    def __init__(self, *, by: Person | None, report: Report) -> None:
        self.by = by
        self.report = report
        self.zone = clock.zone()
        self.kpis: dict[str, tuple[int, Sequence[Span]]] = {}
        self.subjects: dict[str, int] = {}
        self.series: dict[tuple[int, int], int] = {}
        self.keys_of_text: dict[str, str] = {}
        self.moments: dict[str, tuple[date, datetime]] = {}
        self.seen: set[int] = set()
        self.places: dict[Place, tuple[int, bool]] = {}

    def rows(self, raws: Iterable[tuple[int, Raw]]) -> Iterator[Row]:
        """Read rows; none comes out any more once one was refused."""
        left = iter(raws)
        while chunk := list(islice(left, CHUNK)):
            self.look_up(raw for _number, raw in chunk)
            for number, raw in chunk:
                row = self.row(number, raw)
                if row is not None and not self.report.refused:
                    yield row
            if len(self.report.refused) >= MOST_REFUSALS:
                return

    def keys(self, raws: Sequence[tuple[int, Raw]]) -> Iterator[tuple[int, date, datetime, str]]:
        """Read only what names observations; a series that does not exist names none."""
        self.look_up((raw for _number, raw in raws), makes_series=False)
        for number, raw in raws:
            try:
                key = self.key(raw)
            except Unlike as problem:
                self.report.refuse(number, problem.column, str(problem))
                continue
            if key[0]:
                yield key

    def row(self, number: Any, raw: Raw) -> Row | None:
        """Read one row, or refuse it."""
        return self.plain_row(raw) or self.careful_row(number, raw)

    def plain_row(self, raw: Raw) -> Row | None:
        """Read a row of the commonest form with what is known by now; None for any other."""
        value, text = raw.get("value"), raw.get("at")
        is_plain = type(value) is float and SMALLEST <= abs(value) <= LARGEST
        if not is_plain or type(text) is not str or raw.keys() & UNCOMMON:
            return None
        moment = self.moments.get(text)
        place = self.places.get(place_of(raw))
        if moment is None or place is None or not place[1]:
            return None
        name = hash((place[0], moment[1], ""))
        if name in self.seen:
            return None
        self.seen.add(name)
        return Row(place[0], *moment, "", value, None, None)

    def careful_row(self, number: Any, raw: Raw) -> Row | None:
        try:
            key = self.key(raw)
            self.check_once(key)
            return Row(*key, *self.figures(raw, self.span(raw, key[1])))
        except Unlike as problem:
            self.report.refuse(number, problem.column, str(problem))
            return None

    def key(self, raw: Raw) -> tuple[int, date, datetime, str]:
        kpi_id, _spans = self.kpi(raw)
        subject_id = self.subject(raw)
        on, at = self.moment(raw.get("at"))
        external_id = raw.get("external_id") or ""
        if external_id != "":
            external_id = read("external_id", clean_text, external_id, longest=LONGEST_ID)
        return self.series.get((kpi_id, subject_id), 0), on, at, external_id

    def kpi(self, raw: Raw) -> tuple[int, Sequence[Span]]:
        text = raw.get("kpi")
        if is_blank(text):
            raise Unlike("kpi", _("Name the KPI."))
        known = self.kpis.get(self.slug("kpi", text))
        if known is None:
            raise Unlike("kpi", _("There is no KPI “%(name)s”.") % {"name": str(text)[:80]})
        return known

    def subject(self, raw: Raw) -> int:
        column, reference = self.reference(raw)
        known = self.subjects.get(reference)
        if known is None:
            raise Unlike(
                column,
                _("There is no “%(name)s” whose numbers you may write.") % {"name": reference[:80]},
            )
        return known

    def reference(self, raw: Raw) -> tuple[str, str]:
        """The column that says what the number is about, and its ``kind:key``."""
        product, subject = raw.get("product"), raw.get("subject")
        if not is_blank(subject):
            if not is_blank(product):
                raise Unlike("subject", _("Write either a product or a subject."))
            return "subject", read("subject", clean_text, subject, longest=140)
        if is_blank(product):
            return "product", ORGANISATION
        return "product", f"{SubjectKind.PRODUCT}:{self.slug('product', product)}"

    def slug(self, column: str, text: Any) -> str:
        """The key of a name; the same text is worked on once."""
        if isinstance(text, str) and (known := self.keys_of_text.get(text)):
            return known
        slug = read(column, to_slug, text)
        self.keys_of_text[text] = slug
        return slug

    def moment(self, text: Any) -> tuple[date, datetime]:
        """The organisation's date and the moment in UTC."""
        if isinstance(text, str) and (known := self.moments.get(text)):
            return known
        if is_blank(text):
            raise Unlike("at", _("Write when it was."))
        at = read("at", to_moment, text, self.zone)
        found = at.astimezone(self.zone).date(), at
        if isinstance(text, str) and len(self.moments) < MOST_DATES:
            self.moments[text] = found
        return found

    def span(self, raw: Raw, on: date) -> Span:
        return span_on(self.kpi(raw)[1], on)

    def figures(self, raw: Raw, span: Span) -> tuple[float | None, float | None, float | None]:
        """Value, numerator, denominator: what the definition of that day asks for."""
        value, numerator = raw.get("value"), raw.get("numerator")
        denominator = raw.get("denominator")
        if span.aggregation == Aggregation.RATIO:
            if not is_blank(value):
                raise Unlike("value", _("This KPI is a ratio: write numerator and denominator."))
            return None, needed("numerator", numerator), whole_of("denominator", denominator)
        if not (is_blank(numerator) and is_blank(denominator)):
            raise Unlike("numerator", _("This KPI is no ratio: write a value."))
        return needed("value", value), None, None

    def check_once(self, key: tuple[int, date, datetime, str]) -> None:
        # Hashes instead of keys: a million of them must fit into memory.
        name = hash((key[0], *key[2:]))
        if name in self.seen:
            raise Unlike(
                "at", _("The same KPI, subject, time and external_id stand in an earlier row.")
            )
        self.seen.add(name)

    def look_up(self, raws: Iterable[Raw], *, makes_series: bool = True) -> None:
        """Find the KPIs, subjects and series that rows name, all at once."""
        named = {place: raw for raw in raws if (place := place_of(raw)) not in self.places}
        pairs: dict[Place, tuple[str, str]] = {}
        for place, raw in named.items():
            try:
                pairs[place] = self.slug("kpi", raw.get("kpi")), self.reference(raw)[1]
            except Unlike:
                continue  # told when the row itself is read
        self.look_up_kpis({slug for slug, _reference in pairs.values()} - set(self.kpis))
        references = {reference for _slug, reference in pairs.values()}
        self.look_up_subjects(references - set(self.subjects))
        known = {
            place: (self.kpis[slug][0], self.subjects[reference])
            for place, (slug, reference) in pairs.items()
            if slug in self.kpis and reference in self.subjects
        }
        self.look_up_series(set(known.values()) - set(self.series), makes_series)
        for place, pair in known.items():
            if pair in self.series:
                spans = self.kpis[pairs[place][0]][1]
                takes_values = all(s.aggregation != Aggregation.RATIO for s in spans)
                self.places[place] = self.series[pair], takes_values

    def look_up_kpis(self, slugs: set[str]) -> None:
        if not slugs:
            return
        found = dict(Kpi.objects.filter(slug__in=slugs).values_list("pk", "slug"))
        versions: dict[int, list[KpiVersion]] = {pk: [] for pk in found}
        for version in KpiVersion.objects.filter(kpi__in=found):
            versions[version.kpi_id].append(version)
        for pk, slug in found.items():
            if versions[pk]:
                self.kpis[slug] = pk, spans_of(versions[pk])

    def look_up_subjects(self, references: set[str]) -> None:
        if not references:
            return
        if ORGANISATION in references:
            Subject.organisation()
        rows = Subject.objects.all()
        if self.by is not None:
            rows = rows.changeable_by(self.by)
        keys = {reference.partition(":")[2] for reference in references}
        for pk, kind, key in rows.filter(key__in=keys).values_list("pk", "kind", "key"):
            self.subjects[f"{kind}:{key}"] = pk

    def look_up_series(self, pairs: set[tuple[int, int]], makes: bool) -> None:
        if pairs:
            self.series |= series_of(pairs, begins=makes)


class Unlike(Exception):  # noqa: N818  a sentence for people, not a fault
    """A cell that cannot be taken, and its column."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def read(column: str, reader: Any, *args: Any, **kwargs: Any) -> Any:
    """What a reader of productops.parsing makes of a cell; its refusal gets the column's name."""
    try:
        return reader(*args, **kwargs)
    except Unreadable as problem:
        raise Unlike(column, str(problem)) from problem


def needed(column: str, value: Any) -> float:
    if is_blank(value):
        raise Unlike(column, _("Write a number."))
    return read(column, to_number, value)


def whole_of(column: str, value: Any) -> float:
    """A denominator: the whole that a numerator is a part of."""
    number = needed(column, value)
    if number < 0:
        raise Unlike(column, _("A denominator is not below 0."))
    return number


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def place_of(raw: Raw) -> Place:
    """Which KPI of what a row names, as it is written; what JSON nests is taken as its text."""
    place = raw.get("kpi"), raw.get("product"), raw.get("subject")
    try:
        hash(place)
    except TypeError:
        return tuple(map(repr, place))
    return place
