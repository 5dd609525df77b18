"""What waits for a person here: audits to answer, to close, and gaps to do something about."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import Audit, Gap, Invitation
from productops.work import Task, work


def _to_answer(person, on: date):
    asked = Invitation.objects.filter(person=person, link__isnull=False)
    return asked.asked_on(on).missing()


@work("answer", count=lambda person, on: _to_answer(person, on).count())
def answer(person, on: date):
    for invitation in _to_answer(person, on).select_related("audit__framework_version"):
        audit = invitation.audit
        yield Task(
            "answer",
            _("Answer “%s”") % audit.title,
            _("Continue") if invitation.is_started else _("Answer"),
            reverse("audits:invitation-own", args=[audit.pk]),
            audit.closes_on,
            _("About %s minutes") % audit.framework_version.minutes,
        )


def _to_close(person, on: date):
    return Audit.objects.open().filter(owner=person, closes_on__lt=on)


@work("close", count=lambda person, on: _to_close(person, on).count())
def close(person, on: date):
    for audit in _to_close(person, on):
        yield Task(
            "close",
            _("Close “%s”") % audit.title,
            _("Close"),
            reverse("audits:audit-close", args=[audit.pk]),
            audit.closes_on,
        )


def _to_plan(person):
    return Gap.objects.visible_to(person).owned_by(person).open()


@work("gap", count=lambda person, on: _to_plan(person).count())
def gaps(person, on: date):
    for gap in _to_plan(person).select_related("subject"):
        yield Task(
            "gap",
            _("Gap: %s") % gap.title,
            _("Look at it"),
            gap.get_absolute_url(),
            gap.due_on,
            f"{gap.subject.name} · {gap.get_state_display()}",
        )
