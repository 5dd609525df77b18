"""Answers that were given elsewhere: in a workshop, in another tool, in an earlier year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audits.actions.answering import record_answer
from audits.actions.campaigns import refuse_closed
from audits.choices import InvitationState
from audits.models import Assignment, Audit, Invitation, Node, Scope
from teams.models import Person, Subject


@dataclass(frozen=True)
class Given:
    """One answer: who, about what, to which question, what."""

    person: Person
    subject: Subject
    node: Node
    content: dict[str, Any]


@transaction.atomic
def record_responses(*, audit: Audit, given: Iterable[Given], now: datetime) -> dict[str, int]:
    """Write answers into an audit that is not closed; people and scopes that are new are added.

    Everybody who comes with answers has submitted them. Counts created, updated, unchanged.
    """
    refuse_closed(audit)
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    scopes = {scope.subject_id: scope for scope in audit.scopes.all()}
    people = {one.person_id: one for one in audit.invitations.all()}
    root = audit.framework_version.root()
    for answer in given:
        scope = scopes.get(answer.subject.pk) or _scope(audit, answer.subject, scopes)
        invitation = people.get(answer.person.pk) or _invitation(audit, answer.person, now, people)
        Assignment.objects.get_or_create(invitation=invitation, scope=scope, node=root)
        result = record_answer(
            invitation=invitation, scope=scope, node=answer.node, content=answer.content, now=now
        )
        counts[result] += 1
        _submit(invitation, now)
    return counts


def _scope(audit: Audit, subject: Subject, scopes: dict[int, Scope]) -> Scope:
    return scopes.setdefault(subject.pk, Scope.objects.create(audit=audit, subject=subject))


def _invitation(
    audit: Audit, person: Person, now: datetime, people: dict[int, Invitation]
) -> Invitation:
    made = Invitation.objects.create(audit=audit, person=person, invited_at=now)
    return people.setdefault(person.pk, made)


def _submit(invitation: Invitation, now: datetime) -> None:
    if not invitation.is_submitted:
        invitation.state, invitation.submitted_at = InvitationState.SUBMITTED, now
        invitation.started_at = invitation.started_at or now
        invitation.save(update_fields=["state", "submitted_at", "started_at"])
