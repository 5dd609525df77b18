"""Series and check-ins in a row, as the charts of the kernel draw them."""

from collections.abc import Iterable
from datetime import date

from objectives.models import CheckIn, KeyResult, Series
from productops import numbers
from productops.cadences import is_late
from productops.charts.shapes import Point, Segment, Sparkline, Target


def spark(
    series: Series | None, on: date | None = None, targets: Iterable[float | None] = ()
) -> Sparkline | None:
    """The series in a row, as metrics keeps it, with what is aimed at; None before the first
    number. What is late ``on`` a day is drawn hollow."""
    state = series.known if series else None
    if series is None or state is None or not state.recent:
        return None
    points = tuple(
        Point(period, value, signal=_signal(reading), open=not complete, excluded="x" * excluded)
        for period, value, complete, excluded, reading in state.recent
    )
    latest = numbers.quantity(state.latest, series.unit)
    segment = Segment(0, state.centre, state.lower, state.upper, provisional=state.is_provisional)
    wanted = tuple(Target("", value) for value in targets if value is not None)
    stale = _is_late(series, on)
    return Sparkline(f"{series.kpi}: {latest}", points, (segment,), wanted, stale)


def _is_late(series: Series, on: date | None) -> bool:
    state, meant = series.known, series.kpi.definition
    if on is None or meant is None or state is None or state.latest_period is None:
        return False
    return is_late(state.latest_period, meant.cadence, on)


def _signal(reading: str) -> str:
    return {"good": "good", "bad": "bad", "changed": "neutral"}.get(reading, "")


def check_in_spark(key_result: KeyResult, said: list[CheckIn]) -> Sparkline | None:
    """The values of check-ins in a row, where no series is watched; ``said`` newest first."""
    points = tuple(
        Point(each.on.isoformat(), each.value) for each in reversed(said) if each.value is not None
    )
    if len(points) < 2:
        return None
    wanted = (Target("", key_result.target),) if key_result.target is not None else ()
    return Sparkline(key_result.title, points, targets=wanted)


def spark_of(key_result: KeyResult, said: list[CheckIn], on: date) -> Sparkline | None:
    """The series that it watches, else what was said of it."""
    return spark(key_result.series, on) or check_in_spark(key_result, said)
