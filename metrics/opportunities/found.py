"""All opportunities of a person, in their order, apart from those that wait."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from metrics.models import Dismissal
from metrics.opportunities import gaps, numbers, seats, skills, standards
from metrics.opportunities.noun import Opportunity
from teams.models import Person

FINDERS: tuple[Callable[[Person, date], Iterator[Opportunity]], ...] = (
    numbers.found,
    gaps.found,
    skills.found,
    standards.found,
    seats.found,
)


@dataclass(frozen=True)
class Found:
    """``waiting``: those that somebody said "not now" to, each with what was said."""

    open: tuple[Opportunity, ...]
    waiting: tuple[tuple[Opportunity, Dismissal], ...]

    def named(self, key: str) -> Opportunity | None:
        every = (*self.open, *(one for one, _said in self.waiting))
        return next((one for one in every if one.key == key), None)


def found_for(person: Person, today: date) -> Found:
    """What the person may see; a constant number of queries."""
    every = sorted(
        chain.from_iterable(find(person, today) for find in FINDERS),
        key=lambda one: (-one.rank, one.kind, one.row),
    )
    said = {one.key: one for one in Dismissal.objects.holding_on(today).select_related("by")}
    return Found(
        open=tuple(one for one in every if one.key not in said),
        waiting=tuple((one, said[one.key]) for one in every if one.key in said),
    )
