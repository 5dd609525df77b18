"""What the presets have in common: each offers some kinds of numbers about a project, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.http_json.paths import compiled
from metrics.connectors.http_json.plan import Call, Column, Next, Plan, carry_out, dated
from metrics.connectors.shape import Ask, Connector, Fetched, Field, Text
from productops import egress

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Offer:
    """One kind of number. ``path`` and ``params`` hold the settings' names and dates in braces;
    ``rows`` leads to the records, ``columns`` to at, external_id, and either value or numerator
    and denominator. ``kpi``, ``unit``, ``direction``, ``cadence`` and ``aggregation`` say what a
    KPI for it would be."""

    key: str
    name: Text
    kpi: str
    path: str
    rows: str
    columns: Mapping[str, Column]
    params: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    direction: str = "down"
    cadence: str = "week"
    aggregation: str = "sum"
    newest_first: str = ""  # path in the whole answer to the oldest date on the page


Authorise = Callable[[dict[str, Any], str], Mapping[str, str]]


@dataclass(frozen=True)
class Preset:
    """``values`` gives what stands in the braces of an offer's path and parameters."""

    offers: tuple[Offer, ...]
    values: Callable[[dict[str, Any]], Mapping[str, str]]
    headers: Authorise
    following: Callable[[dict[str, Any]], Next]

    def offer(self, settings: dict[str, Any]) -> Offer:
        return next(offer for offer in self.offers if offer.key == settings["what"])

    def mapping(self, settings: dict[str, Any]) -> dict[str, Any]:
        """All of it is known: which columns there are, and what a KPI that is missing would be."""
        offer = self.offer(settings)
        return {
            "exact": True,
            "map": {name: name for name in ("kpi", *offer.columns)},
            "create_kpis": True,
            "aggregation": offer.aggregation,
            "direction": offer.direction,
        }

    def fetch(self, settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Fetched:
        offer = self.offer(settings)
        fetched = carry_out(self._plan(offer, settings, secrets.get("token", ""), ask))
        if ask.since is None:
            return fetched
        # Most of these APIs look at when a record was touched last, not at what is counted.
        first, place = ask.since.isoformat(), fetched.header.index("at")
        return replace(fetched, rows=[row for row in fetched.rows if str(row[place]) >= first])

    def _plan(self, offer: Offer, settings: dict[str, Any], token: str, ask: Ask) -> Plan:
        values = self.values(settings)
        params = {name: dated(filled(text, values), ask) for name, text in offer.params.items()}
        following = self.following(settings)
        if offer.newest_first and ask.since:
            following = _until(ask.since.isoformat(), offer.newest_first, following)
        return Plan(
            call=Call(
                "GET",
                settings["base"].rstrip("/") + filled(offer.path, values),
                headers=self.headers(settings, token),
                params={name: text for name, text in params.items() if text},
            ),
            rows=compiled(offer.rows),
            columns={"kpi": constant(offer.kpi), **offer.columns},
            following=following,
            most_pages=int(settings["most_pages"]),
            has_ids=True,
        )

    def connector(self, kind: str, name: Text, summary: Text, fields: tuple, checks) -> Connector:
        what = Field(
            "what",
            gettext_lazy("Numbers"),
            "choice",
            is_required=True,
            choices=tuple((offer.key, offer.name) for offer in self.offers),
            default=self.offers[0].key,
        )
        pages = Field("most_pages", gettext_lazy("Pages at most"), "number", default=20)
        return Connector(
            kind=kind,
            name=name,
            summary=summary,
            fields=(*fields, what, pages),
            reads=self.fetch,
            checks=lambda settings: (
                checks(settings) | _wrong_pages(settings) | _wrong_base(settings)
            ),
            maps=self.mapping,
        )


def filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _wrong_pages(settings: dict[str, Any]) -> dict[str, str]:
    count = settings["most_pages"]
    if count == int(count) and 1 <= count <= 100:
        return {}
    return {"most_pages": _("Write a whole number from 1 to 100.")}


def _wrong_base(settings: dict[str, Any]) -> dict[str, str]:
    if "?" in settings["base"] or "#" in settings["base"]:
        return {"base": _("Write the address without ? and #.")}
    return {}


def _until(first: str, path: str, following: Next) -> Next:
    """Turn no more pages once they are older than what is asked for."""
    oldest = compiled(path)

    def next_page(call: Call, answer: egress.Answer, content: Any, count: int) -> Call | None:
        if str(oldest.find(content) or first) < first:
            return None
        return following(call, answer, content, count)

    return next_page


# Columns -------------------------------------------------------------------------------------


def constant(value: Any) -> Column:
    return lambda _record: value


def at(path: str) -> Column:
    """What stands at ``path``; a truth counts as 1 or 0."""
    found = compiled(path)

    def column(record: Any) -> Any:
        value = found.find(record, steps=20_000)
        return int(value) if isinstance(value, bool) else value

    return column


def days(first: str, last: str) -> Column:
    """How many days lie between two moments, to a thousandth; None where one is missing."""
    begin, end = compiled(first), compiled(last)

    def column(record: Any) -> float | None:
        moments = [_moment(path.find(record, steps=20_000)) for path in (begin, end)]
        if None in moments:
            return None
        started, ended = moments
        return round((ended - started).total_seconds() / SECONDS_A_DAY, 3)

    return column


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
