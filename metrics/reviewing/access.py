"""The front door to reviews, and a deck as far as its reader may see it."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from metrics import access
from metrics.models import Review, ReviewNote
from metrics.models.dashboards import sha256_of
from metrics.reviewing import building
from metrics.reviewing.content import Deck
from objectives.models import Series
from teams.models import Person


def reviews_for(person: Person) -> QuerySet[Review]:
    return Review.objects.visible_to(person).with_names()


def review_to_read(person: Person, pk: int) -> Review:
    loaded: Any = Review.objects.visible_to(person).select_related("dashboard", "chair")
    return get_object_or_404(loaded.with_neighbours().prefetch_related("attendees"), pk=pk)


def review_to_hold(person: Person, pk: int) -> Review:
    review = review_to_read(person, pk)
    if not review.may_be_held_by(person):
        raise PermissionDenied(_("Product operations, or who holds the chair, writes here."))
    return review


def note_to_remove(person: Person, review: Review, pk: int) -> ReviewNote:
    mine = ReviewNote.objects.visible_to(person).filter(review=review)
    return get_object_or_404(mine.select_related("review"), pk=pk)


def series_in(person: Person, review: Review) -> QuerySet[Series]:
    """The series of its blocks that the person may see."""
    mine = Series.objects.visible_to(person).filter(dashboard_rows__dashboard=review.dashboard_id)
    return mine.filter(kpi__deleted_at=None).select_related("kpi", "subject")


def deck_for(person: Person, review: Review, today: date) -> Deck:
    """The deck as it was kept, or as it stands now; no more than the person may see."""
    if not review.is_open:
        return seen_by(person, Deck.from_json(review.content))
    return building.deck_of(review, access.rows_for(person, review.dashboard), today)


def deck_to_keep(review: Review, today: date) -> Deck:
    """All of it, whoever closes it."""
    return building.deck_of(review, building.rows_of(review), today)


def seen_by(person: Person, deck: Deck) -> Deck:
    if person.sees_all:
        return deck
    asked = deck.series()
    mine = Series.objects.visible_to(person).filter(pk__in=asked)
    return deck.keeping(set(mine.values_list("pk", flat=True)).__contains__)


def is_as_kept(review: Review) -> bool:
    """Whether what was kept is what was kept, to the letter."""
    return review.is_open or sha256_of(review.content) == review.sha256
