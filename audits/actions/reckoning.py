"""From the answers of an audit to everything that its scores say, in a handful of statements.

Closing keeps what is worked out here, ``verify`` works it out anew, and the check before closing
shows what would come of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from audits.actions.gap_raising import targets_of
from audits.asked import Asked, Reply, asked_of
from audits.choices import SMALLEST_GROUP, NodeKind
from audits.framework_file import ROOT
from audits.models import Answer, Audit, Consensus, Node, Repeat, Scope, Score
from audits.questionnaire import Questionnaire
from audits.scoring import NodeScore, Scorecard, score, score_documented
from audits.suppression import Counted, withheld
from audits.tally import Tally, alpha_of, tallies
from productops import clock

# What is asked of nobody has nothing to be scored.
UNSCORED = (NodeKind.NOTE,)


@dataclass(frozen=True)
class Reckoning:
    """``scores`` are not written yet; ``cards`` by scope."""

    cards: dict[Scope, Scorecard]
    scores: list[Score]
    alpha: float | None


def reckon(audit: Audit, *, now: datetime) -> Reckoning:
    """Work out the scores of every scope and node; seven statements, whatever the size."""
    version, today = audit.framework_version, clock.day_of(now)
    nodes = list(version.nodes.exclude(kind__in=UNSCORED).order_by("order"))
    scopes = list(audit.scopes.select_related("subject"))  # each knows its audit
    replies, agreed = replies_in(audit, scopes), agreed_in(audit, version.questionnaire)
    repeats, targets = repeats_in(audit), _Targets(audit, scopes, nodes)
    cards, rows, every = {}, [], []
    for scope in scopes:
        asked = asked_of(
            version.questionnaire,
            replies.get(scope.pk, ()),
            today=today,
            repeats=repeats.get(scope.pk),
        )
        cards[scope] = score(
            version.content,
            asked.answers,
            hidden=asked.hidden,
            consensus=agreed.get(scope.pk),
        )
        written = _written(version.content, asked)
        found = tallies(nodes, asked.counted)
        rows += [
            _row(scope, node, cards[scope], written, found[node.key], targets.of(scope, node), now)
            for node in nodes
        ]
        every.append(asked.counted)
    return Reckoning(cards, rows, alpha_of(nodes, every))


def _written(content: Mapping, asked: Asked) -> Scorecard | None:
    """How far things are written down; None where nobody said."""
    if not asked.documented:
        return None
    return score_documented(content, asked.documented, hidden=asked.hidden)


def replies_in(audit: Audit, scopes: Iterable[Scope]) -> dict[int, list[Reply]]:
    """All answers that count by scope: rows without the weight of models."""
    own = {scope.pk: scope.subject_id for scope in scopes}
    rows = Answer.objects.of_audit(audit).counted().order_by("pk").values(*READ)
    found: dict[int, list[Reply]] = {}
    for row in rows.iterator(chunk_size=5000):
        scope, subject = row["scope"], row["subject"]
        about = None if subject == own.get(scope) else subject
        reply = Reply(row["invitation"], about, row["node__key"], row)
        found.setdefault(scope, []).append(reply)
    return found


# Whose, about what, and as much of its content as expressions and scores read.
READ = (
    *("scope", "node__key", "subject", "invitation"),
    *("state", "number", "text", "day", "chosen", "documented", "file"),
)


def agreed_in(audit: Audit, questionnaire: Questionnaire) -> dict[int, dict[str, Any]]:
    """What people agreed upon after talking, by scope, as ``audits.scoring`` takes it."""
    rows = Consensus.objects.of_audit(audit).select_related("node").order_by("pk")
    found: dict[int, dict[str, Any]] = {}
    for one in rows:
        its, key = found.setdefault(one.scope_id, {}), one.node.key
        if questionnaire.repeat_of(key):
            its.setdefault(key, {})[one.subject_id] = one.as_answer.for_score
        else:
            its[key] = one.as_answer.for_score
    return found


def repeats_in(audit: Audit) -> dict[int, dict[str, list[int]]]:
    """For which subjects the repeated sections of each scope are asked."""
    rows = Repeat.objects.filter(scope__audit=audit)
    found: dict[int, dict[str, list[int]]] = {}
    for scope, key, subject in rows.values_list("scope", "node__key", "subject"):
        found.setdefault(scope, {}).setdefault(key, []).append(subject)
    return found


def _row(
    scope: Scope,
    node: Node,
    card: Scorecard,
    written: Scorecard | None,
    tally: Tally,
    target: float | None,
    now: datetime,
) -> Score:
    found = _at(card, node)
    # Whoever does not know makes no group larger than those are of whom the level tells.
    is_anonymous = scope.audit.is_anonymous
    is_secret = is_anonymous and (tally.fewest_written or 0) < SMALLEST_GROUP
    return Score(
        scope=scope,
        node=node,
        mean=found.score,
        mean_of_means=found.mean_of_means,
        minimum=found.minimum,
        spread=tally.spread,
        respondents=len(tally.speakers if is_anonymous else tally.people),
        answered=found.answered,
        expected=found.expected,
        dont_know=tally.dont_know,
        hidden=found.hidden,
        target=target,
        documented=_at(written, node).score if written and not is_secret else None,
        agreement=tally.agreement,
        deviation=tally.deviation,
        computed_at=now,
    )


def _at(card: Scorecard, node: Node) -> NodeScore:
    return card.overall if node.key == ROOT else card[node.key]


class _Targets:
    """What is wanted: by the subject itself, else by the framework, else what the section wants."""

    def __init__(self, audit: Audit, scopes: Iterable[Scope], nodes: Iterable[Node]):
        self.own = targets_of(audit, scopes)
        self.version = audit.framework_version
        self.nodes = {node.pk: node for node in nodes}

    def of(self, scope: Scope, node: Node | None) -> float | None:
        if node is None:
            return self.version.target
        own = self.own.get((scope.pk, node.key), node.target)
        if own is not None or not self._is_on_common_scale(node):
            return own
        return self.of(scope, self.nodes.get(node.parent_id))

    def _is_on_common_scale(self, node: Node) -> bool:
        return (node.low, node.high) in ((None, None), (self.version.low, self.version.high))


def told(audit: Audit, reckoning: Reckoning, smallest: int) -> dict[Scope, Scorecard]:
    """The cards without what too few people said: gaps are read by everybody."""
    if smallest <= 1:
        return reckoning.cards
    by_scope: dict[int, list[Score]] = {}
    for one in reckoning.scores:
        by_scope.setdefault(one.scope_id, []).append(one)
    return {
        scope: _masked(card, _unseen(by_scope.get(scope.pk, ()), smallest))
        for scope, card in reckoning.cards.items()
    }


def _unseen(scores: Iterable[Score], smallest: int) -> frozenset[str]:
    """The nodes of one scope that may not be shown, by key."""
    keys: dict[int | None, str] = {}
    counted = []
    for one in scores:
        keys[one.node_id] = one.node.key
        parent = keys.get(one.node.parent_id)
        counts = one.node.weight > 0
        counted.append(Counted(one.node.key, parent, one.respondents, counts=counts))
    return withheld(counted, smallest).hidden


def _masked(card: Scorecard, hidden: frozenset[str]) -> Scorecard:
    nodes = {
        key: replace(node, score=None, ratio=None) if key in hidden else node
        for key, node in card.items()
    }
    return Scorecard(card.overall, nodes)
