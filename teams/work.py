"""What waits for a person here: learning plans that are due, skills to look at again."""

from datetime import date, timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from productops.work import Task, work
from teams.choices import RatingKind
from teams.models import LearningPlan, Rating

SOON = timedelta(days=14)
REVIEW_AFTER = timedelta(days=180)  # the shipped skills say: look at a rating every half year


def _due_plans(person, on: date):
    return LearningPlan.objects.open().filter(owner=person, due_on__lte=on + SOON)


@work("learning plans", count=lambda person, on: _due_plans(person, on).count())
def learning_plans(person, on: date):
    for plan in _due_plans(person, on):
        yield Task(
            "act", plan.title, _("Open"), plan.get_absolute_url(), plan.due_on, _("Learning plan")
        )


def _old_ratings(person, on: date) -> int:
    own = Rating.objects.filter(person=person, kind=RatingKind.SELF).values("skill")
    return own.annotate(newest=Max("on")).filter(newest__lt=on - REVIEW_AFTER).count()


@work("ratings", count=lambda person, on: int(_old_ratings(person, on) > 0))
def ratings(person, on: date):
    if number := _old_ratings(person, on):
        title = _("Look again at %s skills that you rated half a year ago") % number
        yield Task("review", title, _("Review"), reverse("teams:person-detail", args=[person.pk]))
