"""The periods of a series, each with what is known of it: what a chart draws a point from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.urls import reverse

from metrics import drawing
from metrics.compare import SILENCE, Talk
from metrics.judgement import Dot, flag
from metrics.models import Segment
from metrics.periods import Span, first_day, next_first
from metrics.spc import Limits, Place, Point
from objectives.models import Target
from productops import numbers
from productops.rule_names import name_of_signal


@dataclass(frozen=True)
class Spot:
    """One period on the chart: its first day, its snapshot if there is one, what rules say."""

    period: date
    span: Span
    dot: Dot | None = None
    point: Point | None = None
    n: int = 0
    reason: str = ""  # why it was left out
    segment: Segment | None = None
    limits: Limits = field(default_factory=Limits)  # those of its segment
    place: Place | None = None  # where that stands, if limits depend on it
    rule_set: str = "wheeler"
    prior: float | None = None  # the value a year before
    talk: Talk = SILENCE
    as_of: datetime | None = None  # when its value was computed

    @property
    def day(self) -> str:
        """The first day as addresses write it."""
        return self.period.isoformat()

    def url_in(self, series_pk: int) -> str:
        """Its page."""
        return reverse("metrics:point-detail", args=[series_pk, self.day])

    @property
    def value(self) -> float | None:
        return self.dot.value if self.dot else None

    @property
    def is_open(self) -> bool:
        return self.dot is not None and not self.dot.complete

    @property
    def signals(self) -> tuple[str, ...]:
        return self.point.signals if self.point else ()

    @property
    def mark(self) -> str:
        """How it is drawn: good, bad, neutral, or "" where nothing is unusual."""
        kind = flag(self.point, self.span.direction) if self.point else ""
        return drawing.SIGNALS.get(kind, "")

    @property
    def kind(self) -> str:
        """How its status is drawn."""
        return self.mark if self.mark in ("good", "bad") else "flat"

    @property
    def rules(self) -> str:
        return ", ".join(name_of_signal(name, self.rule_set) for name in self.signals)

    @property
    def usual(self) -> str:
        return numbers.between(self.lines.lower, self.lines.upper)

    @cached_property
    def lines(self) -> Limits:
        """The limits as they are drawn here."""
        return self.limits.at(self.place)

    @property
    def level(self) -> float | None:
        """What of the value moves: without its trend or season; the value where that has another
        unit."""
        levelling = self.limits.levelling
        if self.value is None or levelling is None or not levelling.has_unit:
            return self.value
        return levelling.level(self.value, self.place)


def periods_within(span: Span, first: date, last: date) -> list[date]:
    """The periods of a span between two of them, both included."""
    begins = max(span.starts, first)
    period = first_day(begins, span.cadence)
    if period < begins:
        period = next_first(period, span.cadence)
    found = []
    while period <= last and period < span.until:
        found.append(period)
        period = next_first(period, span.cadence)
    return found


def changes_within(spots: Sequence[Spot]) -> list[float | None]:
    """The moving ranges; none reaches across the beginning of new limits."""
    found: list[float | None] = []
    former: Spot | None = None
    for spot in spots:
        is_same = former is not None and former.segment is spot.segment
        known = is_same and spot.level is not None and former.level is not None
        found.append(abs(spot.level - former.level) if known else None)
        former = spot if spot.value is not None else former
    return found


def target_at(targets: Sequence[Target], spot: Spot) -> Target | None:
    """The target that held at the end of a period."""
    ends = spot.span.end_of(spot.period)
    held = [target for target in targets if target.from_on < ends]
    return held[-1] if held else None


def cells_of(spot: Spot, target: Target | None) -> tuple:
    return (
        spot.period,
        spot.value,
        spot.n,
        not spot.is_open,
        spot.reason,
        " ".join(spot.signals),
        spot.lines.lower,
        spot.lines.centre,
        spot.lines.upper,
        target.low if target else None,
        target.high if target else None,
        spot.prior,
        spot.talk.comments,
        spot.as_of.isoformat() if spot.as_of else None,
    )
