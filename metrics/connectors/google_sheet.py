"""A sheet of Google Sheets that anybody with its link may read, or that is published to the web.

Whatever form of its link a person copies is turned into the address of its CSV.
"""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors import file_url
from metrics.connectors.shape import Ask, Connector, Fetched, Field, SourceError

HOST = "docs.google.com"
# An account's number may stand in the path; published sheets have an "e" before their id.
PATH = re.compile(
    r"/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/(?P<published>e/)?(?P<id>[A-Za-z0-9_-]{10,200})(?:/.*)?"
)
GID = re.compile(r"[0-9]{1,12}")
FIELDS = (
    Field(
        "url",
        gettext_lazy("Link to the sheet"),
        "url",
        is_required=True,
        help=gettext_lazy(
            "As Share or Publish to the web gives it; whoever has the link must be allowed to read."
        ),
    ),
    *file_url.READING,
)


def csv_address(link: str) -> str:
    """The address of the CSV of the sheet that the link shows. Raises SourceError."""
    parts = urlsplit(link)
    found = PATH.fullmatch(parts.path)
    if parts.scheme != "https" or parts.netloc.lower() != HOST or found is None:
        raise SourceError("url", _("This is not the link of a Google sheet."))
    gid = _gid(parts.query, parts.fragment)
    if found["published"]:
        path = f"/spreadsheets/d/e/{found['id']}/pub"
        query = {"output": "csv"} | ({"gid": gid, "single": "true"} if gid else {})
    else:
        path = f"/spreadsheets/d/{found['id']}/export"
        query = {"format": "csv"} | ({"gid": gid} if gid else {})
    return urlunsplit(("https", HOST, path, urlencode(query), ""))


def _gid(*places: str) -> str:
    """Which sheet of the document, where the link says so; the fragment says what is shown."""
    for place in reversed(places):
        for value in parse_qs(place).get("gid", []):
            if GID.fullmatch(value):
                return value
    return ""


def check(settings: dict[str, Any]) -> dict[str, str]:
    try:
        csv_address(settings["url"])
    except SourceError as problem:
        return {problem.field: problem.sentence}
    return file_url.check(settings)


def fetch(settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Fetched:
    address = csv_address(settings["url"])
    return file_url.fetch({**settings, "url": address}, {}, ask)


CONNECTOR = Connector(
    kind="google_sheet",
    name=gettext_lazy("Google sheet"),
    summary=gettext_lazy("A sheet that is open to anybody with its link, or published to the web."),
    fields=FIELDS,
    reads=fetch,
    checks=check,
)
