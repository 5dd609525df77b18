"""The whole chart of one series: segments with their limits, judged points, readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, NamedTuple

from metrics.spc import given
from metrics.spc.anhoej import RunCount, count_runs
from metrics.spc.limits import CENTRES, Limits, limits_from
from metrics.spc.points import Point, points_at, positions, with_gaps
from metrics.spc.readings import assurance, change, residual_autocorrelation, variation
from metrics.spc.rules import RULE_SETS, Positions, sign


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the chart with limits of its own: points ``start`` up to, not with, ``stop``."""

    start: int
    stop: int
    limits: Limits
    runs: RunCount

    @property
    def centre(self) -> float | None:
        return self.limits.centre

    @property
    def lower(self) -> float | None:
        return self.limits.lower

    @property
    def upper(self) -> float | None:
        return self.limits.upper

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
) -> Chart:
    """Analyse a series as a process behaviour chart.

    ``values`` in time order, None for a gap. ``baseline``: limits from the first n points of
    each segment, else from all of it. ``segments``: 0-based index of each new segment's first
    point; nothing (run, moving range, trend) reaches across. ``screen`` and ``centre``: see
    ``limits_of``. ``direction``: up, down, band or neutral; ``target``: see ``assurance``.
    Limits: none below 6 points, provisional below 12, none where nothing varies. Raises
    ValueError with a sentence that names the argument. Source: formulae 4.1.
    """
    numbers = given.numbers(values, "values")
    edges = [*given.starts(segments, len(numbers)), len(numbers)]
    refuse_unknown(rule_set, baseline, screen, centre)
    form = Form(rule_set, baseline, screen, centre)
    parts = [judged(numbers[start:stop], start, form) for start, stop in pairwise(edges)]
    last, newest = parts[-1]
    return Chart(
        segments=tuple(segment for segment, _ in parts),
        points=tuple(chain.from_iterable(points for _, points in parts)),
        variation=reading(newest, last, rule_set, direction),
        assurance=assurance(last.limits, direction=direction, target=target),
        longest_run=last.runs.longest_run,
        crossings=last.runs.crossings,
        runs_signal=last.runs.signal,
        r1=residual_autocorrelation([given.present(numbers[last.start :])]),
    )


class Form(NamedTuple):
    """The options of ``analyse`` that say how limits are computed and points judged."""

    rule_set: str
    baseline: int | None
    screen: bool
    centre: str


def judged(
    stretch: Sequence[float | None], start: int, form: Form
) -> tuple[Segment, tuple[Point, ...]]:
    """Return the segment that begins at ``start``, and its points."""
    here = given.present(stretch)
    limits = limits_from(here[: form.baseline], form.rule_set, form.screen, form.centre)
    places = positions(here, limits)
    points = with_gaps(stretch, points_at(here, places, limits, form.rule_set))
    return Segment(start, start + len(stretch), limits, runs_of(places, limits)), points


def refuse_unknown(rule_set: Any, baseline: Any, screen: Any, centre: Any) -> None:
    given.one_of(rule_set, "rule_set", RULE_SETS)
    given.one_of(centre, "centre", CENTRES)
    if baseline is not None:
        given.whole(baseline, "baseline", least=1)
    if not isinstance(screen, bool):
        raise ValueError("screen must be true or false.")


def runs_of(places: Positions, limits: Limits) -> RunCount:
    """Count runs about the centre line; nothing is counted before there are limits."""
    if not limits.can_judge:
        return RunCount()
    return count_runs([sign(place) for place in places])


def reading(points: Sequence[Point], last: Segment, rule_set: str, direction: str | None) -> str:
    """Read the last segment; Anhøj's rules mark the chart and tell no direction."""
    seen = variation(points, last.limits, direction=direction)
    if rule_set == "anhoej" and last.runs.signal:
        return change(0)
    return seen
