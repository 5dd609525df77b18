"""Answers under their questions."""

from collections.abc import Iterable
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from audits.agreement import agreement
from audits.choices import NodeKind
from audits.models import Answer, Node

BANDS = {
    "lack": _("hardly any agreement"),
    "weak": _("weak agreement"),
    "moderate": _("moderate agreement"),
    "strong": _("strong agreement"),
    "very_strong": _("very strong agreement"),
}
ANSWER_COLUMNS = [
    "question",
    "subject",
    "email",
    "value",
    "answer",
    "comment",
    "evidence_url",
    "answered_at",
]


def answer_line(answer: Answer) -> list:
    """One answer as ``import responses`` takes it back."""
    return [
        answer.node.key,
        answer.scope.subject.reference,
        answer.invitation.person.email if answer.invitation else "",
        value_of(answer),
        answer.level_name,
        answer.comment,
        answer.evidence_url,
        answer.answered_at,
    ]


def value_of(answer: Answer) -> str:
    """The value as a file names it."""
    given = answer.for_score
    if answer.state != "answered":
        return str(answer.state)
    if isinstance(given, list):
        return ";".join(map(str, given))
    if isinstance(given, bool):
        return "yes" if given else "no"
    if given is None:
        return answer.text or (answer.day.isoformat() if answer.day else "")
    return f"{given:g}" if isinstance(given, float) else str(given)


def by_question(answers: Iterable[Answer]) -> list[dict]:
    """Answers of one page in groups: the question, its answers, how far they agree."""
    return [
        {"question": question, "answers": found, "agreement": _agreement(question, found)}
        for question, found in _grouped(answers)
    ]


def _grouped(answers: Iterable[Answer]) -> list[tuple[Node, list[Answer]]]:
    return [
        (found[0].node, found)
        for found in (list(group) for _key, group in groupby(answers, key=lambda a: a.node_id))
    ]


def _agreement(question: Node, answers: list[Answer]):
    """What may be said about agreement on a question of levels, from two answers on."""
    levels = [answer.number for answer in answers if answer.number is not None]
    if question.kind != NodeKind.LEVEL or len(levels) < 2:
        return None
    found = agreement(levels, max(2, len(question.choices)))
    return {"found": found, "band": BANDS.get(found.band or "", "")}
