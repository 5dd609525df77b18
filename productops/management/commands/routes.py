"""Every route: path, name, methods, principals."""

import json

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from productops.routes import all_routes


class Command(BaseCommand):
    help = _("List every route and who may use it.")

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help=_("as JSON"))

    def handle(self, **options):
        write = as_json if options["json"] else as_lines
        self.stdout.write(write(all_routes()))


def as_json(routes) -> str:
    return json.dumps(
        [
            {
                "path": route.path,
                "name": route.name,
                "methods": list(route.methods),
                "principals": [str(principal) for principal in route.principals],
            }
            for route in routes
        ],
        indent=2,
    )


def as_lines(routes) -> str:
    return "\n".join(
        f"{','.join(route.methods):30} {route.path:60} {' '.join(route.principals)}"
        for route in routes
    )
