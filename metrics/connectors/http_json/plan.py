"""What one run asks for and how rows come out of the answers: data, made by a form or a preset."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from metrics.connectors.answers import expect_success
from metrics.connectors.http_json.paths import BadPath, Path
from metrics.connectors.shape import (
    Ask,
    Cell,
    Fetched,
    SourceError,
    Unreachable,
    refuse_too_many,
)
from productops import egress

SECONDS = 35.0  # for all pages of one run
MOST_BYTES = 50 << 20  # of all pages together
MOST_PAGES = 100
MOST_COLUMNS = 50
LOOKED_AT = 100  # records, for what columns there are
LONGEST_CELL = 2_000
LONGEST_NAME = 100  # of a column that nobody named
STEPS_A_CELL = 20_000
EVER = date(1970, 1, 1)  # "since" where nobody said since when
Column = Callable[[Any], Any]


@dataclass(frozen=True)
class Call:
    """One request. ``headers`` and ``params`` may hold the secret: it is not shown."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)


Next: TypeAlias = "Callable[[Call, egress.Answer, Any, int], Call | None]"


def only_page(_call: Call, _answer: egress.Answer, _content: Any, _count: int) -> None:
    return None


@dataclass(frozen=True)
class Plan:
    """``rows`` leads to the list of records, ``columns`` to the cells of each; without columns all
    that hold one value in the records of the first page are taken. ``has_ids`` says
    that the cells tell records apart, so that one which comes again on a later page is dropped."""

    call: Call
    rows: Path
    columns: Mapping[str, Column]
    following: Next = only_page
    most_pages: int = MOST_PAGES
    has_ids: bool = False
    secret_field: str = "token"


def dated(text: str, ask: Ask) -> str:
    """The text with {since} and {today} replaced by dates as 2026-03-31."""
    return text.replace("{since}", (ask.since or EVER).isoformat()).replace(
        "{today}", (ask.now.date() if ask.now else EVER).isoformat()
    )


def carry_out(plan: Plan) -> Fetched:
    """Ask page after page. Raises SourceError or Unreachable, and whatever egress raises."""
    rows: list[tuple[Cell, ...]] = []
    seen: set[tuple[Cell, ...]] = set()
    limits, pages, call = _Limits(), 0, plan.call
    while call is not None and pages < plan.most_pages:
        answer, content = limits.ask(call, plan)
        records = _records(content, plan)
        if not plan.columns:
            plan = replace(plan, columns=columns_in(records))
        page = _rows_in(records, plan, len(rows))
        rows += [row for row in page if row not in seen] if plan.has_ids else page
        if plan.has_ids:
            seen.update(page)
        pages, call = pages + 1, _next(plan, call, answer, content, len(records))
    note = _("Stopped after %(count)s pages; there are more.") if call else _("Pages: %(count)s.")
    return Fetched(tuple(plan.columns), rows, note=note % {"count": pages})


def _next(plan: Plan, call: Call, answer: egress.Answer, content: Any, count: int) -> Call | None:
    try:
        return plan.following(call, answer, content, count)
    except BadPath as problem:
        raise SourceError("page_path", str(problem)) from None
    except egress.Refused as refusal:
        raise SourceError("url", str(refusal)) from None


class _Limits:
    """What is left of the time and the size that all pages share."""

    def __init__(self) -> None:
        self._end = time.monotonic() + SECONDS
        self._size = 0

    def ask(self, call: Call, plan: Plan) -> tuple[egress.Answer, Any]:
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unreachable(_("The source takes more than 35 seconds for all of its pages."))
        answer = _answer(call, min(left, egress.SECONDS))
        expect_success(answer, "url", plan.secret_field)
        self._size += len(answer.body)
        if self._size > MOST_BYTES:
            raise SourceError("url", _("The source gives more than 50 MB in one run."))
        return answer, _content(answer)


def _answer(call: Call, seconds: float) -> egress.Answer:
    return egress.fetch(
        call.method,
        call.url,
        headers=call.headers,
        params=call.params,
        json=call.body,
        accept=call.headers.get("accept", "application/json"),
        deadline=seconds,
    )


def _content(answer: egress.Answer) -> Any:
    try:
        return json.loads(answer.body, parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        raise SourceError("url", _("The answer is not JSON.")) from None


def _records(content: Any, plan: Plan) -> list[Any]:
    try:
        found = plan.rows.find(content)
    except BadPath as problem:
        raise SourceError("rows", str(problem)) from None
    if found is None:
        return []
    if not isinstance(found, list):
        raise SourceError("rows", _("This path does not lead to a list."))
    return found


def _rows_in(records: list[Any], plan: Plan, before: int) -> list[tuple[Cell, ...]]:
    refuse_too_many(before + len(records), "rows")
    return [
        tuple(_cell(column, record, name, number) for name, column in plan.columns.items())
        for number, record in enumerate(records, before + 1)
    ]


def columns_in(records: list[Any]) -> dict[str, Column]:
    """What holds one value in the first records, also one object further in, as ``user.login``."""
    names: dict[tuple[str, ...], None] = {}
    for record in records[:LOOKED_AT]:
        for name, value in record.items() if isinstance(record, dict) else ():
            inside = value.items() if isinstance(value, dict) else ()
            names |= {(name, inner): None for inner, each in inside if _is_single(each)}
            names |= {(name,): None} if _is_single(value) else {}
    told = {".".join(name): name for name in names if ".".join(name).isprintable()}
    found = [name for name in told if 0 < len(name) <= LONGEST_NAME][:MOST_COLUMNS]
    if not found:
        raise SourceError("columns", _("There is no record to take columns from; name them."))
    return {name: _walk(told[name]) for name in found}


def _is_single(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _walk(names: tuple[str, ...]) -> Column:
    def column(record: Any) -> Any:
        for name in names:
            record = record.get(name) if isinstance(record, dict) else None
        return record if _is_single(record) else None

    return column


def _cell(column: Column, record: Any, name: str, number: int) -> Cell:
    try:
        value = column(record)
    except BadPath as problem:
        raise SourceError(
            "columns",
            _("Column %(name)s, record %(number)s: %(reason)s")
            % {"name": name, "number": number, "reason": problem},
        ) from None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        reason = _(
            "Column %(name)s, record %(number)s: this is a list or an object, not one value."
        )
        raise SourceError("columns", reason % {"name": name, "number": number})
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        reason = _("Column %(name)s, record %(number)s: the text is too long.")
        raise SourceError("columns", reason % {"name": name, "number": number})
    return value


# Paging --------------------------------------------------------------------------------------


def by_link(call: Call, answer: egress.Answer, _content: Any, _count: int) -> Call | None:
    """As the Link header says (RFC 8288). The secret goes to the host that was named, only."""
    address = answer.link("next")
    if not address:
        return None
    if _origin(address) != _origin(call.url):
        raise SourceError("url", _("The next page is on another host."))
    return replace(call, url=address, params={})


def by_number(name: str, first: int = 1) -> Next:
    """Page 1, 2, 3 … until one is empty."""

    def following(call: Call, _answer: egress.Answer, _content: Any, count: int) -> Call | None:
        if not count:
            return None
        now = int(call.params.get(name) or first)
        return replace(call, params={**call.params, name: str(now + 1)})

    return following


def by_offset(name: str) -> Next:
    """How many records to leave out, until a page is empty."""

    def following(call: Call, _answer: egress.Answer, _content: Any, count: int) -> Call | None:
        if not count:
            return None
        now = int(call.params.get(name) or 0)
        return replace(call, params={**call.params, name: str(now + count)})

    return following


def by_cursor(name: str, path: Path) -> Next:
    """What stands at ``path`` in each answer goes into the next request, until nothing does."""

    def following(call: Call, _answer: egress.Answer, content: Any, _count: int) -> Call | None:
        found = path.find(content)
        if found in (None, "", False) or str(found) == call.params.get(name):
            return None
        if not isinstance(found, (str, int)) or len(str(found)) > LONGEST_CELL:
            raise SourceError("page_path", _("This path does not lead to a text or a number."))
        return replace(call, params={**call.params, name: str(found)})

    return following


def _origin(address: str) -> tuple[str, str, int | None]:
    url = egress.check_url(address)
    return url.scheme, url.host, url.port
