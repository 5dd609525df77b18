"""Whether changes arrived: the first period in which the dose of each was reached."""

from collections.abc import Iterable, Sequence
from datetime import date

from metrics.actions.evidence import Evidence
from metrics.choices import Delivery
from metrics.models import Improvement, Registration
from metrics.periods import moved, span_on
from metrics.windows import first_after, first_reached
from productops.changelog import entry_of, record_all
from productops.measures import Direction

FIELDS = ("delivery", "delivered_on")
# As the change log tells them; that something may still come is no news.
VERBS = {
    Delivery.DELIVERED: "found delivered",
    Delivery.NOT_IMPLEMENTED: "found not implemented",
    Delivery.WAITING: "found no longer delivered",
    Delivery.UNASKED: "no longer asks for delivery of",
}


def note_deliveries(promised: Sequence[Registration], evidence: Evidence) -> None:
    """Write down of each improvement whether its dose was reached, and since when."""
    owned: dict[Improvement, list[Registration]] = {}
    for one in promised:
        owned.setdefault(one.improvement, []).append(one)
    changed, entries = [], []
    for improvement, promises in owned.items():
        before = improvement.delivery, improvement.delivered_on
        deliver(improvement, promises, evidence)
        if (improvement.delivery, improvement.delivered_on) != before:
            changed.append(improvement)
            if (before[0], improvement.delivery) != (Delivery.UNASKED, Delivery.WAITING):
                entries.append(entry(improvement, before))
    share(promised, owned)
    if changed:
        Improvement.objects.bulk_update(changed, FIELDS)
        record_all(entries)


def deliver(improvement: Improvement, promises: Iterable[Registration], evidence: Evidence) -> None:
    if improvement.dose_series_id is None:
        improvement.delivery, improvement.delivered_on = Delivery.UNASKED, None
        return
    reached = reached_on(improvement, evidence)
    if reached is not None:
        improvement.delivery, improvement.delivered_on = Delivery.DELIVERED, reached
        return
    over = all(is_over(one, evidence) for one in promises)
    improvement.delivery = Delivery.NOT_IMPLEMENTED if over else Delivery.WAITING
    improvement.delivered_on = None


def reached_on(improvement: Improvement, evidence: Evidence) -> date | None:
    """The day from which it counts as delivered: never before it went live."""
    facts, live_on = evidence.facts[improvement.dose_series_id], improvement.go_live_on
    period = first_reached(
        evidence.dots[improvement.dose_series_id],
        since=span_on(facts.spans, live_on).period_of(live_on),
        level=improvement.dose_level,
        goes_up=improvement.dose_direction == Direction.UP,
    )
    return None if period is None else max(period, live_on)


def is_over(registration: Registration, evidence: Evidence) -> bool:
    """Whether the promise's window, counted from going live, is past."""
    facts, live_on = evidence.facts[registration.series_id], registration.improvement.go_live_on
    span = span_on(facts.spans, live_on)
    begins = first_after(span, live_on, registration.lag_periods)
    return moved(begins, span.cadence, registration.window_periods) <= evidence.today


def share(promised: Sequence[Registration], owned: dict[Improvement, list[Registration]]) -> None:
    """Let all promises of an improvement hold the one row that was written on."""
    held = {improvement.pk: improvement for improvement in owned}
    for one in promised:
        one.improvement = held[one.improvement_id]


def entry(improvement: Improvement, before: tuple[str, date | None]):
    return entry_of(
        by=None,
        row=improvement,
        verb=VERBS[Delivery(improvement.delivery)],
        before=dict(zip(FIELDS, before, strict=True)),
        after={name: getattr(improvement, name) for name in FIELDS},
    )
