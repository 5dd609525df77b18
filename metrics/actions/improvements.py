"""Improvements from idea to ruling: planned, promised, approved, live, judged, ruled on."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.db.models.functions import Least
from django.utils import timezone

from audits.models import Gap
from metrics.actions.charts import split_limits
from metrics.actions.ingest import trying_again
from metrics.actions.marking import mark
from metrics.actions.promises import lock_promises, register, said, withdraw
from metrics.choices import ImprovementState, RulingKind
from metrics.models import (
    Improvement,
    ImprovementGap,
    ImprovementKeyResult,
    Ruling,
    SeriesState,
    Snapshot,
)
from objectives.actions import promote_action
from objectives.models import Action, KeyResult, Series
from productops import changelog, trash
from productops.forms import take_version
from teams.models import Person

__all__ = ["register", "withdraw"]  # verbs on promises, as pages and programs know them

EXTENSION = 8  # periods by which "extend" lengthens the window: a run of eight fits in
LONGEST_WINDOW = 104
# As the change log tells a ruling.
VERBS = {RulingKind.KEEP: "kept", RulingKind.STOP: "stopped", RulingKind.EXTEND: "extended"}


@transaction.atomic
def plan_improvement(
    *,
    by: Person,
    key_results: Iterable[KeyResult] = (),
    gaps: Iterable[Gap] = (),
    promise: dict[str, Any] | None = None,
    action: Action | None = None,
    **fields,
) -> Improvement:
    """Write down an idea: what changes (``fields`` of Improvement), for which key results and
    gaps, and what it promises (``promise``: fields of Registration), if that is known yet.

    ``action``: what it grew out of, which from then on is no longer to be done by itself. Raises
    ValidationError at ``action`` where that is not open any more.
    """
    if action is not None:
        promote_action(action=action, by=by)
    improvement = Improvement.objects.create(action=action, **fields)
    link(improvement=improvement, key_results=key_results, gaps=gaps, by=by)
    changelog.record(by=by, row=improvement, verb="planned", after=said(fields))
    if promise and promise.get("series"):
        register(improvement=improvement, by=by, **promise)
    return improvement


@transaction.atomic
def change_improvement(
    *,
    improvement: Improvement,
    by: Person,
    before: dict[str, Any],
    after: dict[str, Any],
    key_results: Iterable[KeyResult] | None = None,
    gaps: Iterable[Gap] | None = None,
) -> Improvement:
    """Save an idea that a form has changed from ``before`` to ``after``; None keeps the links."""
    improvement.require(ImprovementState.IDEA)
    take_version(improvement)
    improvement.save()
    if key_results is not None or gaps is not None:
        link(improvement=improvement, key_results=key_results, gaps=gaps, by=by)
    if before != after:
        changelog.record(by=by, row=improvement, verb="changed", before=before, after=after)
    return improvement


@transaction.atomic
def discard(*, improvement: Improvement, by: Person) -> None:
    """Put an idea into the trash; the action that grew into it is to be done by itself again."""
    improvement.require(ImprovementState.IDEA)
    trash.discard(row=improvement, by=by)
    action = improvement.action
    if action is not None and not action.improvements.exists():
        action.take_back(by=by)


@transaction.atomic
def link(
    *,
    improvement: Improvement,
    by: Person,
    key_results: Iterable[KeyResult] | None = None,
    gaps: Iterable[Gap] | None = None,
) -> None:
    """Say for which key results and gaps it is, and for no others; a gap counts as planned."""
    if key_results is not None:
        _set_links(ImprovementKeyResult, improvement, "key_result", list(key_results))
    if gaps is not None:
        chosen = list(gaps)
        _set_links(ImprovementGap, improvement, "gap", chosen)
        for gap in chosen:
            gap.plan(by=by)


def _set_links(table: type[Model], improvement: Improvement, name: str, rows: list) -> None:
    kept = {row.pk for row in rows}
    present = table._default_manager.filter(improvement=improvement)
    present.exclude(**{f"{name}__in": kept}).delete()
    there = set(present.values_list(f"{name}_id", flat=True))
    table._default_manager.bulk_create(
        table(improvement=improvement, **{name: row}) for row in rows if row.pk not in there
    )


@transaction.atomic
def approve(*, improvement: Improvement, by: Person) -> None:
    """Agree to an idea, and lock what it promises: from here on nobody moves the posts."""
    improvement = _locked(improvement)
    if improvement.is_approved:
        return
    improvement.require(ImprovementState.IDEA)
    lock_promises(improvement=improvement, by=by)
    improvement.become(ImprovementState.APPROVED, by=by, verb="approved")


@trying_again
@transaction.atomic
def go_live(*, improvement: Improvement, on: date, by: Person) -> None:
    """Say on which day the change went live; from then on its promises are judged."""
    improvement = _locked(improvement)
    improvement.require(ImprovementState.APPROVED)
    improvement.become(ImprovementState.LIVE, by=by, verb="put live", go_live_on=on)
    judge_again(improvement)


@trying_again
@transaction.atomic
def rule(
    *, improvement: Improvement, ruling: str, by: Person, note: str = "", new_limits: bool = False
) -> Ruling:
    """Sign what follows from the verdict: keep it, stop it, or give it more time.

    ``new_limits`` (keep only): the usual range begins anew where the change went live.
    """
    improvement = _locked(improvement)
    improvement.require(ImprovementState.LIVE, ImprovementState.JUDGED)
    signed = Ruling.objects.create(improvement=improvement, ruling=ruling, note=note, by=by)
    if ruling == RulingKind.EXTEND:
        extend_windows(improvement, by=by)
    else:
        state = ImprovementState.KEPT if ruling == RulingKind.KEEP else ImprovementState.STOPPED
        improvement.become(state, by=by, verb=VERBS[RulingKind(ruling)])
    if ruling == RulingKind.KEEP and new_limits:
        begin_new_limits(improvement, by=by)
    return signed


@transaction.atomic
def stop(*, improvement: Improvement, by: Person, note: str = "") -> Ruling:
    """Give up what was approved before it went live."""
    improvement = _locked(improvement)
    improvement.require(ImprovementState.APPROVED)
    signed = Ruling.objects.create(
        improvement=improvement, ruling=RulingKind.STOP, note=note, by=by
    )
    improvement.become(ImprovementState.STOPPED, by=by, verb=VERBS[RulingKind.STOP])
    return signed


@transaction.atomic
def close_gap(*, improvement: Improvement, gap: Gap, by: Person) -> None:
    """Close a gap that a kept improvement has closed."""
    improvement.require(ImprovementState.KEPT)
    gap.close(by=by)


def judge_again(improvement: Improvement) -> None:
    """Have its promises judged with the next round of the engine, though no number came in."""
    states = SeriesState.objects.filter(series__registrations__improvement=improvement)
    newest = states.exclude(latest_period=None).values_list("series", "latest_period")
    mark(newest, now=timezone.now())


def extend_windows(improvement: Improvement, *, by: Person) -> None:
    """Give every promise eight more periods, up to 104, and judge anew."""
    longer = Least(F("window_periods") + EXTENSION, LONGEST_WINDOW)
    improvement.registrations.update(window_periods=longer, version=F("version") + 1)
    improvement.become(ImprovementState.LIVE, by=by, verb=VERBS[RulingKind.EXTEND])
    judge_again(improvement)


def begin_new_limits(improvement: Improvement, *, by: Person) -> None:
    """Begin a new usual range on every promised series, at its first point since the change."""
    for promise in improvement.registrations.select_related("series"):
        period = first_point_since(promise.series, improvement.go_live_on)
        begun = promise.series.segments.filter(from_period=period)
        if period is not None and not begun.exists():
            split_limits(
                series=promise.series,
                period=period,
                cause=improvement.title,
                improvement=improvement,
                by=by,
            )


def first_point_since(series: Series, day: date) -> date | None:
    """The first period with a value that begins on ``day`` or later."""
    known = Snapshot.objects.known().of(series).filter(period__gte=day)
    return known.values_list("period", flat=True).first()


def _locked(improvement: Improvement) -> Improvement:
    """The row as it stands now, held until the transaction ends: two rulings wait in line."""
    return Improvement.objects.select_for_update().get(pk=improvement.pk)
