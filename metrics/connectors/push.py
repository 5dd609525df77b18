"""What is sent to us instead of fetched: by the API or to the address of the source itself."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.http_json.paths import BadPath, compiled
from metrics.connectors.shape import Ask, Connector, Fetched, Field, SourceError


def check(settings: dict[str, Any]) -> dict[str, str]:
    try:
        if settings.get("rows"):
            compiled(settings["rows"])
    except BadPath as problem:
        return {"rows": str(problem)}
    return {}


def fetch(settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Fetched:
    raise SourceError("kind", _("This source is sent to us; there is nothing to fetch."))


CONNECTOR = Connector(
    kind="push",
    name=gettext_lazy("Sent to us"),
    summary=gettext_lazy("A program sends its numbers to a signed address, as JSON or CSV."),
    fields=(
        Field(
            "rows",
            gettext_lazy("Where the rows are"),
            help=gettext_lazy(
                "A JMESPath expression that gives a list of objects, such as commits[]; "
                "empty where the body is observations as the API takes them, or a list."
            ),
        ),
        Field(
            "secret",
            gettext_lazy("Secret"),
            "secret",
            help=gettext_lazy("What the sender signs with. Empty: one is made, and shown once."),
        ),
    ),
    reads=fetch,
    checks=check,
)
