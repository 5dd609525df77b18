"""The answers among which one chooses by a tap, as rungs of a ladder from the first to the last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from audits.choices import VOTED_ON, NodeKind
from audits.disagreement import step_of

MOST_RUNGS = 11  # a scale without named levels becomes buttons up to so many
LONGEST_LABEL = 12  # characters that find room below a picture


@dataclass(frozen=True)
class Rung:
    """``value`` is what a form sends and ``read_reply`` reads, ``label`` the shortest name."""

    value: str
    label: str
    name: str
    text: str = ""


def rungs_of(node: Any) -> tuple[Rung, ...]:
    """What a question offers, in the order of its scale; () where one cannot answer by a tap."""
    if node.kind == NodeKind.BOOLEAN:
        return Rung("false", _("No"), _("No")), Rung("true", _("Yes"), _("Yes"))
    if node.kind not in VOTED_ON:
        return ()
    if node.kind == NodeKind.LEVEL and not node.choices:
        return tuple(Rung(f"{level:g}", f"{level:g}", f"{level:g}") for level in _scale(node))
    return tuple(_rung(choice, node.kind) for choice in _in_order(node))


def _scale(node: Any) -> Sequence[float]:
    low, high = sorted((node.low or 0, node.high or 0))
    steps = range(int(low), int(high) + 1)
    return steps if len(steps) <= MOST_RUNGS else ()


def _in_order(node: Any) -> list[dict]:
    """Levels by their number, choices with scores by those, others as they stand there."""
    choices = [choice for choice in node.choices if choice.get("value") is not None]
    key = "value" if node.kind == NodeKind.LEVEL else "score"
    numbers = [choice.get(key) for choice in choices]
    if all(isinstance(number, (int, float)) for number in numbers):
        return sorted(choices, key=lambda choice: choice[key])
    return choices


def _rung(choice: dict, kind: str) -> Rung:
    value = shown(choice["value"])
    name = choice.get("name") or value
    label = value if kind == NodeKind.LEVEL else name[:LONGEST_LABEL]
    return Rung(value, label, name, choice.get("text") or "")


def shown(value: Any) -> str:
    """A choice's value as a form sends it: 3.0 is "3"."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def place_of(node: Any, rungs: Sequence[Rung], number: float | None, chosen: list) -> float | None:
    """On which rung an answer stands, 0 the first; 2.5 between two levels; None beside them."""
    values = [rung.value for rung in rungs]
    if node.kind == NodeKind.SINGLE:
        value = shown(chosen[0]) if chosen else ""
        return float(values.index(value)) if value in values else None
    if number is None or not values:
        return None
    if node.kind == NodeKind.BOOLEAN:
        return 1.0 if number else 0.0
    try:
        return step_of(number, [float(value) for value in values])
    except ValueError:
        return None


def is_ordered(node: Any) -> bool:
    """Whether its rungs lie above each other, so that one can say how far answers are apart."""
    if node.kind != NodeKind.SINGLE:
        return node.kind in VOTED_ON
    return bool(node.choices) and all(choice.get("score") is not None for choice in node.choices)


def named(rungs: Sequence[Rung], place: float) -> str:
    """The rung at a place in words, the nearest below where it lies between two."""
    return rungs[min(int(place), len(rungs) - 1)].name if rungs else ""


def counts(rungs: Sequence[Rung], places: Iterable[float]) -> list[int]:
    """How many stand on each rung; what lies between two counts to the nearest, up from half."""
    found = [0] * len(rungs)
    for place in places:
        found[min(int(place + 0.5), len(rungs) - 1)] += 1
    return found
