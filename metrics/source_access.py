"""The front door of sources: operators', and an administrator's where queries are written."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from metrics.connectors import Connector, all_connectors
from metrics.models import ColumnMapping, Source, SourceRun, SourceSeries
from objectives.models import Series
from productops.models import ImportRun
from teams.choices import AccountRole
from teams.models import Person

OPERATORS = ("ops", "admin")
# Whoever writes a query reads whatever the database's role may read.
FOR_ADMINS = frozenset({"sql"})


def kinds_for(person: Person) -> list[Connector]:
    """The kinds of sources that a person may set up."""
    return [each for each in all_connectors() if may_set_up(person, each.kind)]


def may_set_up(person: Person, kind: str) -> bool:
    return person.changes_all and (kind not in FOR_ADMINS or person.role == AccountRole.ADMIN)


def check_may_set_up(person: Person, kind: str) -> None:
    if not may_set_up(person, kind):
        raise PermissionDenied(_("Only an administrator writes queries to a database."))


def sources_for(person: Person) -> QuerySet[Source]:
    """The sources that a person may see, each with ``feeds``, how many series it feeds."""
    mine = Source.objects.visible_to(person).select_related("owner")
    return mine.annotate(feeds=Count("fed")).order_by("name", "pk")


def source_to_read(person: Person, slug: str) -> Source:
    mine = Source.objects.visible_to(person).select_related("owner")
    return get_object_or_404(mine, slug=slug)


def source_to_change(person: Person, slug: str) -> Source:
    """A source to pause, to run or to map: all that does not say what is read."""
    return source_to_read(person, slug)


def source_to_set_up(person: Person, slug: str) -> Source:
    """A source whose settings the person may change."""
    source = source_to_read(person, slug)
    check_may_set_up(person, source.kind)
    return source


def runs_of(person: Person, source: Source) -> QuerySet[SourceRun]:
    return SourceRun.objects.visible_to(person).of(source).select_related("by")


def run_to_read(person: Person, pk: int) -> SourceRun:
    runs = SourceRun.objects.visible_to(person).filter(source__deleted_at=None)
    return get_object_or_404(runs.select_related("source", "by"), pk=pk)


def fed_by(person: Person, source: Source) -> QuerySet[SourceSeries]:
    """What a source feeds, of the series that the person may see."""
    seen = Series.objects.visible_to(person).values("pk")
    fed = SourceSeries.objects.filter(source=source, series__in=seen, series__kpi__deleted_at=None)
    return fed.select_related("series__kpi", "series__subject").order_by("series__kpi__name", "pk")


def feeding(series: Series) -> QuerySet[SourceSeries]:
    """The sources of a series, whoever asks: their names and ages stand beside its numbers."""
    rows = SourceSeries.objects.filter(series=series, source__deleted_at=None)
    return rows.select_related("source").order_by("-last_at", "pk")


def mappings_for(person: Person) -> QuerySet[ColumnMapping]:
    return ColumnMapping.objects.visible_to(person).select_related("owner")


def mapping_to_change(person: Person, pk: int) -> ColumnMapping:
    mapping = get_object_or_404(mappings_for(person), pk=pk)
    if not ColumnMapping.objects.changeable_by(person).filter(pk=pk).exists():
        raise PermissionDenied(_("You may use this mapping, but not change it."))
    return mapping


def upload_to_read(person: Person, pk: int) -> ImportRun:
    """A file of numbers that the person sent, or that anybody sent where they run it all."""
    mine = ImportRun.objects.visible_to(person).filter(kind="observations")
    return get_object_or_404(mine.select_related("file", "by"), pk=pk)
