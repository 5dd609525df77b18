"""The front door of talking together: places to agree upon, workshops, and phones in them."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from audits.models import Audit, Consensus, Node, Participant, Scope, Workshop
from productops import links
from productops.links import LinkOver, LinkUnknown
from productops.models import Link
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


# Workshops ----------------------------------------------------------------------------------
def workshops_for(person: Person):
    """Those about scopes of audits that the person may read."""
    return Workshop.objects.visible_to(person).filter(scope__audit__deleted_at=None)


def workshop_to_lead(person: Person, pk: int) -> Workshop:
    workshop = get_object_or_404(_whole(workshops_for(person)), pk=pk)
    check_may_facilitate(person, workshop.scope)
    return workshop


def _whole(workshops):
    """With all that its pages ask of it, but for the questionnaire's content."""
    return workshops.select_related(
        "scope__audit__owner", "scope__subject", "node__parent", "subject", "by", "link"
    )


def workshop_by(token: str, now: datetime) -> Workshop:
    """The workshop that a link opens. Raises LinkUnknown (404) or LinkOver (410)."""
    link = links.opened(Link.Purpose.WORKSHOP, token, now=now)
    workshops = Workshop.objects.select_related("scope__audit", "scope__subject", "node", "subject")
    workshop = workshops.filter(link=link).first()
    if workshop is None:
        raise LinkUnknown
    if not workshop.is_running:
        raise LinkOver(link)
    return workshop


def workshop_behind(token: str, now: datetime) -> Workshop:
    """The workshop that a link belonged to, also when the link itself is over."""
    try:
        link = links.opened(Link.Purpose.WORKSHOP, token, now=now)
    except LinkOver as over:
        link = over.link
    return get_object_or_404(Workshop.objects.select_related("scope__audit"), link=link)


def link_by_code(code: str, now: datetime) -> Link:
    """The link of the running workshop that a typed code stands for. Raises LinkUnknown."""
    running = Workshop.objects.running().filter(link__isnull=False, scope__audit__deleted_at=None)
    for workshop in running.select_related("link"):
        link = workshop.link
        if not link.is_over(now) and constant_time_compare(links.code_of(link), code.upper()):
            return link
    raise LinkUnknown(_("There is no such workshop."))


def participant_in(workshop: Workshop, mark: str) -> Participant | None:
    """The phone that holds the cookie of this mark; None where it has not joined."""
    return workshop.participants.filter(mark=mark).first() if mark else None
