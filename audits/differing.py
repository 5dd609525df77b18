"""Where the answers of an audit lie too far apart, read from the database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audits.asked import Reply, asked_of
from audits.choices import SMALLEST_GROUP, VOTED_ON, AnswerState
from audits.disagreement import Difference, Said, differences
from audits.disclosure import kept_back
from audits.models import Answer, Audit, Consensus, Node, Scope
from audits.rungs import Rung, is_ordered, place_of, rungs_of
from productops import clock

Key = tuple[int, int, int]  # scope, node, subject
Given = tuple[int, int, Any, float | None, list]  # the same, number and choices


@dataclass(frozen=True)
class Ladder:
    """A question with its rungs."""

    node: Node
    rungs: tuple[Rung, ...] = field(default=())

    @property
    def is_ordered(self) -> bool:
        return len(self.rungs) > 1 and is_ordered(self.node)


def ladders_of(audit: Audit) -> dict[int, Ladder]:
    """The questions of an audit that are answered by a tap, in order."""
    return _ladders([audit])


def _ladders(audits: Iterable[Audit]) -> dict[int, Ladder]:
    versions = {audit.framework_version_id for audit in audits}
    nodes = Node.objects.filter(version__in=versions, kind__in=VOTED_ON).select_related("parent")
    return {node.pk: Ladder(node, rungs_of(node)) for node in nodes.order_by("version", "order")}


def differences_in(
    audit: Audit, scopes: Iterable[int], ladders: dict[int, Ladder] | None = None
) -> list[Difference]:
    """The places of these scopes where answers differ, most divided first; two queries.

    ``said.place`` of each is (scope, node, subject). What was agreed upon already is among them.
    """
    ladders = ladders_of(audit) if ladders is None else ladders
    answers = Answer.objects.of_audit(audit).filter(scope__in=list(scopes))
    return _differences(audit, _given(audit, answers), ladders)


def open_differences(audits: Iterable[Audit]) -> dict[int, list[Difference]]:
    """The places that still wait for a talk, by audit; three queries for all of them."""
    every = list(audits)
    ladders = _ladders(every) if every else {}
    agreed = set(
        Consensus.objects.filter(scope__audit__in=every).values_list("scope", "node", "subject")
    )
    found: dict[int, list[Difference]] = {}
    for audit, answers in _answers_of(every):
        differ = _differences(audit, _counting(audit, answers), ladders)
        found[audit.pk] = [one for one in differ if one.said.place not in agreed]
    return found


def _answers_of(audits: list[Audit]) -> list[tuple[Audit, list[Answer]]]:
    found: dict[int, list[Answer]] = {audit.pk: [] for audit in audits}
    answers = Answer.objects.filter(scope__audit__in=audits).counted()
    for answer in answers.select_related("node", "scope"):
        found[answer.scope.audit_id].append(answer)
    return [(audit, found[audit.pk]) for audit in audits]


def _differences(
    audit: Audit, given: Iterable[Given], ladders: dict[int, Ladder]
) -> list[Difference]:
    ratings: dict[Key, list[float]] = {}
    kept = kept_back(audit, clock.today())
    for scope, node, subject, number, chosen in given:
        ladder = ladders.get(node)
        if ladder is None or not ladder.is_ordered or kept.covers(scope, node):
            continue
        place = place_of(ladder.node, ladder.rungs, number, chosen)
        if place is not None:
            ratings.setdefault((scope, node, subject), []).append(place)
    said = [
        Said(key, found, len(ladders[key[1]].rungs), ladders[key[1]].node.weight)
        for key, found in sorted(ratings.items(), key=lambda item: _order(item[0], ladders))
    ]
    return differences(said, smallest_group=smallest_group_of(audit))


def smallest_group_of(audit: Audit) -> int:
    """From how many answers on one may show how they are spread."""
    return SMALLEST_GROUP if audit.is_anonymous else 1


def _order(key: Key, ladders: dict[int, Ladder]) -> tuple[int, int, int]:
    scope, node, subject = key
    return ladders[node].node.order, scope, subject


def _given(audit: Audit, answers) -> Iterable[Given]:
    """What counts of these answers; in one light query where nothing is ever hidden."""
    counted = answers.counted()
    if _may_hide(audit):
        return _counting(audit, counted.select_related("node"))
    voted = counted.given().filter(node__kind__in=VOTED_ON)
    return voted.values_list("scope_id", "node_id", "subject_id", "number", "chosen")


def _may_hide(audit: Audit) -> bool:
    """Whether answers may not count because of what else their person said. Once an anonymous
    audit is closed nobody can tell any more."""
    if audit.is_anonymous and audit.is_closed:
        return False
    return audit.framework_version.questionnaire.varies


def _counting(audit: Audit, answers: Iterable[Answer]) -> Iterator[Given]:
    """The answers that have a value, without what was said before a question was hidden."""
    by_scope: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_scope[answer.scope_id].append(answer)
    for scope, mine in by_scope.items():
        for one, node in _asked(audit, mine) if _may_hide(audit) else map(_plain, mine):
            if one.content["state"] == AnswerState.ANSWERED:
                yield scope, node, one.about, one.content["number"], one.content["chosen"]


def _asked(audit: Audit, answers: list[Answer]) -> Iterator[tuple[Reply, int]]:
    day = clock.day_of(audit.closed_at) if audit.closed_at else clock.today()
    nodes = {answer.node.key: answer.node_id for answer in answers}
    replies = [reply for reply, _node in map(_plain, answers)]
    asked = asked_of(audit.framework_version.questionnaire, replies, today=day)
    return ((one, nodes[one.key]) for one in asked.counted)


def _plain(answer: Answer) -> tuple[Reply, int]:
    key = answer.node.key
    return Reply(answer.invitation_id, answer.subject_id, key, answer.content), answer.node_id


def agreed_in(audit: Audit) -> set[Key]:
    """The places at which something was agreed upon."""
    return set(Consensus.objects.of_audit(audit).values_list("scope", "node", "subject"))


def places_of(scope: Scope) -> list[tuple[int, int]]:
    """Every (node, subject) of a scope that is answered by a tap, in order; three queries."""
    sections = scope.audit.framework_version.nodes.exclude(repeat="")
    ranges = list(sections.values_list("order", "last"))
    repeats = list(scope.repeats.values_list("node__order", "node__last", "subject"))
    places: list[tuple[int, int]] = []
    for ladder in ladders_of(scope.audit).values():
        if not ladder.rungs:
            continue
        order = ladder.node.order
        if any(first <= order <= last for first, last in ranges):
            about = [subject for first, last, subject in repeats if first <= order <= last]
        else:
            about = [scope.subject_id]
        places += [(ladder.node.pk, subject) for subject in about]
    return places


def divided_places(scope: Scope) -> list[tuple[int, int]]:
    """The places of a scope that still wait for a talk, most divided first."""
    agreed = agreed_in(scope.audit)
    found = [one.said.place for one in differences_in(scope.audit, [scope.pk])]
    return [
        (node, subject)
        for scope_pk, node, subject in found
        if (scope_pk, node, subject) not in agreed
    ]
