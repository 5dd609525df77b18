"""What else happened while a change was compared: listed with its verdict, for whoever rules.

For a batch of verdicts in a constant number of queries: all that happened in the whole time is
read, and each verdict takes what falls into its own and concerns its subject.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from audits.models import Audit, Scope
from metrics.actions.evidence import Case
from metrics.choices import Circumstance
from metrics.models import Registration
from metrics.periods import span_on
from objectives.models import KpiVersion, Series
from processes.models import Adoption, Revision
from productops import clock
from teams.choices import SubjectKind
from teams.models import ProductTeam, Subject, Team
from tooling.models import RolloutWave

Key = tuple[int, str]


@dataclass(frozen=True)
class Event:
    """Something that happened on a day. ``subjects``: whom it concerns, None for everybody;
    ``kpi``: which KPI alone, None for any; ``lever``: what an improvement may name as its own."""

    kind: str
    id: int
    on: date
    title: str
    subjects: frozenset[int] | None = None
    kpi: int | None = None
    lever: tuple[str, int] | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.id, "on": str(self.on), "title": self.title}


@dataclass(frozen=True)
class Stage:
    """Where a case plays: its KPI, the subjects that move it, and the time between its first and
    its last point."""

    kpi: int
    subjects: frozenset[int]
    first: date
    last: date
    is_whole: bool  # the organisation: all that happens happens to it

    def concerns(self, event: Event) -> bool:
        if not self.first <= event.on <= self.last or event.kpi not in (None, self.kpi):
            return False
        return event.subjects is None or self.is_whole or bool(event.subjects & self.subjects)


def circumstances_of(cases: Sequence[Case]) -> dict[Key, list[dict[str, Any]]]:
    """What else happened, oldest first, by promise and basis of each case."""
    stages = stages_of(cases)
    events = sorted(
        happened(list(stages.values())), key=lambda event: (event.on, event.kind, event.id)
    )
    return {case.key: told(events, stages[case.key], case) for case in cases}


def told(events: Iterable[Event], stage: Stage, case: Case) -> list[dict[str, Any]]:
    """What concerns a case, each once: a tool that comes in waves with its first."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for event in events:
        if stage.concerns(event) and not is_own(event, case):
            found.setdefault((event.kind, event.id), event.as_json)
    return list(found.values())


def is_own(event: Event, case: Case) -> bool:
    """Whether it is the change itself, or the coming of the very thing that it changes."""
    improvement = case.registration.improvement
    if event.kind == Circumstance.IMPROVEMENT:
        return event.id == improvement.pk
    return event.lever is not None and event.lever in (
        ("revision", improvement.revision_id),
        ("rollout", improvement.rollout_id),
    )


def stages_of(cases: Sequence[Case]) -> dict[Key, Stage]:
    series = Series.objects.select_related("subject").in_bulk(
        {case.registration.series_id for case in cases}
    )
    above = subjects_above([one.subject for one in series.values()])
    found = {}
    for case in cases:
        one = series[case.registration.series_id]
        found[case.key] = Stage(
            kpi=one.kpi_id,
            subjects=above[one.subject_id],
            first=case.windows.first,
            last=last_day(case),
            is_whole=one.subject.kind == SubjectKind.ORGANISATION,
        )
    return found


def last_day(case: Case) -> date:
    """The last day of the last point, or that before the first one may come."""
    windows = case.windows
    if not windows.after:
        return windows.starts
    return span_on(case.facts.spans, windows.last).end_of(windows.last) - timedelta(days=1)


def subjects_above(subjects: Iterable[Subject]) -> dict[int, frozenset[int]]:
    """Each subject with those that it is a part of: teams above a team, a product's teams, and
    the organisation."""
    parents = dict(Team.objects.values_list("subject", "parent__subject"))
    teams: dict[int, set[int]] = {}
    for product, team in ProductTeam.objects.values_list("product__subject", "team__subject"):
        teams.setdefault(product, set()).add(team)
    whole = set(Subject.objects.of_kind(SubjectKind.ORGANISATION).values_list("pk", flat=True))
    return {
        one.pk: frozenset({one.pk, *teams.get(one.pk, ()), *chain_above(one.pk, parents)} | whole)
        for one in subjects
    }


def chain_above(pk: int, parents: dict[int, int | None]) -> set[int]:
    found: set[int] = set()
    above = parents.get(pk)
    while above is not None and above not in found:
        found.add(above)
        above = parents.get(above)
    return found


def happened(stages: Sequence[Stage]) -> Iterator[Event]:
    """All that happened between the first and the last day of any of them."""
    first, last = min(each.first for each in stages), max(each.last for each in stages)
    kpis = {each.kpi for each in stages}
    yield from improvements_live(kpis, first, last)
    yield from definitions_changed(kpis, first, last)
    yield from revisions_published(first, last)
    yield from tools_rolled_out(first, last)
    yield from audits_closed(first, last)


def improvements_live(kpis: set[int], first: date, last: date) -> Iterator[Event]:
    rows = Registration.objects.promised().filter(
        series__kpi__in=kpis, improvement__go_live_on__range=(first, last)
    )
    for pk, title, on, kpi, subject in rows.values_list(
        "improvement", "improvement__title", "improvement__go_live_on", "series__kpi",
        "series__subject",
    ).order_by("pk"):  # fmt: skip
        yield Event(Circumstance.IMPROVEMENT, pk, on, title, frozenset({subject}), kpi)


def definitions_changed(kpis: set[int], first: date, last: date) -> Iterator[Event]:
    rows = KpiVersion.objects.filter(
        kpi__in=kpis, number__gt=1, valid_from__range=(first, last)
    ).select_related("kpi")
    for one in rows:
        yield Event(Circumstance.DEFINITION, one.pk, one.valid_from, one.kpi.name, kpi=one.kpi_id)


def revisions_published(first: date, last: date) -> Iterator[Event]:
    """Processes that changed, for those who work by them."""
    since, until = clock.start_of(first), clock.start_of(last + timedelta(days=1))
    rows = list(
        Revision.objects.filter(
            published_at__gte=since, published_at__lt=until, process__deleted_at=None
        ).select_related("process")
    )
    working: dict[int, set[int]] = {}
    pairs = Adoption.objects.filter(process__in={one.process_id for one in rows})
    for process, subject in pairs.values_list("process", "subject").distinct():
        working.setdefault(process, set()).add(subject)
    for one in rows:
        yield Event(
            Circumstance.REVISION,
            one.pk,
            clock.day_of(one.published_at),
            str(one),
            frozenset(working.get(one.process_id, ())),
            lever=("revision", one.pk),
        )


def tools_rolled_out(first: date, last: date) -> Iterator[Event]:
    """Tools that came to teams, wave by wave."""
    came = Q(done_on__range=(first, last)) | Q(done_on=None, go_live_on__range=(first, last))
    waves = RolloutWave.objects.filter(came, rollout__deleted_at=None).annotate(
        title=F("rollout__title"), subject=F("team__subject"), tool=F("rollout__tool__subject")
    )
    for wave in waves.order_by("pk"):
        yield Event(
            Circumstance.ROLLOUT,
            wave.rollout_id,
            wave.done_on or wave.go_live_on,
            wave.title,
            frozenset({wave.subject, wave.tool}),
            lever=("rollout", wave.rollout_id),
        )


def audits_closed(first: date, last: date) -> Iterator[Event]:
    """Who is asked about their work may change it."""
    since, until = clock.start_of(first), clock.start_of(last + timedelta(days=1))
    rows = list(Audit.objects.filter(closed_at__gte=since, closed_at__lt=until))
    looked_at: dict[int, set[int]] = {}
    for audit, subject in Scope.objects.filter(audit__in=rows).values_list("audit", "subject"):
        looked_at.setdefault(audit, set()).add(subject)
    for one in rows:
        day = clock.day_of(one.closed_at)
        subjects = frozenset(looked_at.get(one.pk, ()))
        yield Event(Circumstance.AUDIT, one.pk, day, str(one), subjects)
