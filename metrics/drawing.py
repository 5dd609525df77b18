"""What is stored about series, as shapes for productops.charts: nothing is computed here that
the engine has not computed before, least of all a limit."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from objectives.choices import Chart
from productops.charts.shapes import Bullet, Flag, Limit, Point, Segment, Sparkline

# How a stored mark is drawn: a signal without a better side is neutral.
SIGNALS = {"good": "good", "bad": "bad", "changed": "neutral"}


def sparkline(
    name: str, *, recent: Sequence[Sequence[Any]], limits: Sequence[Sequence[Any]], is_stale: bool
) -> Sparkline:
    """Draw a row's series from ``SeriesState.recent`` and ``recent_limits``."""
    firsts = [point[0] for point in recent]
    return Sparkline(
        name=name,
        points=tuple(spark_point(*point) for point in recent),
        segments=tuple(spark_segment(firsts, *limit) for limit in limits),
        stale=is_stale,
    )


def spark_point(
    period: str, value: float | None, is_complete: bool, is_excluded: bool, mark: str
) -> Point:
    return Point(
        label=period,
        value=value,
        signal=SIGNALS.get(mark, ""),
        excluded="excluded" if is_excluded else "",
        open=not is_complete,
    )


def spark_segment(
    firsts: Sequence[str],
    begins: str,
    centre: float | None,
    lower: float | None,
    upper: float | None,
    is_provisional: bool,
    lines: Sequence[Sequence[float | None]] = (),
    is_sloped: bool = False,
) -> Segment:
    """Limits from the first point at or after ``begins``; ISO dates sort as text. ``lines`` has
    those of each point, where they differ."""
    start = bisect_left(firsts, begins)
    return Segment(
        start=start,
        limits=(None,) * start + tuple(Limit(*line) for line in lines) if lines else (),
        is_sloped=is_sloped,
        centre=centre,
        lower=lower,
        upper=upper,
        provisional=is_provisional,
    )


def bullet(name: str, *, state: Any, target: Any) -> Bullet:
    """Draw the newest value of a SeriesState against its usual range and a Target."""
    bounds = [bound for bound in (target.low, target.high) if bound is not None]
    return Bullet(
        name=name,
        value=state.latest,
        lower=state.lower,
        upper=state.upper,
        target=bounds[0],
        target_high=bounds[1] if len(bounds) > 1 else None,
    )


def segment(days: Sequence[date], stored: Any) -> Segment:
    """Draw the limits of a ``metrics.Segment`` over the periods ``days``; they may begin before
    the first of them."""
    begins = bisect_left(days, stored.from_period)
    is_before = bool(days) and stored.from_period < days[0]
    return Segment(
        start=-1 if is_before else begins,
        centre=stored.centre,
        lower=stored.lower,
        upper=stored.upper,
        mr_centre=stored.mr_centre,
        mr_upper=stored.mr_upper,
        provisional=stored.is_provisional,
        cause=stored.cause,
    )


def uneven(days: Sequence[date], stored: Any, lines: Sequence[Any]) -> Segment:
    """Draw limits that differ from point to point: ``lines`` has those of each period of the
    segment, None for the others. A trend is drawn through them, all else in steps."""
    shown = [line for line in lines if line is not None]
    limits = tuple(line and Limit(line.centre, line.lower, line.upper) for line in lines)
    newest = shown[-1] if shown else None
    return replace(
        segment(days, stored),
        centre=newest.centre if newest else None,
        lower=newest.lower if newest else None,
        upper=newest.upper if newest else None,
        mr_centre=newest.mr_centre if newest else None,
        mr_upper=newest.mr_upper if newest else None,
        limits=limits,
        is_sloped=stored.chart == Chart.TREND,
    )


def flags(days: Sequence[date], occasions: Iterable[Any]) -> Iterator[Flag]:
    """Draw what happened within the periods ``days`` (their first days, in order)."""
    for occasion in occasions:
        place = bisect_right(days, occasion.on) - 1
        if occasion.divides and place >= 0 and days[place] < occasion.on:
            place += 1  # a line stands before the first period that it concerns
        if 0 <= place < len(days):
            yield Flag(
                occasion.number,
                place,
                occasion.label,
                divides=occasion.divides,
                letter=occasion.letter,
                url=occasion.url or f"#told-{occasion.mark}",
                told=occasion.text,
            )
