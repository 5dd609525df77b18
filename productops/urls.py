"""Every address. A route belongs to the app that computes its answer, whatever its prefix."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

APPS = ("teams", "audits", "objectives", "processes", "tooling", "metrics")

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    *(
        path("", include((f"{app}.urls", app), namespace=app))
        for app in APPS
        if find_spec(f"{app}.urls")
    ),
]
