"""Rows as people and programs write them, read into observations: one verdict for every door.

A row names its KPI, what the number is about, when, and a value or a numerator and denominator.
What cannot be taken is refused with its row, its column and a sentence; then nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice, repeat
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from metrics.actions.columns import columns_of, plain_ids, plain_numbers, rows_from
from metrics.actions.ingest import (
    Refusal,
    Row,
    check_zone,
    delete_observations,
    record_observations,
    trying_again,
)
from metrics.actions.lookups import Lookups, Raw, Unlike, is_blank, place_of, read
from metrics.periods import Span, span_on
from productops import clock
from productops.exchange import Refused, Report
from productops.measures import Aggregation
from productops.parsing import clean_text, to_moment, to_number
from teams.models import Person

KEY_COLUMNS = ("kpi", "product", "subject", "at", "external_id")
COLUMNS = (*KEY_COLUMNS, "value", "numerator", "denominator")
CHUNK = 5_000
MOST_REFUSALS = 200  # more would help nobody
LONGEST_ID = 200
MOST_DATES = 100_000  # remembered: rows of one file share most of theirs


@dataclass
class Taken(Report):
    """What became of rows, and the series that they named."""

    series: set[int] = field(default_factory=set)


@transaction.atomic
def take_observations(
    *, raws: Iterable[tuple[Any, Raw]], by: Person | None, skips: bool = False
) -> Taken:
    """Write observations from rows as they were sent, each with its number for refusals.

    ``by`` None is the operator, who may write everything. Raises ``Refused`` with the report,
    and writes nothing, if any row is refused; with ``skips`` the others are written all the
    same. Callers that can give the rows once more wrap it in ``trying_again``.
    """
    report = Taken()
    intake = Intake(by=by, report=report, skips=skips)
    try:
        tally = record_observations(rows=intake.rows(raws), by=by, spans=intake.spans)
    except Refusal as refusal:
        report.refuse(None, "", str(refusal))
        raise Refused(report) from refusal
    if report.refused and not skips:
        raise Refused(report)
    report.series = {series_id for series_id, _takes_values in intake.places.values()}
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


class Intake(Lookups):
    """Reads raw rows with what it has looked up so far."""

    def __init__(self, *, by: Person | None, report: Report, skips: bool = False) -> None:
        super().__init__(by)
        self.report = report
        self.skips = skips
        self.zone = clock.zone()
        self.moments: dict[str, tuple[date, datetime]] = {}
        self.seen: set[int] = set()

    def rows(self, raws: Iterable[tuple[Any, Raw]]) -> Iterator[Row]:
        """Read rows; none comes out any more once one was refused, unless those are skipped."""
        left = iter(raws)
        while chunk := list(islice(left, CHUNK)):
            rows = self.plain_rows([raw for _number, raw in chunk])
            yield from self.careful_rows(chunk) if rows is None else rows
            if len(self.report.refused) >= MOST_REFUSALS and not self.skips:
                return

    def plain_rows(self, raws: Sequence[Raw]) -> list[Row] | None:
        """Read rows that are all of the commonest form; None where any one wants a closer look."""
        columns = None if self.report.refused else columns_of(raws)
        if columns is None:
            return None
        numbers, ids = plain_numbers(columns["value"]), columns.get("external_id")
        if numbers is None or (ids is not None and not plain_ids(ids, LONGEST_ID)):
            return None
        series_ids = self.plain_series(columns, raws)
        moments = self.plain_moments(columns["at"])
        if series_ids is None or moments is None:
            return None
        rows = rows_from(series_ids, moments, ids, numbers)
        keys = zip(series_ids, map(itemgetter(1), moments), ids or repeat(""), strict=False)
        names = set(map(hash, keys))
        if len(names) < len(rows) or not self.seen.isdisjoint(names):
            return None
        self.seen |= names
        return rows

    def plain_series(self, columns: Mapping[str, list], raws: Sequence[Raw]) -> list[int] | None:
        """The series that rows name; None unless all of them take values."""
        nothing = repeat(None)
        places = list(
            zip(
                columns["kpi"],
                columns.get("product", nothing),
                columns.get("subject", nothing),
                strict=False,
            )
        )
        try:
            self.look_up(dict(zip(places, raws, strict=True)))
        except TypeError:
            return None  # something nested, where a name should be
        found = list(map(self.places.get, places))
        if None in found:
            return None
        series_ids, takes_values = zip(*found, strict=True)
        return list(series_ids) if all(takes_values) else None

    def plain_moments(self, texts: Sequence[str]) -> list[tuple[date, datetime]] | None:
        try:
            for text in set(texts) - self.moments.keys():
                self.moment(text)
        except Unlike:
            return None
        found = list(map(self.moments.get, texts))
        return None if None in found else found

    def careful_rows(self, chunk: Sequence[tuple[Any, Raw]]) -> Iterator[Row]:
        """Read rows one by one, each with a verdict of its own."""
        self.look_up({place_of(raw): raw for _number, raw in chunk})
        for number, raw in chunk:
            row = self.careful_row(number, raw)
            if row is not None and (self.skips or not self.report.refused):
                yield row

    def keys(self, raws: Sequence[tuple[int, Raw]]) -> Iterator[tuple[int, date, datetime, str]]:
        """Read only what names observations; a series that does not exist names none."""
        self.look_up({place_of(raw): raw for _number, raw in raws}, makes_series=False)
        for number, raw in raws:
            try:
                key = self.key(raw)
            except Unlike as problem:
                self.report.refuse(number, problem.column, str(problem))
                continue
            if key[0]:
                yield key

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
        if span.expression:
            text = _("This KPI is computed from others: their numbers come in, and it follows.")
            raise Unlike("kpi", text)
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
