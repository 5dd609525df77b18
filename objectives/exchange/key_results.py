"""The cells of a row that are about a key result."""

from typing import Any

from django.utils.translation import gettext as _

from objectives import actions
from objectives.actions.key_results import BOUNDS, LEVELS, NUMBERS, WORDED_ZONES
from objectives.choices import KeyResultKind
from objectives.exchange.reading import choice_of, number_of, person_of, said, subject_of, text_of
from objectives.models import KeyResult, Kpi, Objective
from productops import parsing
from productops.intake import Cell, Row
from productops.parsing import Unreadable
from teams.models import Person

ZONES = tuple(f"zone_{zone}" for zone in WORDED_ZONES)
OF_KEY_RESULT = (
    "key_result", "key_result_owner", "kind", "kpi", "measured_for", *NUMBERS, *ZONES, "weight",
)  # fmt: skip


def take_key_result(row: Row, objective: Objective, by: Person) -> str:
    """Write or change the key result of a row; created, updated or unchanged."""
    title, wanted = text_of(row, "key_result"), _wanted(row)
    found = objective.key_results.filter(title=title).select_related("series").first()
    if owner := person_of(row, "key_result_owner"):
        wanted["owner"] = owner
    if (weight := number_of(row, "weight")) is not None:
        wanted["weight"] = _weight(weight)
    if said(row, "kpi"):
        wanted |= {"kpi": _kpi(row), "subject": subject_of(row, "measured_for", by)}
    if found is None:
        wanted.setdefault("owner", objective.owner)
        actions.add_key_result(objective=objective, title=title, by=by, **wanted)
        return "created"
    changed = actions.change_key_result(key_result=found, by=by, **wanted)
    return "updated" if changed else "unchanged"


def _weight(weight: float) -> float:
    if weight < 0:
        raise Cell("weight", _("A weight is not negative."))
    return weight


def _kpi(row: Row) -> Kpi:
    slug = text_of(row, "kpi", 120)
    kpi = Kpi.objects.filter(slug=slug).first()
    if kpi is None:
        raise Cell("kpi", _("There is no KPI “%s”.") % slug)
    return kpi


def _wanted(row: Row) -> dict[str, Any]:
    """Kind, numbers and words of a key result, as ``completed`` takes them."""
    asked = choice_of(row, "kind", KeyResultKind)
    target, words = _target(row, asked)
    numbers = {name: number_of(row, name) for name in NUMBERS if name != "target"}
    numbers["target"] = target
    zones = {zone: text_of(row, f"zone_{zone}", 1000) for zone in WORDED_ZONES}
    found = asked or _guessed(row, numbers)
    if found == KeyResultKind.ORDINAL:
        return {"kind": found, "zones": zones | ({"target": words} if words else {})}
    return {"kind": found} | numbers


def _target(row: Row, asked: str) -> tuple[float | None, str]:
    """The target as a number, or as the words it is written in."""
    words = text_of(row, "target", 1000)
    if not words or asked in (KeyResultKind.METRIC, KeyResultKind.MAINTAIN):
        return number_of(row, "target"), words
    try:
        return parsing.to_number(words), words
    except Unreadable:
        return None, words


def _guessed(row: Row, numbers: dict[str, float | None]) -> KeyResultKind:
    """A number to reach needs two of its four numbers, a range to keep a KPI and a bound."""
    if sum(numbers[name] is not None for name in LEVELS) >= 2:
        return KeyResultKind.METRIC
    if said(row, "kpi") and any(numbers[name] is not None for name in BOUNDS):
        return KeyResultKind.MAINTAIN
    return KeyResultKind.ORDINAL


def cells_of_key_result(key_result: KeyResult) -> list[Any]:
    """What ``take_key_result`` takes back unchanged."""
    series = key_result.series
    return [
        key_result.title,
        key_result.owner.email,
        key_result.kind,
        series.kpi.slug if series else "",
        series.subject.reference if series else "",
        *(getattr(key_result, name) for name in NUMBERS),
        *(key_result.zones.get(zone, "") for zone in WORDED_ZONES),
        key_result.weight,
    ]
