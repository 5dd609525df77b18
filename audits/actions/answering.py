"""Save what people answer, question by question, and submit it."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.actions import mails
from audits.actions.holding import hold_open, keep_revision
from audits.actions.keeping import note_progress
from audits.choices import AnswerState, InvitationState
from audits.models import (
    DAYS,
    Answer,
    Invitation,
    Node,
    Place,
    ReviewNote,
    Sheet,
)
from audits.refusals import AnswerIsStale, NotNow
from audits.replies import check_reply
from productops import clock
from productops.parsing import Unreadable

MATTERS = 1e-9  # shares are typed by people; sums of them are not compared bit by bit


def save_answer(
    *, sheet: Sheet, place: Place, content: dict[str, Any], known: int, now: datetime
) -> Sheet:
    """Save what was answered at a place of a sheet, with its revision and how far the person is by
    now; the same again changes nothing. Returns the sheet as it is afterwards.

    ``known`` is the revision that the person had before their eyes (0: none). Raises
    AnswerIsStale where another one has been saved since, so that no answer is lost in silence.
    """
    after = sheet.with_answer(place, content, now)
    if content == place.content:
        _look_again(place, now)
        return after
    if known != place.revision:
        raise _stale(place.content, place.revision)
    try:
        _write(after, place, content, now)
    except IntegrityError:
        raise _stale_now(place) from None
    return after.saved


@transaction.atomic
def _write(after: Sheet, place: Place, content: dict[str, Any], now: datetime) -> None:
    answer_id = place.kept.answer_id or _first_answer(place, content, now)
    revision = place.revision + 1
    audit = place.invitation.audit_id
    # The audit, then the invitation, then the answer: whoever writes waits in one order.
    keep_revision(audit=audit, answer=answer_id, number=revision, content=content, at=now)
    note_progress(after)
    if place.kept.answer_id is not None:
        changed = Answer.objects.filter(pk=answer_id, revision=place.revision).update(
            **columns_of_content(content), revision=revision, answered_at=now
        )
        if not changed:
            raise _stale_now(place)
    _resolve_notes(place, now)


@transaction.atomic
def _look_again(place: Place, now: datetime) -> None:
    if place.kept.is_asked_again:
        hold_open(place.invitation.audit_id)
        _resolve_notes(place, now)


def _resolve_notes(place: Place, now: datetime) -> None:
    """Answered anew, also with the same: whoever asked about it has their reply."""
    if place.kept.is_asked_again:
        notes = ReviewNote.objects.open().filter(answer=place.kept.answer_id)
        notes.update(resolved_at=now)


def _first_answer(place: Place, content: dict[str, Any], now: datetime) -> int:
    return Answer.objects.create(
        invitation=place.invitation,
        scope=place.scope,
        node_id=place.node.pk,
        subject_id=place.subject.pk,
        answered_at=now,
        **columns_of_content(content),
    ).pk


def columns_of_content(content: dict[str, Any]) -> dict[str, Any]:
    """What a revision keeps, as the columns of an answer."""
    columns = {name: value for name, value in content.items() if name != "file"}
    for name in DAYS:
        columns[name] = date.fromisoformat(content[name]) if content.get(name) else None
    return columns | {"file_id": content.get("file")}


def _stale_now(place: Place) -> AnswerIsStale:
    answer = Answer.objects.filter(
        invitation=place.invitation,
        scope=place.scope,
        node=place.node.pk,
        subject=place.subject.pk,
    ).first()
    return _stale(answer.content if answer else None, answer.revision if answer else 0)


def _stale(current: dict | None, revision: int) -> AnswerIsStale:
    message = _("This question was answered in another window meanwhile.")
    return AnswerIsStale(message, current=current, revision=revision)


@transaction.atomic
def take_back(*, sheet: Sheet, place: Place, now: datetime) -> Sheet:
    """Forget the answer to a question that may stay without one; returns the sheet without it."""
    if place.kept.answer_id is None or place.node.required:
        return sheet
    hold_open(place.invitation.audit_id)
    after = sheet.with_answer(place, None, now)
    note_progress(after)
    Answer.objects.filter(pk=place.kept.answer_id, revision=place.revision).delete()
    return after.saved


@transaction.atomic
def submit(*, sheet: Sheet, now: datetime) -> Invitation:
    """Say that the answers are complete, and send the receipt. They can still be changed, unless
    the audit's links end on submitting."""
    invitation, audit = sheet.invitation, sheet.invitation.audit
    if not audit.takes_answers_on(clock.day_of(now)):
        raise NotNow(_("This audit takes no answers any more."))
    hold_open(audit.pk)
    if faults := faults_of(sheet):
        raise NotNow(" ".join(text for _number, text in faults))
    if not invitation.is_submitted:
        invitation.state, invitation.submitted_at = InvitationState.SUBMITTED, now
        invitation.started_at = invitation.started_at or now
        invitation.save(update_fields=["state", "submitted_at", "started_at"])
        mails.drop_waiting([invitation])
        if invitation.link:
            mails.thank(invitation, audit, _said(invitation))
        if invitation.link and audit.is_single_use:
            invitation.link.revoke()
    return invitation


def faults_of(sheet: Sheet) -> list[tuple[int, str]]:
    """What stands in the way of submitting: (number of the question, sentence)."""
    missing = [
        (place.number, _("Question %(n)d has no answer yet.") % {"n": sheet.rank(place)})
        for place in sheet.missing
    ]
    again = [
        (place.number, _("Question %(n)d was asked once more.") % {"n": sheet.rank(place)})
        for place in sheet.asked_again
    ]
    return missing + again + _broken_checks(sheet) + _wrong_sums(sheet)


def _broken_checks(sheet: Sheet) -> list[tuple[int, str]]:
    """Answers that held when they were given, and do not since others were changed."""
    faults = []
    for place in sheet.visible:
        if place.node.constraint and place.content is not None:
            try:
                check_answer(sheet, place, place.content)
            except Unreadable as problem:
                told = _("Question %(n)d: %(why)s") % {"n": sheet.rank(place), "why": problem}
                faults.append((place.number, told))
    return faults


def check_answer(sheet: Sheet, place: Place, content: dict[str, Any]) -> str:
    """Why an answer should be looked at once more, though it may stay; nothing where it is as it
    should be. Raises Unreadable where it may not stay."""
    if not place.node.constraint:
        return ""
    questionnaire, said = sheet.questionnaire, sheet.values(place)
    return check_reply(questionnaire, place.node.key, content, said, today=clock.today())


def _wrong_sums(sheet: Sheet) -> list[tuple[int, str]]:
    """Sections whose numbers should make a whole and do not."""
    shares: dict[tuple[int, int, int], list[Place]] = {}
    for place in sheet.visible:
        if place.content and place.content["state"] == AnswerState.ANSWERED:
            key = (place.scope.pk, place.subject.pk, place.node.parent_id)
            shares.setdefault(key, []).append(place)
    faults = []
    for (_scope, _subject, parent), places in shares.items():
        section = sheet.layout.by_id[parent]
        found = sum(place.content["number"] or 0 for place in places)
        if section.total is not None and abs(found - section.total) > MATTERS:
            faults.append((places[0].number, _wrong_sum(section, found)))
    return faults


def _wrong_sum(section: Node, found: float) -> str:
    return _("%(section)s: the numbers make %(sum)s together; they should make %(total)s.") % {
        "section": section.text,
        "sum": f"{found:g}",
        "total": f"{section.total:g}",
    }


def _said(invitation: Invitation) -> list[list[str]]:
    """Questions and answers for the receipt; none where no mail may tie them to a person."""
    if invitation.audit.is_anonymous:
        return []
    answers = invitation.answers.select_related("node", "scope", "subject").in_order()
    return [[_asked(one), one.level_name] for one in answers]


def _asked(answer: Answer) -> str:
    """The question, and of a repeated one for what it was asked."""
    if answer.subject_id == answer.scope.subject_id:
        return answer.node.text
    return f"{answer.subject} · {answer.node.text}"
