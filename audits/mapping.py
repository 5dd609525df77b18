"""What a person said elsewhere about the same: answers to questions of other frameworks that a
question is mapped to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

EQUAL = "equal"
STRONGEST = 10.0


@dataclass(frozen=True)
class Elsewhere:
    """An answer to a question of another framework. ``value`` is what a form would send for it,
    ``words`` how people read it, ``on`` the day on which it was given."""

    framework: str
    key: str
    value: str
    words: str
    title: str  # of its framework
    on: date


@dataclass(frozen=True)
class Suggestion:
    """What was said elsewhere. ``value`` may be chosen at once where the other question asks the
    same and its answer is offered here; None where it asks more, less or something near."""

    said: Elsewhere
    relation: str
    strength: float
    value: str | None

    @property
    def is_partial(self) -> bool:
        return self.value is None


def suggestions(
    maps: Iterable[Mapping[str, Any]], said: Iterable[Elsewhere], offered: Sequence[str]
) -> list[Suggestion]:
    """The answers to which ``maps`` (as ``Node.maps`` holds them) leads, the same questions
    first, then the strongest. ``offered``: the values that can be chosen here."""
    answers = {(one.framework, one.key): one for one in said}
    found = [
        _suggestion(mapping, answers[place], offered)
        for mapping in maps
        if (place := place_of(mapping)) in answers
    ]
    return sorted(found, key=lambda one: (one.is_partial, one.relation != EQUAL, -one.strength))


def place_of(mapping: Mapping[str, Any]) -> tuple[str, str]:
    """(framework, key) of the question to which a mapping leads."""
    return str(mapping.get("framework", "")), str(mapping.get("key", ""))


def _suggestion(mapping: Mapping[str, Any], said: Elsewhere, offered: Sequence[str]) -> Suggestion:
    relation = str(mapping.get("relation", ""))
    is_same = relation == EQUAL and said.value in offered
    strength = mapping.get("strength")
    return Suggestion(
        said=said,
        relation=relation,
        strength=float(STRONGEST if strength is None else strength),
        value=said.value if is_same else None,
    )
