"""Where the answers of an audit lie too far apart, read from the database."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from django.db.models import Case, TextField, Value, When
from django.db.models.functions import Cast

from audits.choices import SMALLEST_GROUP, VOTED_ON, NodeKind
from audits.disagreement import Difference, Said, differences
from audits.disclosure import kept_back
from audits.models import Answer, Audit, Consensus, Invitation, Node, Scope, progress_of
from audits.progress import Key
from audits.rungs import Rung, is_ordered, place_of, rungs_of
from productops import clock

Given = tuple[int, int, int, float | None, str]  # scope, node, subject, number, ticked as JSON


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
    return _differences(audit, _given(answers, [audit])[audit.pk], ladders)


def open_differences(audits: Iterable[Audit]) -> dict[int, list[Difference]]:
    """The places that still wait for a talk, by audit; four queries for all of them."""
    every = list(audits)
    if not every:
        return {}
    ladders = _ladders(every)
    agreed = set(
        Consensus.objects.filter(scope__audit__in=every).values_list("scope", "node", "subject")
    )
    given = _given(Answer.objects.filter(scope__audit__in=every), every)
    found: dict[int, list[Difference]] = {}
    for audit in every:
        differ = _differences(audit, given[audit.pk], ladders)
        found[audit.pk] = [one for one in differ if one.said.place not in agreed]
    return found


def _differences(
    audit: Audit, given: Iterable[Given], ladders: dict[int, Ladder]
) -> list[Difference]:
    ratings: dict[Key, list[float]] = {}
    kept = kept_back(audit, clock.today())
    on_rung = _on_rungs(ladders)
    for scope, node, subject, number, chosen in given:
        if node in ladders and not kept.covers(scope, node):
            place = on_rung(node, number, chosen)
            if place is not None:
                ratings.setdefault((scope, node, subject), []).append(place)
    said = [
        Said(key, found, len(ladders[key[1]].rungs), ladders[key[1]].node.weight)
        for key, found in sorted(ratings.items(), key=lambda item: _order(item[0], ladders))
    ]
    return differences(said, smallest_group=smallest_group_of(audit))


def _on_rungs(ladders: dict[int, Ladder]) -> Callable[[int, float | None, str], float | None]:
    """On which rung an answer stands: the same answer to the same question is looked up once."""

    @cache
    def on_rung(node: int, number: float | None, chosen: str) -> float | None:
        ladder = ladders[node]
        if not ladder.is_ordered:
            return None
        return place_of(ladder.node, ladder.rungs, number, json.loads(chosen) if chosen else [])

    return on_rung


def smallest_group_of(audit: Audit) -> int:
    """From how many answers on one may show how they are spread."""
    return SMALLEST_GROUP if audit.is_anonymous else 1


def _order(key: Key, ladders: dict[int, Ladder]) -> tuple[int, int, int]:
    scope, node, subject = key
    return ladders[node].node.order, scope, subject


def _given(answers, audits: list[Audit]) -> dict[int, list[Given]]:
    """What counts of these answers by audit, without what was said before a question was hidden.

    Rows without the weight of models: there may be a hundred thousand.
    """
    audit_of = dict(Scope.objects.filter(audit__in=audits).values_list("pk", "audit"))
    unasked = _unasked(audits)
    counted = answers.counted().given().filter(node__kind__in=VOTED_ON).annotate(ticked=TICKED)
    names = ("invitation", "scope", "node", "subject", "number", "ticked")
    found: dict[int, list[Given]] = {audit.pk: [] for audit in audits}
    for who, scope, node, subject, number, ticked in counted.values_list(*names):
        if who not in unasked or (scope, node, subject) not in unasked[who]:
            found[audit_of[scope]].append((scope, node, subject, number, ticked or ""))
    return found


# Only of what has choices alone; to read those of a hundred thousand levels takes longest of all.
TICKED = Case(
    When(node__kind=NodeKind.SINGLE, then=Cast("chosen", TextField())),
    default=Value("", TextField()),
)


def _unasked(audits: Iterable[Audit]) -> dict[int, frozenset[Key]]:
    """What those who submitted said and are not asked any more, by invitation."""
    varying = [audit.pk for audit in audits if _may_hide(audit)]
    if not varying:
        return {}
    invitations = Invitation.objects.filter(audit__in=varying).responded()
    progress = progress_of(dict(invitations.values_list("pk", "progress")))
    return {pk: one.unasked for pk, one in progress.items() if one.unasked}


def _may_hide(audit: Audit) -> bool:
    """Whether answers may not count because of what else their person said. Once an anonymous
    audit is closed nobody can tell any more."""
    if audit.is_anonymous and audit.is_closed:
        return False
    return audit.framework_version.questionnaire.varies


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
