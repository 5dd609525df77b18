"""For which subjects a repeated section of a scope is asked: proposed by the catalogue, trimmed by
hand while the audit is a draft, fixed when it opens."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.keeping import forget_progress
from audits.models import Audit, Repeat, Scope
from audits.refusals import NotNow
from productops import changelog
from teams.choices import SubjectKind
from teams.models import Person, Product, ProductTeam, Subject, Team

Place = tuple[int, int]  # a scope and a repeated section


def proposals(audit: Audit) -> dict[Place, list[Subject]]:
    """The subjects for which the catalogue would ask each repeated section of each scope: of a
    team its products, of a product its teams, else all of that kind."""
    sections = list(repeated_sections(audit))
    if not sections:
        return {}
    catalogue = _catalogue({section.repeat for section in sections})
    kin = _kin()
    return {
        (scope.pk, section.pk): [
            subject for subject in catalogue[section.repeat] if _belongs(subject, scope, kin)
        ]
        for scope in audit.scopes.select_related("subject")
        for section in sections
    }


def repeated_sections(audit: Audit):
    return audit.framework_version.nodes.sections().exclude(repeat="").order_by("order")


def _catalogue(kinds: set[str]) -> dict[str, list[Subject]]:
    """All subjects of these kinds, without products and teams that are archived."""
    gone = set(Product.objects.exclude(archived_at=None).values_list("subject", flat=True)) | set(
        Team.objects.exclude(archived_at=None).values_list("subject", flat=True)
    )
    found: dict[str, list[Subject]] = {kind: [] for kind in kinds}
    for subject in Subject.objects.filter(kind__in=kinds).order_by("name", "pk"):
        if subject.pk not in gone:
            found[subject.kind].append(subject)
    return found


def _kin() -> set[tuple[int, int]]:
    """(subject, subject) of each product and its teams, both ways."""
    pairs = set(ProductTeam.objects.values_list("product__subject", "team__subject"))
    return pairs | {(team, product) for product, team in pairs}


def _belongs(subject: Subject, scope: Scope, kin: set[tuple[int, int]]) -> bool:
    near = (SubjectKind.PRODUCT, SubjectKind.TEAM)
    if subject.kind not in near or scope.subject.kind not in near:
        return True
    return subject.pk == scope.subject_id or (subject.pk, scope.subject_id) in kin


@transaction.atomic
def set_repeats(*, audit: Audit, wanted: Mapping[Place, Collection[Subject]], by: Person) -> None:
    """Ask each repeated section of each scope for these subjects; of those that are not named
    here, the catalogue decides when the audit opens. Raises NotNow once it is open."""
    if not audit.is_draft:
        raise NotNow(_("People answer this audit already: what it asks for stays as it is."))
    known = set(audit.scopes.values_list("pk", flat=True))
    sections = {node.pk: node for node in repeated_sections(audit)}
    for (scope, node), subjects in wanted.items():
        if scope not in known or node not in sections:
            raise NotNow(_("This scope or section does not belong to the audit any more."))
        if not subjects:
            raise NotNow(
                _("Choose at least one for “%(section)s”.") % {"section": sections[node].short}
            )
        Repeat.objects.filter(scope=scope, node=node).delete()
        Repeat.objects.bulk_create(
            [Repeat(scope_id=scope, node_id=node, subject=subject) for subject in subjects]
        )
    forget_progress(audit.invitations.all())
    changelog.record(by=by, row=audit, verb="repeats", after={"sections": len(wanted)})


def fill_repeats(audit: Audit) -> int:
    """Fix what nobody chose by hand from the catalogue as it is now; how many rows that made."""
    chosen = set(Repeat.objects.filter(scope__audit=audit).values_list("scope", "node"))
    rows = [
        Repeat(scope_id=scope, node_id=node, subject=subject)
        for (scope, node), subjects in proposals(audit).items()
        if (scope, node) not in chosen
        for subject in subjects
    ]
    return len(Repeat.objects.bulk_create(rows, batch_size=500))


def forget_repeats_of_other_versions(audit: Audit) -> None:
    Repeat.objects.filter(scope__audit=audit).exclude(
        node__version=audit.framework_version_id
    ).delete()
