"""What a question for subjects offers."""

from django.db.models import Q

from audits.choices import NodeKind
from audits.models import Place
from teams.choices import SubjectKind
from teams.models import Subject

NEAR = (SubjectKind.PRODUCT, SubjectKind.TEAM)  # which of them belong together is known


def catalogue_for(place: Place) -> list[Subject]:
    """What a question for subjects offers: of products and teams those that belong to the scope,
    of everything else all."""
    if place.node.kind != NodeKind.SUBJECT:
        return []
    found, about = Subject.objects.of_kind(SubjectKind(place.node.catalogue)), place.scope.subject
    found = found.exclude(product__archived_at__isnull=False)
    found = found.exclude(team__archived_at__isnull=False)
    if place.node.catalogue in NEAR and about.kind in NEAR:
        near = Q(product__teams__subject=about) | Q(team__products__subject=about)
        found = found.filter(near | Q(pk=about.pk)).distinct()
    return list(found.order_by("name", "pk"))
