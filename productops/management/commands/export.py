import io
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from productops.exchange import Kind, all_kinds, kind_named
from productops.tables import write_csv, write_json, write_xlsx

WRITERS: dict[str, Callable] = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}


class Command(BaseCommand):
    help = "Writes rows to standard output, as import takes them back."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
        for kind in all_kinds():
            if kind.give is not None:
                options = kinds.add_parser(kind.name, help=f"export {kind.name}")
                if not kind.suffix:
                    options.add_argument("--format", choices=WRITERS, default="csv")

    def handle(self, **options: Any) -> None:
        kind = kind_named(options["kind"])
        out = getattr(self.stdout, "buffer", None)
        if out is not None:
            _write(kind, out, options)
            return
        page = io.BytesIO()
        _write(kind, page, options)
        try:
            self.stdout.write(page.getvalue().decode(), ending="")
        except UnicodeDecodeError as problem:
            raise CommandError("A workbook needs a file to go into: add > FILE.") from problem


def _write(kind: Kind, out: Any, options: dict[str, Any]) -> None:
    rows = iter(kind.give(None, options))
    if kind.suffix:
        for piece in rows:
            out.write(piece.encode())
    else:
        WRITERS[options["format"]](out, next(rows), rows)
