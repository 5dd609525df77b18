"""Answers under their questions."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from statistics import median

from django.utils.translation import gettext_lazy as _

from audits import access
from audits.agreement import agreement
from audits.choices import NodeKind
from audits.disagreement import step_of
from audits.models import Answer, Audit, Consensus, Evidence, Gap, GapAnswer, Node
from audits.pages.facts import beside_answers
from audits.tally import levels_of
from audits.workshop_access import consensus_for
from teams.models import Person

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
    "about",
    "other",
    "documented",
    "comment",
    "evidence_url",
    "proposal",
    "proposal_due",
    "file",
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
        answer.subject.reference if answer.subject_id != answer.scope.subject_id else "",
        answer.text if answer.chosen else "",
        documented_of(answer),
        answer.comment,
        answer.evidence_url,
        answer.proposal,
        answer.proposal_due,
        answer.file.sha256 if answer.file and answer.node.kind != NodeKind.FILE else "",
        answer.answered_at,
    ]


def value_of(answer: Answer) -> str:
    """The value as a file names it."""
    if answer.state != "answered":
        return str(answer.state)
    if answer.node.kind == NodeKind.FILE:
        return answer.file.sha256 if answer.file else ""
    if answer.chosen and answer.node.kind != NodeKind.LEVEL:
        return ";".join(map(str, answer.chosen))
    if answer.node.kind == NodeKind.BOOLEAN:
        return "yes" if answer.number else "no"
    if answer.number is None:
        return answer.text or (answer.day.isoformat() if answer.day else "")
    return _exactly(answer.number)


def documented_of(answer: Answer) -> str:
    """How far it is written down, as a file names it."""
    if answer.documented is None:
        return ""
    if answer.node.kind == NodeKind.BOOLEAN:
        return "yes" if answer.documented else "no"
    if answer.node.kind == NodeKind.SINGLE:
        scores = {choice.get("score"): choice["value"] for choice in answer.node.choices}
        return str(scores.get(answer.documented, ""))
    return _exactly(answer.documented)


def _exactly(number: float) -> str:
    """All digits of a number, whole ones without a point."""
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else repr(number)


def by_question(answers: Iterable[Answer], agreed: Iterable[Consensus] = ()) -> list[dict]:
    """Answers of one page in groups: the question, its answers, how far they agree, and what was
    agreed upon about it after talking."""
    talked = list(agreed)
    return [
        {
            "question": question,
            "answers": found,
            "agreement": _agreement(question, found),
            "agreed": [one for one in talked if one.node_id == question.pk],
        }
        for question, found in _grouped(answers)
    ]


def agreed_upon(person: Person, audit: Audit, answers: Iterable[Answer]) -> list[Consensus]:
    """What was agreed upon where these answers stand; ``before`` is what people had said there."""
    places = {(answer.scope_id, answer.node_id) for answer in answers}
    found = consensus_for(person, audit).filter(
        scope__in={scope for scope, _node in places}, node__in={node for _scope, node in places}
    )
    agreed = [one for one in found if (one.scope_id, one.node_id) in places]
    said = said_at(access.answers_for(person, audit), agreed)
    for one in agreed:
        one.before = ", ".join(said.get((one.scope_id, one.node_id, one.subject_id), []))
    return agreed


def said_at(answers, agreed: Iterable[Consensus]) -> dict[tuple[int, int, int], list[str]]:
    """What was said in short at each of these places, lowest first, in one query."""
    wanted = {(one.scope_id, one.node_id, one.subject_id) for one in agreed}
    if not wanted:
        return {}
    rows = answers.filter(scope__in={one[0] for one in wanted}, node__in={one[1] for one in wanted})
    said: dict[tuple[int, int, int], list[str]] = {}
    for answer in rows.order_by("number", "pk"):
        place = (answer.scope_id, answer.node_id, answer.subject_id)
        if place in wanted:
            said.setdefault(place, []).append(answer.in_short)
    return said


def _grouped(answers: Iterable[Answer]) -> list[tuple[Node, list[Answer]]]:
    return [
        (found[0].node, found)
        for found in (list(group) for _key, group in groupby(answers, key=lambda a: a.node_id))
    ]


def _agreement(question: Node, answers: list[Answer]):
    """What may be said about agreement on a question of levels, from two answers on."""
    scale = levels_of(question)
    given = [answer.number for answer in answers if answer.number is not None]
    if len(given) < 2 or not scale or not min(scale) <= min(given) <= max(given) <= max(scale):
        return None
    # Steps of the scale: levels that are called 0 and 4 lie one step apart.
    found = agreement([step_of(number, scale) for number in given], len(scale))
    return {
        "found": found,
        "low": min(given),
        "high": max(given),
        "middle": median(given),
        "band": BANDS.get(found.band or "", ""),
    }


def with_surroundings(answers: Iterable[Answer], target: float, on: date) -> list[Answer]:
    """Answers with what stands beside each: ``record`` (what a measure says), ``papers`` (its
    evidence), ``shows`` (the gaps that it shows) and ``is_weak``; three queries for all.
    ``target`` is the framework's."""
    found = list(answers)
    records = beside_answers(found, on)
    papers: dict[int, list[Evidence]] = {}
    for paper in Evidence.objects.filter(answer__in=found):
        papers.setdefault(paper.answer_id, []).append(paper)
    shows: dict[int, list[Gap]] = {}
    tied = GapAnswer.objects.filter(revision__answer__in=found, gap__deleted_at=None)
    for one in tied.select_related("gap", "revision"):
        shows.setdefault(one.revision.answer_id, []).append(one.gap)
    for answer in found:
        answer.record = records.get(answer.pk)
        answer.papers = papers.get(answer.pk, [])
        answer.shows = list(dict.fromkeys(shows.get(answer.pk, [])))
        answer.is_weak = is_weak(answer, target)
    return found


def is_weak(answer: Answer, target: float) -> bool:
    """Whether an answer lies below its question's target, or else the framework's."""
    if answer.number is None or not answer.node.weight:
        return False
    if answer.node.kind == NodeKind.BOOLEAN:
        return not answer.number
    return answer.number < (target if answer.node.target is None else answer.node.target)
