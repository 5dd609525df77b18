"""Every address. A route belongs to the app that computes its answer, whatever its prefix."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
