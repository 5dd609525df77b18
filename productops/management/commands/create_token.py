"""A token for a program, printed once."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from productops.api.tokens import make_token
from productops.models import ApiToken


class Command(BaseCommand):
    help = _("Print a new token of a person; it is shown this once.")

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--scope", required=True, choices=ApiToken.Scope.values)
        parser.add_argument("--expires", type=int, metavar="DAYS", help=_("days until it ends"))
        parser.add_argument("--name", default="", help=_("what will use it"))

    def handle(self, email: str, scope: str, expires: int | None, name: str, **options):
        person = get_user_model().objects.filter(email=email.strip().lower()).first()
        if person is None or not person.is_active:
            raise CommandError(_("Nobody active has the address %(email)s.") % {"email": email})
        if expires is not None and not 1 <= expires <= 3650:
            raise CommandError(_("--expires takes 1 to 3650 days."))
        _token, secret = make_token(person, scope, name[:100], expires)
        self.stdout.write(secret)
