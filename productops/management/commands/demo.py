from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from productops import clock
from productops.demo import Story, demo_parts
from productops.models import Organisation

NAME = "Halden Software"


class Command(BaseCommand):
    help = "Loads the demo organisation: 18 months of audits, objectives, changes and verdicts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day on which it ends: today")
        parser.add_argument("--seed", type=int, default=1, help="for what is random in it")

    def handle(self, **options: Any) -> None:
        if Organisation.objects.filter(is_demo=True).exists():
            self.stdout.write("The demo organisation is here already.")
            return
        if get_user_model()._default_manager.exists():
            raise CommandError("This installation is in use; the demo needs an empty one.")
        with transaction.atomic():
            Organisation.objects.update_or_create(pk=1, defaults={"name": NAME, "is_demo": True})
            story = Story(on=options["on"] or clock.today(), seed=options["seed"])
            for load in demo_parts():
                load(story)
        self.stdout.write("The demo organisation is loaded.")
