"""What every door asks, and how it refuses."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from teams.models import Person, Subject

LONGEST_KEY = 18  # digits that 64 bits hold for certain


def refuse() -> None:
    raise PermissionDenied(_("You may see this, but not change it."))


def sees(person: Person, subject: Subject) -> bool:
    return Subject.objects.visible_to(person).filter(pk=subject.pk).exists()


def is_key(text: str) -> bool:
    """Whether a part of an address can be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY
