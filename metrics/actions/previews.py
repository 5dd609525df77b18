"""What a table would become: taken for a try, computed, looked at, and undone."""

from collections import Counter
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.actions.facts import spans_by_series
from metrics.actions.ingest import trying_again
from metrics.actions.intake import Taken
from metrics.actions.source_reading import sampled, table_of
from metrics.actions.source_runs import options_of
from metrics.actions.tabling import take_table
from metrics.aggregation import publish_runs, runs_of
from metrics.models import Mark, Snapshot, Source
from metrics.periods import span_on
from objectives.models import Series
from productops import clock
from productops.exchange import Refused, Report
from productops.tables import Table, UnreadableTable
from teams.models import Person

MOST_POINTS = 60


@dataclass(frozen=True)
class Preview:
    """What became of the rows, and the series of most of them as it would be."""

    report: Report
    name: str = ""
    unit: str = ""
    cadence: str = ""
    points: list[tuple[date, float]] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return bool(self.report.refused) and not self.takes

    @property
    def takes(self) -> int:
        return self.report.created + self.report.updated + self.report.unchanged


def preview_source(source: Source, options: Mapping[str, Any] | None = None) -> Preview:
    """What the rows that were read for looking at become under the mapping of the source, or
    under another one that is tried."""
    tried = copy(source)
    if options is not None:
        tried.mapping = dict(options)
    asked, fetched = options_of(tried), sampled(source)
    return preview(opened=lambda: table_of(fetched, asked["decimal"]), options=asked, by=None)


def preview(
    *, opened: Callable[[], Table], options: Mapping[str, Any], by: Person | None
) -> Preview:
    """Take a table for a try. Nothing is raised and nothing stays."""
    try:
        return tried(opened=opened, options=options, by=by)
    except Refused as refused:
        return Preview(refused.report)
    except UnreadableTable as problem:
        report = Report()
        report.refuse(problem.row, problem.column, str(problem))
        return Preview(report)
    except (DataError, IntegrityError):
        report = Report()
        report.refuse(None, "", _("The database does not take what this table holds."))
        return Preview(report)


@trying_again
@transaction.atomic
def tried(*, opened: Callable[[], Table], options: Mapping[str, Any], by: Person | None) -> Preview:
    report = take_table(opened=opened, options=options, by=by)
    found = _shown(report, timezone.now())
    transaction.set_rollback(True)
    return found


def _shown(report: Taken, now: datetime) -> Preview:
    """The series that gained most periods, computed as it would be."""
    touched = Mark.objects.pending().filter(series__in=report.series)
    keys = list(touched.values_list("series_id", "period"))
    counts = Counter(series_id for series_id, _period in keys)
    # Where nothing would change, what is stored already is as it would be.
    fullest = max(counts or report.series, key=lambda pk: (counts[pk], -pk), default=None)
    if fullest is None:
        return Preview(report)
    spans = spans_by_series([fullest])
    ways, _strays = runs_of([key for key in keys if key[0] == fullest], spans)
    publish_runs(ways, today=clock.day_of(now), now=now)
    series = Series.objects.select_related("kpi", "subject").get(pk=fullest)
    known = Snapshot.objects.of(series).known().order_by("-period")[:MOST_POINTS]
    points = [(snapshot.period, snapshot.value) for snapshot in reversed(known)]
    span = span_on(spans[fullest], points[-1][0]) if points else None
    unit = series.kpi.versions.order_by("-number").values_list("unit", flat=True).first()
    name = f"{series.kpi.name}, {series.subject}"
    return Preview(report, name, unit or "", span.cadence if span else "", points)
