"""Secrets that must be read again (second factors, connectors): encrypted by a key outside the
database, so that a copy of the database alone opens nothing."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Locked(ValueError):  # noqa: N818  a state, read by people
    """What was locked with another SECRET_KEY, or is no locked text."""


def lock(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unlock(locked: str) -> str:
    """The text again. Raises Locked where SECRET_KEY is not the one it was locked with."""
    try:
        return _box().decrypt(locked.encode()).decode()
    except InvalidToken as error:
        raise Locked("This secret was locked with another SECRET_KEY.") from error


def _box() -> Fernet:
    key = hashlib.sha256(b"productops.vault:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
