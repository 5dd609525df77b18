import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from productops.demo import Size, seed_parts
from productops.models import Organisation

SIZES = {"products": 10, "kpis": 20, "observations": 10_000, "people": 50, "seed": 1}


class Command(BaseCommand):
    help = "Makes synthetic rows in bulk, the same ones for the same seed, for benches."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, usual in SIZES.items():
            parser.add_argument(f"--{name}", type=int, default=usual, metavar="N")

    def handle(self, **options: Any) -> None:
        if Organisation.objects.filter(is_demo=False).exists():
            raise CommandError("This installation is in use; synthetic rows would spoil it.")
        Organisation.objects.get_or_create(pk=1, defaults={"name": "Synthetic", "is_demo": True})
        began = time.monotonic()
        for make in seed_parts():
            make(Size(**{name: options[name] for name in SIZES}))
        self.stdout.write(f"Done in {time.monotonic() - began:.1f} s.")
