"""Where what people say differs from what the record says: a gap, until both agree again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.criticality import criticality_of
from audits.actions.facts import newest_facts
from audits.actions.proposals import shown_by
from audits.choices import SMALLEST_GROUP, AnswerState, GapSource
from audits.disclosure import kept_back
from audits.fact_words import contradiction
from audits.facts import Compared, fact_rule
from audits.models import (
    Answer,
    Audit,
    Consensus,
    Fact,
    Gap,
    GapScope,
    Node,
    Scope,
)
from productops import changelog, clock

LONGEST_TITLE = 200
Places = dict[tuple[int, int, int], list[float]]  # by scope, question and subject
SAID = "said"  # what people said, beside the parts of the priority


@dataclass(frozen=True)
class Beside:
    """One place of an audit: what people say there, and the fact beside it."""

    scope: Scope
    node: Node
    subject_id: int
    fact: Fact
    compared: Compared
    people: int


def facts_for(audit: Audit, on: date) -> list[Beside]:
    """Every place of an audit that has a fact beside it, in the order of the questionnaire.

    Five queries, whatever the size. What people say is the median of submitted answers, or what
    they agreed upon; of an anonymous audit it is left out below the smallest group.
    """
    return beside_of([audit], on)


def beside_of(audits: Iterable[Audit], on: date) -> list[Beside]:
    """The same over several audits."""
    audits = list(audits)
    scopes = list(Scope.objects.filter(audit__in=audits).select_related("subject", "audit"))
    versions = {audit.framework_version_id for audit in audits}
    asked = Node.objects.questions().filter(version__in=versions).exclude(measure="")
    nodes = list(asked.select_related("version").order_by("order"))
    said = _told(_said(audits, nodes), audits, scopes, on)
    subjects = {subject for _scope, _node, subject in said} | {s.subject_id for s in scopes}
    facts = newest_facts({node.measure for node in nodes}, subjects, on)
    where = _subjects_by_place(said)
    return [
        _beside(scope, node, subject, facts[node.measure, subject], said)
        for node in nodes
        for scope in scopes
        if scope.audit.framework_version_id == node.version_id
        for subject in sorted({scope.subject_id} | where.get((scope.pk, node.pk), set()))
        if (node.measure, subject) in facts
    ]


def _told(said: Places, audits: list[Audit], scopes: list[Scope], on: date) -> Places:
    """Without the levels that an anonymous audit keeps back."""
    kept = {audit.pk: kept_back(audit, on) for audit in audits if audit.is_anonymous}
    secret = {scope.pk: kept[scope.audit_id] for scope in scopes if scope.audit_id in kept}
    return {
        (scope, node, subject): []
        if scope in secret and secret[scope].covers(scope, node)
        else levels
        for (scope, node, subject), levels in said.items()
    }


def _subjects_by_place(said: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], set[int]]:
    """About which subjects somebody answered: the scope's own, and those of repeated sections."""
    where: dict[tuple[int, int], set[int]] = {}
    for scope, node, subject in said:
        where.setdefault((scope, node), set()).add(subject)
    return where


def _beside(scope: Scope, node: Node, subject: int, fact: Fact, said: Mapping) -> Beside:
    levels = said.get((scope.pk, node.pk, subject), [])
    hidden = scope.audit.is_anonymous and len(levels) < SMALLEST_GROUP
    level = median(levels) if levels and not hidden else None
    rule = fact_rule(node.fact, tuple(node.steps))
    compared = Compared(level, fact.value, fact.on, rule)
    return Beside(scope, node, subject, fact, compared, len(levels))


def _said(audits: list[Audit], nodes: list[Node]) -> Places:
    """The numbers that count at each place: scope, question, subject."""
    wanted = [node.pk for node in nodes]
    answers = Answer.objects.filter(scope__audit__in=audits, node__in=wanted)
    counted = answers.counted().given().filter(number__isnull=False)
    said: Places = {}
    for scope, node, subject, number in counted.values_list("scope", "node", "subject", "number"):
        said.setdefault((scope, node, subject), []).append(number)
    agreed = Consensus.objects.filter(scope__audit__in=audits, node__in=wanted)
    for one in agreed:
        place = one.scope_id, one.node_id, one.subject_id
        has_level = one.state == AnswerState.ANSWERED and one.number is not None
        people = len(said.get(place, [0]))
        said[place] = [one.number] * people if has_level else []
    return said


@transaction.atomic
def raise_from_facts(*, audit: Audit, now: datetime) -> list[Gap]:
    """Open, bring up to date or close the gaps between answers and record; those that changed."""
    former = _former_gaps(audit)
    changed = [_settle(place, former, audit, now) for place in facts_for(audit, clock.day_of(now))]
    return [gap for gap in changed if gap is not None]


@transaction.atomic
def follow_facts(*, audit: Audit, now: datetime) -> list[Gap]:
    """The same of gaps that are known alone: nobody can say anything else in a closed audit, so
    that a record which moves on contradicts nobody anew."""
    former = _former_gaps(audit)
    places = facts_for(audit, clock.day_of(now))
    known = [place for place in places if (place.node.key, place.subject_id) in former]
    changed = [_settle(place, former, audit, now) for place in known]
    return [gap for gap in changed if gap is not None]


def compare_all(*, now: datetime) -> None:
    """Hold the answers of open audits beside the record, and gaps of closed ones that differ."""
    for audit in Audit.objects.open().select_related("framework_version").order_by("pk"):
        raise_from_facts(audit=audit, now=now)
    differing = Gap.objects.not_closed().filter(source=GapSource.FACT).values("audit")
    closed = Audit.objects.closed().filter(pk__in=differing)
    for audit in closed.select_related("framework_version").order_by("pk"):
        follow_facts(audit=audit, now=now)


def _former_gaps(audit: Audit) -> dict[tuple[str, int], Gap]:
    """Contradictions that are known of the same questionnaire; of this audit also closed ones."""
    framework = audit.framework_version.framework_id
    facts = Gap.with_trash.filter(source=GapSource.FACT, node__version__framework=framework)
    there = facts.filter(deleted_at=None).not_closed() | facts.filter(audit=audit)
    found = there.select_related("node", "fact", "subject").order_by("found_on", "pk")
    return {(gap.node.key, gap.subject_id): gap for gap in found}


def _settle(place: Beside, former: dict, audit: Audit, now: datetime) -> Gap | None:
    gap = former.get((place.node.key, place.subject_id))
    agrees = place.compared.agrees_on(clock.day_of(now))
    if agrees is None or (gap is not None and gap.deleted_at is not None):
        return None
    if agrees:
        return _end(gap, place, now)
    if gap is None:
        gap = Gap(source=GapSource.FACT, subject_id=place.subject_id, found_on=clock.day_of(now))
    return _keep(gap, place, audit, now)


def _end(gap: Gap | None, place: Beside, now: datetime) -> Gap | None:
    if gap is None or gap.is_closed:
        return None
    because = _("Answer and record agree again. %(sentence)s")
    sentence = contradiction(place.node, place.compared)
    gap.close(by=None, on=clock.day_of(now), because=because % {"sentence": sentence})
    return gap


def _keep(gap: Gap, place: Beside, audit: Audit, now: datetime) -> Gap | None:
    if _is_told(gap, place, audit):
        return None
    sentence = contradiction(place.node, place.compared)
    verb = "found again" if gap.pk else "found"
    gap.audit, gap.node, gap.fact, gap.description = audit, place.node, place.fact, sentence
    gap.title = gap.title or _title(place.node)
    gap.cause = gap.cause or place.node.suggests.get("cause", "")
    gap.level, gap.target = place.compared.level, _wanted(place.node)
    if not gap.parts:
        gap.parts = {"criticality": float(criticality_of([place.scope])[place.scope.pk])}
    gap.parts[SAID] = place.compared.said
    gap.rank()
    gap.save()
    _tie(gap, place)
    changelog.record(by=None, row=gap, verb=verb, after={"what": sentence})
    if gap.is_closed:
        gap.reopen(by=None)
    return gap


def _is_told(gap: Gap, place: Beside, audit: Audit) -> bool:
    """Whether the gap says this already, so that small moves of a value tell nobody anything. What
    a person closed stays closed until answer or record come to another level."""
    same_levels = (gap.level, gap.parts.get(SAID)) == (place.compared.level, place.compared.said)
    is_standing = not gap.is_closed or gap.closed_by_id is not None
    return bool(gap.pk) and gap.audit_id == audit.pk and same_levels and is_standing


def _title(node: Node) -> str:
    what = node.title or node.suggests.get("gap") or node.text
    return (_("Said and done differ: %(what)s") % {"what": what})[:LONGEST_TITLE]


def _wanted(node: Node) -> float:
    return node.version.target if node.target is None else node.target


def _tie(gap: Gap, place: Beside) -> None:
    """Note where it shows, and by which answers as they are now."""
    GapScope.objects.bulk_create(
        [GapScope(gap=gap, scope=place.scope, level=place.compared.level)],
        update_conflicts=True,
        unique_fields=["gap", "scope"],
        update_fields=["level"],
    )
    if place.scope.audit.is_anonymous:
        return
    here = {"scope": place.scope, "node": place.node, "subject": place.subject_id}
    shown_by(gap, Answer.objects.filter(**here).counted().given())
