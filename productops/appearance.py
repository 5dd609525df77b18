"""How a browser shows the application: theme and single-letter keys, kept in its own cookies."""

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
    for name, allowed in CHOICES.items():
        if request.POST.get(name) in allowed:
            response.set_cookie(
                name,
                request.POST[name],
                max_age=YEAR,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure(),
            )
    return response


def _way_back(request: HttpRequest) -> str:
    way = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(way, allowed_hosts={request.get_host()})
    return way if is_ours else "/"
