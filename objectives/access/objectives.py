"""Objectives, the gaps that they answer, and what goes on with them."""

from collections.abc import Iterable

from django.http import Http404
from django.shortcuts import get_object_or_404

from audits.models import Gap
from objectives.access.rights import is_key, refuse
from objectives.models import (
    Cycle,
    Objective,
)
from productops import links
from productops.models import Link
from teams.models import Person, Subject

MOST_GAPS = 50
MOST_TICKED = 200  # rows of one list that are changed at once


def objectives_for(person: Person):
    return Objective.objects.visible_to(person).with_standing()


def objectives_of(person: Person, cycle: Cycle):
    """All of a cycle: there may be thousands."""
    return Objective.objects.visible_to(person).filter(cycle=cycle).in_order()


def running_objectives_of(person: Person, cycle: Cycle):
    """Those of a cycle that nobody closed."""
    return objectives_for(person).filter(cycle=cycle).not_closed().in_order()


def successors_of(person: Person, cycle: Cycle):
    """What was carried over or proposed from a cycle's objectives into others."""
    seen = Objective.objects.visible_to(person)
    rows = seen.filter(carried_from__cycle=cycle, carried_from__in=seen.values("pk"))
    return rows.exclude(cycle=cycle).select_related("cycle", "carried_from", "owner", "subject")


def objective_to_read(person: Person, pk: int) -> Objective:
    return get_object_or_404(objectives_for(person).select_related("closed_by"), pk=pk)


def objective_to_change(person: Person, pk: int) -> Objective:
    objective = objective_to_read(person, pk)
    if not person.may_change(objective.subject):
        refuse()
    return objective


def objectives_to_change(person: Person, keys: Iterable[str]) -> list[Objective]:
    """The objectives that were ticked, all of them or none: each must be there, seen and the
    person's to change."""
    wanted = {int(key) for key in list(keys)[:MOST_TICKED] if is_key(key)}
    rows = Objective.objects.visible_to(person).filter(pk__in=wanted)
    found = list(rows.select_related("subject", "owner", "cycle", "pillar").in_order())
    if len(found) < len(wanted):
        raise Http404
    if not {each.subject_id for each in found} <= changeable_subjects(person, found):
        refuse()
    return found


def changeable_subjects(person: Person, objectives: Iterable[Objective]) -> set[int]:
    """Of what these objectives are about, what the person may change; one query at the most."""
    keys = {each.subject_id for each in objectives}
    if person.changes_all or not keys:
        return keys
    mine = Subject.objects.changeable_by(person).filter(pk__in=keys)
    return set(mine.values_list("pk", flat=True))


def gaps_to_answer(person: Person, keys: Iterable[str]) -> list[Gap]:
    """The gaps named in an address; each must be there, visible and not closed."""
    wanted = {int(key) for key in list(keys)[:MOST_GAPS] if is_key(key)}
    gaps = Gap.objects.visible_to(person).not_closed().filter(pk__in=wanted)
    found = list(gaps.select_related("subject", "owner", "node").ranked())
    if len(found) < len(wanted):
        raise Http404
    return found


def gaps_of(person: Person, objective: Objective):
    """The gaps that it answers, of those that the person sees: an objective of the whole
    organisation answers some of every product."""
    return Gap.objects.visible_to(person).filter(objectives=objective)


def gaps_hidden_from(person: Person, objective: Objective) -> list[Gap]:
    """Those that it answers and the person does not see: changing the others leaves them."""
    seen = Gap.objects.visible_to(person).values("pk")
    return list(Gap.objects.filter(objectives=objective).exclude(pk__in=seen))


def carried_to(person: Person, objective: Objective):
    """What goes on with it, as far as the person sees it: that may be about others by now."""
    return objective.carried_to.visible_to(person).select_related("cycle")


def carried_from(person: Person, objective: Objective) -> Objective | None:
    """What it goes on with, where the person sees it."""
    rows = Objective.objects.visible_to(person).select_related("cycle")
    return rows.filter(pk=objective.carried_from_id).first()


def followed_by(person: Person):
    """The objectives that a person follows and may still see."""
    return Objective.objects.visible_to(person).filter(followers__person=person).order_by("title")


def person_by_link(token: str) -> Person:
    """Whose link it is that ends the mail about what they follow; raises as ``links.opened``."""
    return links.opened(Link.Purpose.FOLLOWED, token).person
