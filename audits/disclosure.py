"""What of an anonymous audit is kept back from everybody, wherever answers are told in figures.

Until its last day is past: everything. Somebody who looks before and after one person submits would
read that answer from the difference. Afterwards: the places that its result does not show
(audits/suppression.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from audits.choices import SMALLEST_GROUP
from audits.models import Answer, Audit, Node, Score
from audits.suppression import Counted, withheld

Pair = tuple[int, int]  # a scope and a node


@dataclass(frozen=True)
class Kept:
    """``pairs`` of scope and node are kept back, or all."""

    is_all: bool = False
    pairs: frozenset[Pair] = field(default=frozenset())

    def covers(self, scope: int, node: int) -> bool:
        return self.is_all or (scope, node) in self.pairs


def is_told(audit: Audit, on: date) -> bool:
    """Whether figures of its answers may be shown at all by now."""
    return not audit.is_anonymous or audit.is_closed or audit.closes_on < on


def kept_back(audit: Audit, on: date) -> Kept:
    """What is not to be told of an audit; nothing of one whose answers carry names."""
    if not audit.is_anonymous:
        return Kept()
    if not is_told(audit, on):
        return Kept(is_all=True)
    nodes = list(audit.framework_version.nodes.order_by("order"))
    people = _people_of_scores(audit) if audit.is_closed else _people_of_answers(audit, nodes)
    return Kept(pairs=frozenset(_unseen(nodes, people)))


def _unseen(nodes: list[Node], people: dict[int, dict[int, int]]) -> Iterable[Pair]:
    keys = {node.pk: node.key for node in nodes}
    by_key = {node.key: node.pk for node in nodes}
    for scope, numbers in people.items():
        rows = [
            Counted(
                node.key,
                keys.get(node.parent_id),
                numbers.get(node.pk, 0),
                counts=node.weight > 0,
            )
            for node in nodes
        ]
        yield from ((scope, by_key[key]) for key in withheld(rows, SMALLEST_GROUP).hidden)


def _people_of_scores(audit: Audit) -> dict[int, dict[int, int]]:
    """How many answered at each node of each scope, as closing counted them."""
    found: dict[int, dict[int, int]] = {}
    rows = Score.objects.of_audit(audit).values_list("scope", "node", "respondents")
    for scope, node, number in rows:
        found.setdefault(scope, {})[node] = number
    return found


def _people_of_answers(audit: Audit, nodes: list[Node]) -> dict[int, dict[int, int]]:
    parents = {node.pk: node.parent_id for node in nodes}
    people: dict[int, dict[int, set[int]]] = {}
    answers = Answer.objects.of_audit(audit).counted().given()
    for scope, node, who in answers.values_list("scope", "node", "invitation"):
        at: int | None = node
        while at is not None:
            people.setdefault(scope, {}).setdefault(at, set()).add(who)
            at = parents[at]
    return {
        scope: {node: len(who) for node, who in found.items()} for scope, found in people.items()
    }
