"""Check-ins: whoever owns a key result may speak of it."""

from django.shortcuts import get_object_or_404

from objectives.access.key_results import key_result_to_read
from objectives.access.rights import refuse
from objectives.models import (
    CheckIn,
    KeyResult,
)
from teams.models import Person


def may_check_in(person: Person, key_result: KeyResult) -> bool:
    return person.pk == key_result.owner_id or person.may_change(key_result.objective.subject)


def key_result_to_check_in(person: Person, pk: int) -> KeyResult:
    key_result = key_result_to_read(person, pk, KeyResult.objects.with_evidence(person))
    if not may_check_in(person, key_result):
        refuse()
    return key_result


def due_check_ins(person: Person, on):
    """Key results of the person's own that want a word, oldest first."""
    return KeyResult.objects.owned_by(person).due(on).with_evidence(person).order_by("pk")


def own_key_results(person: Person):
    """All of the person's own that are worked on."""
    return KeyResult.objects.owned_by(person).ongoing().with_standing().order_by("pk")


def said_today(person: Person, on):
    """What the person said of this day, newest last."""
    return CheckIn.objects.said_by(person, on).order_by("pk")


def check_in_to_take_back(person: Person, pk: int) -> CheckIn:
    """One's own; the verb says whether it is too late."""
    said = check_in_to_change(person, pk)
    if said.author_id != person.pk:
        refuse()
    return said


def check_in_to_change(person: Person, pk: int) -> CheckIn:
    said = get_object_or_404(
        CheckIn.objects.visible_to(person).select_related("key_result__objective"), pk=pk
    )
    if not CheckIn.objects.changeable_by(person).filter(pk=pk).exists():
        refuse()
    return said
