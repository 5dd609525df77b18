"""What stored limits say of a series' points: signals, the reading of the newest, the last 26.

Pure: points and stretches of limits in, readings out. Limits are never computed from what is
drawn; see ``metrics.actions.limits`` for where they come from.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from metrics.periods import WEEK
from metrics.spc import (
    Limits,
    Place,
    Point,
    RunCount,
    assurance,
    autocorrelation,
    count_runs,
    judge_points,
    variation,
)
from metrics.spc.levels import Levelling
from metrics.spc.points import levels_of, positions
from metrics.spc.readings import BETTER_SIDE
from metrics.spc.rules import sign
from productops.cadences import count_between

RECENT = 26  # points in a row of a dashboard: half a year of weeks


class Dot(NamedTuple):
    """One period of a series: its first day and value, whether it is over, and left out; the
    denominator of a ratio, where its limits depend on it."""

    period: date
    value: float
    complete: bool = True
    excluded: bool = False
    size: float | None = None

    @property
    def counts(self) -> bool:
        return self.complete and not self.excluded


@dataclass(frozen=True, slots=True)
class Stretch:
    """Limits that hold from the period ``starts`` until the next stretch; periods of ``cadence``
    are counted from there."""

    starts: date
    limits: Limits
    cadence: str = WEEK

    @property
    def levelling(self) -> Levelling | None:
        return self.limits.levelling

    @property
    def is_level(self) -> bool:
        """Whether the limits are the same for each of its points."""
        return self.levelling is None

    def place(self, period: date, size: float | None = None) -> Place:
        return Place(count_between(self.starts, period, self.cadence), size)

    def places(self, dots: Sequence[Dot]) -> list[Place] | None:
        """Where the dots stand; None where that says nothing."""
        return None if self.is_level else [self.place(dot.period, dot.size) for dot in dots]

    def at(self, dot: Dot | None) -> Limits:
        """The limits as they are drawn at a dot, or where the stretch begins."""
        if self.is_level:
            return self.limits
        is_within = dot is not None and dot.period >= self.starts
        return self.limits.at(self.place(dot.period, dot.size) if dot and is_within else None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be said of a series now; ``latest`` is its newest closed period."""

    latest: Dot | None
    limits: Limits
    variation: str
    assurance: str
    signals: tuple[str, ...]
    signal_since: date | None
    r1: float | None
    recent: list[list[Any]]
    recent_limits: list[list[Any]]


def judged(dots: Sequence[Dot], stretches: Sequence[Stretch], rule_set: str) -> list[Point]:
    """Judge each dot by the limits of its stretch; open and excluded ones are not judged."""
    points: list[Point] = []
    for here, stretch in split(dots, stretches):
        values = [dot.value if dot.counts else None for dot in here]
        places = stretch.places(here)
        points += judge_points(values, stretch.limits, rule_set=rule_set, places=places)
    return points


def split(dots: Sequence[Dot], stretches: Sequence[Stretch]) -> list[tuple[Sequence[Dot], Stretch]]:
    """Part the dots, in time order, among the stretches that they lie in."""
    starts = [bisect_left(dots, s.starts, key=attrgetter("period")) for s in stretches[1:]]
    edges = [0, *starts, len(dots)]
    return [
        (dots[start:stop], stretch)
        for stretch, (start, stop) in zip(stretches, pairwise(edges), strict=False)
    ]


def read(
    dots: Sequence[Dot],
    stretches: Sequence[Stretch],
    *,
    rule_set: str,
    direction: str,
    target: Any,
) -> Reading:
    """Read a series as it stands, from its newest dots (as many as the rules look back on)."""
    points = judged(dots, stretches, rule_set)
    here, last = split(dots, stretches)[-1] if stretches else ([], Stretch(date.min, Limits()))
    present = points[len(points) - len(here) :] if here else []
    newest = next((place for place in reversed(range(len(dots))) if dots[place].complete), None)
    recent = [
        [str(dot.period), dot.value, dot.complete, dot.excluded, flag(point, direction)]
        for dot, point in zip(dots, points, strict=True)
    ][-RECENT:]
    latest = None if newest is None else dots[newest]
    limits = last.at(latest)
    counted = [dot for dot in here if dot.counts]
    levels = levels_of([dot.value for dot in counted], last.places(counted), last.limits)
    return Reading(
        latest=latest,
        limits=limits,
        variation=present_variation(present, levels, last.limits, rule_set, direction),
        assurance=assurance(limits, direction=direction, target=target),
        signals=() if newest is None else points[newest].signals,
        signal_since=None if newest is None else since(dots, points, newest),
        r1=autocorrelation(levels),
        recent=recent,
        recent_limits=limits_within(stretches, dots[-RECENT:]),
    )


def present_variation(
    points: Sequence[Point],
    levels: Sequence[float],
    limits: Limits,
    rule_set: str,
    direction: str,
) -> str:
    """The reading of the present stretch; Anhøj's rules mark its runs and no point."""
    if rule_set == "anhoej" and runs_within(levels, limits).signal:
        return "changed"
    return variation(points, limits, direction=direction)


def runs_within(levels: Sequence[float], limits: Limits) -> RunCount:
    """Runs and crossings of what was judged; none are counted before there are limits."""
    if not limits.can_judge:
        return RunCount()
    return count_runs([sign(position) for position in positions(levels, limits)])


def flag(point: Point, direction: str) -> str:
    """How a point is drawn: good, bad, changed, or "" where nothing is unusual."""
    if not point.signals:
        return ""
    return {1: "good", -1: "bad"}.get(point.side * BETTER_SIDE.get(direction, 0), "changed")


def since(dots: Sequence[Dot], points: Sequence[Point], newest: int) -> date | None:
    """The first period of the unbroken signals, to one side, that the newest point ends."""
    if not points[newest].signals:
        return None
    first = newest
    for place in reversed(range(newest + 1)):
        if dots[place].counts:
            if not points[place].signals or points[place].side != points[newest].side:
                break
            first = place
    return dots[first].period


def limits_within(stretches: Sequence[Stretch], dots: Sequence[Dot]) -> list[list[Any]]:
    """The stretches that the dots lie in, as JSON."""
    if not dots:
        return []
    begun = sum(stretch.starts <= dots[0].period for stretch in stretches)
    within = split(dots, stretches[max(begun - 1, 0) :])
    return [line_of(stretch, here) for here, stretch in within]


def line_of(stretch: Stretch, dots: Sequence[Dot]) -> list[Any]:
    """The limits of a stretch as JSON. Where they are not level: those of its newest dot, then
    those of each dot, and whether they lie along a trend."""
    limits = stretch.at(dots[-1] if dots else None)
    found: list[Any] = [str(stretch.starts), *edges_of(limits), limits.provisional]
    if stretch.levelling is None or not dots:
        return found
    return [*found, [edges_of(stretch.at(dot)) for dot in dots], stretch.levelling.chart == "trend"]


def edges_of(limits: Limits) -> list[float | None]:
    return [limits.centre, limits.lower, limits.upper]
