"""From a fresh clone to a running application, and on every later day just the running."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from productops import starting
from productops.management.commands.serve import refuse_to_start


class Command(BaseCommand):
    help = _("Migrate, load the demo organisation into an empty database (unless DEMO=0), serve.")
    requires_system_checks: list[str] = []

    def handle(self, **options):
        refuse_to_start()
        if starting.migrations_to_apply():
            self.say(_("Preparing the database ..."))
            call_command("migrate", verbosity=0, interactive=False)
        self.fill_if_empty()
        self.let_in()
        self.say(_("Starting at %(url)s ...") % {"url": settings.BASE_URL})
        call_command("serve")

    def fill_if_empty(self) -> None:
        if get_user_model().objects.exists():
            return
        if settings.DEMO:
            self.say(_("Loading the demo organisation (DEMO=0 starts empty) ..."))
            call_command("demo", stdout=self.stdout)
        else:
            address = f"{settings.BASE_URL}/set-up/"
            self.say(_("Make the first account at %(address)s") % {"address": address})

    def let_in(self) -> None:
        """Give the demo's administrator a password, once, and say it this one time."""
        people = get_user_model().objects.filter(is_demo=True, is_active=True, role="admin")
        admin = people.order_by("pk").first()
        if admin is None or admin.has_usable_password():
            return
        password = secrets.token_urlsafe(12)
        admin.set_password(password)
        admin.save(update_fields=["password"])
        self.say(_("Sign in as:   %(email)s") % {"email": admin.email})
        self.say(_("Password:     %(password)s   (shown this once)") % {"password": password})

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
