"""Which points a verdict compares: those before a change and those after it (formulae 4.6).

Pure: points and days in, windows out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.judgement import Dot
from metrics.periods import Span, first_day, moved, next_first, span_on
from metrics.spc.given import LARGEST

MOST_BEFORE = 24  # more points hardly sharpen the usual range, and the further past was different
# A series counts as stale when so many periods after its newest point are over without data.
STALE_AFTER = 2


@dataclass(frozen=True, slots=True)
class Windows:
    """The points before a change and those after; ``missing`` are still to come after it.

    ``starts`` is the first period that may count as after; ``trigger`` are the points that caused
    the change, which are neither.
    """

    before: tuple[Dot, ...]
    after: tuple[Dot, ...]
    starts: date
    missing: int
    trigger: tuple[Dot, ...] = ()

    @property
    def first(self) -> date:
        return self.before[0].period if self.before else self.starts

    @property
    def last(self) -> date:
        return self.after[-1].period if self.after else self.starts


def windows_of(
    dots: Sequence[Dot],
    spans: Sequence[Span],
    *,
    live_on: date,
    trigger_on: date | None,
    lag: int,
    length: int,
    since: date | None = None,
    begun_on: date | None = None,
) -> Windows:
    """Choose the points on both sides of ``live_on``.

    Before: the newest 24 closed points whose periods were over when the change went live, and
    before ``trigger_on``, the day of the points that caused it; of the definition that counted
    the last of them, and not before ``since``, where its limits begin. After: the first
    ``length`` closed points of the periods that began from ``live_on`` on, past ``lag`` periods.
    The period in which the change went live is neither; nor are those from ``begun_on``, where it
    was decided, until ``live_on``, where it had arrived.
    """
    starts = first_after(span_on(spans, live_on), live_on, lag)
    begun = min(live_on, begun_on or live_on)
    ends = min(begun, trigger_on or begun)
    counted = [dot for dot in dots if dot.counts]
    earlier = [d for d in counted if span_on(spans, d.period).end_of(d.period) <= begun]
    before = [d for d in earlier if span_on(spans, d.period).end_of(d.period) <= ends]
    trigger = tuple(earlier[len(before) :])
    if before:
        floor = max(span_on(spans, before[-1].period).starts, since or date.min)
        before = [dot for dot in before if dot.period >= floor]
    after = [dot for dot in counted if dot.period >= starts][:length]
    return Windows(tuple(before[-MOST_BEFORE:]), tuple(after), starts, length - len(after), trigger)


def first_reached(dots: Sequence[Dot], *, since: date, level: float, goes_up: bool) -> date | None:
    """The first closed period from ``since`` on in which a dose reached its level."""
    closed = (dot for dot in dots if dot.complete and dot.period >= since)
    way = 1 if goes_up else -1
    return next((dot.period for dot in closed if dot.value * way >= level * way), None)


def difference(dots: Sequence[Dot], control: Sequence[Dot]) -> list[Dot]:
    """What is judged against a control: by how much the series lies above it, in each period in
    which both have a value; it counts where both do. A difference too large to be calculated with
    is none."""
    beside = {dot.period: dot for dot in control}
    both = ((dot, beside[dot.period]) for dot in dots if dot.period in beside)
    pairs = ((dot, other) for dot, other in both if abs(dot.value - other.value) <= LARGEST)
    return [
        Dot(
            dot.period,
            dot.value - other.value,
            dot.complete and other.complete,
            dot.excluded or other.excluded,
        )
        for dot, other in pairs
    ]


def first_after(span: Span, live_on: date, lag: int) -> date:
    """The first period that begins from ``live_on`` on, past ``lag`` periods."""
    here = first_day(live_on, span.cadence)
    begins = here if here == live_on else next_first(here, span.cadence)
    return moved(begins, span.cadence, lag)


def ready_on(windows: Windows, spans: Sequence[Span], today: date) -> date:
    """The day on which the missing points will be there, if no period stays empty."""
    span = span_on(spans, today)
    closed = span.last_closed(today)
    newest = max(closed, moved(windows.starts, span.cadence, -1))
    return next_first(moved(newest, span.cadence, windows.missing), span.cadence)


def has_new_definition(windows: Windows, spans: Sequence[Span]) -> bool:
    """Whether a definition took over between the first and the last point compared."""
    return any(windows.first < span.starts <= windows.last for span in spans)


def is_stale(dots: Sequence[Dot], spans: Sequence[Span], today: date) -> bool:
    """Whether data stopped coming: two periods after the newest point are over without any."""
    if not dots:
        return True
    newest, span = dots[-1].period, span_on(spans, today)
    return moved(first_day(newest, span.cadence), span.cadence, STALE_AFTER) <= span.last_closed(
        today
    )
