"""Answers that were given elsewhere: in a workshop, in another tool, in an earlier year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction

from audits.actions.answering import columns_of_content
from audits.actions.holding import hold_open, keep_revision
from audits.actions.keeping import keep_progress_of
from audits.choices import InvitationState
from audits.models import (
    Answer,
    AnswerRevision,
    Assignment,
    Audit,
    Invitation,
    Node,
    Repeat,
    Scope,
)
from productops import changelog
from teams.models import Person, Subject

BATCH = 500


@dataclass(frozen=True)
class Given:
    """One answer: who (perhaps not kept yet), to which question, what; ``subject`` is the scope's,
    ``about`` the same or one of a repeated section's."""

    person: Person
    subject: Subject
    node: Node
    content: dict[str, Any]
    about: Subject


@transaction.atomic
def record_responses(
    *, audit: Audit, given: Iterable[Given], by: Person | None, now: datetime
) -> dict[str, int]:
    """Write answers into an audit that is not closed; people, scopes and subjects of repeated
    sections that are new are added.

    Everybody who comes with answers has submitted them. Counts created, updated, unchanged.
    """
    hold_open(audit.pk)
    places = _Places(audit, by, now)
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    new: list[Answer] = []
    for one in given:
        invitation, scope = places.of(one)
        if (invitation.pk, scope.pk, one.node.pk, one.about.pk) in places.known:
            counts[_change(invitation, scope, one, now)] += 1
        else:
            new.append(_answer(invitation, scope, one, now))
    counts["created"] += len(new)
    _create(new, now)
    keep_progress_of(audit)
    return counts


def _change(invitation: Invitation, scope: Scope, one: Given, now: datetime) -> str:
    """Write over what stood there, which stays as a revision: "updated" or "unchanged"."""
    where = {"invitation": invitation, "scope": scope, "node": one.node, "subject": one.about}
    answer = Answer.objects.get(**where)
    if answer.content == one.content:
        return "unchanged"
    number = answer.revision + 1
    keep_revision(
        audit=scope.audit_id, answer=answer.pk, number=number, content=one.content, at=now
    )
    Answer.objects.filter(pk=answer.pk).update(
        **columns_of_content(one.content), revision=number, answered_at=now
    )
    return "updated"


def _answer(invitation: Invitation, scope: Scope, one: Given, now: datetime) -> Answer:
    return Answer(
        invitation=invitation,
        scope=scope,
        node=one.node,
        subject=one.about,
        answered_at=now,
        **columns_of_content(one.content),
    )


def _create(answers: list[Answer], now: datetime) -> None:
    made = Answer.objects.bulk_create(answers, batch_size=BATCH)
    AnswerRevision.objects.bulk_create(
        [AnswerRevision.first_of(one) for one in made],
        batch_size=BATCH,
    )


class _Places:
    """Where answers of an audit go, each place made when it is wanted first."""

    def __init__(self, audit: Audit, by: Person | None, now: datetime) -> None:
        self.audit, self.by, self.now = audit, by, now
        self.root = audit.framework_version.root()
        questionnaire = audit.framework_version.questionnaire
        sections = {node.key: node for node in audit.framework_version.nodes.sections()}
        self.repeat_of = {
            item.key: sections[section.key]
            for item in questionnaire.items
            if (section := questionnaire.repeat_of(item.key))
        }
        self.scopes = {scope.subject_id: scope for scope in audit.scopes.all()}
        self.invitations = {one.person_id: one for one in audit.invitations.all()}
        names = ("invitation", "scope", "node", "subject")
        self.known = set(Answer.objects.of_audit(audit).values_list(*names))
        self.asked = cache(self._ask)
        self.repeated = cache(self._repeat)

    def of(self, one: Given) -> tuple[Invitation, Scope]:
        scope = self.scopes.get(one.subject.pk) or self._scope(one.subject)
        invitation = self.invitations.get(one.person.pk) or self._invitation(one.person)
        self.asked(invitation.pk, scope.pk)
        if section := self.repeat_of.get(one.node.key):
            self.repeated(scope.pk, section.pk, one.about.pk)
        return invitation, scope

    def _scope(self, subject: Subject) -> Scope:
        self.scopes[subject.pk] = Scope.objects.create(audit=self.audit, subject=subject)
        return self.scopes[subject.pk]

    def _invitation(self, person: Person) -> Invitation:
        if person.pk is None:
            person.set_unusable_password()
            person.save()
            changelog.record(by=self.by, row=person, verb="created")
        made = Invitation.objects.create(audit=self.audit, person=person, invited_at=self.now)
        self.invitations[person.pk] = made
        return made

    def _ask(self, invitation: int, scope: int) -> None:
        """Everything about the scope, and submitted already."""
        Assignment.objects.get_or_create(invitation_id=invitation, scope_id=scope, node=self.root)
        found = next(one for one in self.invitations.values() if one.pk == invitation)
        if not found.is_submitted:
            found.state, found.submitted_at = InvitationState.SUBMITTED, self.now
            found.started_at = found.started_at or self.now
            found.save(update_fields=["state", "submitted_at", "started_at"])

    def _repeat(self, scope: int, section: int, subject: int) -> None:
        Repeat.objects.get_or_create(scope_id=scope, node_id=section, subject_id=subject)
