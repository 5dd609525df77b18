"""What a chart is laid beside: the year before, and the same KPI of others. Only values that one
definition counts are laid side by side; a period without a counterpart stays empty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from metrics.models import Comment, Snapshot
from metrics.periods import Span, span_on, year_before
from objectives.models import Series, Target

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


def snapshots_of(series: Iterable[Series]) -> dict[int, list[Snapshot]]:
    """The snapshots of several series, oldest first, in one query."""
    found: dict[int, list[Snapshot]] = {one.pk: [] for one in series}
    for snapshot in Snapshot.objects.filter(series__in=found).order_by("series_id", "period"):
        found[snapshot.series_id].append(snapshot)
    return found


def values_in(snapshots: Iterable[Snapshot]) -> dict[date, float]:
    """The values of a series by period; gaps are left out."""
    return {one.period: one.value for one in snapshots if one.value is not None}


def targets_of(series: Iterable[Series]) -> dict[int, list[Target]]:
    """The targets of several series, oldest first, in one query."""
    found: dict[int, list[Target]] = {one.pk: [] for one in series}
    for target in Target.objects.filter(series__in=found).order_by("from_on"):
        found[target.series_id].append(target)
    return found


def held_on(day: date, targets: Mapping[int, Sequence[Target]]) -> dict[int, Target]:
    """Of each series the target that holds on ``day``; those without one are left out."""
    begun = {pk: [one for one in found if one.from_on <= day] for pk, found in targets.items()}
    return {pk: found[-1] for pk, found in begun.items() if found}
