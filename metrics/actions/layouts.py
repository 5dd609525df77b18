"""How a table is read as observations: one mapping for files, sources and what is sent to us.

A layout is found from options, which are the same everywhere: ``map`` (our columns to theirs, as
a dictionary or ``at=released_on,product=team``), ``kpi`` (columns that are KPIs of their own, in
wide tables), ``fixed`` (our columns to a text that stands for every row), ``dates`` and
``decimal`` (how the table writes them), ``exact`` (no column is found by its name alone) and
``since`` (rows of earlier days are left out).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from metrics.actions.dates import DATES, is_before, plain_date
from metrics.actions.intake import COLUMNS
from metrics.actions.lookups import is_blank
from productops.exchange import Refusal, Refused, Report
from productops.measures import Aggregation, Direction
from productops.tables import Table

ALIASES = {"kpi": "metric", "at": "date", "product": "dimension"}
WIDE = ("kpi", "value", "numerator", "denominator")  # columns that a wide table has no use for
# A refusal in a wide table concerns a column of it: rows are numbered (row, that column).
Place = tuple[int, str]


@dataclass(frozen=True)
class Layout:
    """Where a table keeps what we need: our column to its name; ``kpis`` are a wide one's."""

    columns: Mapping[str, str]
    kpis: tuple[str, ...]
    decimal: str
    fixed: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    since: str = ""  # the first day that is taken, as ISO writes it

    def raws(self, table: Table) -> Iterator[tuple[Place, dict[str, Any]]]:
        found = self.all_raws(table)
        if not self.since:
            return found
        return (each for each in found if not is_before(each[1].get("at"), self.since))

    def all_raws(self, table: Table) -> Iterator[tuple[Place, dict[str, Any]]]:
        for number, cells in table.rows:
            raw = {ours: cells[name] for ours, name in self.columns.items()}
            if self.fixed:
                raw = {**self.fixed, **raw}
            if not self.kpis:
                yield (number, self.columns.get("value", "value")), self.plain(raw)
            for column in self.kpis:
                if not is_blank(cells[column]):
                    found = raw | {"kpi": column, "value": cells[column]}
                    yield (number, column), self.plain(found)

    def plain(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Numbers with a point and dates as ISO writes them, whichever way the table has."""
        if self.decimal == ",":
            for name in ("value", "numerator", "denominator"):
                if raw.get(name) and name not in self.fixed:
                    raw[name] = raw[name].translate(str.maketrans(",.", ".,"))
        if self.dates and "at" not in self.fixed:
            raw["at"] = plain_date(raw["at"], self.dates)
        return raw

    def place(self, refusal: Refusal) -> Refusal:
        """A refusal in the words of the table."""
        place: Any = refusal.row
        if not isinstance(place, tuple):
            return refusal
        row, value_column = place
        if self.kpis and refusal.column in ("kpi", "value", "numerator"):
            return Refusal(row, value_column, refusal.reason)
        return Refusal(row, self.columns.get(refusal.column, refusal.column), refusal.reason)

    def placed(self, refused: Iterable[Refusal]) -> list[Refusal]:
        return [self.place(refusal) for refusal in refused]


def layout_of(table: Table, options: Mapping[str, Any]) -> Layout:
    """Find our columns in the header: by ``map``, by our names, by the usual other names.

    Raises Refused, naming the column, where one is missing.
    """
    report = Report()
    asked = mapping(options.get("map"), report)
    fixed = fixed_of(options.get("fixed"), report)
    names = {name.strip().lower(): name for name in reversed(table.header)}
    ours_asked = asked if options.get("exact") else COLUMNS
    wanted = {ours: candidates(ours, asked, names) for ours in ours_asked if ours not in fixed}
    columns = {ours: names[theirs] for ours, theirs in wanted.items() if theirs in names}
    kpis = tuple(options.get("kpi") or ())
    absent = {ours: theirs for ours, theirs in asked.items() if theirs.lower() not in names}
    for ours, theirs in {**absent, **{k: k for k in kpis if k.lower() not in names}}.items():
        reason = _("The header has no column “%(name)s”.") % {"name": theirs}
        report.refuse(table.header_row, ours, reason)
    for needed in missing({**columns, **fixed}, kpis):
        reason = _("The header needs a column “%(name)s”, or another one that is named for it.")
        report.refuse(table.header_row, needed, reason % {"name": needed})
    if report.refused:
        raise Refused(report)
    wide = tuple(names[column.lower()] for column in kpis)
    kept = {ours: name for ours, name in columns.items() if not wide or ours not in WIDE}
    dates, since = str(options.get("dates") or ""), str(options.get("since") or "")
    return Layout(kept, wide, table.decimal, fixed, dates, since)


def candidates(ours: str, asked: Mapping[str, str], names: Iterable[str]) -> str:
    """The name, in lower case, under which a table may keep a column of ours."""
    if ours in asked:
        return asked[ours].lower()
    return ours if ours in names else ALIASES.get(ours, ours)


def mapping(given: Any, report: Report) -> dict[str, str]:
    """Our columns to theirs, from a dictionary or from ``at=released_on,product=product``."""
    return {ours: text for ours, text in pairs(given, "--map", report).items() if text}


def fixed_of(given: Any, report: Report) -> dict[str, str]:
    """What stands for every row: our column to a text, written alike."""
    return {ours: text for ours, text in pairs(given, "--fixed", report).items() if text}


def pairs(given: Any, option: str, report: Report) -> dict[str, str]:
    if isinstance(given, Mapping):
        found = {str(ours): str(text).strip() for ours, text in given.items()}
    else:
        parts = [part.partition("=") for part in (given or "").split(",") if part.strip()]
        found = {ours.strip(): text.strip() for ours, _sign, text in parts}
    for ours, text in found.items():
        if ours not in COLUMNS or not text:
            reason = _("%(option)s takes pairs such as at=released_on, of: %(names)s.")
            words = {"option": option, "names": ", ".join(COLUMNS)}
            report.refuse(None, ours, reason % words)
    return {ours: text for ours, text in found.items() if ours in COLUMNS}


def missing(columns: Mapping[str, str], kpis: Iterable[str]) -> list[str]:
    """The columns without which a table says nothing."""
    needed = ["at"] if kpis else ["kpi", "at"]
    if not kpis and "value" not in columns and "numerator" not in columns:
        needed.append("value")
    return [name for name in needed if name not in columns]


def check_options(options: Mapping[str, Any]) -> None:
    """Refuse choices that do not exist. Raises Refused."""
    report = Report()
    choices = {
        "aggregation": Aggregation.values,
        "direction": Direction.values,
        "decimal": [".", ","],
        "dates": list(DATES),
    }
    for name, known in choices.items():
        if options.get(name) and options[name] not in known:
            report.refuse(None, f"--{name}", _("Write one of: %s.") % ", ".join(known))
    if report.refused:
        raise Refused(report)
