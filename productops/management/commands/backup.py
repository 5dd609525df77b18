from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from productops.backup import BackupRefused, write_backup


class Command(BaseCommand):
    help = "Writes one archive of all rows and files, while the product runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options) -> None:
        try:
            manifest = write_backup(file)
        except (BackupRefused, OSError) as problem:
            raise CommandError(str(problem)) from problem
        count = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{file}: {count} rows and {len(manifest['files'])} files.")
