"""Promises: made while the improvement is an idea, locked at approval, moved by nobody after."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.choices import ImprovementState, Method
from metrics.judgement import Dot
from metrics.models import Improvement, NotAllowed, Registration, SeriesState
from metrics.triggers import trigger_of
from objectives.models import Series
from productops import changelog
from productops.forms import take_version
from productops.measures import Direction
from teams.models import Person

# What keeps a series from being a control: something else is meant to move it.
MOVED = (ImprovementState.APPROVED, ImprovementState.LIVE, ImprovementState.JUDGED)


@transaction.atomic
def register(
    *, improvement: Improvement, series: Series, direction: str, by: Person, **terms
) -> Registration:
    """Promise that ``series`` will go in ``direction``; ``terms``: smallest_effect,
    expected_effect, lag_periods, window_periods, control, trigger_on. A second promise on the
    same series replaces the first.

    Against a control the difference to it is judged. Where ``trigger_on`` is not among the terms
    it becomes the first of the points that look like the cause of the decision, if any does.
    """
    held_idea(improvement)
    control = terms.get("control")
    if fault := fault_of_control(improvement, series, control):
        raise NotAllowed(fault)
    if "trigger_on" not in terms:
        terms["trigger_on"] = suggested_trigger(series, direction)
    method = Method.BEFORE_AFTER if control is None else Method.CONTROLLED
    values = {"direction": direction} | terms | {"method": method}
    promise, is_new = Registration.objects.update_or_create(
        improvement=improvement, series=series, defaults=values
    )
    if not is_new:
        take_version(promise)
    after = {"series": str(series)} | values
    changelog.record(by=by, row=improvement, verb="promised", after=said(after))
    return promise


def said(values: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, for the change log."""
    return {name: value for name, value in values.items() if value not in (None, "")}


@transaction.atomic
def withdraw(*, registration: Registration, by: Person) -> None:
    """Take a promise back, as long as it is not locked."""
    improvement = registration.improvement
    held_idea(improvement)
    before = {"series": str(registration.series)}
    registration.delete()
    changelog.record(by=by, row=improvement, verb="withdrawn", before=before)


def held_idea(improvement: Improvement) -> None:
    """Hold the row until the transaction ends: whoever approves it meanwhile waits, and a promise
    that comes after an approval is refused. Raises NotAllowed."""
    Improvement.objects.select_for_update().get(pk=improvement.pk).require(ImprovementState.IDEA)


def lock_promises(*, improvement: Improvement, by: Person) -> None:
    """From here on nobody moves the posts. What was promised is written into the change log."""
    promises = list(improvement.registrations.select_related("series", "control"))
    if not promises:
        raise NotAllowed(_("Say first which KPI it should move, and which way."))
    for promise in promises:
        if fault := fault_of_control(improvement, promise.series, promise.control):
            raise NotAllowed(fault)
    improvement.registrations.update(locked_at=timezone.now(), locked_by=by)


def fault_of_control(
    improvement: Improvement | None, series: Series, control: Series | None
) -> str:
    """Why a series is no control for another; "" where it is one."""
    if control is None:
        return ""
    if control.pk == series.pk:
        return _("A series is no control for itself.")
    if control.kpi_id != series.kpi_id:
        return _("A control is the same KPI, somewhere else.")
    own = improvement.pk if improvement else None
    promised = Registration.objects.filter(series=control, improvement__deleted_at=None)
    if own is not None and promised.filter(improvement=own).exists():
        return _("This improvement means to move it too, so that it is no control.")
    if promised.filter(improvement__state__in=MOVED).exclude(improvement=own).exists():
        return _("Another improvement moves it at the moment, so that it is no control.")
    return ""


def suggested_trigger(series: Series, direction: str) -> date | None:
    """The first of the newest points that would make anybody act; None where they are usual."""
    if direction not in (Direction.UP, Direction.DOWN):
        return None
    dots = present_dots(SeriesState.objects.filter(series=series).first())
    place = trigger_of(dots, direction=direction)
    return None if place is None else dots[place].period


def present_dots(state: SeriesState | None) -> list[Dot]:
    """The newest points of a series, up to 26, that its present limits are about."""
    if state is None:
        return []
    since = date.fromisoformat(state.recent_limits[-1][0]) if state.recent_limits else date.min
    dots = [
        Dot(date.fromisoformat(period), value, complete, excluded)
        for period, value, complete, excluded, _flag in state.recent
    ]
    return [dot for dot in dots if dot.period >= since]
