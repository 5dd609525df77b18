"""Ask again: the next audit of the same framework, prepared from the last one."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audits.choices import InvitationState
from audits.models import Assignment, Audit, FrameworkVersion, Invitation, Node, Repeat, Scope
from audits.refusals import NotNow
from productops import changelog
from teams.models import Person, Product, Subject, Team

ASKED = ("kind", "text", "title", "choices", "low", "high", "unit", "relevant", "repeat")


@dataclass(frozen=True)
class Difference:
    """What the next audit would do otherwise than the last one."""

    version: FrameworkVersion
    gone: list[Person]  # not active any more, so that nobody asks them
    archived: list[Subject]
    new: list[Node]
    changed: list[Node]
    removed: list[Node]

    @property
    def is_none(self) -> bool:
        return not (self.gone or self.archived or self.new or self.changed or self.removed)


def difference(audit: Audit) -> Difference:
    """What asking again changes: people who left, questions of the newest published version."""
    version = _newest_version(audit)
    before = {node.key: node for node in audit.framework_version.nodes.questions()}
    now = {node.key: node for node in version.nodes.questions()}
    return Difference(
        version=version,
        gone=list(Person.objects.filter(invitations__audit=audit, is_active=False)),
        archived=[scope.subject for scope in _scopes(audit) if scope.subject_id in _archived()],
        new=[node for key, node in now.items() if key not in before],
        changed=[now[key] for key in now if key in before and _differ(before[key], now[key])],
        removed=[node for key, node in before.items() if key not in now],
    )


def _newest_version(audit: Audit) -> FrameworkVersion:
    versions = FrameworkVersion.objects.published()
    newest = versions.filter(framework=audit.framework_version.framework_id).newest_first()
    return newest.first() or audit.framework_version


def _differ(before: Node, now: Node) -> bool:
    return any(getattr(before, name) != getattr(now, name) for name in ASKED)


def _scopes(audit: Audit) -> list[Scope]:
    return list(audit.scopes.select_related("subject"))


def _archived() -> set[int]:
    products = Product.objects.exclude(archived_at=None).values_list("subject", flat=True)
    return set(products) | set(
        Team.objects.exclude(archived_at=None).values_list("subject", flat=True)
    )


@transaction.atomic
def ask_again(*, audit: Audit, title: str, closes_on: date, by: Person) -> Audit:
    """A draft like a closed audit: the newest published version, the scopes that are still there,
    the people who are still active, with what they answered for. Last answers are carried over
    unless they are anonymous."""
    if not audit.is_closed:
        raise NotNow(_("Only a closed audit can be asked again."))
    made = Audit.objects.create(
        title=title,
        framework_version=_newest_version(audit),
        owner=by,
        is_anonymous=audit.is_anonymous,
        intro=audit.intro,
        carries_over=not audit.is_anonymous,
        is_single_use=audit.is_single_use,
        reminder_days=audit.reminder_days,
        gap_rule=audit.gap_rule,
        gap_level=audit.gap_level,
        cloned_from=audit,
        closes_on=closes_on,
    )
    archived = _archived()
    kept = [scope for scope in _scopes(audit) if scope.subject_id not in archived]
    scopes = Scope.objects.bulk_create(
        [Scope(audit=made, subject_id=scope.subject_id) for scope in kept]
    )
    across = dict(zip([scope.pk for scope in kept], scopes, strict=True))
    nodes = {node.key: node for node in made.framework_version.nodes.sections()}
    root = made.framework_version.root()
    _copy_people(audit, made, across, nodes, root)
    if made.framework_version_id == audit.framework_version_id:
        _copy_repeats(audit, across, archived)
    changelog.record(by=by, row=made, verb="created", after={"title": title, "like": audit.title})
    return made


def _copy_people(
    audit: Audit, made: Audit, across: dict[int, Scope], nodes: dict[str, Node], root: Node
) -> None:
    """Everybody who is still there; whose section went answers all of the scope."""
    people = audit.invitations.filter(person__is_active=True).exclude(
        state=InvitationState.HANDED_OVER
    )
    rows = Assignment.objects.filter(invitation__in=people).select_related("node", "invitation")
    wanted: dict[tuple[int, int], set[Node]] = {}
    for row in rows:
        if row.scope_id in across:
            pair = (row.invitation.person_id, row.scope_id)
            node = nodes.get(row.node.key) if row.node.parent_id else root
            wanted.setdefault(pair, set()).update([node] if node else [])
    ids = sorted({person for person, _scope in wanted})
    invited = Invitation.objects.bulk_create(
        [Invitation(audit=made, person_id=person) for person in ids]
    )
    of_person = {one.person_id: one for one in invited}
    Assignment.objects.bulk_create(
        [
            Assignment(invitation=of_person[person], scope=across[scope], node=node)
            for (person, scope), found in wanted.items()
            for node in (found or {root})
        ]
    )


def _copy_repeats(audit: Audit, across: dict[int, Scope], archived: set[int]) -> None:
    rows = Repeat.objects.filter(scope__audit=audit, scope__in=across)
    Repeat.objects.bulk_create(
        [
            Repeat(scope=across[row.scope_id], node_id=row.node_id, subject_id=row.subject_id)
            for row in rows
            if row.subject_id not in archived
        ]
    )
