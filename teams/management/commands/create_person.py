"""A person who can sign in, for scripted set-up. The password comes by standard input."""

import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from productops import changelog
from teams.choices import AccountRole
from teams.models import Person, PersonProduct, Product


class Command(BaseCommand):
    help = _("Make a person who can sign in.")

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=AccountRole.values)
        parser.add_argument("--name", default="")
        parser.add_argument("--product", action="append", default=[], metavar="SLUG")
        parser.add_argument(
            "--password-stdin", action="store_true", required=True, help=_("read the password")
        )

    @transaction.atomic
    def handle(self, email: str, role: str, name: str, product: list[str], **options):
        products = [product_named(slug) for slug in product]
        password = sys.stdin.readline().rstrip("\r\n")
        person = person_of(email.strip().lower(), name, role, password)
        PersonProduct.objects.bulk_create(
            PersonProduct(person=person, product=found) for found in products
        )
        changelog.record(by=None, row=person, verb="create", after={"role": role})
        self.stdout.write(str(person.pk))


def product_named(slug: str) -> Product:
    found = Product.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(_("There is no product %(slug)s.") % {"slug": slug})
    return found


def person_of(email: str, name: str, role: str, password: str) -> Person:
    """Raises CommandError with a sentence where address or password cannot be taken."""
    try:
        validate_password(password, Person(email=email, name=name))
        return Person.objects.create_user(
            email=email, password=password, name=name or email.split("@")[0], role=role
        )
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
