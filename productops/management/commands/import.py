# ruff: noqa: N999  the command is called so
import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from productops.exchange import Report, all_kinds, kind_named
from productops.imports import run_import

MOST_SHOWN = 100
OURS = {"kind", "file", "dry_run", "json", "by"}


class Command(BaseCommand):
    help = "Reads a file into the product, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
        for kind in all_kinds():
            if kind.take is not None:
                options = kinds.add_parser(kind.name, help=f"import {kind.name}")
                _add_options(options)
                if kind.arguments is not None:
                    kind.arguments(options)

    def handle(self, **options: Any) -> None:
        kind = kind_named(options["kind"])
        path = Path(options["file"])
        given = {name: value for name, value in options.items() if name not in OURS | DJANGOS}
        try:
            with path.open("rb") as file:
                _run, report = run_import(
                    kind=kind,
                    file=file,
                    name=path.name,
                    by=_person(options["by"]),
                    options=given,
                    dry_run=options["dry_run"],
                )
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
        self._show(report, options)

    def _show(self, report: Report, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict()))
        else:
            self._show_as_text(report, options["dry_run"])
        if report.refused:
            raise CommandError(f"{len(report.refused)} refused; nothing was written.")

    def _show_as_text(self, report: Report, dry_run: bool) -> None:
        for refusal in report.refused[:MOST_SHOWN]:
            place = f"row {refusal.row}" if refusal.row else "file"
            self.stdout.write(f"{place:>10}  {refusal.column:<20}  {refusal.reason}")
        if (more := len(report.refused) - MOST_SHOWN) > 0:
            self.stdout.write(f"{'':>10}  and {more} more")
        if not report.refused:
            would = "would be " if dry_run else ""
            self.stdout.write(
                f"{report.created} {would}created, {report.updated} {would}updated, "
                f"{report.unchanged} unchanged"
            )


DJANGOS = {
    *("verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"),
    *("skip_checks", "stdout", "stderr"),
}


def _add_options(parser: CommandParser) -> None:
    parser.add_argument("file")
    parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--by", metavar="EMAIL", help="the person in whose name it is done")
    parser.add_argument("--sheet", help="which sheet of a workbook; otherwise the first")
    parser.add_argument("--decimal", choices=[".", ","], default=".", help="the decimal mark")
    parser.add_argument("--header-row", type=int, help="where a header does not come first")


def _person(email: str | None):
    """The person with this address; None is the operator."""
    if email is None:
        return None
    person = get_user_model()._default_manager.filter(email=email.strip().lower()).first()
    if person is None:
        raise CommandError(f"Nobody here has the address {email}.")
    return person
