"""The front door of metrics: a record that the person may read or change, else 404 or 403."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import Gap
from metrics.choices import Basis, ImprovementState
from metrics.models import (
    Dashboard,
    DashboardRow,
    Exclusion,
    Improvement,
    Note,
    Registration,
    Segment,
    Verdict,
)
from metrics.scorecard import with_readings
from objectives.models import KeyResult, Kpi, KpiVersion, Series
from productops import links
from productops.models import Link
from teams.choices import AccountRole, SubjectKind
from teams.models import Person, Subject

BEFORE_LIVE = (ImprovementState.IDEA, ImprovementState.APPROVED)


# Series -------------------------------------------------------------------------------------
def series_for(person: Person) -> QuerySet[Series]:
    """All series that the person may see, with what their rows need."""
    kept = Series.objects.visible_to(person).filter(kpi__deleted_at=None)
    return with_readings(kept)


def kpi_to_read(person: Person, slug: str) -> Kpi:
    return get_object_or_404(Kpi.objects.visible_to(person).select_related("owner"), slug=slug)


def series_to_read(person: Person, slug: str, reference: str = "") -> Series | None:
    """The series of a KPI that ``reference`` (kind:key) names, else 404; without a reference the
    organisation's, or the first that the person may see, None where there is none."""
    mine = series_for(person).filter(kpi__slug=slug)
    if reference:
        kind, _colon, key = reference.partition(":")
        return get_object_or_404(mine, subject__kind=kind, subject__key=key)
    ours = mine.filter(subject__kind=SubjectKind.ORGANISATION).first()
    return ours or mine.order_by("subject__name", "pk").first()


def series_to_change(person: Person, pk: int) -> Series:
    series = get_object_or_404(series_for(person), pk=pk)
    if not may_change(person, series):
        raise PermissionDenied(_("You may see this KPI, but not change it."))
    return series


def series_watched(person: Person, pk: str) -> QuerySet[Series]:
    """All series that the person may see, or the one that an address names, else 404."""
    mine = series_for(person)
    if not pk:
        return mine
    is_key = pk.isascii() and pk.isdecimal() and len(pk) < 19
    found = get_object_or_404(mine, pk=int(pk) if is_key else 0)
    return Series.objects.filter(pk=found.pk)


def may_enter_values(person: Person) -> bool:
    """Whether the person has a subject of their own to enter numbers about."""
    return person.role in (AccountRole.ADMIN, AccountRole.OPS, AccountRole.PM)


def series_entered(person: Person, pk: str) -> Series | None:
    """The series whose page somebody came from to enter a number, if any is named."""
    is_key = pk.isascii() and pk.isdecimal() and len(pk) < 19
    return series_to_change(person, int(pk)) if is_key else None


def page_of_number(person: Person, kpi: Kpi, subject: Subject) -> str:
    """Where a number that was just entered is shown."""
    series = series_for(person).filter(kpi=kpi, subject=subject).first()
    return series.get_absolute_url() if series else reverse("metrics:kpi-list")


def may_change(person: Person, series: Series) -> bool:
    return person.may_change(series.subject)


def siblings_of(person: Person, series: Series) -> QuerySet[Series]:
    """The same KPI of other subjects."""
    return series_for(person).filter(kpi=series.kpi_id).exclude(pk=series.pk)


def versions_of(series: Series) -> QuerySet[KpiVersion]:
    return KpiVersion.objects.filter(kpi=series.kpi_id)


# Notes --------------------------------------------------------------------------------------
def note_to_change(person: Person, pk: int) -> Note:
    notes = Note.objects.visible_to(person).select_related("subject", "series__kpi")
    note = get_object_or_404(notes, pk=pk)
    if not person.may_change(note.subject):
        raise PermissionDenied(_("You may read this note, but not change it."))
    return note


def page_of_note(person: Person, note: Note) -> str:
    """The chart that a note stands on, one of them where it stands on several."""
    series = note.series or series_for(person).filter(subject=note.subject).first()
    return series.get_absolute_url() if series else reverse("metrics:kpi-list")


# Improvements -------------------------------------------------------------------------------
def improvements_for(person: Person) -> QuerySet[Improvement]:
    """Improvements that the person may see, with their promises on series that they may see."""
    seen = Series.objects.visible_to(person).values("pk")
    promises = Registration.objects.filter(series__in=seen).select_related(
        "series__kpi", "series__subject"
    )
    return (
        Improvement.objects.visible_to(person)
        .select_related("subject", "owner")
        .prefetch_related(Prefetch("registrations", promises), "registrations__verdicts")
    )


def improvement_to_read(person: Person, pk: int) -> Improvement:
    loaded = Improvement.objects.visible_to(person).select_related(
        "subject",
        "owner",
        "revision__process",
        "learning_plan",
        "rollout__tool",
        "action",
        "dose_series__kpi",
        "dose_series__subject",
    )
    return get_object_or_404(loaded, pk=pk)


def improvement_to_change(person: Person, pk: int) -> Improvement:
    improvement = improvement_to_read(person, pk)
    if not person.may_change(improvement.subject):
        raise PermissionDenied(_("You may see this improvement, but not change it."))
    return improvement


def improvement_to_approve(person: Person, pk: int) -> Improvement:
    improvement = improvement_to_read(person, pk)
    if not person.changes_all:
        raise PermissionDenied(_("Product operations approves improvements."))
    return improvement


def improvement_to_rule(person: Person, pk: int) -> Improvement:
    improvement = improvement_to_read(person, pk)
    if not (person.changes_all or person.pk == improvement.owner_id):
        raise PermissionDenied(_("Its owner decides, or product operations."))
    return improvement


def promises_of(person: Person, improvement: Improvement) -> QuerySet[Registration]:
    """What an improvement promises, on the series that the person may see."""
    seen = Series.objects.visible_to(person).values("pk")
    mine = Registration.objects.filter(improvement=improvement, series__in=seen)
    named = mine.select_related(
        "improvement", "series__kpi", "series__subject", "series__state",
        "control__subject", "control__state",
    )  # fmt: skip
    return named.prefetch_related("verdicts", "rechecks")


def tried_promises(person: Person) -> QuerySet[Registration]:
    """All promises of changes that went live, newest first, as far as the person may see both."""
    seen = Series.objects.visible_to(person).values("pk")
    mine = Registration.objects.visible_to(person).promised().filter(series__in=seen)
    named = mine.select_related("improvement__subject", "series__kpi", "series__subject")
    return named.prefetch_related("verdicts").order_by("-improvement__go_live_on", "-pk")


def concurrent_with(
    person: Person, improvement: Improvement, promises: Sequence[Registration]
) -> QuerySet[Improvement]:
    """Other improvements that went live on the same series: they share what moves it."""
    series = [promise.series_id for promise in promises]
    others = Improvement.objects.visible_to(person).exclude(pk=improvement.pk)
    live = others.filter(registrations__series__in=series, go_live_on__isnull=False)
    return live.exclude(state__in=BEFORE_LIVE).order_by("go_live_on", "pk").distinct()


def key_results_of(person: Person, improvement: Improvement) -> QuerySet[KeyResult]:
    mine = KeyResult.objects.visible_to(person).filter(improvements=improvement)
    return mine.select_related("objective")


def gaps_of(person: Person, improvement: Improvement) -> QuerySet[Gap]:
    mine = Gap.objects.visible_to(person).filter(improvements=improvement)
    return mine.select_related("subject")


def registration_to_change(person: Person, pk: int) -> Registration:
    mine = Registration.objects.visible_to(person).select_related(
        "improvement__subject", "series__kpi"
    )
    registration = get_object_or_404(mine, pk=pk)
    if not person.may_change(registration.improvement.subject):
        raise PermissionDenied(_("You may see this improvement, but not change it."))
    return registration


def gap_to_close(person: Person, improvement: Improvement, pk: int) -> Gap:
    mine = Gap.objects.visible_to(person).filter(improvements=improvement)
    gap = get_object_or_404(mine, pk=pk)
    if not person.may_change(gap.subject):
        raise PermissionDenied(_("You may see this gap, but not close it."))
    return gap


def verdicts_on(person: Person, series: Series) -> QuerySet[Verdict]:
    """Verdicts on a series as decided, those of the newest go-live first; what they are as
    delivered stands on the improvement's page."""
    mine = Verdict.objects.visible_to(person).filter(
        basis=Basis.DECIDED,
        registration__series=series,
        registration__improvement__deleted_at=None,
    )
    ordered = mine.order_by("-registration__improvement__go_live_on", "-judged_at")
    return ordered.select_related("registration__improvement__owner")


def newest_segment(series: Series) -> Segment:
    """The stretch whose limits hold now."""
    newest = series.segments.order_by("-from_period").first()
    if newest is None:
        raise Http404
    return newest


def segment_of(series: Series, pk: int) -> Segment:
    return get_object_or_404(series.segments.select_related("series"), pk=pk)


def exclusion_of(series: Series, pk: int) -> Exclusion:
    return get_object_or_404(series.exclusions.all(), pk=pk)


# Dashboards ---------------------------------------------------------------------------------
def dashboards_for(person: Person) -> QuerySet[Dashboard]:
    return Dashboard.objects.visible_to(person).select_related("chair", "subject")


def dashboard_to_read(person: Person, slug: str) -> Dashboard:
    return get_object_or_404(dashboards_for(person), slug=slug)


def dashboard_to_change(person: Person, slug: str) -> Dashboard:
    dashboard = dashboard_to_read(person, slug)
    if not person.changes_all:
        raise PermissionDenied(_("Product operations arranges dashboards."))
    return dashboard


def rows_for(person: Person, dashboard: Dashboard) -> QuerySet[DashboardRow]:
    """The rows of a dashboard whose series the person may see, with their readings."""
    kept = DashboardRow.objects.visible_to(person).filter(series__kpi__deleted_at=None)
    return with_readings(kept.of(dashboard), "series")


def row_to_change(person: Person, dashboard: Dashboard, pk: int) -> DashboardRow:
    return get_object_or_404(DashboardRow.objects.visible_to(person).of(dashboard), pk=pk)


def tv_links_of(dashboard: Dashboard) -> QuerySet[Link]:
    """The walls that show a dashboard now."""
    walls = Link.objects.filter(purpose=Link.Purpose.TV, target=str(dashboard.pk))
    return walls.filter(revoked_at=None).select_related("person").order_by("pk")


def tv_link_to_revoke(person: Person, dashboard: Dashboard, pk: int) -> Link:
    return get_object_or_404(tv_links_of(dashboard), pk=pk)


def dashboard_on_wall(token: str) -> tuple[Dashboard, Person]:
    """The dashboard that a wall's link opens, and the person through whose eyes: who made the
    link. It is over (410) when that person has left or the dashboard is gone."""
    link = links.opened(Link.Purpose.TV, token)
    dashboard = Dashboard.objects.filter(pk=link.target).first()
    person = link.person
    if dashboard is None or person is None or not (person.is_active and person.role):
        raise links.LinkOver(link)
    return dashboard, person
