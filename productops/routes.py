"""Every address with its methods and who may use it: read from the views, never kept by hand."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import SAFE_METHODS, AllowAny

from productops.api.permissions import WRITERS, scopes
from productops.doors import EVERYBODY, SIGNED_IN, Principal, door_of
from productops.middleware import PAGE_METHODS


@dataclass(frozen=True)
class Route:
    """``principals`` are roles, "anonymous", "link", and for programs "token:<scope>"."""

    path: str
    name: str
    methods: tuple[str, ...]
    principals: tuple[str, ...]
    view: str


def all_routes() -> list[Route]:
    """Every route of the installation, in the order in which they are tried."""
    return [route_of(*found) for found in _walk(get_resolver(), "/", "")]


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, path, inner)
        else:
            yield path, space, entry


def route_of(path: str, space: str, entry: URLPattern) -> Route:
    view = entry.callback
    plain = path.replace("/^", "/").removesuffix("$").removesuffix("\\Z")
    declared = of_api(view) if hasattr(view, "cls") else (methods_of(view), door_of(view))
    return Route(
        plain, f"{space}{entry.name or ''}", *declared, f"{view.__module__}.{view.__name__}"
    )


def methods_of(view) -> tuple[str, ...]:
    """The methods that a page takes: those of ``require_…`` or of a class, else all of pages."""
    if view_class := getattr(view, "view_class", None):
        taken = {name for name in PAGE_METHODS if hasattr(view_class, name.lower())}
        return tuple(name for name in PAGE_METHODS if name in taken | with_head(taken))
    while view is not None:
        names = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in names:
            return tuple(names["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return PAGE_METHODS


def with_head(methods: set[str]) -> set[str]:
    """Whatever answers GET answers HEAD."""
    return {"HEAD"} if "GET" in methods else set()


def of_api(view) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Methods and principals of a view of the API."""
    cls = view.cls
    handlers = getattr(view, "actions", None) or {
        name: name for name in cls.http_method_names if hasattr(cls, name)
    }
    named = {name.upper() for name in handlers}
    methods = tuple(sorted(named | with_head(named)))
    if AllowAny in cls.permission_classes:
        return methods, EVERYBODY
    tokens = {
        f"token:{scope}" for method in methods for scope in scopes(cls, method, reads(cls, method))
    }
    return methods, (*roles_of(cls, methods), *sorted(tokens))


def reads(cls, method: str) -> bool:
    return method in SAFE_METHODS or getattr(cls, "reads_by_post", False)


def roles_of(cls, methods: tuple[str, ...]) -> tuple[Principal, ...]:
    """Who may use at least one of the methods."""
    allowed = set(getattr(cls, "roles", None) or (role_name(role) for role in SIGNED_IN))
    if not any(reads(cls, method) for method in methods if method != "OPTIONS"):
        allowed &= set(getattr(cls, "writers", WRITERS))
    return tuple(role for role in SIGNED_IN if role_name(role) in allowed)


def role_name(principal: Principal) -> str:
    """The role as people carry it: a respondent has none."""
    return "" if principal == Principal.RESPONDENT else principal.value
