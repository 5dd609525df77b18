"""What closing an audit finds missing: by its rule, tied to the answers that show it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.actions.criticality import criticality_of
from audits.choices import GapSource
from audits.gap_rule import Finding, FoundGap, Rule, found_gaps
from audits.models import (
    Answer,
    AnswerRevision,
    Audit,
    Gap,
    GapAnswer,
    GapScope,
    LevelTarget,
    Node,
    Scope,
)
from audits.scoring import Scorecard
from productops import changelog, clock
from teams.choices import SubjectKind
from teams.models import Person, Subject


def raise_gaps(
    *, audit: Audit, cards: Mapping[Scope, Scorecard], by: Person, now: datetime
) -> list[Gap]:
    """What the audit's rule calls weak: of the subject that stands alone, else the organisation's.

    A gap of an earlier audit that is found again and not closed is brought up to date instead.
    """
    scopes = {scope.pk: scope for scope in cards}
    found = weak_places(audit, cards)
    nodes = {node.key: node for node in audit.framework_version.nodes.all()}
    former = _former_gaps(audit)
    organisation, on = Subject.organisation(), clock.day_of(now)
    gaps = {}
    for one in found:
        seen = [scopes[pk] for pk in one.levels]
        subject = seen[0].subject if len(seen) == 1 else organisation
        gap = former.get((one.dimension.key, subject.pk)) or _new_gap(one, subject, on)
        if gap.deleted_at is None:
            gap.audit, gap.node = audit, nodes[one.dimension.key]
            gaps[one.dimension.key] = _keep_gap(gap, one, seen, by=by)
    _show_answers(audit, gaps, nodes)
    return list(gaps.values())


def weak_places(audit: Audit, cards: Mapping[Scope, Scorecard]) -> list[FoundGap]:
    """What the audit's rule calls weak, most urgent first; nothing is written."""
    return found_gaps(
        audit.framework_version.content,
        {scope.pk: card for scope, card in cards.items()},
        criticality_of(list(cards)),
        rule=Rule(audit.gap_rule, audit.gap_level, targets_of(audit, cards)),
    )


def _former_gaps(audit: Audit) -> dict[tuple[str, int], Gap]:
    """Gaps of the framework that are still there, by node and subject.

    Of this very audit, where it closes for the second time, also those that were closed or
    thrown away: the former open again, the latter stay where they are.
    """
    framework = audit.framework_version.framework_id
    there = Gap.objects.not_closed().filter(node__version__framework=framework)
    own = Gap.with_trash.filter(audit=audit, node__isnull=False)
    found = (there | own).exclude(source=GapSource.FACT)
    return {
        (gap.node.key, gap.subject_id): gap
        for gap in found.select_related("node").order_by("found_on", "pk")
    }


def _new_gap(found: FoundGap, subject: Subject, on: date) -> Gap:
    return Gap(title=found.dimension.title, subject=subject, cause=found.cause, found_on=on)


def _keep_gap(gap: Gap, found: FoundGap, seen: list[Scope], *, by: Person) -> Gap:
    verb = "found again" if gap.pk else "found"
    gap.level, gap.target = found.level, found.dimension.target
    if gap.source == GapSource.RULE:
        gap.description = "\n".join(_sentence(finding, seen) for finding in found.findings)
    said = gap.criticality
    gap.parts = vars(found.priority)
    gap.criticality = said
    gap.rank()
    gap.save()
    _note_places(gap, found, seen)
    changelog.record(by=by, row=gap, verb=verb, after={"level": round(found.level, 2)})
    if gap.is_closed:
        gap.reopen(by=by)
    return gap


def _note_places(gap: Gap, found: FoundGap, seen: list[Scope]) -> None:
    gap.scopes.filter(scope__audit=gap.audit_id).exclude(scope__in=seen).delete()
    GapScope.objects.bulk_create(
        [GapScope(gap=gap, scope=scope, level=found.levels[scope.pk]) for scope in seen],
        update_conflicts=True,
        unique_fields=["gap", "scope"],
        update_fields=["level"],
    )


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


def targets_of(audit: Audit, scopes: Iterable[Scope]) -> dict[tuple[int, str], float]:
    """The levels that single subjects want instead of the framework's, by scope and key."""
    subjects = {scope.subject_id: scope.pk for scope in scopes}
    own = LevelTarget.objects.filter(
        framework=audit.framework_version.framework_id, subject__in=subjects
    )
    rows = own.values_list("subject", "key", "level")
    return {(subjects[subject], key): level for subject, key, level in rows}


def _show_answers(audit: Audit, gaps: Mapping[str, Gap], nodes: Mapping[str, Node]) -> None:
    """Tie each gap to the answers below target that show it, in the revision they have now."""
    if audit.is_anonymous:
        return
    weak = _weak_answers(audit, nodes)
    for key, gap in gaps.items():
        within = [node.pk for node in nodes.values() if is_within(node, nodes[key])]
        where = gap.scopes.values_list("scope", flat=True)
        shown = [pk for scope in where for node in within for pk in weak.get((scope, node), ())]
        rows = [GapAnswer(gap=gap, revision_id=pk) for pk in shown]
        GapAnswer.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _weak_answers(audit: Audit, nodes: Mapping[str, Node]) -> dict[tuple[int, int], list[int]]:
    """The newest revision of each answer that counts and lies below target, by scope and node.

    Rows without the weight of models: there may be a hundred thousand.
    """
    answers = Answer.objects.of_audit(audit).counted().given().filter(number__isnull=False)
    newest = AnswerRevision.objects.filter(answer__in=answers, number=F("answer__revision"))
    rows = newest.values_list("pk", "answer__scope", "answer__node", "answer__number")
    wanted = {node.pk: _wanted(node, audit) for node in nodes.values() if node.weight > 0}
    weak: dict[tuple[int, int], list[int]] = {}
    for pk, scope, node, number in rows.order_by("pk").iterator(chunk_size=5000):
        if node in wanted and number < wanted[node]:
            weak.setdefault((scope, node), []).append(pk)
    return weak


def is_within(question: Node, node: Node) -> bool:
    return node.order <= question.order <= node.last


def _wanted(node: Node, audit: Audit) -> float:
    return audit.framework_version.target if node.target is None else node.target
