"""People in every state of an audit that runs: so that reminding and reviewing have something."""

from datetime import datetime, timedelta

from audits.choices import InvitationState
from audits.models import Answer, Audit, Invitation, ReviewNote
from productops.bounces import note_bounce
from productops.demo import Story

DOUBT = "Two colleagues say the opposite. Do you mean all of your tools?"
NO_MAILBOX = "550 5.1.1 The mailbox does not exist"


def let_people_be_everywhere(story: Story, audit: Audit, now: datetime) -> None:
    """One has only opened it, one began, one is asked again, one address does not work."""
    waiting = list(audit.invitations.filter(state=InvitationState.INVITED).select_related("person"))
    for invitation, state in zip(
        waiting, (InvitationState.OPENED, InvitationState.STARTED), strict=False
    ):
        _move(invitation, state, now)
    if len(waiting) > 2:
        address = waiting[-1].person.email
        note_bounce(address=address, reason=NO_MAILBOX, now=now - timedelta(days=3))
    said = Answer.objects.of_audit(audit).counted().given().select_related("node")
    if answer := said.filter(invitation__submitted_at__isnull=False).order_by("pk").first():
        ReviewNote.objects.create(answer=answer, text=DOUBT, by=story.cast["ines"], at=now)
        Invitation.objects.filter(pk=answer.invitation_id).update(
            state=InvitationState.CHANGES, submitted_at=None
        )


def _move(invitation: Invitation, state: InvitationState, now: datetime) -> None:
    invitation.state = state
    invitation.started_at = now if state == InvitationState.STARTED else None
    invitation.reminded_at = now - timedelta(days=1)
    invitation.save(update_fields=["state", "started_at", "reminded_at"])
