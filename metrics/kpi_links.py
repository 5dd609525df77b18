"""Ways of seeing one chart, each an address: ranges, views, what it is laid beside, events."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from metrics import compare
from metrics.portrait import RANGES, Portrait
from productops import cadences, querystrings

NO_EVENTS = "none"


@dataclass(frozen=True)
class Asked:
    """What an address asks of a chart; what it does not understand asks for nothing."""

    range: str = ""
    overlay: str = ""
    has_events: bool = True

    @classmethod
    def of(cls, params: QueryDict) -> "Asked":
        overlay = params.get("overlay", "")
        return cls(
            range=params.get("range", ""),
            overlay=overlay if overlay in (compare.YEAR, compare.OTHERS) else "",
            has_events=params.get("events") != NO_EVENTS,
        )


WHOLE = Asked(range="all", has_events=False)


def ranges_of(portrait: Portrait, params: QueryDict) -> list[dict[str, Any]]:
    """The ranges that the chart may show, the present one marked."""
    few, many = RANGES[portrait.cadence]
    named = [(n, cadences.count_of_periods(n, portrait.cadence)) for n in (few, many)]
    return [
        _way(text, querystrings.replaced(params, range=str(n or "all")), portrait.newest == n)
        for n, text in [*named, (0, _("All"))]
    ]


def views_of(params: QueryDict, named: dict[str, str]) -> list[dict[str, Any]]:
    """Ways of seeing the same thing, as links; the first is shown unless the address says."""
    current = params.get("view") if params.get("view") in named else next(iter(named))
    return [
        _way(text, querystrings.replaced(params, view=view), view == current)
        for view, text in named.items()
    ]


def overlays_of(portrait: Portrait, params: QueryDict, *, has_others: bool) -> list[dict[str, Any]]:
    """What the chart may be laid beside."""
    named = {"": _("Alone"), compare.YEAR: _("Year before")}
    if has_others:
        named[compare.OTHERS] = _("Others")
    return [
        _way(
            text,
            querystrings.replaced(params, overlay=name)
            if name
            else querystrings.without(params, "overlay"),
            portrait.overlay == name,
        )
        for name, text in named.items()
    ]


def events_link(asked: Asked, params: QueryDict) -> str:
    """The same page without what the house knows by itself, or with it again."""
    if asked.has_events:
        return querystrings.replaced(params, events=NO_EVENTS)
    return querystrings.without(params, "events")


def _way(text: str, url: str, is_current: bool) -> dict[str, Any]:
    return {"text": text, "url": url, "is_current": is_current}
