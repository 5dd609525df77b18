"""What a person may say about a chart: leave a point out, take it back, split, hold the limits."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.actions.facts import spans_by_series
from metrics.actions.marking import mark
from metrics.models import Exclusion, Improvement, Segment, Snapshot
from metrics.periods import span_on
from objectives.models import Series
from productops.changelog import record
from teams.models import Person


class CannotSay(ValueError):  # noqa: N818  a sentence for people, not a fault
    """Why a person's word about a chart cannot be taken."""


@transaction.atomic
def exclude_point(*, series: Series, period: date, reason: str, by: Person) -> Exclusion:
    """Leave a period out of the limits; it stays drawn. Raises CannotSay without a reason."""
    if not reason.strip():
        raise CannotSay(_("Say why this point is left out."))
    check_has_point(series, period)
    exclusion, is_new = Exclusion.objects.get_or_create(
        series=series, period=period, defaults={"reason": reason, "by": by}
    )
    if is_new:
        record(by=by, row=exclusion, verb="exclude", after={"reason": reason})
        mark([(series.pk, period)], now=timezone.now())
    return exclusion


@transaction.atomic
def include_point(*, series: Series, period: date, by: Person) -> None:
    """Count a period again that was left out."""
    for exclusion in Exclusion.objects.filter(series=series, period=period):
        record(by=by, row=exclusion, verb="include", before={"reason": exclusion.reason})
        exclusion.delete()
        mark([(series.pk, period)], now=timezone.now())


@transaction.atomic
def split_limits(
    *,
    series: Series,
    period: date,
    cause: str,
    by: Person,
    improvement: Improvement | None = None,
) -> Segment:
    """Begin new limits at a period, because a person says that the process is another since.

    Raises CannotSay without a cause, where there is no point, and where limits begin already.
    """
    if not cause.strip():
        raise CannotSay(_("Name the cause: limits are not split without one."))
    check_has_point(series, period)
    if Segment.objects.filter(series=series, from_period=period).exists():
        raise CannotSay(_("New limits begin there already."))
    segment = Segment.objects.create(
        series=series,
        from_period=period,
        cause=cause,
        improvement=improvement,
        by=by,
        kpi_version_id=span_on(spans_by_series([series.pk])[series.pk], period).version_id,
    )
    record(by=by, row=segment, verb="split", after={"from": period, "cause": cause})
    mark_whole_segment(series, period)
    return segment


@transaction.atomic
def join_limits(*, segment: Segment, by: Person) -> None:
    """Take back a split that a person made."""
    if segment.by_id is None:
        raise CannotSay(_("Only a split that a person made can be taken back."))
    record(by=by, row=segment, verb="join", before={"cause": segment.cause})
    segment.delete()
    mark_whole_segment(segment.series, segment.from_period)


@transaction.atomic
def release_limits(*, segment: Segment, by: Person) -> None:
    """Let data move limits again that a person held."""
    if segment.is_held:
        segment.locked_at = segment.locked_by = None
        segment.save(update_fields=["locked_at", "locked_by"])
        record(by=by, row=segment, verb="release")
        mark([(segment.series_id, segment.from_period)], now=timezone.now())


def mark_whole_segment(series: Series, period: date) -> None:
    """Mark the split's own period and the point before it: the limits on both sides move."""
    rows = Snapshot.objects.known().of(series)
    before = rows.filter(period__lt=period).values_list("period", flat=True).last()
    first = rows.values_list("period", flat=True).first()
    keys = {(series.pk, day) for day in (first, before, period) if day}
    mark(keys, now=timezone.now())


def check_has_point(series: Series, period: date) -> None:
    if not Snapshot.objects.known().filter(series=series, period=period).exists():
        raise CannotSay(_("This series has no point there."))
