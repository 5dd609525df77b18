from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from productops.backup import BackupRefused, restore


class Command(BaseCommand):
    help = "Puts an archive of backup into an empty installation."

    # The tables may have to be made first, so that nothing can be asked of them yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options) -> None:
        try:
            manifest = restore(file)
        except (BackupRefused, OSError) as problem:
            raise CommandError(str(problem)) from problem
        count = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{count} rows and {len(manifest['files'])} files of version {manifest['version']} "
            "are back. Now run verify."
        )
