from django.core.management.base import BaseCommand

from productops import relay


class Command(BaseCommand):
    help = "Rings for pending work, runs the schedule, and does the work itself when nobody comes."

    def handle(self, **_options):
        relay.run_until_stopped()
