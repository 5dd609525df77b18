"""Errors of the API as RFC 9457 problem details: they name the field and what is wrong with it."""

import logging
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as InvalidModel
from django.db import IntegrityError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from productops import errors

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


class Problem(exceptions.APIException):
    """Refuse a request with a status, a sentence and, where one is at fault, a field."""

    def __init__(self, status_code: int, detail: Any, *, field: str = "", **more) -> None:
        super().__init__(str(detail))
        self.status_code = status_code
        self.errors = [{"field": field, "message": str(detail)}] if field else []
        self.more = more


def problem_details(error: Exception, context: dict) -> Response:
    """Answer any error of the API; Django REST framework calls this."""
    set_rollback()
    answered = translated(error)
    response = _response(answered)
    if header := getattr(answered, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(answered, "wait", None):
        response["Retry-After"] = str(int(wait))
    if response.status_code == status.HTTP_503_SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(errors.RETRY_AFTER_S)
    return response


def translated(error: Exception) -> exceptions.APIException:
    """The refusal that an error of Django or of the database amounts to."""
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        return Problem(404, _("Nothing is here, or it is not yours to see."))
    if isinstance(error, PermissionDenied):
        return Problem(403, str(error) or _("Your role does not include this."))
    if isinstance(error, InvalidModel):
        return exceptions.ValidationError(as_fields(error))
    if isinstance(error, (ProtectedError, RestrictedError)):
        return Problem(409, _("Other records lean on this one, so it cannot be deleted."))
    return of_database(error)


def of_database(error: Exception) -> exceptions.APIException:
    if isinstance(error, IntegrityError):
        return Problem(409, _("Something like this is there already, or what it needs is not."))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, _("More was sent than can be taken in one piece."))
    if errors.is_database_away(error):
        return Problem(503, _("The database cannot be reached. Nothing was saved."))
    if errors.is_beyond_database(error):
        return Problem(400, _("A value is too large or too long to be kept."))
    log.exception("An API view failed", exc_info=error)
    return Problem(500, _("The fault is ours."), reference=errors.reference())


def as_fields(error: InvalidModel) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def _response(error: exceptions.APIException) -> Response:
    if isinstance(error, Problem):
        found, detail, more = error.errors, str(error.detail), error.more
    elif isinstance(error, exceptions.ValidationError):
        found, detail, more = list(flat(error.detail)), _("Some fields cannot be taken."), {}
    else:
        found, detail, more = [], str(error.detail), {}
    body = errors.problem_body(error.status_code, detail, found, **more)
    return Response(body, status=error.status_code, content_type=CONTENT_TYPE)


def flat(detail: Any, field: str = ""):
    """Yield {field, message} of nested errors: ``observations[3].value`` names the very one."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = field if name == "non_field_errors" else f"{field}.{name}" if field else name
            yield from flat(inner, str(here))
    elif isinstance(detail, (list, tuple)):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, (dict, list))
            yield from flat(inner, f"{field}[{number}]" if nested else field)
    else:
        yield {"field": field, "message": str(detail)}
