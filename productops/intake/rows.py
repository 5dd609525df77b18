"""Tables into records: read whole, every cell's error kept, all or nothing."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from productops.exchange import Refused, Report, table_options
from productops.intake.cells import Cell, Row
from productops.tables import Table, UnreadableTable, read_table

Options = Mapping[str, Any]


def take_rows(
    file: BinaryIO,
    name: str,
    options: Options,
    *,
    needs: tuple[str, ...],
    knows: tuple[str, ...],
    take: Callable[[Iterable[tuple[int, Row]], Report], None],
) -> Report:
    """Read a table and hand ``take`` its rows by our names of the columns, inside a transaction.

    ``take`` counts what it did in the report and refuses cells there; any refusal undoes all.
    """
    report = Report()
    try:
        table = read_table(file, name, **table_options(dict(options)))
        columns = _columns(table, options.get("map") or "", needs, knows, report)
        with transaction.atomic():
            take(_renamed(table, columns), report)
            if report.refused:
                raise Refused(report)
    except UnreadableTable as problem:
        report.refuse(problem.row, problem.column, str(problem))
        raise Refused(report) from problem
    return report


def row_by_row(take_row: Callable[[Row], str]):
    """Take rows one at a time: ``take_row`` returns created, updated or unchanged, or raises
    ``Cell``."""

    def take(rows: Iterable[tuple[int, Row]], report: Report) -> None:
        for number, row in rows:
            try:
                outcome = take_row(row)
            except Cell as problem:
                report.refuse(number, problem.column, str(problem))
            else:
                setattr(report, outcome, getattr(report, outcome) + 1)

    return take


def _columns(table: Table, pairs: str, needs, knows, report: Report) -> dict[str, str]:
    """Theirs by ours. Where a map is given, columns that nothing reads are left out."""
    asked = _mapping(pairs, knows, report)
    for ours, theirs in asked.items():
        if theirs not in table.header:
            report.refuse(table.header_row, ours, _("The header has no column “%s”.") % theirs)
    found = {name: name for name in table.header if name in knows} | asked
    missing = [(name, _("This column is missing.")) for name in needs if name not in found]
    unread = [
        (name, _("Nothing reads this column."))
        for name in table.header
        if not asked and name not in knows
    ]
    for name, reason in missing + unread:
        report.refuse(table.header_row, name, reason)
    if report.refused:
        raise Refused(report)
    return found


def _mapping(pairs: str, knows: tuple[str, ...], report: Report) -> dict[str, str]:
    """``tool=Item name,seats=seats`` as a dictionary."""
    found = {}
    for part in filter(None, (part.strip() for part in pairs.split(","))):
        ours, _sign, theirs = (piece.strip() for piece in part.partition("="))
        if ours in knows and theirs:
            found[ours] = theirs
        else:
            reason = _("A map takes pairs such as tool=product, of: %s.") % ", ".join(knows)
            report.refuse(None, ours, reason)
    return found


def _renamed(table: Table, columns: dict[str, str]) -> Iterable[tuple[int, Row]]:
    for number, row in table.rows:
        yield number, {ours: row.get(theirs, "") for ours, theirs in columns.items()}


def map_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--map", metavar="OURS=THEIRS,…", help="names of columns in the file")
