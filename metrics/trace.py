"""The newest part of the chain: the series that is watched, what was done, whether it worked."""

from django.utils.translation import gettext_lazy as _

from metrics.models import (
    Improvement,
    ImprovementGap,
    ImprovementKeyResult,
    Registration,
    Verdict,
)
from objectives.models import KeyResult, Series
from productops.trace import Edge, Node, Noun, edge, noun, through


def series(person, ids: set[int]):
    found = Series.objects.visible_to(person).filter(pk__in=ids)
    for one in found.select_related("kpi", "subject"):
        yield Node("series", one.pk, one.kpi.name, one.get_absolute_url(), one.subject.name)


def improvements(person, ids: set[int]):
    found = Improvement.objects.visible_to(person).filter(pk__in=ids)
    for one in found.select_related("subject"):
        detail = f"{one.subject.name} · {one.get_state_display()}"
        yield Node("improvement", one.pk, one.title, one.get_absolute_url(), detail)


def verdicts(person, ids: set[int]):
    """Verdicts on series that the person may see, of improvements that they may see."""
    seen = Series.objects.visible_to(person).values("pk")
    found = Verdict.objects.visible_to(person).filter(
        pk__in=ids,
        registration__series__in=seen,
        registration__improvement__deleted_at=None,
    )
    for one in found.select_related("registration__improvement", "registration__series__kpi"):
        promise = one.registration
        url = promise.improvement.get_absolute_url()
        yield Node("verdict", one.pk, str(one.get_result_display()), url, promise.series.kpi.name)


def kept(table):
    """Rows of a table of links, without those of improvements in the trash."""
    return lambda: table.objects.filter(improvement__deleted_at=None)


def changing(lever: str):
    """Edges from improvements to what they change, or grew out of."""
    return through(Improvement.objects.all, "pk", lever)


def kept_verdicts():
    return Verdict.objects.filter(registration__improvement__deleted_at=None)


noun(Noun("series", series, order=50, name=_("KPI")))
noun(Noun("improvement", improvements, order=60, name=_("Improvement")))
noun(Noun("verdict", verdicts, order=70, name=_("Verdict")))
# A key result is older than what was measured for it: so a dashboard's row leads to the answer.
edge(Edge("series", "key-result", through(KeyResult.objects.all, "series", "pk")))
edge(Edge("improvement", "series", through(kept(Registration), "improvement", "series")))
edge(Edge("improvement", "gap", through(kept(ImprovementGap), "improvement", "gap")))
edge(
    Edge(
        "improvement",
        "key-result",
        through(kept(ImprovementKeyResult), "improvement", "key_result"),
    )
)
edge(Edge("improvement", "action", changing("action")))
edge(Edge("improvement", "revision", changing("revision")))
edge(Edge("improvement", "learning-plan", changing("learning_plan")))
edge(Edge("improvement", "rollout", changing("rollout")))
edge(Edge("verdict", "improvement", through(kept_verdicts, "pk", "registration__improvement")))
edge(Edge("verdict", "series", through(kept_verdicts, "pk", "registration__series")))
