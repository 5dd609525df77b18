"""A series as programs get it: definition, limits, points and readings (contract.md 4)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from metrics import compare
from metrics.actions.facts import spans_by_series
from metrics.choices import Assurance, Variation
from metrics.judgement import Dot, Stretch, judged, split
from metrics.models import Exclusion, Mark, Segment, SeriesState, Snapshot
from metrics.periods import Span, span_on
from metrics.spc import Point
from metrics.stretches import stretch_of
from objectives.models import KpiVersion, Series
from teams.choices import SubjectKind


def series_data(
    series: Series, *, today: date, first: date | None = None, last: date | None = None
) -> dict[str, Any]:
    """Everything about one series, its points from ``first`` to ``last``.

    Points are judged by the stored limits with the whole history before them, whichever part of
    it is asked for. A period without a value is no point.
    """
    known = Snapshot.objects.known().of(series)
    rows = list(known.values_list("period", "value", "denominator", "n"))
    segments = list(Segment.objects.filter(series=series).order_by("from_period"))
    spans = spans_by_series([series.pk])[series.pk]
    dots = dots_of(series, spans, [row[:3] for row in rows], today)
    values = {period: value for period, value, *_figures in rows}
    talk = compare.talk_of(series)
    stretches = [stretch_of(segment, spans) for segment in segments]
    points = judged(dots, stretches, series.rule_set)
    drawn = [
        point_data(dot, point, n) | beside(dot.period, values, spans, talk) | lines
        for dot, point, (*_figures, n), lines in zip(
            dots, points, rows, lines_data(dots, stretches), strict=True
        )
        if (first is None or dot.period >= first) and (last is None or dot.period <= last)
    ]
    version = KpiVersion.objects.get(pk=span_on(spans, today).version_id)
    return {
        "kpi": series.kpi.slug,
        "product": product_of(series),
        "subject": series.subject.reference,
        "unit": version.unit,
        "direction": version.direction,
        "cadence": version.cadence,
        "rule_set": series.rule_set,
        "chart": series.chart,
        "season": series.season,
        "segments": segments_data(segments, dots),
        "certificate": str(series.kpi.certificate_on(today)),
        "targets": list(series.targets.order_by("from_on").values("from_on", "low", "high")),
        "points": drawn,
        **readings(series),
        "pending": Mark.objects.pending().filter(series=series).count(),
    }


def product_of(series: Series) -> str | None:
    """The product's short name; None for anything else, as for the organisation."""
    is_product = series.subject.kind == SubjectKind.PRODUCT
    return series.subject.key if is_product else None


def dots_of(
    series: Series,
    spans: Sequence[Span],
    points: Sequence[tuple[date, float, float | None]],
    today: date,
) -> list[Dot]:
    excluded = set(Exclusion.objects.filter(series=series).values_list("period", flat=True))
    return [
        Dot(
            period,
            value,
            span_on(spans, period).is_closed(period, today),
            period in excluded,
            size,
        )
        for period, value, size in points
    ]


def lines_data(dots: Sequence[Dot], stretches: Sequence[Stretch]) -> list[dict[str, Any]]:
    """The limits at each point, where they differ from point to point."""
    if not stretches:
        return [{} for _dot in dots]
    return [
        {}
        if stretch.is_level
        else {name: getattr(stretch.at(dot), name) for name in ("centre", "lower", "upper")}
        for here, stretch in split(dots, stretches)
        for dot in here
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


def beside(
    period: date, values: dict[date, float], spans: Sequence[Span], talk: dict[date, compare.Talk]
) -> dict[str, Any]:
    """What a point is laid beside: the value a year before, and how much is said about it."""
    return {
        "prior_year": compare.prior(period, values, spans),
        "comments": talk.get(period, compare.SILENCE).comments,
    }


def segments_data(segments: Sequence[Segment], dots: Sequence[Dot]) -> list[dict[str, Any]]:
    """The limits; ``to`` is the last point's period, None for the present ones. Where they differ
    from point to point these are those of the reference, and the points carry their own."""
    starts = [segment.from_period for segment in segments[1:]]
    ends = [max((d.period for d in dots if d.period < start), default=None) for start in starts]
    return [
        {
            "from": segment.from_period.isoformat(),
            "to": end and end.isoformat(),
            "cause": segment.cause,
            **{name: getattr(shown, name) for name in ("centre", "lower", "upper")},
            "mr_centre": segment.mr_centre,
            "mr_upper": segment.mr_upper,
            "provisional": segment.is_provisional,
            "locked": segment.locked_at is not None,
            "n": segment.n,
            **levelling_data(segment),
        }
        for segment, end in zip(segments, [*ends, None], strict=False)
        for shown in [segment.shown]
    ]


def levelling_data(segment: Segment) -> dict[str, Any]:
    """What makes the values of a segment comparable, where they are not as they are."""
    if segment.limits.levelling is None:
        return {}
    return {name: getattr(segment, name) for name in ("chart", "slope", "factors", "size")}


def readings(series: Series) -> dict[str, Any]:
    state = SeriesState.objects.filter(series=series).first()
    return {
        "variation": state.variation if state else Variation.NONE,
        "assurance": state.assurance if state else Assurance.NONE,
        "as_of": state and state.as_of,
    }
