"""The front door of talking together: places to agree upon, workshops, and phones in them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from audits.models import Audit, Consensus, Node, Scope
from teams.models import Person, Subject


# Consensus ----------------------------------------------------------------------------------
def consensus_for(person: Person, audit: Audit):
    """What was agreed upon about the scopes that the person may look into."""
    agreed = Consensus.objects.visible_to(person).of_audit(audit)
    return agreed.select_related("node", "subject", "scope__subject", "by")


def consensus_to_withdraw(person: Person, pk: int) -> Consensus:
    agreed = Consensus.objects.visible_to(person)
    consensus = get_object_or_404(
        agreed.select_related("node", "subject", "scope__audit", "scope__subject"), pk=pk
    )
    check_may_facilitate(person, consensus.scope)
    return consensus


def scopes_told(person: Person, audit: Audit):
    """The scopes of which the person may read single answers."""
    scopes = audit.scopes.select_related("subject")
    if person.sees_all:
        return scopes
    return scopes.filter(subject__in=Subject.objects.of_pm(person).values("pk"))


def scope_to_facilitate(person: Person, pk: int) -> Scope:
    """A scope about which the person may let people talk and write down what they agree upon."""
    scopes = Scope.objects.visible_to(person).filter(audit__in=Audit.objects.visible_to(person))
    scope = get_object_or_404(
        scopes.select_related("audit__framework_version", "audit__owner", "subject").defer(
            "audit__framework_version__content"
        ),
        pk=pk,
    )
    check_may_facilitate(person, scope)
    return scope


def may_facilitate(person: Person, scope: Scope) -> bool:
    return person.may_change(scope.subject)


def check_may_facilitate(person: Person, scope: Scope) -> None:
    if not may_facilitate(person, scope):
        raise PermissionDenied(_("Only who answers for it writes down what was agreed."))


def place_in(scope: Scope, node_pk: int, subject_pk: int) -> tuple[Node, Subject]:
    """A question of the scope's audit, and whom it is about there: the scope's own subject, or
    one for which its section is repeated."""
    questions = Node.objects.questions().filter(version=scope.audit.framework_version_id)
    node = get_object_or_404(questions, pk=node_pk)
    if subject_pk == scope.subject_id:
        return node, scope.subject
    repeats = scope.repeats.filter(node__order__lte=node.order, node__last__gte=node.order)
    return node, get_object_or_404(repeats.select_related("subject"), subject=subject_pk).subject


def place_named(scope: Scope, key: str, subject: Subject) -> Node | None:
    """The question of this key, if it is asked about the subject in the scope."""
    version = scope.audit.framework_version_id
    node = Node.objects.questions().filter(version=version, key=key).first()
    if node is None or subject.pk == scope.subject_id:
        return node
    repeats = scope.repeats.filter(node__order__lte=node.order, node__last__gte=node.order)
    return node if repeats.filter(subject=subject).exists() else None
