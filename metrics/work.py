"""What waits for a person in metrics: verdicts to rule on, ideas to approve, days to confirm,
what did not last, sources to mend."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from metrics.choices import ImprovementState
from metrics.models import Alert, Improvement, Recheck, Source
from productops.work import Task, work


def to_rule(person, on: date) -> QuerySet[Improvement]:
    """Judged improvements that the person owns."""
    return Improvement.objects.visible_to(person).waiting_for_ruling().filter(owner=person)


def to_approve(person, on: date) -> QuerySet[Improvement]:
    """Ideas with a promise, for product operations."""
    ideas = Improvement.objects.visible_to(person).proposed()
    return ideas if person.changes_all else ideas.none()


def to_promise(person, on: date) -> QuerySet[Improvement]:
    """Ideas of the person that grew out of an action and do not say yet what they should move."""
    ideas = Improvement.objects.changeable_by(person).filter(state=ImprovementState.IDEA)
    return ideas.filter(owner=person, action__isnull=False, registrations=None)


def to_confirm(person, on: date) -> QuerySet[Improvement]:
    """Approved improvements of the person whose planned day has come."""
    mine = Improvement.objects.changeable_by(person).filter(owner=person)
    return mine.filter(state=ImprovementState.APPROVED, go_live_on__lte=on)


def to_answer(person, on: date) -> QuerySet[Recheck]:
    """What had improved and did not last, of improvements that the person owns."""
    mine = Improvement.objects.visible_to(person).filter(owner=person)
    return Recheck.objects.unanswered().filter(registration__improvement__in=mine)


def to_mend(person, on: date) -> QuerySet[Source]:
    """Sources of the person that cannot be read."""
    return Source.objects.visible_to(person).failing().filter(owner=person)


def counted(rows):
    return lambda person, on: rows(person, on).count()


@work("metrics.rule", count=counted(to_rule))
def rule(person, on: date):
    for one in to_rule(person, on).select_related("subject"):
        url = reverse("metrics:improvement-rule", args=[one.pk])
        yield Task("judge", one.title, _("Decide"), url, detail=one.subject.name)


@work("metrics.approve", count=counted(to_approve))
def approve(person, on: date):
    for one in to_approve(person, on).select_related("subject", "owner"):
        detail = f"{one.subject.name} · {one.owner}"
        yield Task("approve", one.title, _("Look at it"), one.get_absolute_url(), detail=detail)


@work("metrics.promise", count=counted(to_promise))
def promise(person, on: date):
    for one in to_promise(person, on).select_related("subject"):
        yield Task(
            "promise",
            one.title,
            _("Say what it should move"),
            one.get_absolute_url(),
            detail=one.subject.name,
        )


@work("metrics.confirm", count=counted(to_confirm))
def confirm(person, on: date):
    for one in to_confirm(person, on).select_related("subject"):
        url = reverse("metrics:improvement-go-live", args=[one.pk])
        yield Task(
            "act", one.title, _("Say that it is live"), url, due=one.go_live_on,
            detail=one.subject.name,
        )  # fmt: skip


@work("metrics.answer", count=counted(to_answer))
def answer(person, on: date):
    for one in to_answer(person, on).select_related("registration__improvement__subject"):
        improvement = one.registration.improvement
        yield Task(
            "judge", improvement.title, _("Say what follows"),
            reverse("metrics:recheck-answer", args=[one.pk]), detail=one.get_result_display(),
        )  # fmt: skip


@work("metrics.mend", count=counted(to_mend))
def mend(person, on: date):
    for one in to_mend(person, on).order_by("failing_since"):
        yield Task("act", one.name, _("Mend it"), one.get_absolute_url(), detail=one.last_error)


def to_look_at(person, on: date) -> QuerySet[Alert]:
    """Signals on KPIs that the person answers for, until they have looked or it is over."""
    return Alert.objects.waiting_for(person)


@work("metrics.signals", count=counted(to_look_at))
def look_at(person, on: date):
    for one in to_look_at(person, on).select_related("series__kpi", "series__subject"):
        title = _("Signal: %(kpi)s") % {"kpi": one.series.kpi}
        detail = one.series.subject.name
        yield Task("signal", title, _("Look at it"), one.get_absolute_url(), detail=detail)
