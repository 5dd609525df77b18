"""Which series stand on a dashboard for a person: its own, or the same KPIs of another subject."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from metrics import access
from metrics.models import Dashboard, DashboardRow
from metrics.scorecard import with_readings
from objectives.models import Series
from teams.models import Person, Subject


class Placed(NamedTuple):
    """A series in its group, with what ``scorecard.rows_of`` reads of a row."""

    series: Series
    group: str
    is_pending: bool
    has_improved: bool


def placed_rows(person: Person, dashboard: Dashboard, subject: Subject | None = None) -> list[Any]:
    """The rows in their order; two queries where the dashboard is applied to a ``subject``.

    Rows about the dashboard's own subject give way to the same KPI of the other, and are left out
    where there is none; what is about the organisation stays.
    """
    if subject is None or subject == dashboard.subject:
        return list(access.rows_for(person, dashboard))
    rows = DashboardRow.objects.of(dashboard).filter(series__kpi__deleted_at=None)
    places = list(rows.values_list("group", "series__kpi", "series__subject"))
    found = series_of(person, [kpi for _group, kpi, _subject in places], [subject, *kept(places)])
    by_place = {(one.kpi_id, one.subject_id): one for one in found}
    return [
        Placed(series, group, series.is_pending, series.has_improved)
        for group, kpi, about in places
        if (series := by_place.get((kpi, subject.pk if about == dashboard.subject_id else about)))
    ]


def kept(places: Iterable[tuple[str, int, int]]) -> set[int]:
    return {about for _group, _kpi, about in places}


def series_of(person: Person, kpis: Iterable[int], subjects: Iterable[Any]):
    mine = Series.objects.visible_to(person).filter(kpi__in=kpis, subject__in=subjects)
    return with_readings(mine)
