"""The middle of the chain: gap, objective, key result, and the actions that grew into an
improvement; metrics goes on with its series."""

from django.utils.translation import gettext_lazy as _

from objectives.models import Action, KeyResult, Kpi, Objective, ObjectiveGap, Series
from productops.trace import Edge, Node, Noun, edge, noun, through


def objectives(person, ids: set[int]):
    found = Objective.objects.visible_to(person).filter(pk__in=ids)
    for each in found.select_related("subject"):
        detail = f"{each.subject.name} · {each.get_state_display()}"
        yield Node("objective", each.pk, each.title, each.get_absolute_url(), detail)


def key_results(person, ids: set[int]):
    found = KeyResult.objects.visible_to(person).filter(pk__in=ids, objective__deleted_at=None)
    for each in found.select_related("owner"):
        yield Node("key-result", each.pk, each.title, each.get_absolute_url(), str(each.owner))


def actions(person, ids: set[int]):
    found = Action.objects.visible_to(person).filter(pk__in=ids)
    for each in found.select_related("owner"):
        detail = f"{each.owner} · {each.get_state_display()}"
        yield Node("action", each.pk, each.title, each.get_absolute_url(), detail)


def grown():
    """Actions that are part of the chain; what is done by hand alone would bury it."""
    return Action.objects.of_kept().promoted()


def kpis(person, ids: set[int]):
    for each in Kpi.objects.visible_to(person).filter(pk__in=ids):
        yield Node("kpi", each.pk, each.name, each.get_absolute_url())


noun(Noun("objective", objectives, order=30, name=_("Objective")))
noun(Noun("key-result", key_results, order=40, name=_("Key result")))
noun(Noun("action", actions, order=42, name=_("Action")))
noun(Noun("kpi", kpis, order=43, name=_("KPI definition")))
edge(Edge("objective", "gap", through(ObjectiveGap.objects.all, "objective", "gap")))
edge(Edge("key-result", "objective", through(KeyResult.objects.all, "pk", "objective")))
edge(Edge("series", "kpi", through(Series.objects.all, "pk", "kpi")))
edge(Edge("action", "objective", through(grown, "pk", "objective")))
edge(Edge("action", "key-result", through(grown, "pk", "key_result")))
edge(Edge("action", "series", through(grown, "pk", "series")))
