"""Weekly business reviews: opened, written in while they are held, closed and kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.choices import ReviewState
from metrics.models import Dashboard, Review, ReviewAction, ReviewNote
from metrics.models.dashboards import sha256_of
from metrics.periods import WEEK, first_day, moved
from objectives.actions.tasks import follow_up
from objectives.models import Series
from productops import changelog
from productops.forms import take_version
from teams.models import Person


class ReviewClosed(Exception):  # noqa: N818  answered with a sentence or 409
    """What was closed stays as it was."""

    def __init__(self) -> None:
        super().__init__(_("This review is closed; it stays as it was."))


def week_before(on: date) -> date:
    """The newest week that is over on the day on which a review is held."""
    return moved(first_day(on, WEEK), WEEK, -1)


@transaction.atomic
def open_review(
    *,
    dashboard: Dashboard,
    on: date,
    by: Person,
    chair: Person | None = None,
    attendees: Iterable[Person] = (),
) -> Review:
    """Open the review that is held on a day, of the week before. Raises ValidationError where
    there is one already."""
    week = week_before(on)
    if Review.objects.filter(dashboard=dashboard, week=week).exists():
        raise ValidationError({"on": _("There is a review of that week already.")})
    review = Review.objects.create(dashboard=dashboard, week=week, on=on, chair=chair)
    review.attendees.set(attendees)
    told = {"dashboard": dashboard, "week": week, "chair": chair}
    changelog.record(by=by, row=review, verb="opened", after=told)
    return review


@transaction.atomic
def change_review(
    *, review: Review, by: Person, before: dict[str, Any], after: dict[str, Any], attendees=None
) -> Review:
    """Save what a form changed: who holds the chair, who attends."""
    still_open(review)
    take_version(review)
    review.save()
    if attendees is not None:
        review.attendees.set(attendees)
    changelog.record(by=by, row=review, verb="changed", before=before, after=after)
    return review


@transaction.atomic
def say(*, review: Review, text: str, by: Person, series: Series | None = None) -> ReviewNote:
    still_open(held(review))
    note = ReviewNote.objects.create(review=review, series=series, text=text, by=by)
    changelog.record(by=by, row=review, verb="noted", after={"note": text, "series": series})
    return note


@transaction.atomic
def unsay(*, note: ReviewNote, by: Person) -> None:
    still_open(held(note.review))
    changelog.record(by=by, row=note.review, verb="note removed", before={"note": note.text})
    note.delete()


@transaction.atomic
def ask(
    *,
    review: Review,
    series: Series,
    title: str,
    owner: Person,
    by: Person,
    due_on: date | None = None,
) -> ReviewAction:
    """Ask one person to follow up what a block has shown."""
    still_open(held(review))
    action = follow_up(series=series, title=title, owner=owner, by=by, due_on=due_on)
    return ReviewAction.objects.create(review=review, action=action)


@transaction.atomic
def close_review(*, review: Review, content: str, by: Person) -> Review:
    """Keep what the review shows, to the letter. ``content`` is ``Deck.to_json``."""
    still_open(held(review))
    review.state, review.closed_at = ReviewState.CLOSED, timezone.now()
    review.content, review.sha256 = content, sha256_of(content)
    take_version(review)
    review.save()
    changelog.record(by=by, row=review, verb="closed", after={"sha256": review.sha256})
    return review


def held(review: Review) -> Review:
    """The review as it stands, locked until the transaction ends."""
    return Review.objects.select_for_update().get(pk=review.pk)


def still_open(review: Review) -> None:
    if not review.is_open:
        raise ReviewClosed
