"""What a chart is laid beside: the year before, and the same KPI of others. Only values that one
definition counts are laid side by side; a period without a counterpart stays empty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from metrics.models import Comment, Snapshot
from metrics.periods import Span, span_on, year_before
from objectives.models import Series

YEAR, OTHERS = "year", "subjects"
MOST_OTHERS = 5


@dataclass(frozen=True)
class Talk:
    """How much is said about a point: comments in all, and threads that are open."""

    comments: int = 0
    open: int = 0


SILENCE = Talk()


def talk_of(series: Series) -> dict[date, Talk]:
    """How much is said about each point of a series, in one query."""
    threads = Count("pk", filter=Q(parent=None, resolved_at=None))
    said = Comment.objects.of(series).order_by().values("period")
    counted = said.annotate(comments=Count("pk"), threads=threads)
    return {row["period"]: Talk(row["comments"], row["threads"]) for row in counted}


def prior(period: date, values: Mapping[date, float], spans: Sequence[Span]) -> float | None:
    """The value a year before ``period``; None where there is none, or none that the same
    definition counts."""
    span = span_on(spans, period)
    before = year_before(period, span.cadence)
    if before is None or span_on(spans, before).version_id != span.version_id:
        return None
    return values.get(before)


def values_of(series: Iterable[Series]) -> dict[int, dict[date, float]]:
    """The values of several series by period, in one query."""
    found: dict[int, dict[date, float]] = {one.pk: {} for one in series}
    known = Snapshot.objects.known().filter(series__in=found)
    for series_id, period, value in known.values_list("series_id", "period", "value"):
        found[series_id][period] = value
    return found
