"""Save what people answer, question by question, and submit it."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.actions import mails
from audits.choices import InvitationState
from audits.models import DAYS, Answer, AnswerRevision, Invitation, Node, Place, Scope, steps_of
from audits.refusals import AnswerIsStale, NotNow
from productops import clock

MATTERS = 1e-9  # shares are typed by people; sums of them are not compared bit by bit


def save_answer(*, place: Place, content: dict[str, Any], known: int, now: datetime) -> None:
    """Save what was answered at a place and keep its revision; the same again changes nothing.

    ``known`` is the revision that the person had before their eyes (0: none). Raises
    AnswerIsStale where another one has been saved since, so that no answer is lost in silence.
    """
    if content == place.content:
        return
    if known != place.revision:
        raise _stale(place.content, place.revision)
    try:
        _write(place, content, now)
    except IntegrityError:
        raise _stale_now(place) from None


@transaction.atomic
def _write(place: Place, content: dict[str, Any], now: datetime) -> None:
    answer_id = place.answer_id or _first_answer(place, content, now)
    revision = place.revision + 1
    if place.answer_id is not None:
        changed = Answer.objects.filter(pk=answer_id, revision=place.revision).update(
            **_columns(content), revision=revision, answered_at=now
        )
        if not changed:
            raise _stale_now(place)
    AnswerRevision.objects.create(answer_id=answer_id, number=revision, content=content, at=now)


def _first_answer(place: Place, content: dict[str, Any], now: datetime) -> int:
    return Answer.objects.create(
        invitation=place.invitation,
        scope=place.scope,
        node_id=place.node.pk,
        subject_id=place.scope.subject_id,
        answered_at=now,
        **_columns(content),
    ).pk


def _columns(content: dict[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in content.items() if name != "file"}
    for name in DAYS:
        columns[name] = date.fromisoformat(content[name]) if content.get(name) else None
    return columns | {"file_id": content.get("file")}


def _stale_now(place: Place) -> AnswerIsStale:
    answer = Answer.objects.filter(
        invitation=place.invitation, scope=place.scope, node=place.node.pk
    ).first()
    return _stale(answer.content if answer else None, answer.revision if answer else 0)


def _stale(current: dict | None, revision: int) -> AnswerIsStale:
    message = _("This question was answered in another window meanwhile.")
    return AnswerIsStale(message, current=current, revision=revision)


def take_back(*, place: Place) -> None:
    """Forget the answer to a question that may stay without one."""
    if place.answer_id is not None and not place.node.required:
        Answer.objects.filter(pk=place.answer_id, revision=place.revision).delete()


@transaction.atomic
def submit(*, invitation: Invitation, now: datetime) -> Invitation:
    """Say that the answers are complete, and send the receipt. They can still be changed."""
    audit = invitation.audit
    if not audit.takes_answers_on(clock.day_of(now)):
        raise NotNow(_("This audit takes no answers any more."))
    if faults := faults_of(invitation):
        raise NotNow(" ".join(text for _number, text in faults))
    if not invitation.is_submitted:
        invitation.state, invitation.submitted_at = InvitationState.SUBMITTED, now
        invitation.started_at = invitation.started_at or now
        invitation.save(update_fields=["state", "submitted_at", "started_at"])
        if invitation.link:
            mails.thank(invitation, audit, _said(invitation))
    return invitation


def faults_of(invitation: Invitation) -> list[tuple[int, str]]:
    """What stands in the way of submitting: (number of the question, sentence)."""
    steps = steps_of(invitation)
    missing = [
        (step.number, _("Question %(n)d has no answer yet.") % {"n": step.number})
        for step in steps
        if step.is_required and not step.is_answered
    ]
    return missing + _wrong_sums(invitation, {(s.scope_id, s.node_id): s.number for s in steps})


def _wrong_sums(invitation: Invitation, numbers: dict) -> list[tuple[int, str]]:
    """Sections whose numbers should make a whole and do not."""
    shares = list(
        invitation.answers.given()
        .filter(node__parent__total__isnull=False)
        .select_related("node__parent")
        .order_by("scope", "node__order")
    )
    sums: dict[tuple[int, Node], list[Answer]] = {}
    for share in shares:
        sums.setdefault((share.scope_id, share.node.parent), []).append(share)
    return [
        (
            numbers.get((scope, found[0].node_id), 1),
            _("%(section)s: the numbers make %(sum)s together; they should make %(total)s.")
            % {
                "section": section.text,
                "sum": f"{sum(one.number or 0 for one in found):g}",
                "total": f"{section.total:g}",
            },
        )
        for (scope, section), found in sums.items()
        if abs(sum(one.number or 0 for one in found) - section.total) > MATTERS
    ]


def _said(invitation: Invitation) -> list[list[str]]:
    """Questions and answers for the receipt; none where no mail may tie them to a person."""
    if invitation.audit.is_anonymous:
        return []
    answers = invitation.answers.select_related("node", "scope__subject").in_order()
    return [[one.node.text, one.level_name] for one in answers]


@transaction.atomic
def record_answer(
    *, invitation: Invitation, scope: Scope, node: Node, content: dict[str, Any], now: datetime
) -> str:
    """Write an answer that came from elsewhere (a file, the API): "created", "updated" or
    "unchanged". It takes the place of what stood there, which stays as a revision."""
    answer = Answer.objects.filter(
        invitation=invitation, scope=scope, node=node, subject=scope.subject_id
    ).first()
    if answer is not None and answer.content == content:
        return "unchanged"
    place = Place(
        invitation=invitation,
        scope=scope,
        node=node,
        number=0,
        is_last=False,
        answer_id=answer.pk if answer else None,
        revision=answer.revision if answer else 0,
        content=answer.content if answer else None,
    )
    save_answer(place=place, content=content, known=place.revision, now=now)
    return "updated" if answer else "created"
