"""Episodes of signals: raised on the first point, over when the signal is, armed anew then.

Asked by a worker for each batch that it has read anew, in its transaction: it compares what was
known of each series with what is known now, and asks the database only about those whose signal
came or went.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from metrics.actions.facts import Facts
from metrics.choices import Side
from metrics.models import Alert, SeriesState
from metrics.periods import span_on
from metrics.readings import is_stale

# A signal that comes back at the same first point is the same row, to be told again.
RAISED_ANEW = [
    "seen_in", "side", "variation", "names", "value", "raised_at", "over_at", "is_withdrawn",
    "told_at", "over_told_at", "rung_at", "attempts", "next_try_at", "last_error",
    "seen_at", "seen_by",
]  # fmt: skip


class Before(NamedTuple):
    """What was known of a series until now."""

    seq: int = 0
    latest: float | None = None
    latest_period: date | None = None
    centre: float | None = None
    signal_since: date | None = None


NAMES = Before._fields


def notice(
    before: Mapping[int, Before],
    states: Iterable[SeriesState],
    *,
    facts: Mapping[int, Facts],
    touched: Mapping[int, date],
    now: datetime,
) -> None:
    """Raise an alert for each signal that the newest period brought; end those that are gone.

    Three statements at most, none where no signal came or went.
    """
    turned = [
        state
        for state in states
        if (state.signal_since or before[state.series_id].signal_since)
        and not goes_on(before[state.series_id], state)
    ]
    gone = [state for state in turned if before[state.series_id].signal_since]
    raised = [
        alert_of(state, now)
        for state in turned
        if is_news(before[state.series_id], state, touched[state.series_id])
        and not is_late(facts[state.series_id], state)
    ]
    if gone:
        end(gone, before, now=now)
    if raised:
        Alert.objects.bulk_create(
            raised,
            update_conflicts=True,
            unique_fields=["series", "since"],
            update_fields=RAISED_ANEW,
        )


def goes_on(was: Before, state: SeriesState) -> bool:
    """Whether the signal of before is the one of now: to the same side and without a break."""
    if was.signal_since is None or state.signal_since is None:
        return False
    return (
        state.signal_since <= was.latest_period
        and side(was.latest, was.centre) == side(state.latest, state.centre)
    )  # fmt: skip


def is_news(was: Before, state: SeriesState, since: date) -> bool:
    """Whether the newest closed period itself brought the signal.

    Not where older numbers, limits or a definition changed under a point that stands as it was;
    and of a series that had no numbers before, only what begins with its newest point.
    """
    if state.signal_since is None:
        return False
    if was.latest_period is None:
        return state.signal_since == state.latest_period
    if was.latest_period == state.latest_period:
        return was.latest != state.latest and since >= state.latest_period
    return was.latest_period < state.latest_period


def is_late(facts: Facts, state: SeriesState) -> bool:
    """Whether the newest number is older than its cadence allows: that is no news."""
    cadence = span_on(facts.spans, state.latest_period).cadence
    return is_stale(state.latest_period, cadence, facts.today)


def alert_of(state: SeriesState, now: datetime) -> Alert:
    return Alert(
        series_id=state.series_id,
        since=state.signal_since,
        seen_in=state.latest_period,
        side=side(state.latest, state.centre),
        variation=state.variation,
        names=state.signals,
        value=state.latest,
        raised_at=now,
    )


def side(value: float | None, centre: float | None) -> str:
    return Side.HIGH if (value or 0.0) >= (centre or 0.0) else Side.LOW


def end(states: Sequence[SeriesState], before: Mapping[int, Before], *, now: datetime) -> None:
    """Note that signals are over: passed where a newer period came, else withdrawn."""
    passed: list[int] = []
    withdrawn: list[int] = []
    for state in states:
        last = before[state.series_id].latest_period
        is_newer = state.latest_period is not None and last < state.latest_period
        (passed if is_newer else withdrawn).append(state.series_id)
    if passed:
        Alert.objects.open().filter(series__in=passed).update(over_at=now)
    if withdrawn:
        Alert.objects.open().filter(series__in=withdrawn).update(
            over_at=now, is_withdrawn=True, rung_at=None
        )
