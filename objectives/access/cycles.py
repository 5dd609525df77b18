"""Cycles and pillars: all read them, operations change them."""

from django.shortcuts import get_object_or_404

from objectives.access.rights import is_key, refuse
from objectives.models import (
    Cycle,
    Pillar,
)
from teams.models import Person


def cycles_for(person: Person):
    return Cycle.objects.visible_to(person)


def cycle_to_read(person: Person, pk: int) -> Cycle:
    return get_object_or_404(cycles_for(person), pk=pk)


def cycle_to_change(person: Person, pk: int) -> Cycle:
    cycle = cycle_to_read(person, pk)
    if not person.changes_all:
        refuse()
    return cycle


def cycle_to_move_into(person: Person, key: str) -> Cycle:
    """The cycle that a button names; one that is closed takes nothing."""
    cycles = cycles_for(person).not_closed()
    return get_object_or_404(cycles, pk=key if is_key(key) else None)


def pillars_for(person: Person):
    return Pillar.objects.visible_to(person)


def pillar_to_change(person: Person, pk: int) -> Pillar:
    pillar = get_object_or_404(pillars_for(person), pk=pk)
    if not person.changes_all:
        refuse()
    return pillar
