"""What people and programs are told when something is refused or fails."""

import sys
import uuid

import structlog
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import select_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

API = "/api/"
RETRY_AFTER_S = 5
TITLES = {
    400: gettext_lazy("This request cannot be understood"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("There is nothing here"),
    405: gettext_lazy("This address does not take that method"),
    406: gettext_lazy("This cannot be given in that form"),
    409: gettext_lazy("Somebody else was faster"),
    410: gettext_lazy("This link is over"),
    412: gettext_lazy("This has changed since you read it"),
    413: gettext_lazy("That is too large"),
    414: gettext_lazy("That address is too long"),
    415: gettext_lazy("This cannot be read in that form"),
    422: gettext_lazy("This cannot be taken as it is"),
    429: gettext_lazy("Too many attempts"),
    500: gettext_lazy("Something went wrong"),
    503: gettext_lazy("Back in a moment"),
}
# A database that is not there or full raises these; a missing table raises one of them too,
# which is a fault of ours and no reason to say "in a moment".
DATABASE_AWAY = (OperationalError, InterfaceError)
OUR_FAULT = ("no such table", "no such column", "syntax error", "does not exist")
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def refusal(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """Refuse a request: a problem document under /api/, a page of our look elsewhere."""
    if for_programs(request):
        return problem(status, message)
    template = select_template([f"{status}.html", "errors/refused.html"])
    context = {"status": status, "heading": TITLES.get(status, ""), "message": message}
    # Where the database is away, a page that asks it for a name would fail as well.
    within = request if status < 500 else None
    return HttpResponse(template.render(context, within), status=status)


def problem(status: int, detail: str = "", errors: list | None = None, **more) -> JsonResponse:
    """An RFC 9457 problem document; ``errors`` name fields."""
    body = problem_body(status, detail, errors, **more)
    return JsonResponse(body, status=status, content_type="application/problem+json")


def problem_body(status: int, detail: str = "", errors: list | None = None, **more) -> dict:
    body = {"type": "about:blank", "title": str(TITLES.get(status, "")), "status": status}
    if detail:
        body["detail"] = str(detail)
    if errors:
        body["errors"] = errors
    return body | more


def for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def reference() -> str:
    """What ties an answer to its lines in the log: the request's id."""
    return structlog.contextvars.get_contextvars().get("request_id") or str(uuid.uuid4())


def is_database_away(error: BaseException | None) -> bool:
    if not isinstance(error, DATABASE_AWAY):
        return False
    return not any(words in str(error) for words in OUR_FAULT)


def database_away(request: HttpRequest) -> HttpResponse:
    response = refusal(request, 503, _("The database cannot be reached. Nothing was saved."))
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def is_beyond_database(error: BaseException) -> bool:
    """Whether a value was sent that no column can hold, such as a number of 40 digits."""
    return isinstance(error, DataError) or (
        isinstance(error, OverflowError) and "too large" in str(error)
    )


# What Django calls -------------------------------------------------------------------------
def bad_request(request, exception=None):
    if isinstance(exception, TOO_MUCH):
        return refusal(request, 413, _("More was sent than can be taken in one piece."))
    # The text of a suspicious operation is for the log; others are written for the sender.
    told = "" if isinstance(exception, SuspiciousOperation) else str(exception or "")
    return refusal(request, 400, told)


def forbidden(request, exception=None):
    return refusal(request, 403, str(exception or ""))


def not_found(request, exception=None):
    return refusal(request, 404)


def too_many(request):
    """Called by sign-in when somebody tries too often."""
    response = refusal(request, 429)
    response["Retry-After"] = "300"
    return response


def failed(request):
    """Answer for a fault of ours, or for a database that is away."""
    if is_database_away(sys.exc_info()[1]):
        return database_away(request)
    if for_programs(request):
        return problem(500, reference=reference())
    page = select_template(["500.html"]).render({"reference": reference()})
    return HttpResponse(page, status=500)


def csrf_failure(request, reason=""):
    return refusal(
        request,
        403,
        _("The page stood open too long or was sent from elsewhere. Load it anew and try again."),
    )
