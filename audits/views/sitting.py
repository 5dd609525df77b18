"""Who pressed Start in this browser. Opening a link starts nothing, so that no mail scanner can.

A signed cookie for the address of this one link: no row is written or read for it.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from audits.models import Invitation

COOKIE = "answering"
SALT = "audits.sitting"
LONGEST = 60 * 60 * 24 * 120  # seconds; the link itself ends with the audit


def begin(response: HttpResponse, invitation: Invitation, token: str) -> HttpResponse:
    """Let this browser answer for this invitation."""
    response.set_signed_cookie(
        COOKIE,
        _mark(invitation),
        salt=SALT,
        max_age=LONGEST,
        path=f"/a/{token}/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def has_begun(request: HttpRequest, invitation: Invitation) -> bool:
    try:
        return request.get_signed_cookie(COOKIE, salt=SALT, max_age=LONGEST) == _mark(invitation)
    except (KeyError, signing.BadSignature):
        return False


def _mark(invitation: Invitation) -> str:
    return f"{invitation.pk}:{invitation.link_id}"
