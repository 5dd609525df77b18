"""The cells of a row that are about a key result."""

from typing import Any

from django.utils.translation import gettext as _

from objectives import actions
from objectives.actions.key_results import BOUNDS, LEVELS, NUMBERS, WORDED_ZONES
from objectives.choices import KeyResultKind
from objectives.exchange.reading import choice_of, number_of, person_of, said, subject_of, text_of
from objectives.models import KeyResult, Kpi, Objective
from productops import clock, parsing
from productops.figures import LARGEST
from productops.intake import Cell, Row
from productops.parsing import Unreadable
from teams.models import Person

ZONES = tuple(f"zone_{zone}" for zone in WORDED_ZONES)
OF_KEY_RESULT = (
    "key_result", "key_result_owner", "kind", "kpi", "measured_for", *NUMBERS, *ZONES, "weight",
)  # fmt: skip
# What is told of a key result in one go: taken, and given as check-ins.
REPORTED = ("done", "percent_done")
WHOLE = 100.0  # per cent
FARTHEST = 100 * WHOLE
YES, NO = ("1", "yes", "true", "x", "done"), ("0", "no", "false", "")


def take_key_result(row: Row, objective: Objective, by: Person, place: int = 0) -> str:
    """Write or change the key result of a row; created, updated or unchanged. ``place``: which of
    those that have its title, oldest first."""
    title, wanted = text_of(row, "key_result"), _wanted(row)
    named = objective.key_results.filter(title=title).select_related("series").order_by("pk")
    found = named[place : place + 1].first()
    if owner := person_of(row, "key_result_owner"):
        wanted["owner"] = owner
    if (weight := number_of(row, "weight")) is not None:
        wanted["weight"] = _weight(weight)
    if said(row, "kpi"):
        wanted |= {"kpi": _kpi(row), "subject": subject_of(row, "measured_for", by)}
    if found is None:
        wanted.setdefault("owner", objective.owner)
        made = actions.add_key_result(objective=objective, title=title, by=by, **wanted)
        _report(row, made, by)
        return "created"
    wanted = _from_where_it_set_out(found, wanted)
    changed = actions.change_key_result(key_result=found, by=by, **wanted)
    return "updated" if _report(row, found, by) or changed else "unchanged"


def _from_where_it_set_out(found: KeyResult, wanted: dict[str, Any]) -> dict[str, Any]:
    """A target alone sets out from where the KPI stands, but once: the same file again changes
    nothing."""
    said = [name for name in LEVELS if wanted.get(name) is not None]
    return wanted | ({"baseline": found.baseline} if said == ["target"] else {})


def _report(row: Row, key_result: KeyResult, by: Person) -> bool:
    """Check in what the row says is done, unless that was said before; whether it was anything
    new. Nobody said how sure they are, so there is no confidence."""
    share = _done(row)
    if share is None or not key_result.is_metric or key_result.series_id is not None:
        return False
    value = key_result.baseline + share / WHOLE * (key_result.target - key_result.baseline)
    if abs(value) > LARGEST:
        raise Cell("percent_done", _("This is out of range."))
    last = key_result.last_check_in
    if last is not None and last.value == value:
        return False
    cycle = key_result.objective.cycle
    day = min(clock.today(), cycle.ends_on or clock.today())
    actions.check_in(key_result=key_result, value=value, confidence=None, by=by, on=day)
    return True


def _done(row: Row) -> float | None:
    """How much of it is done in per cent, as the file says; None where it says nothing."""
    if said(row, "percent_done"):
        share = number_of(row, "percent_done")
        if share is not None and abs(share) > FARTHEST:
            raise Cell("percent_done", _("This is out of range."))
        return share
    word = str(row.get("done") or "").strip().lower()
    if word in YES:
        return WHOLE
    if word not in NO:
        raise Cell("done", _("Write yes or no."))
    return None


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
    if found == KeyResultKind.ORDINAL and not words and _tells(row):
        found, numbers = KeyResultKind.METRIC, numbers | {"baseline": 0.0, "target": WHOLE}
    if found == KeyResultKind.ORDINAL:
        return {"kind": found, "zones": zones | ({"target": words} if words else {})}
    return {"kind": found} | numbers


def _tells(row: Row) -> bool:
    """Whether the file has a column that says how much is done, whatever this row says."""
    return any(name in row for name in REPORTED)


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
