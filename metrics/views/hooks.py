"""The address to which programs send numbers, signed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.exceptions import ParseError

from metrics.actions.deliveries import (
    MOST_BYTES,
    Delivery,
    NotOpen,
    TooMany,
    source_signed_by,
    take_delivery,
)
from metrics.choices import RunState
from metrics.models import SourceRun
from productops import errors, pace
from productops.api.parsing import parsed
from productops.doors import open_to_all
from productops.middleware import content_length
from productops.parsing import Unreadable

LONGEST_NAME = 100
REFUSALS = {"most": 30, "seconds": 300}


# Programs send no cookie, so there is no session that another site could ride on: what lets a
# request in is the signature over its body, and nothing else.
@csrf_exempt
@open_to_all
@require_POST
def source_hook(request: HttpRequest, slug: str) -> HttpResponse:
    if content_length(request) > MOST_BYTES or len(body_of(request)) > MOST_BYTES:
        return errors.problem(413, _("Send at most 1 MB at once."))
    delivery = delivery_of(request)
    source = source_signed_by(slug, delivery, timezone.now())
    if source is None:
        return refused(request, slug)
    try:
        run, is_replay = take_delivery(source=source, delivery=delivery)
    except NotOpen as closed:
        return errors.problem(409, str(closed))
    except TooMany:
        return slower(_("This source takes at most 60 deliveries a minute."))
    return answer(run, is_replay)


def delivery_of(request: HttpRequest) -> Delivery:
    """The body with its headers: ours, or those that GitHub sends."""
    headers = request.headers
    name = headers.get("X-ProductOps-Delivery") or headers.get("X-GitHub-Delivery") or ""
    return Delivery(
        body=body_of(request),
        reads=json_in,
        content_type=request.content_type or "",
        timestamp=headers.get("X-ProductOps-Timestamp", ""),
        signature=headers.get("X-ProductOps-Signature", ""),
        github_signature=headers.get("X-Hub-Signature-256", ""),
        name=name if name.isprintable() and len(name) <= LONGEST_NAME else "",
    )


def body_of(request: HttpRequest) -> bytes:
    """The body as it came; forms of several parts are read already, and not for us."""
    try:
        return request.body
    except RawPostDataException:
        return b""


def json_in(body: bytes) -> Any:
    """The value of a body in JSON, as strictly as the API reads it."""
    try:
        return parsed(body)
    except ParseError as problem:
        raise Unreadable(str(problem.detail)) from problem


def refused(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for a wrong signature, an old one, and a source that there is not."""
    key = f"hook:{request.META.get('REMOTE_ADDR', '')}:{slug[:50]}"
    if not pace.within(key, **REFUSALS):
        return slower("")
    return errors.problem(401, _("The signature is not valid."))


def slower(detail: str) -> HttpResponse:
    response = errors.problem(429, detail)
    response["Retry-After"] = "60"
    return response


def answer(run: SourceRun, is_replay: bool) -> HttpResponse:
    wrong = [{"field": field_of(each), "message": each["reason"]} for each in run.refused]
    if run.state != RunState.DONE:
        return errors.problem(422, run.note, wrong)
    counts = {name: getattr(run, name) for name in ("created", "updated", "unchanged")}
    said = counts | {"refused": run.refused_in_all, "run": run.pk, "replayed": is_replay}
    return JsonResponse(said | ({"errors": wrong} if wrong else {}))


def field_of(refusal: dict) -> str:
    """The place of a refusal in the body: the rows are counted from 0, as its list is."""
    if refusal["row"] is None:
        return refusal["column"] or "body"
    return f"rows[{refusal['row'] - 2}].{refusal['column']}"
