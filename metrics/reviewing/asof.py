"""A row as it stood when a week was over, for reviews that are held, or made up for, later."""

from copy import copy
from dataclasses import replace
from datetime import date

from metrics.choices import Variation
from metrics.models import SeriesState
from metrics.scorecard import Row

# What is remembered of each of the newest points, as a reading.
READINGS = {
    "good": Variation.BETTER,
    "bad": Variation.WORSE,
    "changed": Variation.CHANGED,
    "": Variation.USUAL,
}


def as_of(row: Row, until: date) -> Row:
    """The row without the periods that began later; as it is, where there are none, or where
    what stood then is no longer remembered."""
    state = row.state
    if state.latest_period is None or state.latest_period < until:
        return row
    closed = [point for point in state.recent if point[2] and point[1] is not None]
    known = [point for point in closed if point[0] < until.isoformat()]
    return replace(row, state=state_at(state, known)) if known else row


def state_at(state: SeriesState, points: list) -> SeriesState:
    """The state whose newest point is the last of these."""
    period, value, _complete, _excluded, mark, *_more = points[-1]
    was = copy(state)
    was.latest, was.latest_period, was.recent = value, date.fromisoformat(period), points
    if state.variation != Variation.NONE:
        was.variation = READINGS[mark]
    was.signal_since = first_of(points) if mark else None
    return was


def first_of(points: list) -> date:
    """Where the unbroken marks of one kind that the last point ends have begun."""
    first = len(points) - 1
    while first and points[first - 1][4] == points[-1][4]:
        first -= 1
    return date.fromisoformat(points[first][0])
