"""Series begin: by a person's wish, and of computed KPIs wherever all their inputs have one."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count

from objectives.actions.targets import begin_targets
from objectives.models import Kpi, KpiInput, KpiVersion, Series
from productops import changelog, clock
from teams.models import Person, Subject

Pair = tuple[int, int]  # of a KPI and a subject


@transaction.atomic
def series_for(*, kpi: Kpi, subject: Subject, by: Person | None) -> Series:
    """The series of a KPI about a subject; begun, with the KPI's own target, if there is none."""
    series, is_new = Series.objects.get_or_create(kpi=kpi, subject=subject)
    if is_new:
        begin_targets(series=[series])
        changelog.record(by=by, row=series, verb="created", after={"about": subject})
        begin_computed(of=[kpi.pk], subjects=[subject.pk])
    return series


def begin_computed(*, of: Iterable[int], subjects: Iterable[int] | None = None) -> list[Series]:
    """Begin the series that are missing of KPIs computed from these (ids), and of those computed
    from them in turn; about all subjects, or only some."""
    about = None if subjects is None else set(subjects)
    level, begun = set(of), []
    while level:
        made = _begin(_missing(level, about))
        begun += made
        level = {series.kpi_id for series in made}
    return begun


def _missing(inputs: set[int], subjects: set[int] | None) -> set[Pair]:
    """The computed KPIs and subjects without a series though every input has one."""
    versions = KpiVersion.objects.holding_from(clock.today()).filter(
        inputs__kpi__in=inputs, kpi__deleted_at=None
    )
    needed = dict(
        KpiInput.objects.filter(version__in=versions.values("pk"))
        .order_by()
        .values_list("version")
        .annotate(number=Count("pk"))
    )
    if not needed:
        return set()
    about: dict[str, Any] = {"kpi__series__isnull": False}
    if subjects is not None:
        about = {"kpi__series__subject__in": subjects}
    rows = KpiInput.objects.filter(version__in=needed, **about).order_by()
    there = rows.values_list("version", "version__kpi", "kpi__series__subject")
    wanted = {
        (kpi_id, subject_id)
        for version_id, kpi_id, subject_id, number in there.annotate(number=Count("pk"))
        if number == needed[version_id]
    }
    kpis = {kpi_id for kpi_id, _subject in wanted}
    return wanted - set(Series.objects.filter(kpi__in=kpis).values_list("kpi", "subject"))


def _begin(pairs: set[Pair]) -> list[Series]:
    if not pairs:
        return []
    # Somebody else may begin one of them just now.
    Series.objects.bulk_create(
        [Series(kpi_id=kpi_id, subject_id=subject_id) for kpi_id, subject_id in sorted(pairs)],
        ignore_conflicts=True,
    )
    rows = Series.objects.filter(kpi__in={kpi for kpi, _s in pairs}, targets=None)
    begun = [series for series in rows if (series.kpi_id, series.subject_id) in pairs]
    begin_targets(series=begun)
    return begun
