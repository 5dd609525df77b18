"""What a cycle taught, what it leaves to others, and what to open next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from objectives.models import Cycle, Objective
from objectives.spans import LENGTHS

CYCLE_LENGTHS = {
    "month": _("Month"), "quarter": _("Quarter"), "half": _("Half a year"), "year": _("Year"),
}  # fmt: skip
SAID = (("keeps", _("Keep")), ("changes", _("Change")), ("stops", _("Stop")))


@dataclass(frozen=True)
class Lesson:
    """Something to keep, change or stop; ``source`` is the objective that says it, or None for
    the cycle as a whole."""

    text: str
    source: Objective | None = None


@dataclass(frozen=True)
class Retrospect:
    """``said``: what to keep, to change and to stop, each with its word. ``proposals`` wait in
    the backlog; ``carried`` went into a later cycle."""

    said: list[tuple[str, list[Lesson]]]
    proposals: list[Objective]
    carried: list[Objective]

    @property
    def is_empty(self) -> bool:
        return not (self.proposals or self.carried or any(lessons for _word, lessons in self.said))


def retrospect_of(
    cycle: Cycle, objectives: Iterable[Objective], successors: Iterable[Objective]
) -> Retrospect:
    """``successors``: what was carried over or proposed, with its cycle and ``carried_from``."""
    after = list(successors)
    return Retrospect(
        said=[(str(word), _lessons(name, cycle, objectives)) for name, word in SAID],
        proposals=[each for each in after if each.cycle.is_backlog],
        carried=[each for each in after if not each.cycle.is_backlog],
    )


def _lessons(name: str, cycle: Cycle, objectives: Iterable[Objective]) -> list[Lesson]:
    whole = [Lesson(getattr(cycle, name))] if getattr(cycle, name) else []
    closed = [each for each in objectives if each.is_closed and getattr(each, name)]
    return whole + [Lesson(getattr(each, name), each) for each in closed]


def proposed_cycle(length: str, on: date) -> dict[str, Any]:
    """What the form of a new cycle begins with; a length that is none is as those so far."""
    name, span = Cycle.objects.proposed(on, LENGTHS.get(length))
    return {"name": name, "starts_on": span.first, "ends_on": span.last}
