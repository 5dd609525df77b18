"""Ask somebody to look at one answer again; everything else of theirs stays as it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions import mails
from audits.actions.holding import hold_open
from audits.choices import InvitationState
from audits.models import Answer, Invitation, ReviewNote
from audits.refusals import NotNow
from productops import changelog, clock
from productops.bounces import standing_among
from productops.models import Link
from teams.models import Person


@transaction.atomic
def ask_to_look_again(*, answer: Answer, text: str, by: Person, now: datetime) -> ReviewNote:
    """Write a note to a submitted answer, open its invitation for it, and mail its person the same
    link. Raises NotNow where the audit takes no answers or nobody may know whose answer it is."""
    hold_open(answer.scope.audit_id)
    invitation = _reviewed(answer, now)
    note = ReviewNote.objects.create(answer=answer, text=text, by=by, at=now)
    invitation.state, invitation.submitted_at = InvitationState.CHANGES, None
    invitation.save(update_fields=["state", "submitted_at"])
    Link.objects.filter(pk=invitation.link_id).update(revoked_at=None)  # it may end on submitting
    changelog.record(
        by=by,
        row=invitation.audit,
        verb="asked again",
        after={"person": str(invitation.person), "question": answer.node.short, "note": text},
    )
    if not standing_among([invitation.person.email]):
        mails.ask_again(note, invitation)
    return note


def _reviewed(answer: Answer, now: datetime) -> Invitation:
    """The invitation that the answer belongs to, if it can be opened for it."""
    if answer.invitation is None:
        raise NotNow(_("Nobody knows any more who gave this answer."))
    found = Invitation.objects.select_for_update(of=("self",))
    invitation = found.select_related("audit__owner", "person", "link").get(pk=answer.invitation_id)
    if invitation.audit.is_anonymous:
        raise NotNow(_("This audit is anonymous: nobody may ask for a single answer."))
    if not invitation.audit.takes_answers_on(clock.day_of(now)):
        raise NotNow(_("This audit takes no answers any more."))
    if invitation.state not in (InvitationState.SUBMITTED, InvitationState.CHANGES):
        raise NotNow(_("%s has not submitted yet.") % invitation.person)
    return invitation


@transaction.atomic
def withdraw_note(*, note: ReviewNote, by: Person, now: datetime) -> None:
    """Take a note back; whoever has no other one left stands as submitted again. Raises NotNow
    where the audit is closed."""
    hold_open(note.answer.scope.audit_id)
    if note.resolved_at is not None:
        return
    note.resolved_at = now
    note.save(update_fields=["resolved_at"])
    invitation = note.answer.invitation
    others = ReviewNote.objects.open().filter(answer__invitation=invitation)
    if invitation.state == InvitationState.CHANGES and not others.exists():
        invitation.state, invitation.submitted_at = InvitationState.SUBMITTED, now
        invitation.save(update_fields=["state", "submitted_at"])
    changelog.record(by=by, row=invitation.audit, verb="note taken back", after={"note": note.text})
