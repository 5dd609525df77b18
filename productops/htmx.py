"""The only module that asks whether a request came from htmx."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh


def wants_fragment(request: HttpRequest) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]  # its middleware sets it
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def show(
    request: HttpRequest, page: str, fragment: str, context: dict, *, status: int = 200
) -> HttpResponse:
    """Render the fragment for htmx, the whole page for everyone else."""
    template = fragment if wants_fragment(request) else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def changed(request: HttpRequest, fragment: str, context: dict, *, otherwise) -> HttpResponse:
    """Answer a change: the new fragment for htmx, a redirect for everyone else."""
    if wants_fragment(request):
        return render(request, fragment, context)
    return redirect(otherwise)


def reload_page() -> HttpResponse:
    """Let the browser load its whole page anew: a fragment would not do."""
    return HttpResponseClientRefresh()


def lead(request: HttpRequest, address: str) -> HttpResponse:
    """Lead on after a change: htmx by a header, since it would swap the next page into this one,
    everyone else by a redirect."""
    if wants_fragment(request):
        return HttpResponseClientRedirect(address)
    return redirect(address)
