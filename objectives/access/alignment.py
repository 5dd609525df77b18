"""What may be aligned, and what is."""

from django.db.models import Q
from django.shortcuts import get_object_or_404

from objectives.access.rights import is_key, refuse
from objectives.choices import ObjectiveState
from objectives.models import (
    Alignment,
    KeyResult,
    Objective,
)
from teams.models import Person


def goals_to_align_with(
    person: Person, begin: Objective | KeyResult, words: str, most: int
) -> list[Objective | KeyResult]:
    """Objectives and key results of all cycles that the person sees and the words name; those of
    running cycles first. Two queries."""
    objectives = Objective.objects.visible_to(person).exclude(state=ObjectiveState.DROPPED)
    results = KeyResult.objects.visible_to(person).filter(objective__deleted_at=None)
    if isinstance(begin, Objective):
        objectives = objectives.exclude(pk=begin.pk)
        results = results.exclude(objective=begin)
    else:
        objectives = objectives.exclude(pk=begin.objective_id)
        results = results.exclude(pk=begin.pk)
    if words:
        objectives, results = objectives.naming(words), results.naming(words)
    first = objectives.select_related("cycle", "subject").order_by("-cycle__starts_on", "pk")
    second = results.select_related("objective__cycle", "objective__subject")
    return [*first[:most], *second.order_by("-objective__cycle__starts_on", "pk")[:most]]


def goal_to_see(person: Person, kind: str, key: str) -> Objective | KeyResult | None:
    """The objective or key result that a form names; None where it is none or not to be seen."""
    if not is_key(key):
        return None
    if kind == "objective":
        return Objective.objects.visible_to(person).filter(pk=key).first()
    rows = KeyResult.objects.visible_to(person).filter(objective__deleted_at=None)
    return rows.select_related("objective").filter(pk=key).first() if kind == "key-result" else None


def alignments_of(person: Person, goal: Objective | KeyResult) -> list[Alignment]:
    """What an objective or key result is aligned with, and what is with it; both ends seen."""
    name = "objective" if isinstance(goal, Objective) else "key_result"
    either = Q(**{name: goal}) | Q(**{f"to_{name}": goal})
    kept = Q(objective__deleted_at=None, to_objective__deleted_at=None) & Q(
        key_result__deleted_at=None, to_key_result__deleted_at=None
    )
    return list(Alignment.objects.visible_to(person).with_ends().filter(either, kept))


def alignment_to_part(person: Person, pk: int) -> Alignment:
    """One whose begin or end the person may change: either side can say that it is not so."""
    tie = get_object_or_404(Alignment.objects.visible_to(person).with_ends(), pk=pk)
    if not any(person.may_change(subject) for subject in tie.subjects):
        refuse()
    return tie
