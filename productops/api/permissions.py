"""What a token's scope and a person's role allow, before any record is asked for."""

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission

from productops.models import ApiToken

Scope = ApiToken.Scope
WRITERS = ("admin", "ops", "pm")


class ScopedPermission(BasePermission):
    """A view says what it is by attributes, each with the meaning of its name:

    ``roles``            who may come at all (default: every person)
    ``writers``          whose role may change something (default: admin, ops, pm)
    ``reads_by_post``    its POST computes and keeps nothing: a reading scope is enough
    ``takes_ingest``     a token of scope ingest may POST here
    ``needs_admin_scope``  for things by which one could gain rights: tokens, people
    """

    def has_permission(self, request, view) -> bool:
        person = request.user
        if not (person and person.is_authenticated and person.is_active):
            return False
        self.message = refusal(request, view)
        return not self.message


def refusal(request, view) -> str:
    """Why this person or token may not do this, or ""."""
    reads = request.method in SAFE_METHODS or getattr(view, "reads_by_post", False)
    roles = getattr(view, "roles", None)
    if roles is not None and request.user.role not in roles:
        return _("Your role does not include this.")
    if not reads and request.user.role not in getattr(view, "writers", WRITERS):
        return _("Your role reads only.")
    if request.auth is not None and request.auth.scope not in scopes(view, request.method, reads):
        return _("The scope of this token does not include this.")
    return ""


def scopes(view, method: str, reads: bool) -> set[str]:
    """The scopes of tokens that may use a method of a view."""
    if getattr(view, "needs_admin_scope", False):
        return {Scope.ADMIN}
    allowed = {Scope.ADMIN, Scope.WRITE}
    if reads:
        allowed.add(Scope.READ)
    if method == "POST" and getattr(view, "takes_ingest", False):
        allowed.add(Scope.INGEST)
    return allowed
