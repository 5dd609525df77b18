"""The front door of the report on update discipline: what of it a person sees."""

from datetime import date

from django.db.models import Q

from objectives.models import CheckIn, KeyResult, Kpi, KpiVersion, Objective, Series
from teams.models import Person, Team


def key_results_since(person: Person, day: date):
    """Those that are worked on or were after ``day``, as far as the person sees them."""
    rows = KeyResult.objects.visible_to(person)
    ended = Q(objective__deleted_at=None, objective__closed_on__gt=day)
    return rows.filter(Q(pk__in=rows.ongoing().values("pk")) | ended).order_by("pk")


def said_of(key_results, since: date):
    """(key result, day) of each check-in after ``since``."""
    said = CheckIn.objects.filter(key_result__in=key_results.order_by().values("pk"))
    return said.filter(on__gt=since).order_by().values_list("key_result", "on")


def objectives_without_results(person: Person):
    running = Objective.objects.visible_to(person).ongoing().filter(key_results=None)
    return running.select_related("subject").order_by("title", "pk")


def teams_for(person: Person):
    return Team.objects.visible_to(person).current()


def cadences_of_kpis(person: Person, on: date) -> dict[int, str]:
    """How often each KPI is counted, by its key; those without a definition are no KPIs yet."""
    kpis = Kpi.objects.visible_to(person).values("pk")
    held = KpiVersion.objects.on(on).filter(kpi__in=kpis)
    return dict(held.values_list("kpi", "cadence"))


def newest_periods(person: Person):
    """(KPI, first day of the newest period with a value) of each series."""
    return Series.objects.visible_to(person).values_list("kpi", "state__latest_period").order_by()
