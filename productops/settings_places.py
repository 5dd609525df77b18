"""What stands on the page of settings: each place with a sentence, in the order of use."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from productops.landing import address
from productops.navigation import ADMINS, EVERYBODY, OPERATORS

OWN, HOUSE = _("Yours"), _("The organisation's")


@dataclass(frozen=True)
class Place:
    """One page of settings. Its address is a name; where no app offers it, it is left out."""

    section: str | Promise
    label: str | Promise
    hint: str | Promise
    url_name: str
    roles: frozenset[str] = EVERYBODY

    @property
    def url(self) -> str:
        return address(self.url_name)


PLACES = (
    Place(OWN, _("Your account"), _("Name, time zone, appearance and keys"), "account"),
    Place(OWN, _("Password"), _("Choose a new one"), "account_change_password"),
    Place(OWN, _("Two-step sign-in"), _("A code from your phone beside the password"), "mfa_index"),
    Place(OWN, _("Tokens"), _("Secrets by which your programs use the API"), "token-list"),
    Place(
        HOUSE,
        _("Organisation"),
        _("Its name, currency and quiet hours"),
        "teams:organisation-edit",
        ADMINS,
    ),
    Place(
        HOUSE, _("People"), _("Who is here, and who may do what"), "teams:person-list", OPERATORS
    ),
    Place(
        HOUSE, _("Products"), _("What numbers, answers and gaps are about"), "teams:product-list"
    ),
    Place(
        HOUSE,
        _("Imports"),
        _("Files in and files out"),
        "import-list",
        OPERATORS,
    ),
    Place(
        HOUSE,
        _("Addresses that do not work"),
        _("Where mail does not arrive, and why"),
        "bounce-list",
        OPERATORS,
    ),
    Place(
        HOUSE,
        _("Change log"),
        _("Who changed what, from which value to which"),
        "change-list",
        OPERATORS,
    ),
    Place(HOUSE, _("Style guide"), _("Every part of a page in every state"), "styleguide", ADMINS),
)


def places_for(role: str) -> list[Place]:
    return [place for place in PLACES if role in place.roles and place.url]
