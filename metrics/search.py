"""What search may find: KPIs with their series, improvements, dashboards, sources, comments."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from metrics.models import Comment, Dashboard, Improvement, Source
from objectives.models import Series
from productops.search import Hit, finder


def named(rows: QuerySet, words: list[str], *columns: str) -> QuerySet:
    """The rows in which every word stands in one of the columns."""
    for word in words:
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(anywhere)
    return rows


@finder("metric")
def series(person, words: list[str], limit: int):
    mine = Series.objects.visible_to(person).filter(kpi__deleted_at=None)
    found = named(mine, words, "kpi__name", "kpi__slug", "subject__name")
    for one in found.select_related("kpi", "subject").order_by("kpi__name", "pk")[:limit]:
        yield Hit(str(_("KPI")), one.kpi.name, one.get_absolute_url(), one.subject.name)


@finder("improvement")
def improvements(person, words: list[str], limit: int):
    mine = Improvement.objects.visible_to(person)
    found = named(mine, words, "title", "hypothesis", "subject__name")
    for one in found.select_related("subject")[:limit]:
        detail = f"{one.subject.name} · {one.get_state_display()}"
        yield Hit(str(_("Improvement")), one.title, one.get_absolute_url(), detail)


@finder("dashboard")
def dashboards(person, words: list[str], limit: int):
    for one in named(Dashboard.objects.visible_to(person), words, "title")[:limit]:
        yield Hit(str(_("Dashboard")), one.title, one.get_absolute_url())


@finder("source")
def sources(person, words: list[str], limit: int):
    for one in named(Source.objects.visible_to(person), words, "name", "slug")[:limit]:
        yield Hit(str(_("Source")), one.name, one.get_absolute_url(), one.get_state_display())


@finder("comment")
def comments(person, words: list[str], limit: int):
    found = named(Comment.objects.visible_to(person), words, "text", "series__kpi__name")
    for one in found.select_related("series__kpi", "author").order_by("-pk")[:limit]:
        detail = f"{one.series.kpi} · {one.author}"
        yield Hit(str(_("Comment")), one.first_line, one.get_absolute_url(), detail)
