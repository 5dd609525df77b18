"""KPIs, beliefs about them, and their series."""

from django.shortcuts import get_object_or_404

from objectives.access.rights import refuse
from objectives.models import (
    Kpi,
    KpiInfluence,
    Series,
)
from teams.models import Person


def kpis_for(person: Person):
    return Kpi.objects.visible_to(person).with_versions()


def kpi_to_read(person: Person, slug: str) -> Kpi:
    return get_object_or_404(kpis_for(person), slug=slug)


def kpi_named(person: Person, slug: str) -> Kpi | None:
    """The KPI of this short name, or None where none is meant; an unknown one is 404."""
    return kpi_to_read(person, slug) if slug else None


def kpi_to_change(person: Person, slug: str) -> Kpi:
    kpi = kpi_to_read(person, slug)
    if not person.changes_all:
        refuse()
    return kpi


def influences_for(person: Person):
    return KpiInfluence.objects.visible_to(person).with_ends()


def influence_to_change(person: Person, pk: int) -> KpiInfluence:
    influence = get_object_or_404(influences_for(person), pk=pk)
    if not person.changes_all:
        refuse()
    return influence


def series_for(person: Person):
    return Series.objects.visible_to(person).with_state()


def series_to_read(person: Person, pk: int) -> Series:
    return get_object_or_404(series_for(person).filter(kpi__deleted_at=None), pk=pk)


def series_to_change(person: Person, pk: int) -> Series:
    series = get_object_or_404(series_for(person).filter(kpi__deleted_at=None), pk=pk)
    if not person.may_change(series.subject):
        refuse()
    return series
