"""Name somebody who can answer instead: all that is open, or one section.

A link must be no way to write to strangers in our name, so only known people and addresses at a
domain of the organisation's own accounts can be named, and only a few times a day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions import mails
from audits.actions.holding import hold_open
from audits.actions.keeping import keep_progress
from audits.choices import InvitationState
from audits.models import Assignment, Audit, Invitation, Node, Scope, Sheet
from audits.refusals import NotNow
from productops import changelog, clock, links
from productops.models import Link
from productops.parsing import Unreadable
from teams.models import Person

MOST_A_DAY = 5  # times that one person may hand an audit's questions over in 24 hours
# Anybody may have an address there, whoever of ours has one, too.
PUBLIC_DOMAINS = {
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"),
    *("icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "mail.com"),
    *("t-online.de", "proton.me", "protonmail.com", "yandex.ru"),
}


@dataclass(frozen=True)
class Part:
    """One section of one scope."""

    scope: Scope
    section: Node


@transaction.atomic
def hand_over(
    *, sheet: Sheet, to: Person, part: Part | None, reason: str, now: datetime
) -> Invitation:
    """Let ``to`` answer instead, all of it or one part, and tell them by mail.

    Answers that were given to a part that goes are taken away, since they would count otherwise;
    where all goes, the invitation ends and its answers count no more. Raises NotNow.
    """
    mine, audit = sheet.invitation, sheet.invitation.audit
    hold_open(audit.pk)
    mine.state = Invitation.objects.select_for_update().get(pk=mine.pk).state  # one at a time
    _refuse(mine, audit, to, now)
    going = _split(sheet, part)
    if not going:
        raise NotNow(_("You are not asked about this any more."))
    theirs = _invited(audit, to, now)
    Assignment.objects.bulk_create(
        [Assignment(invitation=theirs, scope=row.scope, node_id=row.node_id) for row in going],
        ignore_conflicts=True,
    )
    if not mine.assignments.exists():
        mine.state, mine.handed_to = InvitationState.HANDED_OVER, theirs
        mine.save(update_fields=["state", "handed_to"])
        mails.drop_waiting([mine])
    keep_progress([mine.pk, theirs.pk])
    what = part.section.text if part else str(_("everything"))
    after = {"to": str(to), "what": what, "reason": reason}
    changelog.record(by=mine.person, row=audit, verb="handed_over", after=after)
    mails.hand_over(theirs, audit, giver=mine.person, reason=reason, at=now)
    return theirs


def person_named(email: str, name: str, *, by: Person) -> Person:
    """The known person with this address, else a new one at a domain of ours. Raises Unreadable."""
    email = email.strip().lower()
    known = Person.objects.filter(email=email).first()
    if known is not None and known.is_active:
        return known
    domain = email.rpartition("@")[2]
    if known is not None or domain in PUBLIC_DOMAINS or domain not in domains():
        raise Unreadable(_("Name somebody of your organisation, by their address there."))
    person = Person.objects.create_user(email, name=name or email.partition("@")[0])
    changelog.record(by=by, row=person, verb="created", after={"email": email})
    return person


def domains() -> set[str]:
    """The domains of those who have an account: they were let in by an administrator."""
    emails = Person.objects.active().exclude(role="").values_list("email", flat=True)
    return {email.rpartition("@")[2] for email in emails}


def _refuse(mine: Invitation, audit: Audit, to: Person, now: datetime) -> None:
    if not audit.takes_answers_on(clock.day_of(now)):
        raise NotNow(_("This audit takes no answers any more."))
    if mine.is_submitted:
        raise NotNow(_("You have submitted already. Tell %(owner)s.") % {"owner": audit.owner})
    if to.pk == mine.person_id:
        raise NotNow(_("That is you. Name somebody else."))
    theirs = audit.invitations.filter(person=to).first()
    if theirs is not None and theirs.is_submitted:
        raise NotNow(_("%(person)s has submitted already. Name somebody else.") % {"person": to})
    since = now - timedelta(days=1)
    times = changelog.history_of(audit).filter(verb="handed_over", by=mine.person_id, at__gt=since)
    if times.count() >= MOST_A_DAY:
        raise NotNow(
            _("You have handed over %(n)d times today. Tell %(owner)s who should answer.")
            % {"n": MOST_A_DAY, "owner": audit.owner}
        )


def _split(sheet: Sheet, part: Part | None) -> list[Assignment]:
    """Take what goes from the invitation; what stays of a larger assignment is assigned anew."""
    rows = list(sheet.invitation.assignments.select_related("scope"))
    if part is None:
        going = rows
    else:
        rows = [row for row in rows if row.scope_id == part.scope.pk]
        going = _taken_out(sheet, rows, part)
    sheet.invitation.assignments.filter(pk__in=[row.pk for row in rows]).delete()
    staying = [] if part is None else _left(sheet, rows, part)
    Assignment.objects.bulk_create(staying, ignore_conflicts=True)
    if part is not None:
        first, last = part.section.order, part.section.last
        there = {"node__order__gte": first, "node__order__lte": last}
        sheet.invitation.answers.filter(scope=part.scope, **there).delete()
    return going


def _taken_out(sheet: Sheet, rows: list[Assignment], part: Part) -> list[Assignment]:
    """What of the assignments of a scope lies within the section, as assignments."""
    nodes = sheet.layout.by_id
    covering = [row for row in rows if _within(part.section, nodes[row.node_id])]
    if covering:
        return [Assignment(scope=part.scope, node=part.section)]
    return [row for row in rows if _within(nodes[row.node_id], part.section)]


def _left(sheet: Sheet, rows: list[Assignment], part: Part) -> list[Assignment]:
    """The assignments of a scope without the section: the other sections, where all was asked."""
    nodes, invitation = sheet.layout.by_id, sheet.invitation
    left: list[Assignment] = []
    for row in rows:
        node = nodes[row.node_id]
        if _within(node, part.section):
            continue
        parts = [node]
        if _within(part.section, node):
            parts = [top for top in sheet.layout.tops if top.pk != part.section.pk]
        left += [Assignment(invitation=invitation, scope=part.scope, node=one) for one in parts]
    return left


def _within(inner: Node, outer: Node) -> bool:
    return outer.order <= inner.order and inner.last <= outer.last


def _invited(audit: Audit, person: Person, now: datetime) -> Invitation:
    """Their invitation: made, or taken up again where they had handed over themselves."""
    invitation, _created = Invitation.objects.get_or_create(audit=audit, person=person)
    if invitation.link is None or invitation.link.is_over(now):
        invitation.link = links.make(
            Link.Purpose.ANSWER, person=person, target=invitation.pk, expires_at=audit.ends_at
        )
    if invitation.state == InvitationState.HANDED_OVER:
        started = invitation.is_started
        invitation.state = InvitationState.STARTED if started else InvitationState.INVITED
    invitation.handed_to = None
    invitation.invited_at = invitation.invited_at or now
    invitation.save(update_fields=["link", "state", "handed_to", "invited_at"])
    return invitation
