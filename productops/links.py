"""Personal addresses without an account: durable, revocable at once, never stored as they are.

A token is the link's id and an HMAC-SHA256 over purpose, id and nonce, keyed from SECRET_KEY:
whoever reads the database, or a dump of it, cannot make one.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.conf import settings
from django.core.signing import b62_encode
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from productops.models import Link

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MAC_BITS = 160
MAC_LENGTH = 27  # characters of base 62 that hold 160 bits
LONGEST_ID = 11  # characters of base 62 that hold 63 bits


class LinkUnknown(Http404):
    """No link has this token: a typing error, a guess, or another purpose."""


class LinkOver(Exception):  # noqa: N818  answered with 410, and with the offer of a fresh link
    """The link was once good and is not any more; ``link`` says whose it was."""

    def __init__(self, link: Link) -> None:
        super().__init__(_("This link is no longer valid."))
        self.link = link


def make(
    purpose: str, *, person=None, target: object = "", expires_at: datetime | None = None
) -> Link:
    """Make a link for one purpose (``Link.Purpose``) to the row whose key is ``target``."""
    return Link.objects.create(
        purpose=purpose,
        person=person,
        target=str(target),
        nonce=secrets.token_hex(16),
        expires_at=expires_at,
    )


def token_of(link: Link) -> str:
    """The secret part of the address. The same at every call; nowhere stored."""
    return b62_encode(link.pk) + _mac(link)


def url_of(link: Link) -> str:
    """The whole address, as it goes into a mail."""
    return f"{settings.BASE_URL}/{link.purpose}/{token_of(link)}/"


def opened(purpose: str, token: str, *, now: datetime | None = None) -> Link:
    """The link behind a token. Raises LinkUnknown (404) or LinkOver (410); changes nothing."""
    link = Link.objects.select_related("person").filter(pk=id_in(token), purpose=purpose).first()
    return checked(link, purpose, token, now=now)


def checked(link: Link | None, purpose: str, token: str, *, now: datetime | None = None) -> Link:
    """The link, if the token is its own: for whoever read its row together with others by
    ``id_in``. Raises as ``opened`` does."""
    # Compare in any case, so that a wrong id takes as long as a wrong secret.
    expected = token_of(link or Link(pk=0, purpose=purpose, nonce=""))
    if not constant_time_compare(expected, token) or link is None or link.purpose != purpose:
        raise LinkUnknown(_("There is no such link."))
    if link.is_over(now or timezone.now()):
        raise LinkOver(link)
    return link


def id_in(token: str) -> int | None:
    """The id of the link that a token claims to be; None where it can be no token."""
    text = token[:-MAC_LENGTH]
    if not text or len(text) > LONGEST_ID or any(letter not in ALPHABET for letter in token):
        return None
    number = 0
    for letter in text:
        number = number * 62 + ALPHABET.index(letter)
    return number if number < 2**63 else None


def _mac(link: Link) -> str:
    key = hashlib.sha256(b"productops.links" + settings.SECRET_KEY.encode()).digest()
    message = f"{link.purpose}|{link.pk}|{link.nonce}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()[: MAC_BITS // 8]
    return b62_encode(int.from_bytes(digest, "big")).rjust(MAC_LENGTH, "0")


# A code to type --------------------------------------------------------------------------------
CODE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # none looks like another, none makes words
CODE_LENGTH = 6


def code_of(link: Link) -> str:
    """A few letters that stand for a link while few of its purpose are open: who takes codes
    looks among those alone, and limits how often somebody may try."""
    number = int.from_bytes(hashlib.sha256(f"code|{_mac(link)}".encode()).digest(), "big")
    letters = []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[rest])
    return "".join(letters)
