"""What waits for a person here: check-ins once a week, and actions until their day."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from objectives.models import Action, KeyResult
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
            reverse("objectives:check-in-new", args=[each.pk]),
            each.due_on(),
            each.objective.title,
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


def _about(action: Action) -> str:
    return f"{action.number} · {action.series}" if action.is_follow_up else str(action.objective)
