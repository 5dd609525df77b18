"""Limits that are stored, and what they say of each series now.

A segment's limits come from its first 24 closed points that nobody left out; while there are
fewer, from those before the period being judged. They do not depend on the order in which data
arrived. A person may hold them from 12 points on: then no data moves them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from metrics.actions.facts import WINDOW, Facts, Points, facts_of, points_onward
from metrics.choices import LIMITS_FROM, LOCKED_FROM
from metrics.judgement import Dot, Reading, Stretch, read
from metrics.models import Segment, SeriesState
from metrics.periods import EVER, Span, span_on
from metrics.spc import Limits, limits_of
from objectives.models import Target

LIMIT_FIELDS = [
    "from_period",
    "kpi_version",
    "baseline_until",
    "centre",
    "lower",
    "upper",
    "mr_centre",
    "mr_upper",
    "n",
    "locked_at",
    "locked_by",
]
STATE_FIELDS = [
    "n",
    "latest",
    "latest_period",
    "centre",
    "lower",
    "upper",
    "mr_centre",
    "is_provisional",
    "r1",
    "variation",
    "assurance",
    "target_low",
    "target_high",
    "signals",
    "signal_since",
    "recent",
    "recent_limits",
    "observed_at",
    "seq",
    "as_of",
]


def refresh(
    touched: Mapping[int, date],
    *,
    spans: Mapping[int, Sequence[Span]],
    today: date,
    now: datetime,
) -> dict[int, Facts]:
    """Read series anew after their snapshots changed: segments, signals, SeriesState.

    ``touched`` gives the oldest changed period of each series. The states are locked first, so
    that of two workers on one series the later reads what the earlier wrote.
    """
    series_ids = sorted(touched)
    states = locked_states(series_ids, now)
    facts = facts_of(series_ids, spans)
    settle_segments(list(facts.values()), touched, today=today, now=now)
    for known in facts.values():
        write_state(states[known.series_id], known, today=today, now=now)
    SeriesState.objects.bulk_update(states.values(), STATE_FIELDS, batch_size=200)
    return facts


def locked_states(series_ids: Sequence[int], now: datetime) -> dict[int, SeriesState]:
    """Lock the state rows in the order of their series; those that are missing are made first."""
    rows = SeriesState.objects.filter(pk__in=series_ids).order_by("pk")
    found = {state.pk: state for state in rows.select_for_update()}
    if len(found) < len(series_ids):
        missing = [SeriesState(series_id=pk, as_of=now) for pk in series_ids if pk not in found]
        SeriesState.objects.bulk_create(missing, ignore_conflicts=True)
        found = {state.pk: state for state in rows.select_for_update()}
    return found


def settle_segments(
    known: Sequence[Facts], touched: Mapping[int, date], *, today: date, now: datetime
) -> None:
    """Begin the segments that data and definitions ask for, and renew the limits that may move."""
    stale, renewed = [], []
    for facts in known:
        stale += lay_segments(facts)
        renewed += [(facts, s) for s in facts.segments if may_move(s, touched[facts.series_id])]
    if stale:
        Segment.objects.filter(pk__in=stale).delete()
    older = older_points(renewed)
    changed = [s for facts, s in renewed if renew(facts, s, older, today=today, now=now)]
    fresh = [segment for facts in known for segment in facts.segments if segment.pk is None]
    Segment.objects.bulk_create(fresh)
    Segment.objects.bulk_update([s for s in changed if s not in fresh], LIMIT_FIELDS)


def lay_segments(facts: Facts) -> list[int]:
    """Fit the segments to where data and definitions begin; ids of those that are void.

    The first begins at the first point. Another begins where a definition takes over; one of a
    definition that counts no more is void, unless a person drew it.
    """
    if facts.first is None:
        return []
    starts = {facts.first: span_on(facts.spans, facts.first)}
    newest = facts.points[-1][0]
    starts |= {span.starts: span for span in facts.spans if facts.first < span.starts <= newest}
    kept = [s for s in facts.segments if s.by_id or s.improvement_id or s.from_period in starts]
    void = [s for s in facts.segments if s not in kept]
    move_first(facts, kept, void)
    begun = {segment.from_period for segment in kept}
    kept += [
        Segment(series_id=facts.series_id, from_period=start, cause=cause_of(span))
        for start, span in starts.items()
        if start not in begun
    ]
    facts.segments = sorted(kept, key=lambda segment: segment.from_period)
    for segment in facts.segments:
        fit_definition(segment, span_on(facts.spans, segment.from_period))
    return [segment.pk for segment in void]


def move_first(facts: Facts, kept: list[Segment], void: list[Segment]) -> None:
    """Let the first segment begin where the data now begins, rather than make another."""
    firsts = [s for s in facts.segments if not s.cause]
    if not firsts or facts.first in {segment.from_period for segment in kept}:
        return
    first = firsts[0]
    first.from_period = facts.first
    if first in void:
        void.remove(first)
        kept.append(first)


def cause_of(span: Span) -> str:
    return "" if span.starts == EVER else str(_("The definition changed"))


def fit_definition(segment: Segment, span: Span) -> None:
    """Limits of another definition are no limits: they are let go, even by the person's hold."""
    if segment.kpi_version_id not in (None, span.version_id):
        segment.locked_at = segment.locked_by = segment.baseline_until = None
    segment.kpi_version_id = span.version_id


def may_move(segment: Segment, touched: date) -> bool:
    """Whether a change of the periods from ``touched`` on can change these limits."""
    if segment.is_held:
        return False
    return (
        segment.pk is None
        or segment.locked_at is None
        or segment.baseline_until is None
        or touched <= segment.baseline_until
    )


def older_points(renewed: Sequence[tuple[Facts, Segment]]) -> dict[tuple[int, date], Points]:
    """The first points of the segments that begin before the window of newest points."""
    starts = [
        (facts.series_id, segment.from_period)
        for facts, segment in renewed
        if len(facts.points) == WINDOW and segment.from_period < facts.points[0][0]
    ]
    most = max((len(facts.excluded) for facts, _segment in renewed), default=0)
    return points_onward(starts, LOCKED_FROM + 1 + most)


def renew(
    facts: Facts,
    segment: Segment,
    older: Mapping[tuple[int, date], Points],
    *,
    today: date,
    now: datetime,
) -> bool:
    """Compute the limits of a segment anew; whether the row changed."""
    before = [getattr(segment, name) for name in LIMIT_FIELDS]
    points = older.get((facts.series_id, segment.from_period), facts.points)
    base = baseline(facts, segment, points, today)
    is_full = len(base) == LOCKED_FROM
    limits = limits_of([value for _period, value in base], rule_set=facts.rule_set)
    store(segment, limits)
    segment.baseline_until = base[-1][0] if base else None
    segment.locked_at = (segment.locked_at or now) if is_full else None
    return before != [getattr(segment, name) for name in LIMIT_FIELDS]


def baseline(facts: Facts, segment: Segment, points: Points, today: date) -> Points:
    """The points that a segment's limits come from, never the newest closed period itself."""
    later = [s.from_period for s in facts.segments if s.from_period > segment.from_period]
    ends = min(later, default=date.max)
    here = [
        (period, value)
        for period, value in points
        if segment.from_period <= period < ends
        and period not in facts.excluded
        and facts.is_closed(period, today)
    ]
    return [point for point in here if point[0] != judged_period(facts, today)][:LOCKED_FROM]


def judged_period(facts: Facts, today: date) -> date | None:
    """The newest closed period: the one being judged."""
    closed = (p for p, _value in reversed(facts.points) if facts.is_closed(p, today))
    return next(closed, None)


def store(segment: Segment, limits: Limits) -> None:
    """Below 6 points a centre and spread would only mislead: nothing is stored but their number."""
    segment.n = limits.n
    shown = limits if limits.n >= LIMITS_FROM else Limits()
    for name in ("centre", "lower", "upper", "mr_centre", "mr_upper"):
        setattr(segment, name, getattr(shown, name))


def write_state(state: SeriesState, facts: Facts, *, today: date, now: datetime) -> None:
    """Put the reading of a series into its one row."""
    held = target_held(facts, today)
    reading = reading_of(facts, held, today)
    for name in ("r1", "variation", "assurance", "signal_since", "recent", "recent_limits"):
        setattr(state, name, getattr(reading, name))
    for name in ("n", "centre", "lower", "upper", "mr_centre"):
        setattr(state, name, getattr(reading.limits, name))
    state.is_provisional = reading.limits.provisional or reading.limits.n < LIMITS_FROM
    state.target_low = held.low if held else None
    state.target_high = held.high if held else None
    state.signals = list(reading.signals)
    state.latest = reading.latest.value if reading.latest else None
    state.latest_period = reading.latest.period if reading.latest else None
    state.observed_at = facts.observed_at
    state.seq += 1
    state.as_of = now


def reading_of(facts: Facts, held: Target | None, today: date) -> Reading:
    """Read the newest points of a series by its stored limits."""
    span = span_on(facts.spans, judged_period(facts, today) or today)
    return read(
        dots_of(facts.points, facts, today),
        [Stretch(segment.from_period, segment.limits) for segment in facts.segments],
        rule_set=facts.rule_set,
        direction=span.direction,
        target=goal(held, span.direction),
    )


def dots_of(points: Iterable[tuple[date, float]], facts: Facts, today: date) -> list[Dot]:
    return [
        Dot(period, value, facts.is_closed(period, today), period in facts.excluded)
        for period, value in points
    ]


def target_held(facts: Facts, today: date) -> Target | None:
    """The target that holds now: the newest that began by today."""
    return next((target for target in reversed(facts.targets) if target.from_on <= today), None)


def goal(target: Target | None, direction: str) -> Any:
    """A target as ``metrics.spc.assurance`` takes it; None where it says nothing that way."""
    if target is None:
        return None
    if direction == "band":
        has_both = target.low is not None and target.high is not None
        return (target.low, target.high) if has_both else None
    return {"up": target.low, "down": target.high}.get(direction)
