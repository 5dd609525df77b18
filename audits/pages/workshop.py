"""What a workshop shows: the screen before all, and each phone."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from audits import access
from audits.actions import outcome_of
from audits.agreement import agreement
from audits.choices import SMALLEST_GROUP, AnswerState
from audits.differing import Ladder
from audits.disagreement import Difference, Said
from audits.forms.agreement import AgreeForm
from audits.models import Answer, Consensus, Node, Participant, Vote, Workshop
from audits.pages.differences import in_words, median_given, spread_of
from audits.rungs import Rung, counts, place_of, rungs_of
from teams.models import Person, Subject

MOST_NAMED = 5  # of those who are waited for
MOST_COMMENTS = 6


def stage(person: Person, workshop: Workshop, form: AgreeForm | None = None) -> dict[str, Any]:
    """The screen that the facilitator shows: the question, who has voted, what they said."""
    context = {
        "workshop": workshop,
        "audit": workshop.scope.audit,
        "scope": workshop.scope,
        "is_running": workshop.is_running,
        "edition_field": [("edition", workshop.edition)],
        "agenda": _agenda(workshop),
    }
    if workshop.place is None or not workshop.is_running:
        return context | {"outcome": outcome_of(workshop)}
    context |= _question(workshop) | turnout(workshop)
    if workshop.is_revealed:
        context |= _revealed(workshop) | {"comments": _comments(person, workshop)}
        context["form"] = form or agree_form(workshop, context["ratings"])
    elif workshop.round > 1:
        context["former"] = _former(workshop)
    return context


def agree_form(workshop: Workshop, ratings: Sequence[float] = (), data=None) -> AgreeForm:
    """Where the facilitator writes down what was agreed; it begins with the median."""
    place = {"node": workshop.node_id, "subject": workshop.subject_id}
    return AgreeForm(
        data,
        node=workshop.node,
        rungs=rungs_of(workshop.node),
        agreed=Consensus.objects.filter(scope=workshop.scope_id, **place).first(),
        middle=median_given(ratings) if ratings else None,
    )


def _question(workshop: Workshop) -> dict[str, Any]:
    places = workshop.every_place
    return {
        "node": workshop.node,
        "subject": workshop.subject,
        "is_repeated": workshop.subject_id != workshop.scope.subject_id,
        "rungs": rungs_of(workshop.node),
        "number": places.index(workshop.place) + 1 if workshop.place in places else 0,
        "total": len(places),
    }


def _agenda(workshop: Workshop) -> list[dict]:
    """All its questions with what was agreed upon there, and which one is up."""
    places = workshop.every_place
    nodes = Node.objects.in_bulk({node for node, _subject in places})
    subjects = Subject.objects.in_bulk({subject for _node, subject in places})
    agreed = {
        (one.node_id, one.subject_id): one
        for one in Consensus.objects.filter(scope=workshop.scope_id).select_related("node")
    }
    return [
        {
            "node": nodes[node],
            "subject": subjects[subject] if subject != workshop.scope.subject_id else None,
            "place": (node, subject),
            "agreed": agreed.get((node, subject)),
            "is_now": workshop.place == (node, subject),
        }
        for node, subject in places
    ]


def turnout(workshop: Workshop) -> dict[str, Any]:
    """How many have voted of those who joined, and who is waited for; one query."""
    voted = Vote.objects.filter(
        participant=OuterRef("pk"),
        node=workshop.node_id,
        subject=workshop.subject_id,
        round=workshop.round,
    )
    phones = workshop.participants.annotate(has_voted=Exists(voted))
    rows = list(phones.values_list("name", "has_voted"))
    done = sum(has_voted for _name, has_voted in rows)
    missing = [name for name, has_voted in rows if name and not has_voted]
    return {
        "workshop": workshop,
        "joined": len(rows),
        "voted": done,
        "missing": missing if done and len(missing) <= MOST_NAMED else [],
        "fewest": SMALLEST_GROUP if workshop.scope.audit.is_anonymous else 1,
        "seen": f"{workshop.edition}.{done}.{len(rows)}",
    }


def _revealed(workshop: Workshop) -> dict[str, Any]:
    """How the votes of this round are spread, in a picture and in words, and who speaks first."""
    node, rungs = workshop.node, rungs_of(workshop.node)
    votes = list(Vote.objects.at(workshop).select_related("participant"))
    stood = [(step, vote) for vote in votes if (step := _step(node, rungs, vote)) is not None]
    ratings = [step for step, _vote in stood]
    words = _words(node, rungs, ratings)
    former = _steps(workshop, workshop.round - 1)
    is_ordered = Ladder(node, rungs).is_ordered
    return {
        "ratings": ratings,
        "words": words,
        "spread": spread_of(rungs, ratings, name=words, before=former, is_ordered=is_ordered),
        "has_former": bool(former),
        "ends": _ends(rungs, stood) if is_ordered else [],
        "unknown": sum(vote.state == AnswerState.DONT_KNOW for vote in votes),
        "elsewhere": sum(vote.state == AnswerState.NOT_APPLICABLE for vote in votes),
    }


def spread_in_figures(workshop: Workshop) -> list[dict[str, Any]]:
    """How many voted for each answer, as programs read it; only once they are revealed."""
    rungs = rungs_of(workshop.node)
    numbers = counts(rungs, _steps(workshop, workshop.round))
    return [
        {"value": rung.value, "name": rung.name, "votes": number}
        for rung, number in zip(rungs, numbers, strict=True)
    ]


def _former(workshop: Workshop):
    """The round before, drawn faintly while the next is voted on."""
    steps = _steps(workshop, workshop.round - 1)
    words = _("The round before: %(words)s") % {
        "words": _words(workshop.node, rungs_of(workshop.node), steps)
    }
    return spread_of(rungs_of(workshop.node), (), name=words, before=steps) if steps else None


def _steps(workshop: Workshop, round: int) -> list[float]:
    node, rungs = workshop.node, rungs_of(workshop.node)
    votes = Vote.objects.at(workshop, round) if round > 0 else Vote.objects.none()
    steps = [_step(node, rungs, vote) for vote in votes]
    return [step for step in steps if step is not None]


def _step(node: Node, rungs: Sequence[Rung], vote: Vote) -> float | None:
    if vote.state != AnswerState.ANSWERED:
        return None
    return place_of(node, rungs, vote.number, vote.chosen)


def _words(node: Node, rungs: tuple[Rung, ...], ratings: Sequence[float]) -> str:
    if len(ratings) < 2:
        return _("%(n)d vote") % {"n": len(ratings)}
    if not Ladder(node, rungs).is_ordered:
        return _("%(n)d votes") % {"n": len(ratings)}
    said = Said(node.pk, ratings, len(rungs))
    return in_words(Difference(said, agreement(ratings, len(rungs))), rungs)


def _ends(rungs: Sequence[Rung], stood: list[tuple[float, Vote]]) -> list[dict]:
    """The lowest and the highest, who are asked to speak first; none where all said the same."""
    if not stood:
        return []
    low, high = min(step for step, _vote in stood), max(step for step, _vote in stood)
    return [
        {
            "rung": rungs[int(end)],
            "names": sorted(
                v.participant.name for s, v in stood if s == end and v.participant.name
            ),
            "number": sum(step == end for step, _vote in stood),
        }
        for end in ((low, high) if low != high else ())
    ]


def _names(votes: Iterable[Vote]) -> list[str]:
    return sorted(vote.participant.name for vote in votes if vote.participant.name)


def _comments(person: Person, workshop: Workshop) -> list[Answer]:
    """What people wrote beside their answers; nothing of an anonymous audit."""
    answers = access.answers_for(person, workshop.scope.audit).filter(
        scope=workshop.scope_id, node=workshop.node_id, subject=workshop.subject_id
    )
    return list(answers.exclude(comment="").order_by("number", "pk")[:MOST_COMMENTS])


def phone(workshop: Workshop, participant: Participant) -> dict[str, Any]:
    """What one phone shows: the question with its own vote; those of others once revealed."""
    context = {
        "workshop": workshop,
        "audit": workshop.scope.audit,
        "participant": participant,
        "seen": workshop.edition,
    }
    if workshop.place is None:
        return context
    vote = Vote.objects.at(workshop).filter(participant=participant).first()
    context |= _question(workshop) | {"vote": vote, "chosen": _chosen(workshop.node, vote)}
    return context | (_revealed(workshop) if workshop.is_revealed else {})


def _chosen(node: Node, vote: Vote | None) -> str:
    """The value of the button that was tapped."""
    if vote is None:
        return ""
    if vote.state != AnswerState.ANSWERED:
        return str(vote.state)
    rungs = rungs_of(node)
    step = place_of(node, rungs, vote.number, vote.chosen)
    return "" if step is None else rungs[int(step)].value
