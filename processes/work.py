"""What waits for a person here: reading, reviewing other people's drafts, reviews that are due."""

from datetime import date

from django.utils.translation import gettext as _

from processes.choices import RevisionState
from processes.models import Acknowledgement, Process, Revision
from productops.work import Task, work


def _to_read(person):
    return Acknowledgement.objects.filter(person=person).in_force().missing()


@work("acknowledge", count=lambda person, on: _to_read(person).count())
def acknowledge(person, on: date):
    for asked in _to_read(person).select_related("revision__process"):
        revision = asked.revision
        yield Task(
            "acknowledge",
            _("Read “%(title)s”, version %(number)s")
            % {"title": revision.process.title, "number": revision.number},
            _("Read"),
            asked.get_absolute_url(),
            asked.due_on,
        )


def _to_review(person):
    revisions = Revision.objects.visible_to(person).filter(
        state=RevisionState.IN_REVIEW, process__deleted_at=None
    )
    return revisions.exclude(author=person) if person.changes_all else revisions.none()


@work("approve", count=lambda person, on: _to_review(person).count())
def approve(person, on: date):
    for revision in _to_review(person).select_related("process", "author"):
        yield Task(
            "approve",
            _("Review “%(title)s”, version %(number)s")
            % {"title": revision.process.title, "number": revision.number},
            _("Review"),
            revision.get_absolute_url(),
            detail=_("Written by %s") % revision.author,
        )


def _overdue(person, on: date) -> list[Process]:
    # The due date is a calendar sum over two columns; a person owns a handful of processes.
    owned = Process.objects.filter(owner=person).published()
    return [process for process in owned if process.review_is_overdue(on)]


@work("review", count=lambda person, on: len(_overdue(person, on)))
def review(person, on: date):
    for process in _overdue(person, on):
        yield Task(
            "review",
            _("Check that “%s” still holds") % process.title,
            _("Check"),
            process.get_absolute_url(),
            process.review_due_on,
        )
