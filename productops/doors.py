"""Who may use which address: said at the view, read by ``manage.py routes`` and the house tests.

A view without a word here is for every signed-in person; which rows they see there is asked of
``visible_to`` and of each app's ``access``.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _


class Principal(StrEnum):
    """Who stands before a door. A respondent is a person without a role."""

    ANONYMOUS = "anonymous"
    LINK = "link"
    RESPONDENT = "respondent"
    PM = "pm"
    EXEC = "exec"
    OPS = "ops"
    ADMIN = "admin"


SIGNED_IN = (
    Principal.RESPONDENT,
    Principal.PM,
    Principal.EXEC,
    Principal.OPS,
    Principal.ADMIN,
)
EVERYBODY = (Principal.ANONYMOUS, *SIGNED_IN)

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """Let anybody in, signed in or not."""
    view = login_not_required(view)
    view.door = EVERYBODY  # type: ignore[attr-defined]
    return view


def link_page(view: View) -> View:
    """Let in whoever holds the link; keep the address out of caches, indexes and referrers."""

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs):
        response = view(request, *args, **kwargs)
        # Under it browsers send "Origin: null" with forms, which are then refused: focus.html,
        # the frame of pages with forms, eases it to the bare origin.
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store, private"
        return response

    page.door = (Principal.LINK,)  # type: ignore[attr-defined]
    return login_not_required(page)


def for_roles(*roles: str) -> Callable[[View], View]:
    """Let in signed-in people of these roles; the others are told that it is not theirs."""

    def guard(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args, **kwargs):
            if role_of(request.user) not in roles:
                raise PermissionDenied(_("Your role does not include this page."))
            return view(request, *args, **kwargs)

        page.door = tuple(who for who in SIGNED_IN if who in roles)  # type: ignore[attr-defined]
        return page

    return guard


def role_of(person) -> Principal:
    """The principal that a person is, anonymous ones included."""
    if not person.is_authenticated:
        return Principal.ANONYMOUS
    return Principal(person.role or Principal.RESPONDENT)


def door_of(view: View) -> tuple[Principal, ...]:
    """Who may use a view: what it declares, else every signed-in person."""
    if declared := getattr(view, "door", None):
        return declared
    return SIGNED_IN if getattr(view, "login_required", True) else EVERYBODY


def may_open(person, url: str) -> bool:
    """Whether the door at an address of ours lets this person's role in."""
    try:
        return role_of(person) in door_of(resolve(url.partition("?")[0]).func)
    except Resolver404:
        return False
