"""Closing a review: keep it, and mail its minutes to who was there, who got something to do, and
who subscribed to the dashboard."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.actions import readers, reviews
from metrics.models import Review, Subscription
from metrics.reviewing import access
from metrics.reviewing.content import Deck
from objectives.models import Action
from productops import cadences, numbers, outbox
from teams.models import Person


@transaction.atomic
def close(*, review: Review, by: Person, today: date) -> Review:
    """Close a review and send its minutes, both or neither."""
    deck = access.deck_to_keep(review, today)
    closed = reviews.close_review(review=review, content=deck.to_json(), by=by)
    send(closed, deck, today)
    Review.objects.filter(pk=review.pk).update(minutes_sent_at=timezone.now())
    return closed


def send(review: Review, deck: Deck, today: date) -> None:
    """One mail for each recipient, with what they may see."""
    subject = _("Minutes: %(title)s, %(week)s") % {
        "title": deck.title,
        "week": cadences.name_of_period(deck.week, "week", today),
    }
    people = participants(review)
    for person in people:
        context = minutes_of(access.seen_by(person, deck), today)
        outbox.post_mail(
            to=person,
            subject=subject,
            template="mail/minutes",
            context=context
            | {
                "button": _("Open the review"),
                "link_url": review.get_absolute_url() if person.role else "",
                "why": _("You get this because you took part in the review, or have a follow-up."),
            },
            once=f"minutes {review.pk} {person.pk}",
        )
    told = {person.pk for person in people}
    for reader in subscribers(review):
        if reader.first.person_id not in told:
            context = minutes_of(access.seen_by(reader.eyes, deck), today)
            context["why"] = _("You get this because you subscribed to the dashboard.")
            readers.post(
                reader,
                subject=subject,
                template="mail/minutes",
                context=context,
                once=f"minutes {review.pk} {reader.key}",
            )


def participants(review: Review) -> list[Person]:
    """Chair, attendees, and owners of what the review asked for."""
    owners = Action.objects.filter(asked_in__review=review).values("owner")
    wanted = {person.pk for person in review.attendees.all()} | {review.chair_id}
    wanted |= set(owners.values_list("owner", flat=True))
    return list(Person.objects.active().filter(pk__in=wanted - {None}).order_by("pk"))


def subscribers(review: Review) -> Iterable[readers.Reader]:
    """Who gets the weekly digest of the dashboard by mail."""
    weekly = Subscription.objects.active().filter(dashboard=review.dashboard_id, is_weekly=True)
    mails = weekly.filter(channel=None).with_names().select_related("link")
    return readers.gathered(mails)


def minutes_of(deck: Deck, today: date) -> dict[str, Any]:
    """What was noteworthy, said and asked for, as plain text."""
    names = {block.series: f"{block.number}. {block.name}" for block in deck.blocks}
    return {
        "lead": deck.lead,
        "noteworthy": [
            f"{names[block.series]}: {block.value}, {block.reading.lower()}"
            f" ({', '.join(block.reasons)})"
            for block in deck.exceptions
        ],
        "said": [
            f"{names[one.series]}: {one.text}" if one.series in names else one.text
            for one in deck.said
        ],
        "header": [_("Follow-up"), _("About"), _("Who"), _("Until")],
        "rows": [
            [
                task.text,
                names.get(task.series, ""),
                task.who,
                numbers.short_date(task.due, today) if task.due else numbers.NOTHING,
            ]
            for task in (*deck.new_tasks, *deck.carried)
        ],
        "attendees": list(deck.attendees),
    }
