"""What search finds here: objectives, key results, KPIs."""

from django.db.models import Q
from django.utils.translation import gettext as _

from objectives.models import KeyResult, Kpi, Objective
from productops.search import Hit, finder


def having(words: list[str], *fields: str) -> Q:
    """Rows in which each word stands in one of the fields."""
    found = Q()
    for word in words:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        found &= anywhere
    return found


@finder("objective")
def objectives(person, words: list[str], limit: int):
    found = Objective.objects.visible_to(person).filter(
        having(words, "title", "why", "subject__name")
    )
    for each in found.select_related("subject", "cycle").order_by("-pk")[:limit]:
        detail = f"{each.subject.name} · {each.cycle} · {each.get_state_display()}"
        yield Hit(_("Objective"), each.title, each.get_absolute_url(), detail)


@finder("key-result")
def key_results(person, words: list[str], limit: int):
    found = KeyResult.objects.visible_to(person).filter(
        having(words, "title", "series__kpi__name"), objective__deleted_at=None
    )
    for each in found.select_related("objective").order_by("-pk")[:limit]:
        yield Hit(_("Key result"), each.title, each.get_absolute_url(), each.objective.title)


@finder("kpi")
def kpis(person, words: list[str], limit: int):
    found = Kpi.objects.visible_to(person).filter(having(words, "name", "slug", "purpose"))
    for each in found.order_by("name")[:limit]:
        yield Hit(_("KPI"), each.name, each.get_absolute_url(), str(each.get_family_display()))
