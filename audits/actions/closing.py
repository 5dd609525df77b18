"""Close an audit: freeze the answers, work out the scores, raise the gaps."""

import random
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.choices import AuditState
from audits.framework_file import ROOT
from audits.gap_rule import Finding, FoundGap, found_gaps
from audits.models import Answer, Audit, Gap, GapAnswer, GapScope, Node, Scope, Score
from audits.refusals import NotNow
from audits.scoring import Scorecard, score
from productops import changelog, clock
from productops.models import Link
from teams.choices import SubjectKind
from teams.models import Person, Product, Subject, Team

ORDINARY = 2  # criticality of what has none of its own


@transaction.atomic
def close_audit(*, audit: Audit, by: Person, now: datetime) -> Audit:
    """Freeze everything in the audit, score each scope, raise or bring up to date its gaps.

    Only submitted answers count. In an anonymous audit the tie from answers to people is cut.
    """
    found = Audit.objects.select_for_update().get(pk=audit.pk)
    if not found.is_open:
        raise NotNow(_("Only an open audit can be closed."))
    if not audit.invitations.submitted().exists():
        raise NotNow(_("Nobody has submitted answers yet, so there is nothing to close."))
    audit.state, audit.closed_at, audit.closed_by = AuditState.CLOSED, now, by
    audit.version = found.version + 1
    audit.save(update_fields=["state", "closed_at", "closed_by", "version", "updated_at"])
    Link.objects.filter(invitation__audit=audit).revoke()
    cards = score_scopes(audit=audit, now=now)
    raise_gaps(audit=audit, cards=cards, by=by, now=now)
    if audit.is_anonymous:
        _cut_ties(audit, now)
    changelog.record(by=by, row=audit, verb="closed", after={"scopes": len(cards)})
    return audit


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


def raise_gaps(
    *, audit: Audit, cards: Mapping[Scope, Scorecard], by: Person, now: datetime
) -> list[Gap]:
    """One gap for each weak dimension: of the subject that stands alone, else of the organisation.

    A gap of an earlier audit that is found again and not closed is brought up to date instead.
    """
    scopes = {scope.pk: scope for scope in cards}
    found = found_gaps(
        audit.framework_version.content,
        {scope.pk: card for scope, card in cards.items()},
        criticality_of(list(cards)),
    )
    nodes = {node.key: node for node in audit.framework_version.nodes.all()}
    former = _former_gaps(audit)
    organisation = Subject.organisation()
    gaps = []
    for one in found:
        seen = [scopes[pk] for pk in one.levels]
        subject = seen[0].subject if len(seen) == 1 else organisation
        gap = former.get((one.dimension.key, subject.pk)) or Gap(
            title=one.dimension.title, subject=subject, cause=one.cause, found_on=clock.day_of(now)
        )
        gaps.append(_keep_gap(gap, one, audit, nodes[one.dimension.key], seen, by=by))
    _show_answers(audit, dict(zip([one.dimension.key for one in found], gaps, strict=True)), nodes)
    return gaps


def _former_gaps(audit: Audit) -> dict[tuple[str, int], Gap]:
    """Gaps of earlier audits of the framework that are still there, by dimension and subject."""
    framework = audit.framework_version.framework_id
    there = Gap.objects.not_closed().filter(node__version__framework=framework)
    return {
        (gap.node.key, gap.subject_id): gap
        for gap in there.select_related("node").order_by("found_on", "pk")
    }


def _keep_gap(
    gap: Gap, found: FoundGap, audit: Audit, node: Node, seen: list[Scope], *, by: Person
) -> Gap:
    verb = "found again" if gap.pk else "found"
    gap.audit, gap.node = audit, node
    gap.level, gap.target = found.level, found.dimension.target
    gap.description = "\n".join(_sentence(finding, seen) for finding in found.findings)
    gap.parts = vars(found.priority)
    gap.rank()
    gap.save()
    GapScope.objects.bulk_create(
        [GapScope(gap=gap, scope=scope, level=found.levels[scope.pk]) for scope in seen]
    )
    changelog.record(by=by, row=gap, verb=verb, after={"level": round(found.level, 2)})
    return gap


def _sentence(finding: Finding, seen: list[Scope]) -> str:
    """ "No baseline before a change in 7 of 11 teams: “A figure”"."""
    question = finding.question
    what = question.get("suggests", {}).get("gap") or question.get("title") or question["text"]
    if len(seen) > 1:
        what = _("%(gap)s in %(where)s") % {"gap": what, "where": _where(finding, seen)}
    return f"{what}: “{finding.level_name}”" if finding.level_name else what


def _where(finding: Finding, seen: list[Scope]) -> str:
    kinds = {scope.subject.kind for scope in seen}
    facts = {"n": finding.below, "all": finding.asked}
    if finding.below == finding.asked:
        if kinds == {SubjectKind.TEAM}:
            return ngettext("%(n)d team", "%(n)d teams", finding.below) % facts
        if kinds == {SubjectKind.PRODUCT}:
            return ngettext("%(n)d product", "%(n)d products", finding.below) % facts
        return ngettext("%(n)d place", "%(n)d places", finding.below) % facts
    if kinds == {SubjectKind.TEAM}:
        return _("%(n)d of %(all)d teams") % facts
    if kinds == {SubjectKind.PRODUCT}:
        return _("%(n)d of %(all)d products") % facts
    return _("%(n)d of %(all)d places") % facts


def criticality_of(scopes: list[Scope]) -> dict[int, float]:
    """1 to 3 of each scope: a product's own, of a team its most critical product's."""
    subjects = [scope.subject_id for scope in scopes]
    known = dict(Product.objects.filter(subject__in=subjects).values_list("subject", "criticality"))
    teams = Team.objects.filter(subject__in=subjects, products__isnull=False)
    for subject, criticality in teams.values_list("subject", "products__criticality"):
        known[subject] = max(known.get(subject, 0), criticality)
    return {scope.pk: known.get(scope.subject_id, ORDINARY) for scope in scopes}


def _show_answers(audit: Audit, gaps: Mapping[str, Gap], nodes: Mapping[str, Node]) -> None:
    """Tie each gap to the answers below target that show it, in the revision they have now."""
    if audit.is_anonymous:
        return
    places = [(nodes[key], gap) for key, gap in gaps.items()]
    where = {gap.pk: set(gap.scopes.values_list("scope", flat=True)) for gap in gaps.values()}
    answers = Answer.objects.of_audit(audit).counted().given().select_related("node")
    newest = {}
    for answer in answers.prefetch_related("revisions"):
        if answer.number is not None and is_below(answer, audit):
            newest[answer] = max(answer.revisions.all(), key=lambda revision: revision.number)
    GapAnswer.objects.bulk_create(
        [
            GapAnswer(gap=gap, revision=revision)
            for node, gap in places
            for answer, revision in newest.items()
            if _is_within(answer.node, node) and answer.scope_id in where[gap.pk]
        ],
        ignore_conflicts=True,
    )


def is_below(answer: Answer, audit: Audit) -> bool:
    """Whether an answer that counts lies below what is wanted of its question."""
    target = answer.node.target
    wanted = audit.framework_version.target if target is None else target
    return answer.node.weight > 0 and answer.number < wanted


def _cut_ties(audit: Audit, now: datetime) -> None:
    """Write the answers anew without their people, in an order that says nothing."""
    answers = list(Answer.objects.of_audit(audit).counted())
    Answer.objects.of_audit(audit).delete()
    random.SystemRandom().shuffle(answers)
    for answer in answers:
        answer.pk, answer.invitation_id, answer.answered_at = None, None, now
    Answer.objects.bulk_create(answers, batch_size=500)
