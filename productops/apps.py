from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

ROOMS = ("measures", "search", "work", "steps", "queues", "exchange", "trace", "verify", "demo")


class ProductopsConfig(AppConfig):
    name = "productops"

    def ready(self):
        """Find each app's part of the registries, in the order of the apps."""
        for room in ROOMS:
            autodiscover_modules(room)
