"""How far along the way from baseline to target, and how that compares with the time gone by."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from productops.figures import at_least, between, finite, finite_result, row

# Shares of the expected progress; UpRaise for pace, ServiceNow for a plan by periods.
PACE = ((0.95, "on_track"), (0.75, "lagging"))
ACHIEVEMENT = ((0.90, "on_track"), (0.75, "lagging"))
# Further past the target, or the wrong way, is told as so far: shares stay such that weights and
# time can be multiplied with them.
FARTHEST = 1e12


def progress(baseline: float, target: float, current: float | None) -> float | None:
    """Share of the way done: (current - baseline) / (target - baseline), in either direction.

    Signed and unclipped up to FARTHEST: below 0 it went the wrong way, above 1 it is past the
    target; clip only to draw a bar. None where baseline equals target (there is no way to go)
    and where ``current`` is None (nothing measured yet). Source: formulae 4.4.
    """
    start, end = finite(baseline, "baseline"), finite(target, "target")
    if current is None or start == end:
        return None
    share = finite_result((finite(current, "current") - start) / (end - start), "progress")
    return _near(share)


def _near(share: float) -> float:
    return max(-FARTHEST, min(FARTHEST, share))


def elapsed(start: date, end: date, on: date) -> float:
    """Share in 0..1 of the time from ``start`` to ``end`` that is gone on the day ``on``."""
    days = _days(start, end, "end")
    if days <= 0:
        raise ValueError("end has to be after start.")
    return min(1.0, max(0.0, _days(start, on, "on") / days))


@lru_cache(maxsize=1024)  # thousands of key results share a cycle
def share_gone(first: date | None, last: date | None, on: date) -> float | None:
    """Share in 0..1 of the days from ``first`` to ``last``, both included, that are over at the
    end of ``on``; None without dates, as in a backlog."""
    if first is None or last is None:
        return None
    return elapsed(first - timedelta(days=1), last, on)


def planned_value(plan: Sequence[tuple[date, float]], on: date) -> float:
    """What a plan by dates expects on the day ``on``, straight between its points.

    ``plan``: (day, value) in order of days, the first being where it begins. Before the first
    point it is the first value, after the last one the last. Source: ServiceNow's target
    breakdown, formulae 4.4.
    """
    points = [(day, finite(value, "plan, value")) for day, value in row(plan, "plan")]
    days = [day for day, _ in points]
    if not points or any(_days(*two, "plan") <= 0 for two in pairwise(days)):
        raise ValueError("plan needs at least one point, and its days have to follow each other.")
    _days(days[0], on, "on")
    after = bisect_right(days, on)
    if after in (0, len(points)):
        return points[-1][1] if after else points[0][1]
    (day, low), (next_day, high) = points[after - 1 : after + 1]
    return low + (high - low) * (on - day).days / (next_day - day).days


def pace(progress: float | None, elapsed: float) -> float | None:
    """Progress over what was expected by now; 1 is exactly on time.

    ``elapsed``: share in 0..1 of the time gone, or the planned share. None where there is no
    progress or nothing was expected yet. Source: formulae 4.4.
    """
    expected = between(elapsed, 0, 1, "elapsed")
    if progress is None or expected == 0:
        return None
    return _near(finite(progress, "progress") / expected)


def pace_status(pace: float | None) -> str:
    """on_track from .95, lagging from .75, else at_risk; unknown where there is no pace."""
    return _status(pace, PACE)


def achievement(start: float, planned: float, actual: float) -> float | None:
    """Plan by periods: (actual - start) / (planned to date - start); None where nothing is planned.

    Source: ServiceNow's target breakdown, formulae 4.4.
    """
    return progress(start, planned, actual)


def achievement_status(achievement: float | None) -> str:
    """on_track from .90, lagging from .75, else at_risk; unknown where nothing is planned."""
    return _status(achievement, ACHIEVEMENT)


def maintain_share(
    values: Sequence[float | None], *, low: float | None = None, high: float | None = None
) -> float | None:
    """Progress of a *maintain* target: share of closed periods inside the band, bounds included.

    ``low`` alone keeps above it, ``high`` alone below it. Gaps (None) are left out; None without
    a single value. Source: formulae 4.4.
    """
    lowest, highest = _band(low, high)
    known = [finite(value, "values") for value in row(values, "values") if value is not None]
    inside = sum(lowest <= value <= highest for value in known)
    return inside / len(known) if known else None


def _band(low: float | None, high: float | None) -> tuple[float, float]:
    if low is None and high is None:
        raise ValueError("low or high: a band needs at least one bound.")
    lowest = float("-inf") if low is None else finite(low, "low")
    highest = float("inf") if high is None else at_least(high, lowest, "high")
    return lowest, highest


def _days(start: date, end: date, name: str) -> int:
    if any(isinstance(day, datetime) or not isinstance(day, date) for day in (start, end)):
        raise ValueError(f"{name}: dates have to be dates, without a time.")
    return (end - start).days


def _status(share: float | None, limits: Sequence[tuple[float, str]]) -> str:
    if share is None:
        return "unknown"
    rounded = round(finite(share, "share"), 9)  # .95 that was computed is .95
    return next((word for limit, word in limits if rounded >= limit), "at_risk")
