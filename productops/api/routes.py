"""Where the API's addresses come from: each app's ``api`` registers its own here."""

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter


class Router(SimpleRouter):
    """Collections as everywhere, and two things more: rows that have no key of their own
    (``lookup_field = None``) have no address either, and are deleted by ``delete_many``."""

    def get_routes(self, viewset) -> list:
        found = super().get_routes(viewset)
        if viewset.lookup_field is None:
            found = [route for route in found if not route.detail]
        mapping = found[0].mapping | {"delete": "delete_many"}
        return [found[0]._replace(mapping=mapping), *found[1:]]


_router = Router()
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
