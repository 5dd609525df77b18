import io
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from productops.exchange import all_kinds, kind_named
from productops.exports import formats_of, write_export


class Command(BaseCommand):
    help = "Writes rows to standard output, as import takes them back."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
        for kind in all_kinds():
            if kind.give is not None:
                options = kinds.add_parser(kind.name, help=f"export {kind.name}")
                formats = formats_of(kind)
                options.add_argument("--format", choices=formats, default=formats[0])
                if kind.choosing is not None:
                    kind.choosing(options)

    def handle(self, **options: Any) -> None:
        kind, form = kind_named(options["kind"]), options["format"]
        out = getattr(self.stdout, "buffer", None)
        if out is not None:
            write_export(out, kind, form, None, options)
            return
        page = io.BytesIO()
        write_export(page, kind, form, None, options)
        try:
            self.stdout.write(page.getvalue().decode(), ending="")
        except UnicodeDecodeError as problem:
            raise CommandError("A workbook needs a file to go into: add > FILE.") from problem
