"""Which phone is which in a workshop: a cookie for the address of its link, of which only a
digest is kept. It says nothing about whose phone it is."""

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audits.models import Workshop

COOKIE = "workshop"
SECRET = re.compile("[0-9a-f]{32}")
LONGEST = 60 * 60 * 24 * 7  # seconds; as long as the link opens


def fresh_secret() -> str:
    return secrets.token_hex(16)


def secret_of(request: HttpRequest) -> str:
    """What the phone's cookie holds; "" where it has none, or something else in its place."""
    held = request.COOKIES.get(COOKIE, "")
    return held if SECRET.fullmatch(held) else ""


def mark_of(secret: str, workshop: Workshop) -> str:
    """The digest by which a participant is known, different in each workshop."""
    return hashlib.sha256(f"{workshop.pk}:{secret}".encode()).hexdigest() if secret else ""


def remember(response: HttpResponse, secret: str, token: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=LONGEST,
        path=f"/w/{token}/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
