"""Any HTTP API that answers with JSON: where to ask, where the records are, what each column is."""

import base64
import json
import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.http_json.paths import BadPath, Path, compiled
from metrics.connectors.http_json.plan import (
    MOST_COLUMNS,
    MOST_PAGES,
    Call,
    Next,
    Plan,
    by_cursor,
    by_link,
    by_number,
    by_offset,
    carry_out,
    dated,
    only_page,
)
from metrics.connectors.shape import Ask, Connector, Fetched, Field

MOST_LINES = 50
NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,100}")  # of a header or a parameter
DATES = gettext_lazy("{since} and {today} stand for dates such as 2026-03-31.")
FIELDS = (
    Field("url", gettext_lazy("Address"), "url", is_required=True, help=DATES),
    Field(
        "auth",
        gettext_lazy("Access"),
        "choice",
        choices=(
            ("none", gettext_lazy("Open to anybody")),
            ("bearer", gettext_lazy("Token (Authorization: Bearer)")),
            ("basic", gettext_lazy("User and password")),
            ("header", gettext_lazy("Key in a header")),
            ("param", gettext_lazy("Key in a query parameter")),
        ),
        default="none",
    ),
    Field(
        "auth_name",
        gettext_lazy("Name of the user, header or parameter"),
        help=gettext_lazy("Which one depends on the kind of access."),
    ),
    Field("token", gettext_lazy("Token, password or key"), "secret"),
    Field(
        "rows",
        gettext_lazy("Path to the list of records"),
        is_required=True,
        default="@",
        help=gettext_lazy("In JMESPath, such as data.items; @ where the answer is the list."),
    ),
    Field(
        "columns",
        gettext_lazy("Columns"),
        "lines",
        help=gettext_lazy(
            "One a line, as name = path in a record, such as at = created_at. Empty: all that hold "
            "one value."
        ),
    ),
    Field(
        "paging",
        gettext_lazy("More pages"),
        "choice",
        choices=(
            ("none", gettext_lazy("There is one page")),
            ("link", gettext_lazy("The answer's Link header names the next")),
            ("number", gettext_lazy("Count pages in a parameter")),
            ("offset", gettext_lazy("Count records in a parameter")),
            ("cursor", gettext_lazy("The answer holds a mark for the next")),
        ),
        default="none",
    ),
    Field("page_param", gettext_lazy("Parameter for the page")),
    Field("page_path", gettext_lazy("Path to the mark for the next page")),
    Field("most_pages", gettext_lazy("Pages at most"), "number", default=20),
    Field(
        "method",
        gettext_lazy("Method"),
        "choice",
        choices=(("GET", "GET"), ("POST", "POST")),
        default="GET",
    ),
    Field(
        "params",
        gettext_lazy("Query parameters"),
        "lines",
        help=gettext_lazy("One a line, as name = value. {since} and {today} stand for dates."),
    ),
    Field(
        "headers",
        gettext_lazy("Headers"),
        "lines",
        help=gettext_lazy("One a line, as Name: value."),
    ),
    Field("body", gettext_lazy("JSON to send"), "lines", help=DATES),
)


def check(settings: dict[str, Any]) -> dict[str, str]:
    """What is wrong, by field. Paths are compiled: a wrong one is found before it is kept."""
    trials = {
        "rows": lambda: compiled(settings["rows"]),
        "columns": lambda: columns_of(settings["columns"]),
        "params": lambda: pairs_of(settings["params"], "="),
        "headers": lambda: pairs_of(settings["headers"], ":"),
        "body": lambda: _body(settings["body"]),
        "page_path": lambda: settings["paging"] == "cursor" and compiled(settings["page_path"]),
        "page_param": lambda: _check_page_param(settings),
        "auth_name": lambda: _check_auth_name(settings),
        "most_pages": lambda: _check_most_pages(settings["most_pages"]),
    }
    wrong = {name: _sentence_of(trial) for name, trial in trials.items()}
    return {name: sentence for name, sentence in wrong.items() if sentence}


def fetch(settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Fetched:
    names = columns_of(settings["columns"])
    return carry_out(
        Plan(
            call=_call(settings, secrets, ask),
            rows=compiled(settings["rows"]),
            columns={name: path.find for name, path in names.items()},
            following=_following(settings),
            most_pages=int(settings["most_pages"]),
            has_ids=settings["paging"] != "none" and "external_id" in names,
        )
    )


def columns_of(text: str) -> dict[str, Path]:
    """Each column's name and path. Raises BadPath naming the line."""
    pairs = pairs_of(text, "=", name_pattern=None)
    if len(pairs) > MOST_COLUMNS:
        raise BadPath(_("Name at most 50 columns."))
    found = {}
    for name, path in pairs.items():
        try:
            found[name] = compiled(path)
        except BadPath as problem:
            raise BadPath(f"{name}: {problem}") from None
    return found


def pairs_of(text: str, mark: str, *, name_pattern: re.Pattern | None = NAME) -> dict[str, str]:
    """Lines of ``name = value`` or ``Name: value``. Raises BadPath naming the line."""
    pairs: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, found, value = (part.strip() for part in line.partition(mark))
        if not found or not name or (name_pattern and not name_pattern.fullmatch(name)):
            example = "Name: value" if mark == ":" else "name = value"
            reason = _("Line %(number)s is not written as %(example)s.")
            raise BadPath(reason % {"number": number, "example": example})
        if name in pairs:
            raise BadPath(_("%(name)s stands here twice.") % {"name": name})
        if not value.isprintable():
            raise BadPath(_("Line %(number)s holds a control character.") % {"number": number})
        pairs[name] = value
    if len(pairs) > MOST_LINES:
        raise BadPath(_("Write at most 50 lines."))
    return pairs


def _sentence_of(trial) -> str:
    try:
        trial()
    except BadPath as problem:
        return str(problem)
    return ""


def _body(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadPath(_("This is not JSON.")) from None


def _check_page_param(settings: dict[str, Any]) -> None:
    if settings["paging"] in ("number", "offset", "cursor") and not NAME.fullmatch(
        settings["page_param"]
    ):
        raise BadPath(_("Name the parameter that says which page is asked for."))


def _check_auth_name(settings: dict[str, Any]) -> None:
    kind, name = settings["auth"], settings["auth_name"]
    if kind in ("header", "param") and not NAME.fullmatch(name):
        raise BadPath(_("Name the header or parameter that takes the key."))
    if kind == "basic" and (not name or ":" in name or not name.isprintable()):
        raise BadPath(_("Name the user, without a colon."))


def _check_most_pages(count: float) -> None:
    if count != int(count) or not 1 <= count <= MOST_PAGES:
        raise BadPath(_("Write a whole number from 1 to 100."))


def _call(settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Call:
    headers, params = _credentials(settings, secrets.get("token", ""))
    given = pairs_of(settings["params"], "=")
    return Call(
        method=settings["method"],
        url=dated(settings["url"], ask),
        headers=pairs_of(settings["headers"], ":") | headers,
        params={name: dated(value, ask) for name, value in given.items()} | params,
        body=_body(dated(settings["body"], ask)),
    )


def _credentials(settings: dict[str, Any], token: str) -> tuple[dict[str, str], dict[str, str]]:
    """The secret as headers and as parameters."""
    name = settings["auth_name"]
    if settings["auth"] == "bearer":
        return {"authorization": f"Bearer {token}"}, {}
    if settings["auth"] == "basic":
        return {"authorization": basic(name, token)}, {}
    if settings["auth"] == "header":
        return {name: token}, {}
    return {}, {name: token} if settings["auth"] == "param" else {}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _following(settings: dict[str, Any]) -> Next:
    name = settings["page_param"]
    if settings["paging"] == "cursor":
        return by_cursor(name, compiled(settings["page_path"]))
    ways = {"link": by_link, "number": by_number(name), "offset": by_offset(name)}
    return ways.get(settings["paging"], only_page)


CONNECTOR = Connector(
    kind="http_json",
    name=gettext_lazy("HTTP API with JSON"),
    summary=gettext_lazy("Any address that answers with JSON; you say where the numbers stand."),
    fields=FIELDS,
    reads=fetch,
    checks=check,
)
