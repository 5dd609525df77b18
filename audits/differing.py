"""Where the answers of an audit lie too far apart, read from the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from audits.choices import SMALLEST_GROUP, VOTED_ON
from audits.disagreement import Difference, Said, differences
from audits.models import Answer, Audit, Consensus, Node, Scope
from audits.rungs import Rung, is_ordered, place_of, rungs_of

Key = tuple[int, int, int]  # scope, node, subject


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
    nodes = audit.framework_version.nodes.filter(kind__in=VOTED_ON).select_related("parent")
    return {node.pk: Ladder(node, rungs_of(node)) for node in nodes.order_by("order")}


def differences_in(
    audit: Audit, scopes: Iterable[int], ladders: dict[int, Ladder] | None = None
) -> list[Difference]:
    """The places of these scopes where answers differ, most divided first; two queries.

    ``said.place`` of each is (scope, node, subject). What was agreed upon already is among them.
    """
    ladders = ladders_of(audit) if ladders is None else ladders
    given: dict[Key, list[float]] = {}
    for scope, node, subject, number, chosen in _given(audit, scopes):
        ladder = ladders.get(node)
        if ladder is None or not ladder.is_ordered:
            continue
        place = place_of(ladder.node, ladder.rungs, number, chosen)
        if place is not None:
            given.setdefault((scope, node, subject), []).append(place)
    said = [
        Said(key, ratings, len(ladders[key[1]].rungs), ladders[key[1]].node.weight)
        for key, ratings in sorted(given.items(), key=lambda item: _order(item[0], ladders))
    ]
    return differences(said, smallest_group=smallest_group_of(audit))


def smallest_group_of(audit: Audit) -> int:
    """From how many answers on one may show how they are spread."""
    return SMALLEST_GROUP if audit.is_anonymous else 1


def _order(key: Key, ladders: dict[int, Ladder]) -> tuple[int, int, int]:
    scope, node, subject = key
    return ladders[node].node.order, scope, subject


def _given(audit: Audit, scopes: Iterable[int]):
    answers = Answer.objects.of_audit(audit).counted().given().filter(scope__in=list(scopes))
    voted = answers.filter(node__kind__in=VOTED_ON)
    return voted.values_list("scope_id", "node_id", "subject_id", "number", "chosen")


def agreed_in(audit: Audit) -> set[Key]:
    """The places at which something was agreed upon."""
    return set(Consensus.objects.of_audit(audit).values_list("scope", "node", "subject"))


def open_differences(audit: Audit) -> list[Difference]:
    """The places of an audit that still wait for a talk; three queries."""
    scopes = Scope.objects.filter(audit=audit).values_list("pk", flat=True)
    agreed = agreed_in(audit)
    return [one for one in differences_in(audit, scopes) if one.said.place not in agreed]


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
