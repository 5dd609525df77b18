"""Who is asked, how far each is, and what can be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.actions import Reminded
from audits.choices import InvitationState
from audits.models import Audit, Invitation
from audits.pages.asked import RESPONDED, Asked, Row
from productops import numbers
from productops.account import zone_of
from productops.bounces import standing_among
from teams.models import Subject

INVITATION_COLUMNS = [
    *("name", "email", "answers_for", "state", "answered", "asked", "submitted_at", "bounced"),
]
KINDS = {
    InvitationState.INVITED: "flat",
    InvitationState.OPENED: "flat",
    InvitationState.STARTED: "good",
    InvitationState.SUBMITTED: "done",
    InvitationState.CHANGES: "bad",
    InvitationState.HANDED_OVER: "flat",
}


@dataclass(frozen=True)
class Participant:
    """One row: the invitation, its status in shape and words, and its progress."""

    invitation: Invitation
    kind: str
    text: str
    detail: str
    answers_for: list[str]
    subjects: list[str]
    answered: int | None
    asked: int | None
    is_bounced: bool
    is_anonymous: bool


def participants(asked: Asked, invitations: Iterable[Invitation]) -> list[Participant]:
    """Rows about these invitations; of an anonymous audit only whether somebody has answered."""
    rows = list(invitations)
    bounced = standing_among(one.person.email for one in rows)
    return [_participant(asked, one, is_bounced=one.person.email in bounced) for one in rows]


def _participant(asked: Asked, invitation: Invitation, *, is_bounced: bool) -> Participant:
    progress = asked.progress.get(invitation.pk)
    kind, text, detail = _status(asked.audit, invitation, asked.asked_again[invitation.pk])
    if is_bounced and invitation.state not in RESPONDED:
        kind, text = "danger", _("Address does not work")
    return Participant(
        invitation=invitation,
        kind=kind,
        text=text,
        detail=detail,
        answers_for=_answers_for(asked, invitation),
        subjects=sorted({_subject(asked, row).reference for row in _rows(asked, invitation)}),
        answered=progress.answered if progress else None,
        asked=progress.asked if progress else None,
        is_bounced=is_bounced,
        is_anonymous=asked.audit.is_anonymous,
    )


def _rows(asked: Asked, invitation: Invitation) -> list[Row]:
    return asked.of_invitation.get(invitation.pk, [])


def _subject(asked: Asked, row: Row) -> Subject:
    return asked.scope[row.scope].subject


def _status(audit: Audit, invitation: Invitation, notes: int) -> tuple[str, str, str]:
    """Kind, words, and what more there is to say."""
    state = InvitationState(invitation.state)
    if audit.is_draft:
        return "flat", _("Not asked yet"), ""
    if audit.is_anonymous:
        has_answered = state in RESPONDED
        return ("done", _("Answered"), "") if has_answered else ("flat", _("Not answered yet"), "")
    detail = ""
    if state == InvitationState.CHANGES and notes:
        detail = ngettext("%(n)d answer", "%(n)d answers", notes) % {"n": notes}
    elif state == InvitationState.HANDED_OVER and invitation.handed_to:
        detail = _("to %(person)s") % {"person": invitation.handed_to.person}
    return KINDS[state], str(state.label), detail


def _answers_for(asked: Asked, invitation: Invitation) -> list[str]:
    """ "Checkout" for all of it, "Checkout: Measurement, Tooling" for some of it."""
    parts: dict[str, list[str]] = {}
    for row in _rows(asked, invitation):
        sections, node = parts.setdefault(_subject(asked, row).name, []), asked.node(row)
        if node.parent_id:
            sections.append(node.short)
    return [f"{name}: {', '.join(found)}" if found else name for name, found in parts.items()]


def invitation_line(row: Participant) -> list:
    """One invitation as a line of a file."""
    invitation = row.invitation
    shows_all = not row.is_anonymous
    state = invitation.state
    if not shows_all:
        state = "submitted" if state in RESPONDED else "missing"
    return [
        invitation.person.name,
        invitation.person.email,
        " ".join(row.subjects),
        state,
        row.answered,
        row.asked,
        invitation.submitted_at if shows_all else None,
        "yes" if row.is_bounced else "",
    ]


def sent(audit: Audit) -> tuple[int, int]:
    """How many invitations went out by mail, and how many had no address that works."""
    addresses = list(audit.invitations.values_list("person__email", flat=True))
    lost = len(standing_among(addresses))
    return len(addresses) - lost, lost


def reminded_text(result: Reminded, person, on: date) -> str:
    """What a click on Remind came to, and when the mails go."""
    parts = []
    if result.now:
        text = ngettext("%(n)d reminder goes now.", "%(n)d reminders go now.", result.now)
        parts.append(text % {"n": result.now})
    if result.later and result.last_at:
        text = ngettext(
            "%(n)d reminder waits for the morning of its person, until %(when)s.",
            "%(n)d reminders wait for the morning of their people, the last until %(when)s.",
            result.later,
        )
        parts.append(text % {"n": result.later, "when": _moment(result.last_at, person, on)})
    if result.unreachable:
        text = ngettext(
            "%(n)d address does not work.", "%(n)d addresses do not work.", result.unreachable
        )
        parts.append(text % {"n": result.unreachable})
    if result.too_late:
        text = ngettext(
            "%(n)d person has quiet hours until the end and gets none.",
            "%(n)d people have quiet hours until the end and get none.",
            result.too_late,
        )
        parts.append(text % {"n": result.too_late})
    if not result.mails and result.today_already:
        parts.insert(0, _("Everybody who is missing was reminded today already."))
    return " ".join(parts) or _("Nobody is missing.")


def _moment(moment: datetime, person, on: date) -> str:
    local = moment.astimezone(zone_of(person))
    return f"{numbers.short_date(local, on)} {local:%H:%M}"
