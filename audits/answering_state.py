"""Whether somebody can answer, and why not: one state, one sentence, told alike everywhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from audits.choices import InvitationState
from audits.models import Audit, Invitation
from productops import clock, numbers


class State(StrEnum):
    CAN = "can"
    NOT_SENT = "not_sent"  # the audit is a draft
    CANCELLED = "cancelled"  # it lies in the trash
    OVER = "over"  # its last day has passed, nobody has closed it yet
    CLOSED = "closed"
    HANDED_OVER = "handed_over"
    USED_UP = "used_up"  # a link that ends on submitting
    LINK_OVER = "link_over"  # the link alone has ended; a fresh one can be had


@dataclass(frozen=True)
class Standing:
    """``state`` and the sentence about it. ``kind`` is the shape of its status."""

    state: State
    sentence: str
    kind: str = "flat"

    @property
    def can_answer(self) -> bool:
        return self.state == State.CAN


def of_audit(audit: Audit, now: datetime) -> Standing:
    """Whether people can answer an audit at all."""
    day = clock.day_of(now)
    until = numbers.short_date(audit.closes_on, day)
    if audit.deleted_at is not None:
        return Standing(State.CANCELLED, _("This audit was cancelled; no answers are needed."))
    if audit.is_draft:
        return Standing(State.NOT_SENT, _("Nobody can answer yet: the audit has not been sent."))
    if audit.is_closed:
        closed = numbers.short_date(audit.closed_at, day)
        return Standing(
            State.CLOSED,
            _("It was closed on %(day)s: what was submitted counts, and stays as it is.")
            % {"day": closed},
            "done",
        )
    if audit.closes_on < day:
        return Standing(
            State.OVER,
            _("Its last day was %(day)s. It takes no answers until somebody extends or closes it.")
            % {"day": until},
            "bad",
        )
    return Standing(
        State.CAN, _("People can answer by their links until %(day)s.") % {"day": until}, "good"
    )


def of_invitation(invitation: Invitation, now: datetime) -> Standing:
    """Whether this person can answer by this link."""
    audit = invitation.audit
    whole = of_audit(audit, now)
    if not whole.can_answer:
        return whole
    if invitation.state == InvitationState.HANDED_OVER:
        return Standing(State.HANDED_OVER, _handed(invitation))
    if audit.is_single_use and invitation.is_submitted:
        return Standing(
            State.USED_UP,
            _("You have submitted your answers. In this audit the link ends with that."),
            "done",
        )
    if invitation.link is None or invitation.link.is_over(now):
        return Standing(
            State.LINK_OVER, _("This link has ended, but the audit still takes answers.")
        )
    until = numbers.short_date(audit.closes_on, clock.day_of(now))
    return Standing(State.CAN, _("You can answer until %(day)s.") % {"day": until}, "good")


def _handed(invitation: Invitation) -> str:
    if invitation.handed_to is None:
        return _("You said that somebody else answers instead of you.")
    return _("You handed this over to %(person)s, who answers instead of you.") % {
        "person": invitation.handed_to.person
    }
