"""The same request sent twice does its work once: ``Idempotency-Key``, kept for 30 days
(housekeeping forgets older ones)."""

import hashlib
import json
from functools import wraps

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from productops.api.problems import Problem
from productops.models import IdempotencyKey

HEADER = "Idempotency-Key"
LONGEST = 200


def idempotent(method):
    """Let a view's method answer a repeated request as it did the first time.

    The key counts for the token (or the person signed in). The first request holds the key until
    its transaction ends, so that two at once do the work once. What was refused is not kept.
    """

    @wraps(method)
    def once(view, request: Request, *args, **kwargs):
        key = request.headers.get(HEADER, "")
        if not key:
            return method(view, request, *args, **kwargs)
        if len(key) > LONGEST or not key.isprintable():
            raise Problem(400, _("Send at most 200 printable characters."), field=HEADER)
        fingerprint = fingerprint_of(request)
        with transaction.atomic():
            kept, is_new = claimed(request, key, fingerprint)
            if not is_new:
                return replayed(kept, fingerprint)
            response = method(view, request, *args, **kwargs)
            keep(kept, response)
        return response

    return once


def fingerprint_of(request: Request) -> str:
    """One hash of what is asked: method, address, kind of body and body."""
    django = request._request
    asked = f"{django.method} {django.get_full_path()} {django.content_type}\n"
    return hashlib.sha256(asked.encode() + django.body).hexdigest()


def claimed(request: Request, key: str, fingerprint: str) -> tuple[IdempotencyKey, bool]:
    """The row of a key and whether this request made it. Waits for another that holds it."""
    owner = {"person": request.user, "token": request.auth, "key": key}
    try:
        with transaction.atomic():
            made = IdempotencyKey.objects.create(
                **owner, body_sha256=fingerprint, status=0, answer=None
            )
        return made, True
    except IntegrityError:
        return IdempotencyKey.objects.get(**owner), False


def replayed(kept: IdempotencyKey, fingerprint: str) -> Response:
    if kept.body_sha256 != fingerprint:
        raise Problem(422, _("This key was sent before with another request."), field=HEADER)
    return Response(kept.answer, status=kept.status, headers={"Idempotent-Replay": "true"})


def keep(kept: IdempotencyKey, response: Response) -> None:
    """Keep an answer; one that refuses undoes the claim and all that was done under it."""
    if response.status_code >= 400:
        transaction.set_rollback(True)
        return
    kept.status = response.status_code
    kept.answer = json.loads(json.dumps(response.data, cls=JSONEncoder))
    kept.save(update_fields=["status", "answer"])
