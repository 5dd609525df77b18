"""Rows from the tables, in three queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from metrics import periods
from metrics.choices import Result
from metrics.models import Alert, Mark, Segment, SeriesState
from metrics.scorecard.row import Row
from objectives.choices import ActionState
from objectives.models import Action, KpiVersion, Series, Target

NO_STATE = SeriesState(n=0)
# What a row says of the follow-up that is due first.
TOLD = JSONObject(pk="pk", title="title", who="owner__name", due_on="due_on")


def with_readings(rows: QuerySet, path: str = "") -> QuerySet:
    """Load with each row what its readings need; ``path`` leads from the row to the series."""
    way = f"{path}__" if path else ""
    series = OuterRef(path or "pk")
    bettered = Segment.objects.filter(
        series=series,
        improvement__registrations__series=series,
        improvement__registrations__verdicts__result=Result.IMPROVED,
    )
    asked = Action.objects.filter(series=series, state=ActionState.OPEN, due_on__isnull=False)
    asked = asked.order_by("due_on", "pk")
    lasting = Alert.objects.open().filter(series=series).order_by("-raised_at")
    loaded = rows.select_related(
        *(
            f"{way}{name}"
            for name in ("kpi__owner", "kpi__certified_by", "subject", "owner", "state")
        )
    )
    return loaded.annotate(
        is_pending=Exists(Mark.objects.pending().filter(series=series)),
        has_improved=Exists(bettered),
        seen_in=Subquery(lasting.values("seen_in")[:1]),
        follow_up=Subquery(asked.values(told=TOLD)[:1]),
    )


def rows_of(
    found: Iterable[Any],
    *,
    today: date,
    versions: dict[int, KpiVersion] | None = None,
    targets: dict[int, Target] | None = None,
) -> list[Row]:
    """Make rows of series, or of rows that name a series (those of a dashboard), in their order.

    ``found`` went through ``with_readings``. Two queries: definitions and targets, unless they
    are given by KPI and by series.
    """
    listed = list(found)
    series = [getattr(each, "series", each) for each in listed]
    if versions is None:
        versions = versions_on(today, {each.kpi_id for each in series})
    if targets is None:
        targets = targets_on(today, [each.pk for each in series])
    return [
        Row(
            series=one,
            version=versions[one.kpi_id],
            wanted=targets.get(one.pk),
            state=state_of(one),
            group=getattr(each, "group", ""),
            is_pending=each.is_pending,
            has_improved=each.has_improved,
            today=today,
            seen_in=getattr(each, "seen_in", None),
            follow_up=getattr(each, "follow_up", None),
        )
        for each, one in zip(listed, series, strict=True)
        if one.kpi_id in versions
    ]


def state_of(series: Series) -> SeriesState:
    """What is known of a series; nothing, where no number came in yet."""
    return getattr(series, "state", NO_STATE)


def versions_on(today: date, kpi_ids: Iterable[int]) -> dict[int, KpiVersion]:
    """The definition of each KPI that counts ``today``."""
    by_kpi: dict[int, list[KpiVersion]] = defaultdict(list)
    for version in KpiVersion.objects.filter(kpi__in=kpi_ids):
        by_kpi[version.kpi_id].append(version)
    return {kpi: version_on(today, versions) for kpi, versions in by_kpi.items()}


def version_on(today: date, versions: Sequence[KpiVersion]) -> KpiVersion:
    """Among the versions of one KPI the one that counts ``today``."""
    span = periods.span_on(periods.spans_of(versions), today)
    return next(version for version in versions if version.pk == span.version_id)


def targets_on(today: date, series_ids: Iterable[int]) -> dict[int, Target]:
    """The target of each series that holds ``today``."""
    found = Target.objects.on(today).filter(series__in=series_ids)
    return {target.series_id: target for target in found}
