"""The whole chart of one series: segments with their limits, judged points, readings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

from metrics.spc import given
from metrics.spc.anhoej import RunCount, count_runs
from metrics.spc.kinds import CHARTS, Form, checked_places, fitted
from metrics.spc.levels import Place
from metrics.spc.limits import CENTRES, Limits
from metrics.spc.points import (
    Point,
    levels_of,
    points_at,
    positions,
    present_places,
    with_gaps,
)
from metrics.spc.readings import assurance, change, residual_autocorrelation, variation
from metrics.spc.rules import RULE_SETS, Positions, sign


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the chart with limits of its own: points ``start`` up to, not with, ``stop``.

    Where limits differ from point to point these are those of the reference: the stretch's first
    period for a trend, no season, the mean denominator (see ``Chart.lines``).
    """

    start: int
    stop: int
    limits: Limits
    runs: RunCount

    @property
    def centre(self) -> float | None:
        return self.limits.at().centre

    @property
    def lower(self) -> float | None:
        return self.limits.at().lower

    @property
    def upper(self) -> float | None:
        return self.limits.at().upper

    @property
    def mr_centre(self) -> float | None:
        return self.limits.mr_centre

    @property
    def mr_upper(self) -> float | None:
        return self.limits.mr_upper

    @property
    def provisional(self) -> bool:
        return self.limits.provisional

    @property
    def constant(self) -> bool:
        return self.limits.constant


@dataclass(frozen=True, slots=True)
class Chart:
    """Segments, points and readings; runs, crossings and ``r1`` are those of the last segment."""

    segments: tuple[Segment, ...]
    points: tuple[Point, ...]
    variation: str
    assurance: str
    longest_run: int | None
    crossings: int | None
    runs_signal: bool
    r1: float | None
    places: tuple[Place, ...] = field(default=(), repr=False)

    @property
    def lines(self) -> tuple[Limits, ...]:
        """The limits as they are drawn at each point."""
        return tuple(
            segment.limits.at(self.places[index] if self.places else None)
            for segment in self.segments
            for index in range(segment.start, segment.stop)
        )

    @property
    def levels(self) -> tuple[float | None, ...]:
        """What of each point was judged: its value without trend or season, as the chart says."""
        return tuple(
            None
            if (value := self.points[index].value) is None
            else levels_of([value], self.places[index : index + 1] or None, segment.limits)[0]
            for segment in self.segments
            for index in range(segment.start, segment.stop)
        )


def analyse(
    values: Sequence[float | None],
    *,
    rule_set: str = "wheeler",
    baseline: int | None = None,
    segments: Sequence[int] = (),
    screen: bool = False,
    centre: str = "mean",
    direction: str | None = None,
    target: Any = None,
    chart: str = "xmr",
    denominators: Sequence[float | None] | None = None,
    season: int = 0,
) -> Chart:
    """Analyse a series as a process behaviour chart.

    ``values`` in time order, None for a gap. ``baseline``: limits from the first n points of
    each segment, else from all of it. ``segments``: 0-based index of each new segment's first
    point; nothing (run, moving range, trend) reaches across. ``screen`` and ``centre``: see
    ``limits_of``. ``direction``: up, down, band or neutral; ``target``: see ``assurance``, which
    asks the limits at the last point.

    ``chart``: xmr; trend, about a line; p and u, shares and rates with ``denominators``, one a
    value; t and g, times and cases between rare events. ``season``: how many values make a
    season that is taken out before judging, 0 for none; only with xmr.

    Limits: none below 6 points, provisional below 12, none where nothing varies. Raises
    ValueError with a sentence that names the argument. Source: formulae 4.1.
    """
    numbers = given.numbers(values, "values")
    edges = [*given.starts(segments, len(numbers)), len(numbers)]
    refuse_unknown(rule_set, baseline, screen, centre)
    form = Form(rule_set, screen, centre, given.one_of(chart, "chart", CHARTS), season_of(season))
    places = checked_places(numbers, form, denominators)
    parts = [
        judged(numbers[start:stop], start, places and places[start:stop], baseline, form)
        for start, stop in pairwise(edges)
    ]
    last, newest = parts[-1]
    return Chart(
        segments=tuple(segment for segment, _ in parts),
        points=tuple(chain.from_iterable(points for _, points in parts)),
        variation=reading(newest, last, rule_set, direction),
        assurance=assurance(
            last.limits.at(places[-1] if places else None), direction=direction, target=target
        ),
        longest_run=last.runs.longest_run,
        crossings=last.runs.crossings,
        runs_signal=last.runs.signal,
        r1=autocorrelation_of(numbers, places, last),
        places=tuple(places or ()),
    )


def season_of(season: Any) -> int:
    given.whole(season, "season", least=0)
    if season == 1:
        raise ValueError("season must be 0, or 2 and more values.")
    return season


def judged(
    stretch: Sequence[float | None],
    start: int,
    places: Sequence[Place] | None,
    baseline: int | None,
    form: Form,
) -> tuple[Segment, tuple[Point, ...]]:
    """Return the segment that begins at ``start``, and its points."""
    here = given.present(stretch)
    here_at = present_places(stretch, places)
    limits = fitted(here[:baseline], (here_at or [])[:baseline], form, since=start)
    levels = levels_of(here, here_at, limits)
    found = positions(levels, limits)
    points = with_gaps(stretch, points_at(here, levels, found, limits, form.rule_set))
    return Segment(start, start + len(stretch), limits, runs_of(found, limits)), points


def autocorrelation_of(
    numbers: Sequence[float | None], places: Sequence[Place] | None, last: Segment
) -> float | None:
    """Return lag-1 r of what is judged: a trend or a season is none of it."""
    stretch = numbers[last.start :]
    here_at = present_places(stretch, places and places[last.start :])
    return residual_autocorrelation([levels_of(given.present(stretch), here_at, last.limits)])


def refuse_unknown(rule_set: Any, baseline: Any, screen: Any, centre: Any) -> None:
    given.one_of(rule_set, "rule_set", RULE_SETS)
    given.one_of(centre, "centre", CENTRES)
    if baseline is not None:
        given.whole(baseline, "baseline", least=1)
    if not isinstance(screen, bool):
        raise ValueError("screen must be true or false.")


def runs_of(positions: Positions, limits: Limits) -> RunCount:
    """Count runs about the centre line; nothing is counted before there are limits."""
    if not limits.can_judge:
        return RunCount()
    return count_runs([sign(position) for position in positions])


def reading(points: Sequence[Point], last: Segment, rule_set: str, direction: str | None) -> str:
    """Read the last segment; Anhøj's rules mark the chart and tell no direction."""
    seen = variation(points, last.limits, direction=direction)
    if rule_set == "anhoej" and last.runs.signal:
        return change(0)
    return seen
