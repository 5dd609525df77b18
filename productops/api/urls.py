"""``/api/v1/``: what each app registers, found in its ``api`` module, and the kernel's own."""

from importlib import import_module

from django.urls import path

from productops.api import bounces, exchange, kernel, routes, schema

OWN = (bounces, exchange, kernel)  # the kernel's own views register themselves, as those of apps do
APPS = ("teams", "audits", "objectives", "processes", "tooling", "metrics")
for app in APPS:
    import_module(f"{app}.api")

app_name = "api"
urlpatterns = [
    path("", kernel.Root.as_view(), name="root"),
    path("schema/", schema.Schema.as_view(), name="schema"),
    *routes.urlpatterns(),
]
