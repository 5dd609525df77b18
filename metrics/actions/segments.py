"""Segments: where limits begin, and what they come from.

A segment's limits come from its first 24 closed points that nobody left out; while there are
fewer, from those before the period being judged. They do not depend on the order in which data
arrived. A person may hold them from 12 points on: then no data moves them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice, takewhile
from operator import itemgetter

from django.utils.translation import gettext as _

from metrics.actions.facts import WINDOW, Facts, Points, points_onward
from metrics.choices import LIMITS_FROM
from metrics.models import Segment
from metrics.periods import EVER, Span, span_on
from metrics.spc import Limits, Place, limits_of
from metrics.spc.kinds import fitted_or_plain, longest_baseline, referred
from metrics.spc.levels import Levelling
from metrics.spc.rates import Weighed
from metrics.spc.season import Seasonal
from metrics.spc.trend import Sloped
from objectives.choices import Chart
from productops.cadences import count_between

LIMIT_FIELDS = [
    "from_period",
    "kpi_version_id",
    "baseline_until",
    "centre",
    "lower",
    "upper",
    "mr_centre",
    "mr_upper",
    "n",
    "chart",
    "slope",
    "factors",
    "size",
    "ceiling",
    "locked_at",
    "locked_by_id",
]
LIMIT_COLUMNS = [name.removesuffix("_id") for name in LIMIT_FIELDS]


def settle_segments(known: Sequence[Facts], touched: Mapping[int, date], *, now: datetime) -> None:
    """Begin the segments that data and definitions ask for, and renew the limits that may move."""
    stale, renewed = [], []
    for facts in known:
        stale += lay_segments(facts)
        renewed += [(facts, s) for s in facts.segments if may_move(s, touched[facts.series_id])]
    if stale:
        Segment.objects.filter(pk__in=stale).delete()
    older = older_points(renewed)
    changed = [s for facts, s in renewed if renew(facts, s, older, now=now)]
    fresh = [segment for facts in known for segment in facts.segments if segment.pk is None]
    Segment.objects.bulk_create(fresh)
    Segment.objects.bulk_create(
        [segment for segment in changed if segment not in fresh],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=LIMIT_COLUMNS,
    )


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
        segment.locked_at = segment.locked_by_id = segment.baseline_until = None
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
    starts = {
        (facts.series_id, segment.from_period): facts
        for facts, segment in renewed
        if len(facts.points) == WINDOW and segment.from_period < facts.points[0][0]
    }
    most = max(
        (longest_baseline(facts.season) + len(facts.excluded) for facts, _segment in renewed),
        default=0,
    )
    return points_onward(starts, most + 1)


def renew(
    facts: Facts,
    segment: Segment,
    older: Mapping[tuple[int, date], Points],
    *,
    now: datetime,
) -> bool:
    """Compute the limits of a segment anew; whether the row changed."""
    before = [getattr(segment, name) for name in LIMIT_FIELDS]
    points = older.get((facts.series_id, segment.from_period), facts.points)
    base = baseline(facts, segment, points)
    is_full = len(base) == longest_baseline(facts.season)
    store(segment, limits_from(facts, segment, base))
    segment.baseline_until = base[-1][0] if base else None
    segment.locked_at = (segment.locked_at or now) if is_full else None
    return before != [getattr(segment, name) for name in LIMIT_FIELDS]


def baseline(facts: Facts, segment: Segment, points: Points) -> Points:
    """The points that a segment's limits come from, never the newest closed period itself."""
    later = [s.from_period for s in facts.segments if s.from_period > segment.from_period]
    ends = min([*later, facts.judged_period or segment.from_period])
    first = bisect_left(points, segment.from_period, key=itemgetter(0))
    here = (point for point in islice(points, first, None) if point[0] not in facts.excluded)
    most = longest_baseline(facts.season)
    return list(islice(takewhile(lambda point: point[0] < ends, here), most))


def limits_from(facts: Facts, segment: Segment, base: Points) -> Limits:
    """The limits of a baseline, by the chart of the series; plain ones where it cannot be yet."""
    values = [value for _period, value in base]
    form = facts.form
    if form.is_plain:
        return limits_of(values, rule_set=form.rule_set)
    cadence = span_on(facts.spans, segment.from_period).cadence
    places = [
        Place(count_between(segment.from_period, period, cadence), facts.sizes.get(period))
        for period, _value in base
    ]
    return fitted_or_plain(values, places, form)


def store(segment: Segment, limits: Limits) -> None:
    """Below 6 points a centre and spread would only mislead: nothing is stored but their number."""
    segment.n = limits.n
    shown = limits if limits.n >= LIMITS_FROM else Limits()
    kept = referred(shown)
    for name in ("centre", "lower", "upper", "mr_centre", "mr_upper"):
        setattr(segment, name, getattr(kept, name))
    store_levelling(segment, shown.levelling)


def store_levelling(segment: Segment, levelling: Levelling | None) -> None:
    """Keep what makes the values comparable, so that limits can be drawn at each point."""
    segment.chart, segment.slope, segment.factors = Chart.XMR, None, None
    segment.size = segment.ceiling = None
    if levelling is None:
        return
    segment.chart = levelling.chart
    segment.slope = levelling.slope if isinstance(levelling, Sloped) else None
    segment.factors = list(levelling.factors) if isinstance(levelling, Seasonal) else None
    weighed = levelling if isinstance(levelling, Weighed) else None
    segment.size = weighed.size if weighed else None
    segment.ceiling = weighed.ceiling if weighed and weighed.chart == Chart.P else None
