"""Lead a workshop: start, reveal, vote again, write down what is agreed, go on, end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audits.actions.consensus import agree
from audits.actions.minutes import send_minutes
from audits.choices import SMALLEST_GROUP
from audits.models import Audit, Consensus, Node, Scope, Vote, Workshop
from audits.refusals import NotNow
from productops import changelog, links
from productops.forms import Stale
from productops.models import Link
from teams.models import Person, Subject

LONGEST = timedelta(days=7)  # that its link opens; a talk that goes on later begins anew


@transaction.atomic
def start_workshop(
    *, scope: Scope, places: Sequence[tuple[int, int]], by: Person, now: datetime
) -> Workshop:
    """Begin to talk about ``places``, pairs of node and subject in the order of the talk.

    Raises NotNow where the audit is not open, there is nothing to talk about, or a workshop
    about the scope runs already.
    """
    _check_open(scope)
    if not places:
        raise NotNow(_("There is nothing to talk about here."))
    node, subject = places[0]
    try:
        with transaction.atomic():
            workshop = Workshop.objects.create(
                scope=scope,
                places=[list(place) for place in places],
                node_id=node,
                subject_id=subject,
                by=by,
                begun_at=now,
            )
    except IntegrityError:
        raise NotNow(_("A workshop about this runs already.")) from None
    workshop.link = links.make(
        Link.Purpose.WORKSHOP, person=by, target=workshop.pk, expires_at=now + LONGEST
    )
    workshop.save(update_fields=["link"])
    after = {"about": str(scope.subject), "questions": len(places)}
    changelog.record(by=by, row=scope.audit, verb="started a workshop", after=after)
    return workshop


@transaction.atomic
def reveal(*, workshop: Workshop, edition: int) -> Workshop:
    """Show how the votes are spread, to everybody at once; from now on this round stays."""
    _step(workshop, edition)
    number = Vote.objects.at(workshop).count()
    if workshop.scope.audit.is_anonymous and number < SMALLEST_GROUP:
        text = _("This audit is anonymous: votes are shown from %(n)d on.")
        raise NotNow(text % {"n": SMALLEST_GROUP})
    if not number:
        raise NotNow(_("Nobody has voted yet."))
    workshop.is_revealed = True
    return _kept(workshop)


@transaction.atomic
def vote_again(*, workshop: Workshop, edition: int) -> Workshop:
    """Begin the next round of the same question; the former one stays."""
    _step(workshop, edition)
    if not workshop.is_revealed:
        raise NotNow(_("Reveal the votes first, then vote again."))
    workshop.round += 1
    workshop.is_revealed = False
    return _kept(workshop)


@transaction.atomic
def go_on(*, workshop: Workshop, edition: int) -> Workshop:
    """Leave the question as it is and go to the next that waits."""
    _step(workshop, edition)
    return _go(workshop, next_place(workshop))


@transaction.atomic
def go_to(*, workshop: Workshop, edition: int, place: tuple[int, int]) -> Workshop:
    """Take up one of its questions, also one that was skipped or agreed upon."""
    _step(workshop, edition)
    if place not in workshop.every_place:
        raise NotNow(_("This workshop is not about that question."))
    return _go(workshop, place)


@transaction.atomic
def agree_together(
    *,
    workshop: Workshop,
    edition: int,
    content: dict[str, Any],
    note: str,
    by: Person,
    now: datetime,
    known: str | None = None,
) -> Workshop:
    """Write down what was agreed upon at the question, and go to the next."""
    _step(workshop, edition)
    if workshop.place is None:
        raise NotNow(_("There is no question to agree upon."))
    agree(
        scope=workshop.scope,
        node=Node.objects.get(pk=workshop.node_id),
        subject=Subject.objects.get(pk=workshop.subject_id),
        content=content,
        note=note,
        by=by,
        now=now,
        known=known,
    )
    return _go(workshop, next_place(workshop))


@transaction.atomic
def end_workshop(*, workshop: Workshop, edition: int, by: Person, now: datetime) -> Workshop:
    """End it for all phones, and send the minutes to who led it and who owns the audit."""
    if not _claimed(workshop, edition):
        raise Stale(str(workshop))
    _forget_unseen(workshop)
    workshop.ended_at = now
    workshop.save(update_fields=["ended_at"])
    if workshop.link:
        workshop.link.revoke()
    send_minutes(workshop)
    changelog.record(by=by, row=workshop.scope.audit, verb="ended a workshop")
    return workshop


def next_place(workshop: Workshop) -> tuple[int, int] | None:
    """The next of its places at which nothing was agreed upon; None after the last."""
    places, now = workshop.every_place, workshop.place
    rest = places[places.index(now) + 1 :] if now in places else []
    agreed = set(Consensus.objects.filter(scope=workshop.scope_id).values_list("node", "subject"))
    return next((place for place in rest if place not in agreed), None)


def _go(workshop: Workshop, place: tuple[int, int] | None) -> Workshop:
    """Stand at a place: in the round after those that were revealed there before."""
    _forget_unseen(workshop)
    workshop.node_id, workshop.subject_id = place or (None, None)
    rounds = Vote.objects.filter(
        participant__workshop=workshop, node=workshop.node_id, subject=workshop.subject_id
    )
    workshop.round = max(rounds.values_list("round", flat=True), default=0) + 1
    workshop.is_revealed = False
    return _kept(workshop)


def _forget_unseen(workshop: Workshop) -> None:
    """Votes that were never shown are shown to nobody later, either."""
    if not workshop.is_revealed:
        Vote.objects.at(workshop).delete()


def _kept(workshop: Workshop) -> Workshop:
    workshop.save(update_fields=["node", "subject", "round", "is_revealed"])
    return workshop


def _step(workshop: Workshop, edition: int) -> None:
    """Take the next step of a workshop that runs, if nobody else took it. Stale, or NotNow."""
    _check_open(workshop.scope)
    if not _claimed(workshop, edition):
        raise Stale(str(workshop))


def _claimed(workshop: Workshop, edition: int) -> bool:
    """Compare and swap, so that of two who press at once one is told."""
    mine = Workshop.objects.filter(pk=workshop.pk, edition=edition, ended_at=None)
    if not mine.update(edition=F("edition") + 1):
        return False
    workshop.refresh_from_db(fields=["edition", "node", "subject", "round", "is_revealed"])
    return True


def _check_open(scope: Scope) -> None:
    audit = Audit.objects.filter(pk=scope.audit_id).first()
    if audit is None or not audit.is_open:
        raise NotNow(_("This audit is not open, so nothing can be agreed upon in it."))
