"""Where numbers come from by themselves: a module a kind, each a table on request.

A connector turns settings into a header and rows, reaches out only through ``productops.egress``
or a guarded engine of its own, and knows neither models nor observations.
"""

from metrics.connectors import file_url, google_sheet, http_json, prometheus, push, sql
from metrics.connectors.presets import github, gitlab, jira
from metrics.connectors.shape import Connector, Fetched, Field, SourceError, Unreachable

_CONNECTORS: dict[str, Connector] = {
    connector.kind: connector
    for connector in (
        file_url.CONNECTOR,
        google_sheet.CONNECTOR,
        http_json.CONNECTOR,
        github.CONNECTOR,
        gitlab.CONNECTOR,
        jira.CONNECTOR,
        prometheus.CONNECTOR,
        push.CONNECTOR,
        sql.CONNECTOR,
    )
}


def all_connectors() -> list[Connector]:
    return list(_CONNECTORS.values())


def connector(kind: str) -> Connector:
    """The connector of that kind. KeyError where there is none."""
    return _CONNECTORS[kind]


__all__ = [
    "Connector",
    "Fetched",
    "Field",
    "SourceError",
    "Unreachable",
    "all_connectors",
    "connector",
]
