"""A series as programs get it: definition, limits, points and readings (contract.md 4)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from metrics.actions.facts import spans_by_series
from metrics.choices import Assurance, Variation
from metrics.judgement import Dot, Stretch, judged
from metrics.models import Exclusion, Mark, Segment, SeriesState, Snapshot
from metrics.periods import span_on
from metrics.spc import Point
from objectives.models import KpiVersion, Series
from teams.choices import SubjectKind


def series_data(
    series: Series, *, today: date, first: date | None = None, last: date | None = None
) -> dict[str, Any]:
    """Everything about one series, its points from ``first`` to ``last``.

    Points are judged by the stored limits with the whole history before them, whichever part of
    it is asked for. A period without a value is no point.
    """
    rows = list(Snapshot.objects.known().of(series).values_list("period", "value", "n"))
    segments = list(Segment.objects.filter(series=series).order_by("from_period"))
    dots = dots_of(series, [row[:2] for row in rows], today)
    points = judged(dots, [Stretch(s.from_period, s.limits) for s in segments], series.rule_set)
    drawn = [
        point_data(dot, point, n)
        for dot, point, (_period, _value, n) in zip(dots, points, rows, strict=True)
        if (first is None or dot.period >= first) and (last is None or dot.period <= last)
    ]
    version = definition(series, today)
    return {
        "kpi": series.kpi.slug,
        "product": product_of(series),
        "subject": series.subject.reference,
        "unit": version.unit,
        "direction": version.direction,
        "cadence": version.cadence,
        "rule_set": series.rule_set,
        "segments": segments_data(segments, dots),
        "points": drawn,
        **readings(series),
        "pending": Mark.objects.pending().filter(series=series).count(),
    }


def definition(series: Series, today: date) -> KpiVersion:
    span = span_on(spans_by_series([series.pk])[series.pk], today)
    return KpiVersion.objects.get(pk=span.version_id)


def product_of(series: Series) -> str | None:
    """The product's short name; None for anything else, as for the organisation."""
    is_product = series.subject.kind == SubjectKind.PRODUCT
    return series.subject.key if is_product else None


def dots_of(series: Series, points: Sequence[tuple[date, float]], today: date) -> list[Dot]:
    excluded = set(Exclusion.objects.filter(series=series).values_list("period", flat=True))
    spans = spans_by_series([series.pk])[series.pk]
    return [
        Dot(period, value, span_on(spans, period).is_closed(period, today), period in excluded)
        for period, value in points
    ]


def point_data(dot: Dot, point: Point, n: int) -> dict[str, Any]:
    return {
        "period": dot.period.isoformat(),
        "value": dot.value,
        "n": n,
        "complete": dot.complete,
        "excluded": dot.excluded,
        "signals": list(point.signals),
    }


def segments_data(segments: Sequence[Segment], dots: Sequence[Dot]) -> list[dict[str, Any]]:
    """The limits; ``to`` is the last point's period, None for the present ones."""
    starts = [segment.from_period for segment in segments[1:]]
    ends = [max((d.period for d in dots if d.period < start), default=None) for start in starts]
    return [
        {
            "from": segment.from_period.isoformat(),
            "to": end and end.isoformat(),
            "cause": segment.cause,
            "centre": segment.centre,
            "lower": segment.lower,
            "upper": segment.upper,
            "mr_centre": segment.mr_centre,
            "mr_upper": segment.mr_upper,
            "provisional": segment.is_provisional,
            "locked": segment.locked_at is not None,
            "n": segment.n,
        }
        for segment, end in zip(segments, [*ends, None], strict=False)
    ]


def readings(series: Series) -> dict[str, Any]:
    state = SeriesState.objects.filter(series=series).first()
    return {
        "variation": state.variation if state else Variation.NONE,
        "assurance": state.assurance if state else Assurance.NONE,
        "as_of": state and state.as_of,
    }
