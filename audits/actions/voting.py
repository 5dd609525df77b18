"""What phones do in a workshop: join it, and vote until the votes are shown."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.choices import VOTED_ON
from audits.models import Node, Participant, Vote, Workshop
from audits.refusals import NotNow

MOST_PARTICIPANTS = 200
KEPT = ("state", "number", "chosen")


def join(*, workshop: Workshop, name: str, mark: str, now: datetime) -> Participant:
    """Let one more phone in; the same phone again stays who it is. No names where the audit is
    anonymous, whatever was typed."""
    _check_running(workshop)
    known = workshop.participants.filter(mark=mark).first()
    if known is not None:
        return known
    if workshop.participants.count() >= MOST_PARTICIPANTS:
        raise NotNow(_("This workshop is full."))
    kept = "" if workshop.scope.audit.is_anonymous else name
    try:
        with transaction.atomic():
            return workshop.participants.create(name=kept, mark=mark, joined_at=now)
    except IntegrityError:  # the same phone pressed twice
        return workshop.participants.get(mark=mark)


@transaction.atomic
def vote(
    *,
    participant: Participant,
    place: tuple[int, int],
    round: int,
    content: dict[str, Any],
    now: datetime,
) -> None:
    """Say, or say differently, what one thinks of the question that is up.

    ``place`` and ``round`` are what stood on the phone. Raises NotNow where the workshop has gone
    on since, or the votes are shown: nobody votes after seeing the others.
    """
    workshop = (
        Workshop.objects.select_for_update(of=("self",))
        .select_related("scope__audit")
        .get(pk=participant.workshop_id)
    )
    _check_running(workshop)
    if workshop.place != place or workshop.round != round:
        raise NotNow(_("The next question is up already. This one was not changed."))
    if workshop.is_revealed:
        raise NotNow(_("The votes are shown already. This one was not changed."))
    node = Node.objects.get(pk=place[0])
    if node.kind not in VOTED_ON:
        raise NotNow(_("Nobody votes on a question of this kind."))
    Vote.objects.update_or_create(
        participant=participant,
        node=node,
        subject_id=place[1],
        round=round,
        defaults={name: content[name] for name in KEPT} | {"at": now},
    )


def _check_running(workshop: Workshop) -> None:
    if not workshop.is_running:
        raise NotNow(_("This workshop is over."))
