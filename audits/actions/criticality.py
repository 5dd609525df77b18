"""How much depends on what an audit looks at."""

from audits.models import Scope
from teams.models import Product, Team

ORDINARY = 2  # criticality of what has none of its own


def criticality_of(scopes: list[Scope]) -> dict[int, float]:
    """1 to 3 of each scope: a product's own, of a team its most critical product's."""
    subjects = [scope.subject_id for scope in scopes]
    known = dict(Product.objects.filter(subject__in=subjects).values_list("subject", "criticality"))
    teams = Team.objects.filter(subject__in=subjects, products__isnull=False)
    for subject, criticality in teams.values_list("subject", "products__criticality"):
        known[subject] = max(known.get(subject, 0), criticality)
    return {scope.pk: known.get(scope.subject_id, ORDINARY) for scope in scopes}
