"""What every page needs beside its own context. Each part is asked for only where it is shown."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from productops.models import Organisation


def page(request: HttpRequest) -> dict:
    """The organisation's name for all; theme and keys for who is signed in."""
    context: dict = {"organisation_name": SimpleLazyObject(organisation_name)}
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return context
    return context | {
        "single_sign_on": bool(settings.OIDC_URL),
        "theme": person.theme,
        "single_keys": "on" if person.uses_shortcuts else "off",
    }


def organisation_name() -> str:
    return Organisation.objects.values_list("name", flat=True).first() or ""
