"""What happened elsewhere in the house to the subject of a series: drawn on its chart by letters,
so that nobody has to note what the house knows. Nothing here moves limits.

A product hears of itself and its teams, a team of itself, a tool of its own rollouts; the
organisation hears of all. All kinds are asked for in one query.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby, product
from string import ascii_uppercase
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    DateField,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import Audit
from metrics.choices import ImprovementState
from metrics.models import Improvement
from metrics.occasions import Occasion
from objectives.models import Series
from processes.choices import AdoptionState
from processes.models import Revision
from productops import clock
from productops.models import ChangeEntry
from teams.choices import PlanState, SubjectKind
from teams.models import LearningPlan, Person, Subject
from tooling.models import Rollout, RolloutWave

MOST_READ = 300  # the newest; only what lies within the drawn periods is shown
MOST_SHOWN = 8  # more flags than that hide the chart
LETTERS = [*ascii_uppercase, *map("".join, product(ascii_uppercase, repeat=2))]
WORKED_BY = (AdoptionState.ADOPTED, AdoptionState.ADAPTED)
NOT_LIVE = (ImprovementState.IDEA, ImprovementState.APPROVED)


class Event(NamedTuple):
    """One line of the query: what it was, where its page is, what it was called. ``part`` is the
    team that got a tool, or the number of a version."""

    kind: str
    key: int
    on: date
    name: str
    part: str


def events_of(person: Person, series: Series) -> list[Occasion]:
    """What happened to the subject of a series, as far as the person may see it, oldest first."""
    kinds = (_improvements, _revisions, _rollouts, _audits, _plans)
    first, *others = [ask(person, series) for ask in kinds]
    newest = first.union(*others).order_by(*(f"-event_{name}" for name in ("on", "kind", "key")))
    events = sorted(Event(*row) for row in newest[:MOST_READ])
    same = groupby(events, key=lambda event: event[:4])
    return sorted((_told(list(found)) for _key, found in same), key=lambda told: told.on)


def shown(events: Sequence[Occasion], first: date | None) -> list[Occasion]:
    """The newest events from ``first`` on, lettered from A."""
    within = [event for event in events if first is not None and event.on >= first]
    newest = within[-MOST_SHOWN:]
    return [replace(e, letter=letter) for e, letter in zip(newest, LETTERS, strict=False)]


# How each kind is told ----------------------------------------------------------------------
def _told(same: Sequence[Event]) -> Occasion:
    """One event; what came to several teams on one day is one."""
    event = same[0]
    words = {"name": event.name, "part": _listed(each.part for each in same)}
    text, page = {
        "improvement": (_("%(name)s went live."), "metrics:improvement-detail"),
        "revision": (
            _("Process “%(name)s”, version %(part)s, was published."),
            "processes:process-detail",
        ),
        "rollout": (_("%(name)s came to %(part)s."), "tooling:rollout-detail"),
        "audit": (_("Audit “%(name)s” was closed."), "audits:audit-detail"),
        "plan": (_("Learning plan “%(name)s” was done."), "teams:learning-plan-detail"),
    }[event.kind]
    return Occasion(event.on, text % words, reverse(page, args=[event.key]), effect=_("None"))


def _listed(names: Iterable[str]) -> str:
    """Up to three names, and how many more."""
    texts = list(names)
    more = len(texts) - 3
    return ", ".join(texts[:3]) + (_(" and %(n)s more") % {"n": more} if more > 0 else "")


# How each kind is asked for -----------------------------------------------------------------
def around(subject: Subject) -> QuerySet[Subject]:
    """A subject with what is part of it: a product with its teams."""
    return Subject.objects.filter(Q(pk=subject.pk) | Q(team__products__subject=subject))


def _of(rows: QuerySet, subject: Subject, column: str) -> QuerySet:
    """The rows about a subject; the organisation hears of all."""
    if subject.kind == SubjectKind.ORGANISATION:
        return rows
    return rows.filter(**{f"{column}__in": around(subject).values("pk")})


def _read(rows: QuerySet, kind: str, key: str, on: Any, name: str, part: Any = None) -> QuerySet:
    """The columns of ``Event``, each of one type, so that kinds fit below each other."""
    columns = {
        "event_kind": Value(kind, CharField()),
        "event_key": Cast(F(key), IntegerField()),
        "event_on": Cast(on, DateField()),
        "event_name": Cast(F(name), CharField(max_length=300)),
        "event_part": Cast(part or Value(""), CharField(max_length=300)),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)


def _day(moment: Any) -> TruncDate:
    return TruncDate(moment, tzinfo=clock.zone())


def _improvements(person: Person, series: Series) -> QuerySet:
    """Goings live that promised nothing of this series; those that did are drawn by number."""
    live = Improvement.objects.visible_to(person).filter(go_live_on__isnull=False)
    others = live.exclude(state__in=NOT_LIVE).exclude(registrations__series=series)
    rows = _of(others, series.subject, "subject")
    return _read(rows, "improvement", "pk", F("go_live_on"), "title")


def _revisions(person: Person, series: Series) -> QuerySet:
    """Published revisions of processes that the subject works by."""
    rows = Revision.objects.visible_to(person).filter(published_at__isnull=False)
    if series.subject.kind != SubjectKind.ORGANISATION:
        there = Q(process__adoptions__subject__in=around(series.subject).values("pk"))
        rows = rows.filter(there, process__adoptions__state__in=WORKED_BY)
    return _read(rows, "revision", "process", _day("published_at"), "process__title", F("number"))


def _rollouts(person: Person, series: Series) -> QuerySet:
    """Days on which teams got a tool."""
    kept = Rollout.objects.visible_to(person).values("pk")
    waves: QuerySet = RolloutWave.objects.filter(rollout__in=kept, done_on__isnull=False)
    if series.subject.kind == SubjectKind.TOOL:
        waves = waves.filter(rollout__tool__subject=series.subject)
    else:
        waves = _of(waves, series.subject, "team__subject")
    return _read(waves, "rollout", "rollout", F("done_on"), "rollout__tool__name", F("team__name"))


def _audits(person: Person, series: Series) -> QuerySet:
    closed = Audit.objects.visible_to(person).closed()
    rows = _of(closed, series.subject, "scopes__subject")
    return _read(rows, "audit", "pk", _day("closed_at"), "title")


def _plans(person: Person, series: Series) -> QuerySet:
    """Learning plans that are done, on the day on which somebody said so."""
    said = ChangeEntry.objects.filter(
        kind=LearningPlan._meta.label_lower,
        verb=PlanState.DONE,
        row=Cast(OuterRef("pk"), CharField(max_length=60)),
    )
    newest = said.order_by().values("row").annotate(newest=Max("at")).values("newest")
    done = LearningPlan.objects.visible_to(person).filter(state=PlanState.DONE)
    rows = _of(done, series.subject, "subject").alias(said_at=Subquery(newest))
    return _read(rows.filter(said_at__isnull=False), "plan", "pk", _day("said_at"), "title")
