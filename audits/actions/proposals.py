"""From an answer to a gap: in one click, or at closing where somebody proposed something."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from audits.actions.criticality import criticality_of
from audits.choices import GapRule, GapSource, NodeKind
from audits.models import Answer, AnswerRevision, Audit, Gap, GapAnswer, GapScope, Node, Scope
from productops import changelog, clock
from teams.models import Person, Subject

LONGEST_TITLE = 200


@transaction.atomic
def raise_from_answer(*, answer: Answer, by: Person, on: date) -> Gap:
    """The gap that this answer shows, tied to the revision it has now. Where the same question
    about the same subject is a gap already that is not closed, that one is shown by it, too."""
    return _raise([answer], by=by, on=on)


@transaction.atomic
def raise_from_proposals(*, audit: Audit, by: Person, now: datetime) -> list[Gap]:
    """One gap for each question and subject where people proposed what to do, unless nothing is
    to become a gap by itself. What is said without names is nobody's proposal."""
    if audit.is_anonymous or audit.gap_rule == GapRule.NONE:
        return []
    answers = Answer.objects.of_audit(audit).counted().exclude(proposal="")
    together: dict[tuple[int, int], list[Answer]] = {}
    for answer in answers.select_related("node__version", "scope__subject", "subject").in_order():
        together.setdefault((answer.node_id, answer.subject_id), []).append(answer)
    return [_raise(same, by=by, on=clock.day_of(now)) for same in together.values()]


def _raise(answers: list[Answer], *, by: Person, on: date) -> Gap:
    first = answers[0]
    gap = _known(first) or _new(answers, on)
    if gap.pk is None:
        gap.rank()
        gap.save()
        changelog.record(by=by, row=gap, verb="found", after={"title": gap.title})
    shown_by(gap, answers)
    levels = [answer.number for answer in answers if answer.number is not None]
    if levels and _has_levels(first.node):
        place = GapScope(gap=gap, scope=first.scope, level=sum(levels) / len(levels))
        GapScope.objects.bulk_create([place], ignore_conflicts=True)
    return gap


def _known(answer: Answer) -> Gap | None:
    framework = answer.node.version.framework_id
    same = Gap.objects.not_closed().exclude(source=GapSource.FACT)
    return same.filter(
        node__key=answer.node.key, node__version__framework=framework, subject=answer.subject_id
    ).first()


def _new(answers: list[Answer], on: date) -> Gap:
    first, node = answers[0], answers[0].node
    title = node.suggests.get("gap") or node.short
    dues = [answer.proposal_due for answer in answers if answer.proposal_due]
    gap = Gap(
        title=title[:LONGEST_TITLE],
        description="\n".join(_told(answer) for answer in answers),
        subject=first.subject,
        node=node,
        source=GapSource.ANSWER,
        cause=node.suggests.get("cause", ""),
        found_on=on,
        due_on=min(dues, default=None),
        parts=_parts(first.scope, node),
    )
    if _is_free(first.scope.audit_id, node, first.subject):
        gap.audit_id = first.scope.audit_id
    levels = [answer.number for answer in answers if answer.number is not None]
    if levels and _has_levels(node):
        gap.level = sum(levels) / len(levels)
        gap.target = node.version.target if node.target is None else node.target
    return gap


def _is_free(audit: int, node: Node, subject: Subject) -> bool:
    """Whether the audit has no such gap yet, be it closed or thrown away: it has each once."""
    same = {"audit": audit, "node": node, "subject": subject, "source": GapSource.ANSWER}
    return not Gap.with_trash.filter(**same).exists()


def _told(answer: Answer) -> str:
    return answer.proposal or answer.comment or f"{answer.node.short}: “{answer.level_name}”"


def _has_levels(node: Node) -> bool:
    return node.kind == NodeKind.LEVEL


def _parts(scope: Scope, node: Node) -> dict[str, float]:
    return {"weight": node.weight, "criticality": float(criticality_of([scope])[scope.pk])}


def shown_by(gap: Gap, answers: Iterable[Answer]) -> None:
    """Tie a gap to answers, in the revision they have now."""
    newest = AnswerRevision.objects.filter(answer__in=answers, number=F("answer__revision"))
    rows = [GapAnswer(gap=gap, revision=revision) for revision in newest]
    GapAnswer.objects.bulk_create(rows, ignore_conflicts=True)
