"""Key results: of what one sees, and one's own whatever they are about."""

from typing import Any

from django.shortcuts import get_object_or_404

from objectives.access.rights import refuse
from objectives.models import (
    KeyResult,
)
from teams.models import Person


def key_results_for(person: Person):
    return KeyResult.objects.visible_to(person).with_standing()


def running_key_results(person: Person):
    """All that are worked on: there may be thousands."""
    return KeyResult.objects.visible_to(person).ongoing()


def key_result_to_read(person: Person, pk: int, rows: Any = None) -> KeyResult:
    """One that the person sees, or owns whatever it is about; of ``rows``, where they come with
    more than its standing."""
    rows = KeyResult.objects.with_standing() if rows is None else rows
    rows = rows.filter(objective__deleted_at=None)
    return get_object_or_404(rows.visible_or_owned(person), pk=pk)


def key_result_to_change(person: Person, pk: int) -> KeyResult:
    key_result = key_result_to_read(person, pk)
    if not person.may_change(key_result.objective.subject):
        refuse()
    return key_result


def improvements_of(person: Person, key_result: KeyResult):
    """The improvements meant to move it, as far as the person sees them."""
    return key_result.improvements.visible_to(person).filter(deleted_at=None)
