"""Close an audit: freeze the answers, work out the scores, raise the gaps."""

import random
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.contradictions import raise_from_facts
from audits.actions.gap_raising import raise_gaps
from audits.actions.proposals import raise_from_proposals
from audits.choices import AuditState
from audits.framework_file import ROOT
from audits.models import Answer, Audit, Consensus, Node, Scope, Score
from audits.refusals import NotNow
from audits.scoring import Scorecard, score
from productops import changelog
from productops.models import Link
from teams.models import Person


@transaction.atomic
def close_audit(*, audit: Audit, by: Person, now: datetime) -> Audit:
    """Freeze everything in the audit, score each scope, raise or bring up to date its gaps.

    Only submitted answers count. In an anonymous audit the tie from answers to people is cut.
    """
    found = Audit.objects.select_for_update().get(pk=audit.pk)
    if not found.is_open:
        raise NotNow(_("Only an open audit can be closed."))
    if not _has_something_to_score(audit):
        raise NotNow(_("Nobody has submitted answers yet, so there is nothing to close."))
    audit.state, audit.closed_at, audit.closed_by = AuditState.CLOSED, now, by
    audit.version = found.version + 1
    audit.save(update_fields=["state", "closed_at", "closed_by", "version", "updated_at"])
    Link.objects.filter(invitation__audit=audit).revoke()
    cards = score_scopes(audit=audit, now=now)
    raise_gaps(audit=audit, cards=cards, by=by, now=now)
    raise_from_proposals(audit=audit, by=by, now=now)
    raise_from_facts(audit=audit, now=now)
    if audit.is_anonymous:
        _cut_ties(audit, now)
    changelog.record(by=by, row=audit, verb="closed", after={"scopes": len(cards)})
    return audit


def _has_something_to_score(audit: Audit) -> bool:
    """Somebody submitted, or people agreed upon something in a workshop."""
    agreed = Consensus.objects.of_audit(audit)
    return audit.invitations.submitted().exists() or agreed.exists()


def score_scopes(*, audit: Audit, now: datetime) -> dict[Scope, Scorecard]:
    """Work out and keep the scores of every node for each scope."""
    given: dict[int, list[Answer]] = {}
    for answer in Answer.objects.of_audit(audit).counted().select_related("node"):
        given.setdefault(answer.scope_id, []).append(answer)
    content = audit.framework_version.content
    nodes = list(audit.framework_version.nodes.all())
    cards, rows = {}, []
    for scope in audit.scopes.select_related("subject"):
        answers = given.get(scope.pk, [])
        cards[scope] = card_of(content, answers)
        rows += _score_rows(scope, cards[scope], answers, nodes, now)
    Score.objects.bulk_create(rows, batch_size=500)
    return cards


def card_of(content: Mapping, answers: list[Answer]) -> Scorecard:
    """The scorecard that these answers amount to."""
    by_key: dict[str, list] = {}
    for answer in answers:
        by_key.setdefault(answer.node.key, []).append(answer.for_score)
    return score(content, by_key)


def _score_rows(
    scope: Scope, card: Scorecard, answers: list[Answer], nodes: list[Node], now: datetime
) -> list[Score]:
    return [
        _score_row(scope, node, card, [a for a in answers if _is_within(a.node, node)], now)
        for node in nodes
    ]


def _is_within(question: Node, node: Node) -> bool:
    return node.order <= question.order <= node.last


def _score_row(
    scope: Scope, node: Node, card: Scorecard, answers: list[Answer], now: datetime
) -> Score:
    found = card.overall if node.key == ROOT else card[node.key]
    return Score(
        scope=scope,
        node=node,
        mean=found.score,
        mean_of_means=found.mean_of_means,
        minimum=found.minimum,
        spread=widest_range(answers),
        respondents=len({answer.invitation_id for answer in answers}),
        answered=found.answered,
        expected=found.expected,
        dont_know=found.dont_know,
        computed_at=now,
    )


def widest_range(answers: list[Answer]) -> float | None:
    """How far the answers to one question lie apart at most; None where nobody can differ."""
    levels: dict[int, list[float]] = {}
    for answer in answers:
        if answer.number is not None and answer.node.weight > 0:
            levels.setdefault(answer.node_id, []).append(answer.number)
    ranges = [max(found) - min(found) for found in levels.values() if len(found) > 1]
    return max(ranges, default=None)


def _cut_ties(audit: Audit, now: datetime) -> None:
    """Write the answers anew without their people, in an order that says nothing."""
    answers = list(Answer.objects.of_audit(audit).counted())
    Answer.objects.of_audit(audit).delete()
    random.SystemRandom().shuffle(answers)
    for answer in answers:
        answer.pk, answer.invitation_id, answer.answered_at = None, None, now
    Answer.objects.bulk_create(answers, batch_size=500)
