"""Who answers what: sections of the questionnaire, for each scope and each person."""

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.holding import hold_open
from audits.actions.keeping import keep_progress
from audits.choices import NodeKind
from audits.models import Answer, Assignment, Audit, Node
from audits.refusals import NotNow
from productops import changelog
from teams.models import Person

Pair = tuple[int, int]  # an invitation and a scope


@transaction.atomic
def assign(*, audit: Audit, wanted: Mapping[Pair, Collection[Node]], by: Person) -> int:
    """Let each pair of invitation and scope answer these sections, none where there are none; how
    many pairs changed. All sections are the same as the root.

    In an open audit nothing is taken away that was answered, and nobody is left with nothing.
    """
    hold_open(audit.pk)
    tops, root = sections_of(audit)
    after = {pair: _whole(nodes, tops, root) for pair, nodes in wanted.items()}
    before = _assigned(audit, after)
    changed = {pair: nodes for pair, nodes in after.items() if nodes != before.get(pair, set())}
    _refuse_answered(audit, before, changed)
    _write(before, changed)
    _see_that_nobody_is_left_over(audit)
    keep_progress({invitation for invitation, _scope in changed})
    if changed:
        changelog.record(by=by, row=audit, verb="assigned", after={"changed": len(changed)})
    return len(changed)


@transaction.atomic
def assign_section(*, audit: Audit, section: Node, people: Iterable[Person], by: Person) -> int:
    """Let these people answer a section wherever they are asked: those who answer all answer it
    alone from now on, others answer it too. How many pairs changed."""
    _tops, root = sections_of(audit)
    theirs = audit.invitations.filter(person__in=list(people))
    rows = Assignment.objects.filter(invitation__in=theirs).select_related("node")
    held: dict[Pair, set[Node]] = {}
    for row in rows:
        held.setdefault((row.invitation_id, row.scope_id), set()).add(row.node)
    wanted = {pair: (nodes - {root}) | {section} for pair, nodes in held.items()}
    return assign(audit=audit, wanted=wanted, by=by)


def sections_of(audit: Audit) -> tuple[list[Node], Node]:
    """What can be assigned, in order: the sections at the top (and questions that stand beside
    them); and the root, which is all of it."""
    nodes = audit.framework_version.nodes.filter(parent__parent=None).order_by("order")
    root, *tops = nodes
    return [node for node in tops if node.kind == NodeKind.SECTION or node.is_question], root


def _whole(nodes: Collection[Node], tops: list[Node], root: Node) -> set[Node]:
    """The root in place of all sections; what cannot be assigned is refused."""
    known = {node.pk: node for node in (root, *tops)}
    if any(node.pk not in known for node in nodes):
        raise NotNow(_("Only the sections of this audit's questionnaire can be assigned."))
    chosen = {known[node.pk] for node in nodes}
    return {root} if root in chosen or (tops and chosen == set(tops)) else chosen


def _assigned(audit: Audit, pairs: Collection[Pair]) -> dict[Pair, set[Node]]:
    """What the pairs answer now; pairs of another audit are refused."""
    invitations = set(audit.invitations.values_list("pk", flat=True))
    scopes = set(audit.scopes.values_list("pk", flat=True))
    if any(one not in invitations or scope not in scopes for one, scope in pairs):
        raise NotNow(_("This person or this scope does not belong to the audit any more."))
    found: dict[Pair, set[Node]] = {}
    rows = Assignment.objects.filter(invitation__audit=audit).select_related("node")
    for row in rows:
        found.setdefault((row.invitation_id, row.scope_id), set()).add(row.node)
    return {pair: found[pair] for pair in pairs if pair in found}


def _refuse_answered(
    audit: Audit, before: Mapping[Pair, set[Node]], changed: Mapping[Pair, set[Node]]
) -> None:
    """Refuse to take away what somebody has answered."""
    answers = Answer.objects.of_audit(audit).filter(invitation__isnull=False)
    for answer in answers.select_related("invitation__person", "node", "scope__subject"):
        pair = (answer.invitation_id, answer.scope_id)
        if pair in changed and not _cover(changed[pair], answer.node):
            raise NotNow(
                _("%(person)s has answered “%(question)s” about %(scope)s already.")
                % {
                    "person": answer.invitation.person,
                    "question": answer.node.short,
                    "scope": answer.scope.subject,
                }
            )


def _cover(nodes: Collection[Node], question: Node) -> bool:
    return any(node.order <= question.order <= node.last for node in nodes)


def _write(before: Mapping[Pair, set[Node]], changed: Mapping[Pair, set[Node]]) -> None:
    new = []
    for (invitation, scope), nodes in changed.items():
        held = before.get((invitation, scope), set())
        if gone := held - nodes:
            Assignment.objects.filter(
                invitation=invitation, scope=scope, node__in=[node.pk for node in gone]
            ).delete()
        new += [
            Assignment(invitation_id=invitation, scope_id=scope, node=node) for node in nodes - held
        ]
    Assignment.objects.bulk_create(new, ignore_conflicts=True)


def _see_that_nobody_is_left_over(audit: Audit) -> None:
    """In a draft, who answers nothing is not asked; in an open audit that is refused."""
    idle = audit.invitations.filter(assignments=None)
    if audit.is_draft:
        idle.delete()
    elif person := idle.missing().select_related("person").first():
        raise NotNow(
            _("%(person)s would have nothing left to answer. Take the invitation away instead.")
            % {"person": person.person}
        )
