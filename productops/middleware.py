"""Doors and headers of every request."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from productops import errors
from productops.account import zone_of

LONGEST_ADDRESS = 8_192
PAGE_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
API_METHODS = (*PAGE_METHODS, "PUT", "PATCH", "DELETE")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
CHARSETS = ("utf-8", "utf8", "us-ascii")
HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SafeRequestMiddleware:
    """Refuse what no page can mean before any page sees it, and set what every answer carries."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = refused(request) or self.get_response(request)
        return with_headers(request, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what is nobody's fault in code: the database is away, a value fits no column."""
        if errors.is_database_away(error):
            return errors.database_away(request)
        if errors.is_beyond_database(error):
            return errors.refusal(request, 400, _("A value is too large or too long to be kept."))
        return None


def refused(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a request that cannot be meant, or None."""
    methods = API_METHODS if errors.for_programs(request) else PAGE_METHODS
    if request.method not in methods:
        response = errors.refusal(request, 405)
        response["Allow"] = ", ".join(methods)
        return response
    if len(request.get_full_path()) > LONGEST_ADDRESS:
        return errors.refusal(request, 414)
    if content_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return errors.refusal(request, 413)
    if request.content_params.get("charset", "utf-8").lower() not in CHARSETS:
        return errors.refusal(request, 415, _("Send text as UTF-8."))
    return unreadable_text(request)


def content_length(request: HttpRequest) -> int:
    """The size that the sender claims; 0 where it is no number."""
    claimed = request.META.get("CONTENT_LENGTH") or "0"
    return int(claimed) if claimed.isascii() and claimed.isdigit() and len(claimed) < 19 else 0


def unreadable_text(request: HttpRequest) -> HttpResponse | None:
    """Refuse characters that no text holds (NUL, half a surrogate pair), naming the field."""
    if not is_text(request.path_info) or not is_text(request.META.get("HTTP_COOKIE", "")):
        return errors.refusal(request, 400)
    sent = [request.GET]
    if request.method == "POST" and request.content_type in FORMS:
        try:
            sent.append(request.POST)
        except (SuspiciousOperation, OSError) as error:
            return errors.bad_request(request, error)
    for name, texts in (field for values in sent for field in values.lists()):
        if not all(map(is_text, (name, *texts))):
            shown = name if is_text(name) else ""
            message = _("%(field)s holds characters that are no text.") % {"field": shown}
            return errors.refusal(request, 400, message)
    return None


def is_text(value: str) -> bool:
    return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("X-Request-ID", errors.reference())
    if not response.has_header("Cache-Control"):
        # Every answer of ours is for one person; what may be kept says so itself.
        response["Cache-Control"] = "private, no-store"
    if getattr(request, "signed_out", False):
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page asks for a signed-in person unless its door says otherwise."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if waits_for_set_up(request):
            return redirect("teams:set-up")
        if request.user.is_authenticated:
            timezone.activate(zone_of(request.user))
        else:
            timezone.deactivate()
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        if request.htmx:
            # htmx would follow the redirect and swap the sign-in page into a fragment.
            here = request.htmx.current_url_abs_path or "/"
            return HttpResponseClientRedirect(redirect_to_login(here, self.sign_in()).url)
        if request.path_info == reverse("home"):
            # Whoever names no page is led to where their role begins (productops/landing.py).
            return redirect(self.sign_in())
        return super().handle_no_permission(request, view_func)

    @staticmethod
    def sign_in() -> str:
        return reverse(settings.LOGIN_URL)


def waits_for_set_up(request: HttpRequest) -> bool:
    """Whether a visitor came to an installation in which nobody can sign in yet."""
    match = request.resolver_match
    if request.user.is_authenticated or match is None:
        return False
    asks_for_sign_in = match.url_name == settings.LOGIN_URL or getattr(
        match.func, "login_required", True
    )
    return asks_for_sign_in and not get_user_model().objects.exists()
