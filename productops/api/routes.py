"""Where the API's addresses come from: each app's ``api`` registers its own here."""

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter

_router = SimpleRouter()
_paths: list[URLPattern] = []


def register(prefix: str, viewset) -> None:
    """Serve a collection at ``/api/v1/<prefix>/``; its routes are ``api:<prefix>-list`` …"""
    taken = {name: known for name, known, _basename in _router.registry}
    if taken.get(prefix, viewset) is not viewset:
        raise ImproperlyConfigured(f"Two collections of the API are named {prefix!r}.")
    if prefix not in taken:
        _router.register(prefix, viewset, basename=prefix)


def add(route: str, view, name: str = "") -> None:
    """Serve one view (a class or a function) below ``/api/v1/``; its name defaults to the
    words of its address joined by hyphens."""
    function = view.as_view() if hasattr(view, "as_view") else view
    words = [part for part in route.strip("/").split("/") if not part.startswith("<")]
    _paths.append(path(route, function, name=name or "-".join(words)))


def collections() -> list[str]:
    return sorted(prefix for prefix, _viewset, _basename in _router.registry)


def urlpatterns() -> list:
    # Addresses named one by one come first: kpis/<slug>/series/ is no row of a collection.
    return [*_paths, *_router.urls]
