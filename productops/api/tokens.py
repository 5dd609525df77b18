"""Secrets by which programs speak for a person: only their SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from productops.changelog import record
from productops.models import ApiToken

KEYWORD = "Bearer"
BEGINNING = "po_"
SHOWN = 10
# The last use is for people to see; a write for each request would be dear.
USED_EVERY = timedelta(minutes=10)


@transaction.atomic
def make_token(
    person, scope: str, name: str = "", expires_days: int | None = None, by=None
) -> tuple[ApiToken, str]:
    """A token of ``person`` and its secret, which is told this once and kept nowhere. ``by`` is
    who made it, where that is somebody else."""
    secret = BEGINNING + secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=expires_days) if expires_days else None
    token = ApiToken.objects.create(
        person=person,
        scope=scope,
        name=name,
        prefix=secret[:SHOWN],
        sha256=digest(secret),
        expires_at=expires_at,
    )
    record(by=by or person, row=token, verb="create", after={"scope": scope, "name": name})
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by) -> None:
    """End a token at once; it then opens nothing."""
    token.revoke()
    record(by=by, row=token, verb="revoke")


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer SECRET``. A token ends by itself, when it is revoked, and with its
    person."""

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD.lower().encode():
            return None
        if len(parts) != 2 or not parts[1].isascii():
            raise AuthenticationFailed(_("Send one token: Authorization: Bearer SECRET."))
        token = self.opened(parts[1].decode())
        return token.person, token

    def opened(self, secret: str) -> ApiToken:
        now = timezone.now()
        tokens = ApiToken.objects.alive(now).select_related("person")
        token = tokens.filter(sha256=digest(secret), person__is_active=True).first()
        if token is None:
            raise AuthenticationFailed(_("This token opens nothing: unknown, over or revoked."))
        if token.used_at is None or token.used_at < now - USED_EVERY:
            token.mark_used(now)
        return token

    def authenticate_header(self, request) -> str:
        return KEYWORD


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema) -> dict:
        return {"type": "http", "scheme": "bearer"}
