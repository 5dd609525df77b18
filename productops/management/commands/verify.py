import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from productops.verify import Check, Difference, all_checks


class Command(BaseCommand):
    help = "Recomputes what can be recomputed, and lists what does not agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the differences as JSON")

    def handle(self, **options: Any) -> None:
        checks = all_checks()
        found = [difference for check in checks for difference in _differences(check)]
        if options["json"]:
            names = [check.name for check in checks]
            listed = [vars(difference) for difference in found]
            self.stdout.write(json.dumps({"checks": names, "differences": listed}))
        else:
            for difference in found:
                self.stdout.write(
                    f"{difference.check}: {difference.row}: "
                    f"found {difference.found}, expected {difference.expected}"
                )
            self.stdout.write(f"{len(checks)} checks, {len(found)} differences")
        if found:
            raise CommandError("What is stored does not agree.")


def _differences(check: Check) -> list[Difference]:
    """What the check finds; one that cannot run is a difference, and hides none of the others."""
    try:
        return list(check.run())
    except Exception as problem:
        return [Difference(check.name, "the check", f"{type(problem).__name__}: {problem}", "")]
