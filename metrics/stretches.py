"""How what is stored of a series' limits and definitions becomes what points are judged by."""

from collections.abc import Sequence
from typing import Any

from metrics.judgement import Stretch
from metrics.periods import Span, span_on
from metrics.spc import Form

PER_CENT = 100.0


def stretch_of(segment: Any, spans: Sequence[Span]) -> Stretch:
    """The stretch of a stored segment: periods are those of the definition that counts there."""
    cadence = span_on(spans, segment.from_period).cadence
    return Stretch(segment.from_period, segment.limits, cadence)


def form_of(series: Any, span: Span) -> Form:
    """How limits are computed for a series, or for facts of it; shares may be written in per cent,
    as the unit says."""
    return Form(
        rule_set=series.rule_set,
        chart=series.chart,
        season=series.season,
        ceiling=PER_CENT if span.unit == "%" else None,
    )
