"""What waits for a person here: audits to answer, to close, and gaps to do something about."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.choices import InvitationState
from audits.differing import open_differences
from audits.models import Audit, Evidence, Gap, Invitation
from productops.work import Task, work

TALK_BEFORE = timedelta(days=14)  # so long before its end differences are worth a talk


def _to_answer(person, on: date):
    asked = Invitation.objects.filter(person=person, link__isnull=False)
    return asked.asked_on(on).missing()


@work("answer", count=lambda person, on: _to_answer(person, on).count())
def answer(person, on: date):
    for invitation in _to_answer(person, on).select_related("audit__framework_version"):
        audit = invitation.audit
        asked_again = invitation.state == InvitationState.CHANGES
        yield Task(
            "answer",
            (_("Look again at “%s”") if asked_again else _("Answer “%s”")) % audit.title,
            _("Continue") if invitation.is_started else _("Answer"),
            reverse("audits:invitation-own", args=[audit.pk]),
            audit.closes_on,
            _("A reviewer asks about single answers")
            if asked_again
            else _("About %s minutes") % audit.framework_version.minutes,
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


def _to_talk_about(person, on: date) -> list[tuple[Audit, int]]:
    """The person's audits that end within days and hold differences nobody talked about yet."""
    ending = Audit.objects.open().filter(owner=person, closes_on__lte=on + TALK_BEFORE)
    audits = {audit.pk: audit for audit in ending.select_related("framework_version")}
    waiting = open_differences(audits.values())
    return [(audits[pk], len(found)) for pk, found in waiting.items() if found]


@work("talk", count=lambda person, on: len(_to_talk_about(person, on)))
def talk(person, on: date):
    for audit, number in _to_talk_about(person, on):
        text = ngettext("Talk about %(n)d difference", "Talk about %(n)d differences", number)
        yield Task(
            "talk",
            text % {"n": number},
            _("Look at them"),
            reverse("audits:difference-list", args=[audit.pk]),
            audit.closes_on,
            audit.title,
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


SOON = timedelta(days=14)


def _to_renew(person, on: date):
    mine = Gap.objects.visible_to(person).owned_by(person)
    return Evidence.objects.filter(gap__in=mine.values("pk")).over_by(on + SOON)


@work("renew-evidence", count=lambda person, on: _to_renew(person, on).count())
def evidence(person, on: date):
    for one in _to_renew(person, on).select_related("gap"):
        days = (one.holds_until - on).days
        told = (
            _("Evidence is over: %(title)s")
            if days < 0
            else ngettext(
                "Evidence expires in %(n)d day: %(title)s",
                "Evidence expires in %(n)d days: %(title)s",
                days,
            )
        )
        yield Task(
            "renew-evidence",
            told % {"n": days, "title": one.title},
            _("Renew"),
            reverse("audits:evidence-renew", args=[one.pk]),
            one.holds_until,
            one.gap.title,
        )
