"""What stored limits say of each series now, in its one row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from metrics.actions import alerts
from metrics.actions.facts import Facts, facts_of
from metrics.actions.segments import settle_segments
from metrics.choices import LIMITS_FROM
from metrics.judgement import Dot, Reading, read
from metrics.models import SeriesState
from metrics.periods import Span, span_on
from objectives.models import Target

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
    before = lock_states(series_ids, now)
    facts = facts_of(series_ids, spans, today)
    settle_segments(list(facts.values()), touched, now=now)
    states = [state_of(known, before[pk].seq + 1, now=now) for pk, known in facts.items()]
    SeriesState.objects.bulk_create(
        states, update_conflicts=True, unique_fields=["series"], update_fields=STATE_FIELDS
    )
    alerts.notice(before, states, facts=facts, touched=touched, now=now)
    return facts


def lock_states(series_ids: Sequence[int], now: datetime) -> dict[int, alerts.Before]:
    """Lock the state rows in the order of their series; what was known of each."""
    rows = SeriesState.objects.filter(pk__in=series_ids).order_by("pk").select_for_update()
    found = known_of(rows)
    if len(found) < len(series_ids):
        missing = [SeriesState(series_id=pk, as_of=now) for pk in series_ids if pk not in found]
        SeriesState.objects.bulk_create(missing, ignore_conflicts=True)
        found = known_of(rows)
    return found


def known_of(rows: QuerySet[SeriesState]) -> dict[int, alerts.Before]:
    return {pk: alerts.Before(*known) for pk, *known in rows.values_list("pk", *alerts.NAMES)}


def state_of(facts: Facts, seq: int, *, now: datetime) -> SeriesState:
    """The reading of a series as its one row."""
    held = target_held(facts)
    reading = reading_of(facts, held)
    limits = reading.limits
    return SeriesState(
        series_id=facts.series_id,
        n=limits.n,
        latest=reading.latest.value if reading.latest else None,
        latest_period=reading.latest.period if reading.latest else None,
        centre=limits.centre,
        lower=limits.lower,
        upper=limits.upper,
        mr_centre=limits.mr_centre,
        is_provisional=limits.provisional or limits.n < LIMITS_FROM,
        r1=reading.r1,
        variation=reading.variation,
        assurance=reading.assurance,
        target_low=held.low if held else None,
        target_high=held.high if held else None,
        signals=list(reading.signals),
        signal_since=reading.signal_since,
        recent=reading.recent,
        recent_limits=reading.recent_limits,
        observed_at=facts.observed_at,
        seq=seq,
        as_of=now,
    )


def reading_of(facts: Facts, held: Target | None) -> Reading:
    """Read the newest points of a series by its stored limits."""
    span = span_on(facts.spans, facts.judged_period or facts.today)
    return read(
        dots_of(facts),
        facts.stretches,
        rule_set=facts.rule_set,
        direction=span.direction,
        target=goal(held, span.direction),
    )


def dots_of(facts: Facts) -> list[Dot]:
    closed, excluded, sizes = facts.closed_count, facts.excluded, facts.sizes
    dots = [
        Dot(period, value, place < closed, period in excluded)
        for place, (period, value) in enumerate(facts.points)
    ]
    # Only the limits of shares and rates ask for denominators.
    return [dot._replace(size=sizes.get(dot.period)) for dot in dots] if sizes else dots


def target_held(facts: Facts) -> Target | None:
    """The target that holds now: the newest that began by today."""
    return next((t for t in reversed(facts.targets) if t.from_on <= facts.today), None)


def goal(target: Target | None, direction: str) -> Any:
    """A target as ``metrics.spc.assurance`` takes it; None where it says nothing that way."""
    if target is None:
        return None
    if direction == "band":
        has_both = target.low is not None and target.high is not None
        return (target.low, target.high) if has_both else None
    return {"up": target.low, "down": target.high}.get(direction)
