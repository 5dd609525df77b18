"""Actions: whose they are, and whose plan they stand in."""

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from objectives.access.rights import is_key, refuse
from objectives.models import (
    Action,
    KeyResult,
    Objective,
)
from productops import links
from productops.models import Link
from teams.models import Person


def with_what_became(person: Person, actions):
    """With the improvements that actions grew into, of those that the person sees."""
    improvements: Any = Action.improvements.rel.related_model
    return actions.prefetch_related(
        Prefetch("improvements", improvements.objects.visible_to(person).order_by("pk"))
    )


def actions_of(person: Person, objective: Objective, key_result: KeyResult | None):
    """The actions of an objective, or those of one of its key results, in their order."""
    found = Action.objects.of_kept().filter(objective=objective).with_about().in_place()
    if key_result is not None:
        found = found.filter(key_result=key_result)
    return with_what_became(person, found)


def action_to_read(person: Person, pk: int) -> Action:
    found = Action.objects.visible_to(person).with_about()
    return get_object_or_404(with_what_became(person, found), pk=pk)


def action_to_change(person: Person, pk: int) -> Action:
    action = action_to_read(person, pk)
    if not may_change_action(person, action):
        refuse()
    return action


def may_change_action(person: Person, action: Action) -> bool:
    return action.owner_id == person.pk or person.may_change(action.subject)


def action_to_arrange(person: Person, pk: int) -> Action:
    """One whose place in its plan the person may change: the plan is the objective's."""
    action = action_to_read(person, pk)
    if not person.may_change(action.subject):
        refuse()
    return action


def may_plan(person: Person, objective: Objective) -> bool:
    """Whether the person may add to what is done for an objective."""
    return not objective.is_closed and person.may_change(objective.subject)


def action_to_promote(person: Person, key: str) -> Action | None:
    """The action that an address names to make an improvement of, open or not; None where it
    names none."""
    if not key:
        return None
    return action_to_arrange(person, int(key) if is_key(key) else 0)


def may_promote(person: Person, action: Action) -> bool:
    """Whether the person may make an improvement of it: about the same subject, by their role."""
    ends = action.objective is not None and action.objective.is_closed
    return action.is_open and not ends and bool(person.role) and person.may_change(action.subject)


def action_by_link(token: str) -> tuple[Action, Person]:
    """The task that a link opens and whose link it is; raises LinkUnknown or LinkOver."""
    link = links.opened(Link.Purpose.TASK, token)
    actions = Action.objects.of_kept().with_about()
    return get_object_or_404(actions, pk=link.target), link.person
