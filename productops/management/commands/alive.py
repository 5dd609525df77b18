"""For a container's health check: does the worker or relay of this host still give signs?"""

import socket

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from productops import heartbeat

SILENT_AFTER_S = 60.0


class Command(BaseCommand):
    help = _("Exit 1 unless the worker or relay of this host gave a sign within the last minute.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("role", choices=[heartbeat.RELAY, heartbeat.WORKER])

    def handle(self, *, role, **options):
        age = heartbeat.age_s(f"{role}:{socket.gethostname()[:50]}", timezone.now())
        if age is None or age > SILENT_AFTER_S:
            raise CommandError(_("The %(role)s of this host gives no sign.") % {"role": role})
