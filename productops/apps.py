from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

# The kernel's own entries in its registries: queues, checks, recurring jobs.
OWN = ("sealing", "outbox", "schedule", "housekeeping")
ROOMS = ("measures", "search", "work", "steps", "queues", "exchange", "trace", "verify", "demo")


class ProductopsConfig(AppConfig):
    name = "productops"

    def ready(self):
        """Find each app's part of the registries, in the order of the apps."""
        for module in OWN:
            import_module(f"productops.{module}")
        for room in ROOMS:
            autodiscover_modules(room)
