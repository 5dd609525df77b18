"""What the page of one point needs: the value with all that stands behind it, and the talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from metrics import access, readings
from metrics.actions.comments import readers_of
from metrics.forms.comments import AnswerForm, CommentForm
from metrics.kpi_links import Asked
from metrics.kpi_page import portrait_of
from metrics.models import Comment, Observation, ObservationRevision, Snapshot
from metrics.periods import span_of_period
from metrics.portrait import Portrait
from metrics.spots import Spot, target_at
from objectives.models import KpiVersion, Series
from productops import cadences, numbers, parsing
from teams.models import Person

BESIDE_EVENTS = Asked(range="all")
MOST_ROWS = 50
MOST_REVISIONS = 200


@dataclass(frozen=True)
class Former:
    """What a number said before it was corrected or taken back."""

    said: str
    replaced_at: datetime
    by: Person | None


@dataclass(frozen=True)
class Source:
    """One number that came in, and what it said before."""

    at: datetime
    external_id: str
    value: str
    former: Sequence[Former] = ()
    is_gone: bool = False


@dataclass(frozen=True)
class PointPage:
    portrait: Portrait
    spot: Spot
    person: Person

    @property
    def series(self) -> Series:
        return self.portrait.series

    @property
    def period(self) -> date:
        return self.spot.period

    @property
    def url(self) -> str:
        return self.spot.url_in(self.series.pk)

    @property
    def last_day(self) -> date:
        return self.spot.span.end_of(self.period) - timedelta(days=1)

    @property
    def name(self) -> str:
        return cadences.name_of_period(self.period, self.spot.span.cadence, self.portrait.today)

    @property
    def title(self) -> str:
        return f"{self.series.kpi}, {self.name}"

    @cached_property
    def version(self) -> KpiVersion:
        """What the number meant then."""
        held = self.spot.span.version_id
        return next(each for each in self.portrait.versions if each.pk == held)

    @property
    def snapshot(self) -> Snapshot | None:
        known = (each for each in self.portrait.snapshots if each.period == self.period)
        return next(known, None)

    @cached_property
    def readers(self) -> list[Person]:
        """Who may be asked to look."""
        return list(readers_of(self.series).order_by("name", "pk"))

    @cached_property
    def place(self) -> int:
        """Where the point stands among the periods of the chart; -1 where it is not drawn."""
        periods = [spot.period for spot in self.portrait.spots]
        return periods.index(self.period) if self.period in periods else -1

    def neighbour(self, step: int) -> dict[str, str] | None:
        """The point before (-1) or after (1), as a link."""
        spots, there = self.portrait.spots, self.place + step
        if self.place < 0 or not 0 <= there < len(spots):
            return None
        spot = spots[there]
        name = cadences.name_of_period(spot.period, spot.span.cadence, self.portrait.today)
        return {"url": spot.url_in(self.series.pk), "name": name}


def point_of(person: Person, series: Series, day: str, *, today: date) -> PointPage:
    """The point that an address names by the first day of its period, else 404."""
    try:
        period = parsing.to_date(day)
    except parsing.Unreadable as unreadable:
        raise Http404 from unreadable
    portrait = portrait_of(person, series, BESIDE_EVENTS, today)
    drawn = next((spot for spot in portrait.spots if spot.period == period), None)
    return PointPage(portrait, drawn or _undrawn(portrait, period), person)


def _undrawn(portrait: Portrait, period: date) -> Spot:
    """A point that lost its numbers is still there as long as somebody talks about it."""
    span = span_of_period(portrait.spans, period)
    if span is None or not Comment.objects.at(portrait.series, period).exists():
        raise Http404
    return Spot(period, span)


def context_of(
    person: Person, point: PointPage, *, form: CommentForm, answer: AnswerForm | None
) -> dict[str, Any]:
    """Everything that templates/metrics/point_detail.html shows."""
    series = point.series
    return {
        "point": point,
        "series": series,
        "kpi": series.kpi,
        "spot": point.spot,
        "version": point.version,
        "facts": facts_of(point),
        "crumbs": [
            (_("Metrics"), reverse("metrics:kpi-list")),
            (series, series.get_absolute_url()),
        ],
        "before": point.neighbour(-1),
        "after": point.neighbour(1),
        "notes": notes_at(point),
        "sources": sources_of(point),
        "more": max(0, (point.snapshot.n if point.snapshot else 0) - MOST_ROWS),
        "threads": threads_of(point, answer),
        "form": form,
        "may_follow_up": access.may_change(person, series),
    }


def facts_of(point: PointPage) -> list[tuple[str, str]]:
    """The value and what it is compared with, in words."""
    spot, unit = point.spot, point.version.unit
    target = target_at(point.portrait.targets, spot)
    wanted = readings.target(target.low, target.high, unit) if target else ""
    facts = [
        (_("Value"), numbers.quantity(spot.value, unit)),
        (_("Numbers behind it"), numbers.number(spot.n)),
        (_("Usual then"), spot.usual),
        (_("Mean then"), numbers.quantity(spot.lines.centre, unit)),
        (_("Target then"), wanted or _("none")),
        (_("A year before"), numbers.quantity(spot.prior, unit)),
    ]
    snapshot = point.snapshot
    if snapshot and snapshot.denominator is not None:
        ratio = f"{numbers.number(snapshot.numerator)} / {numbers.number(snapshot.denominator)}"
        facts.insert(1, (_("Numerator and denominator"), ratio))
    return facts


def notes_at(point: PointPage) -> list:
    """What happened within the period, as people noted it and as the house knows it."""
    ends = point.spot.span.end_of(point.period)
    told = [*point.portrait.occasions, *point.portrait.events]
    return [each for each in told if point.period <= each.on < ends]


def sources_of(point: PointPage) -> list[Source]:
    """The newest numbers that the value comes from, each with what it said before a correction,
    and those that were taken back."""
    rows = Observation.objects.filter(series=point.series).between(point.period, point.last_day)
    former = ObservationRevision.objects.filter(
        series=point.series, on__range=(point.period, point.last_day)
    ).select_related("by")
    earlier: dict[tuple[datetime, str], list[Former]] = {}
    unit = point.version.unit
    for each in former.order_by("-replaced_at", "-pk")[:MOST_REVISIONS]:
        told = Former(said(each, unit), each.replaced_at, each.by)
        earlier.setdefault((each.at, each.external_id), []).append(told)
    stand = [
        Source(row.at, row.external_id, said(row, unit), earlier.pop((row.at, row.external_id), []))
        for row in rows.order_by("-on", "-at", "external_id")[:MOST_ROWS]
    ]
    if len(stand) == MOST_ROWS:
        return stand
    gone = [Source(at, key, "", told, is_gone=True) for (at, key), told in earlier.items()]
    return [*stand, *gone]


def said(row: Observation | ObservationRevision, unit: str) -> str:
    if row.denominator is None:
        return numbers.quantity(row.value, unit)
    return f"{numbers.number(row.numerator)} / {numbers.number(row.denominator)}"


def threads_of(point: PointPage, answer: AnswerForm | None) -> list[dict[str, Any]]:
    """The threads, open ones first, each with the form that answers it."""
    found = list(Comment.objects.at(point.series, point.period).threads().with_answers())
    return [
        {
            "first": thread,
            "comments": [thread, *thread.answers.all()],
            "form": answer
            if answer is not None and answer.thread.pk == thread.pk
            else AnswerForm(readers=point.readers, thread=thread),
        }
        for thread in sorted(found, key=lambda each: (each.is_resolved, each.created_at))
    ]
