"""Answers as documented APIs give them, page after page."""

import json
from datetime import UTC, datetime

from metrics.connectors import connector

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8"}


def answers(*pages, rel="next", **headers):
    """A function that gives one page after the other, each naming the next by its Link header."""

    def page(asked):
        number = int(asked.query.get("page", ["1"])[0])
        more = {"link": f'<?page={number + 1}>; rel="{rel}"'} if number < len(pages) else {}
        return 200, JSON | more | headers, json.dumps(pages[number - 1]).encode()

    return page


def fetch(kind, server, *, token="canary", since=None, base="", **settings):
    return connector(kind).fetch(
        {"base": server.url(base)} | settings, {"token": token}, since=since, now=NOW
    )
