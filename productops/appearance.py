"""How the application looks to one person: theme and single-letter keys.

Kept on the account, and in the browser too, so that pages without an account look the same.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

YEAR = 365 * 24 * 3600
CHOICES = {"theme": ("system", "light", "dark"), "keys": ("on", "off")}


@require_POST
def appearance_choose(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen and go back to the page; unknown values change nothing."""
    response = redirect(_way_back(request))
    chosen = {name: request.POST.get(name, "") for name in CHOICES}
    chosen = {name: value for name, value in chosen.items() if value in CHOICES[name]}
    keep(request.user, chosen)
    for name, value in chosen.items():
        secure = request.is_secure()
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def keep(person, chosen: dict[str, str]) -> None:
    """Write the choice on the account of whoever is signed in."""
    if not person.is_authenticated:
        return
    fields: dict[str, str | bool] = {}
    if "theme" in chosen:
        fields["theme"] = chosen["theme"]
    if "keys" in chosen:
        fields["uses_shortcuts"] = chosen["keys"] == "on"
    for name, value in fields.items():
        setattr(person, name, value)
    if fields:
        person.save(update_fields=list(fields))


def _way_back(request: HttpRequest) -> str:
    way = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(way, allowed_hosts={request.get_host()})
    return way if is_ours else "/"
