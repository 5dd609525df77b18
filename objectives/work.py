"""What waits for a person here: check-ins once a week, and actions until their day."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.models import Action, Cycle, KeyResult, Objective
from productops import numbers
from productops.work import Task, work


def _due(person, on: date):
    return KeyResult.objects.owned_by(person).due(on)


@work("check-in", count=lambda person, on: _due(person, on).count())
def check_ins(person, on: date):
    for each in _due(person, on).with_standing():
        yield Task(
            "check-in",
            each.title,
            _("Check in"),
            reverse("objectives:check-in-new", args=[each.pk]) + "?then=run",
            each.due_on(),
            each.objective.title,
        )


def _to_rewrite(person, on: date) -> set[int]:
    return KeyResult.objects.owned_by(person).ongoing().meant_otherwise(on)


@work("rewrite", count=lambda person, on: len(_to_rewrite(person, on)))
def meanings(person, on: date):
    """Key results whose KPI means something else by now: their numbers want to be written anew."""
    keys = _to_rewrite(person, on)
    for each in KeyResult.objects.filter(pk__in=keys).with_standing() if keys else ():
        yield Task(
            "rewrite",
            each.title,
            _("Write the numbers anew"),
            each.get_absolute_url(),
            None,
            _("The meaning of %s changed") % each.series.kpi,
        )


def _to_do(person):
    return Action.objects.of_kept().owned_by(person).open()


@work("act", count=lambda person, on: _to_do(person).count())
def actions(person, on: date):
    for each in _to_do(person).with_about():
        yield Task(
            "act",
            each.title,
            _("Open"),
            each.get_absolute_url(),
            each.due_on,
            _about(each),
        )


def _ending(person, on: date):
    """Open objectives of one's own whose cycle ends within a week or is over."""
    cycles = Cycle.objects.ending(on)
    return Objective.objects.filter(owner=person, cycle__in=cycles).not_closed()


@work("close-objective", count=lambda person, on: _ending(person, on).count())
def objectives_to_close(person, on: date):
    for each in _ending(person, on).select_related("cycle"):
        yield Task(
            "close-objective",
            each.title,
            _("Close or carry over"),
            reverse("objectives:objective-close", args=[each.pk]),
            each.cycle.ends_on,
            each.cycle.name,
        )


def _cycles_to_close(person, on: date):
    return Cycle.objects.changeable_by(person).ending(on)


@work("close-cycle", count=lambda person, on: _cycles_to_close(person, on).count())
def cycles_to_close(person, on: date):
    for each in _cycles_to_close(person, on).with_running():
        running = ngettext("%(n)s objective still runs", "%(n)s objectives still run", each.running)
        yield Task(
            "close-cycle",
            each.name,
            _("Close cycle"),
            reverse("objectives:cycle-close", args=[each.pk]),
            each.ends_on,
            running % {"n": numbers.number(each.running)},
        )


def _about(action: Action) -> str:
    return f"{action.number} · {action.series}" if action.is_follow_up else str(action.objective)
