"""Broker, web, worker and relay in one foreground tree."""

import json
import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from productops import programs, starting

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "productops.settings",
    "PYTHONPATH": str(settings.BASE_DIR),
    "PYTHONUNBUFFERED": "1",
    # Threads would each keep an arena of freed memory; two are enough for processes of ours.
    "MALLOC_ARENA_MAX": "2",
}


class Command(BaseCommand):
    help = _("Run broker, web, worker and relay until Ctrl-C; a dead one is started again.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--only",
            choices=["web", "worker", "relay"],
            help=_("run this one alone, where something else keeps it alive (containers)"),
        )

    def handle(self, *, only=None, **options):
        refuse_to_start()
        if starting.migrations_to_apply():
            raise CommandError(_("The database needs its migrations: run manage.py migrate first."))
        (settings.DATA_DIR / "run").mkdir(parents=True, exist_ok=True)
        command = getattr(programs, only)() if only else supervised()
        os.environ.update(ENVIRONMENT)
        connections.close_all()
        self.stdout.flush()
        # It takes this process's place: the supervisor needs neither Django nor its memory.
        os.execv(command[0], command)


def supervised() -> list[str]:
    """The supervisor's command line, with the whole plan as its argument."""
    plan = {
        "folder": str(settings.DATA_DIR / "run"),
        "host": settings.HOST,
        "port": settings.PORT,
        "url": settings.BASE_URL,
        "programs": programs.all_programs(),
    }
    return [sys.executable, "-m", "productops.supervisor", json.dumps(plan)]


def refuse_to_start() -> None:
    """Raise CommandError with every reason why the application may not start."""
    try:
        reasons = starting.reasons_to_refuse()
    except OperationalError as error:
        reasons = [_("The database cannot be reached: %(error)s") % {"error": error}]
    if not reasons and not starting.is_port_free():
        reasons = [
            _("%(host)s port %(port)s cannot be used (is another program there?). Set PORT.")
            % {"host": settings.HOST, "port": settings.PORT}
        ]
    if reasons:
        raise CommandError("\n".join(reasons))
