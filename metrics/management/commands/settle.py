"""``settle``: wait until every number has arrived where it is shown."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from metrics import queues
from metrics.actions import definitions, recompute

SLICE_S = 1.0
PAUSE_S = 0.1


class Command(BaseCommand):
    help = "Wait until no mark is pending, and help with the work. Exit code 1 if it takes longer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS")

    def handle(self, *args: Any, timeout: float, **options: Any) -> None:
        end = time.monotonic() + timeout
        while left := waiting():
            if time.monotonic() >= end:
                raise CommandError(f"{left} periods are still pending after {timeout:g} s.")
            # Without worker and relay nobody else would do it; with them it is shared.
            if not definitions.work_slice(SLICE_S) + recompute.work_slice(SLICE_S):
                time.sleep(PAUSE_S)
        if stuck := queues.stuck():
            raise CommandError(f"{stuck} periods failed too often and wait for a person.")
        self.stdout.write("Settled.")


def waiting() -> int:
    """How much is left to be computed, what waits for its next try included."""
    return queues.pending().count + queues.definitions_pending().count
