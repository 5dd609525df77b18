"""Prometheus, and what answers as it does: a query over a range of time, one value a step."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.answers import expect_success
from metrics.connectors.http_json import basic
from metrics.connectors.shape import (
    Ask,
    Cell,
    Connector,
    Fetched,
    Field,
    SourceError,
    Unreachable,
    refuse_too_many,
)
from productops import egress

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
POINTS = 10_000  # of one request; the server refuses more than 11,000
DAYS = 90  # back, where nobody said since when
MONDAY = datetime(1970, 1, 5, tzinfo=UTC)  # where steps begin, so that two runs ask alike
LONGEST_QUERY = 3_000
LONGEST_LABEL = 500
LONGEST_ID = 200  # as observations keep it
OWN = ("at", "value", "external_id")
FIELDS = (
    Field(
        "url",
        gettext_lazy("Address of the server"),
        "url",
        is_required=True,
        help=gettext_lazy("Such as http://prometheus.internal:9090; without /api/v1."),
    ),
    Field(
        "query", gettext_lazy("Query"), "lines", is_required=True, help=gettext_lazy("In PromQL.")
    ),
    Field(
        "step",
        gettext_lazy("One value a"),
        "choice",
        choices=(
            ("hour", gettext_lazy("hour")),
            ("day", gettext_lazy("day")),
            ("week", gettext_lazy("week")),
        ),
        default="day",
    ),
    Field(
        "covers",
        gettext_lazy("A value is about"),
        "choice",
        choices=(
            ("at", gettext_lazy("the moment it was asked for")),
            ("before", gettext_lazy("the step that ended then, as increase(x[1d]) is")),
        ),
        default="at",
    ),
    Field("user", gettext_lazy("User"), help=gettext_lazy("Empty: the secret is a bearer token.")),
    Field("token", gettext_lazy("Password or token"), "secret"),
)


def check(settings: dict[str, Any]) -> dict[str, str]:
    wrong = {}
    if not settings["query"].strip() or len(settings["query"]) > LONGEST_QUERY:
        wrong["query"] = _("Write a query of at most 3,000 characters.")
    if "?" in settings["url"] or "#" in settings["url"]:
        wrong["url"] = _("Write the address without ? and #.")
    if ":" in settings["user"] or not settings["user"].isprintable():
        wrong["user"] = _("Name the user, without a colon.")
    return wrong


def fetch(settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Fetched:
    series: dict[tuple[tuple[str, str], ...], list[tuple[float, str]]] = {}
    notes: set[str] = set()
    for start, end in _ranges(ask, STEPS[settings["step"]]):
        data = _asked(settings, secrets.get("token", ""), start, end, notes)
        for entry in data:
            labels = _labels_of(entry)
            series.setdefault(labels, []).extend(_values_of(entry))
        refuse_too_many(sum(len(values) for values in series.values()), "query")
    return _table(settings, series, notes)


def _ranges(ask: Ask, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """From the first step since then to the last one that is over, in pieces a server answers."""
    now = ask.now or datetime.now(UTC)
    first = datetime(*ask.since.timetuple()[:3], tzinfo=UTC) if ask.since else now - timedelta(DAYS)
    start = MONDAY + math.ceil((first - MONDAY) / step) * step
    last = MONDAY + math.floor((now - MONDAY) / step) * step
    while start <= last:
        end = min(last, start + (POINTS - 1) * step)
        yield start, end
        start = end + step


def _asked(
    settings: dict[str, Any], token: str, start: datetime, end: datetime, notes: set[str]
) -> list[dict[str, Any]]:
    form = {
        "query": settings["query"].strip(),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "step": str(int(STEPS[settings["step"]].total_seconds())),
        "timeout": "9s",
    }
    answer = egress.fetch(
        "POST",
        settings["url"].rstrip("/") + "/api/v1/query_range",
        headers={"content-type": "application/x-www-form-urlencoded"} | _access(settings, token),
        body=urlencode(form).encode(),
        accept="application/json",
    )
    content = _content(answer)
    if answer.status in (400, 422):
        raise SourceError("query", _reason(content))
    expect_success(answer, "url", "token")
    if content.get("status") != "success":
        raise SourceError("url", _("This address does not answer as Prometheus does."))
    notes.update(str(note)[:300] for note in content.get("warnings") or [])
    data = content.get("data")
    if not isinstance(data, dict) or data.get("resultType") != "matrix":
        raise SourceError("query", _("This query gives no values over time."))
    return data.get("result") or []


def _access(settings: dict[str, Any], token: str) -> dict[str, str]:
    if settings["user"]:
        return {"authorization": basic(settings["user"], token)}
    return {"authorization": f"Bearer {token}"} if token else {}


def _content(answer: egress.Answer) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        return content
    expect_success(answer, "url", "token")
    raise SourceError("url", _("This address does not answer as Prometheus does."))


def _reason(content: dict[str, Any]) -> str:
    if content.get("errorType") == "timeout":
        raise Unreachable(_("The query takes too long for the server."))
    said = str(content.get("error") or _("it gives no reason"))
    return _("The server does not take the query: %(reason)s.") % {"reason": said[:300]}


def _labels_of(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What tells this series from others, in a fixed order; its name is in the query already."""
    metric = entry.get("metric") or {}
    labels = {str(name): str(text)[:LONGEST_LABEL] for name, text in metric.items()}
    return tuple(sorted((name, text) for name, text in labels.items() if name != "__name__"))


def _values_of(entry: dict[str, Any]) -> list[tuple[float, str]]:
    if entry.get("histograms"):
        raise SourceError(
            "query", _("This query gives histograms; ask for one number, as histogram_quantile().")
        )
    try:
        return [(float(moment), str(value)) for moment, value in entry.get("values") or []]
    except (TypeError, ValueError):
        raise SourceError("url", _("This address does not answer as Prometheus does.")) from None


def _table(settings: dict[str, Any], series: dict, notes: set[str]) -> Fetched:
    names = sorted({name for labels in series for name, _text in labels})
    header = (*OWN, *(f"label_{name}" if name in OWN else name for name in names))
    shift = STEPS[settings["step"]] if settings["covers"] == "before" else timedelta()
    rows: list[tuple[Cell, ...]] = []
    left_out = 0
    for labels, values in series.items():
        told, cells = _told(labels), [dict(labels).get(name) for name in names]
        for moment, text in values:
            number = _number(text)
            if number is None:
                left_out += 1
                continue
            rows.append((datetime.fromtimestamp(moment, UTC) - shift, number, told, *cells))
    if left_out:
        notes.add(_("Values that are no number were left out: %(count)s.") % {"count": left_out})
    return Fetched(header, rows, note=" ".join(sorted(notes)))


def _told(labels: tuple[tuple[str, str], ...]) -> str | None:
    """The labels in one text, which keeps series of one KPI apart; a long one ends in its hash."""
    text = ",".join(f"{name}={value}" for name, value in labels)
    if len(text) <= LONGEST_ID:
        return text or None
    return f"{text[: LONGEST_ID - 33]}~{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _number(text: str) -> float | None:
    """NaN is what a division by nothing gives, Inf what a quantile beyond the last bucket is."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


CONNECTOR = Connector(
    kind="prometheus",
    name="Prometheus",
    summary=gettext_lazy("A query in PromQL, asked for one value an hour, a day or a week."),
    fields=FIELDS,
    reads=fetch,
    checks=check,
    columns={"at": "at", "value": "value", "external_id": "external_id"},
)
