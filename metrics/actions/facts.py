"""All that a batch of series must know to be read anew, in a constant number of queries."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.db import connection

from metrics.judgement import Stretch
from metrics.models import Exclusion, Segment
from metrics.periods import Span, span_on, spans_of
from metrics.spc import Form
from metrics.stretches import form_of, stretch_of
from objectives.models import KpiVersion, Series, Target

# Rules look back on 15 points and a row of a dashboard shows 26: so many suffice for a reading,
# whatever the history.
WINDOW = 48
WEIGHED = ("p", "u")
Points = list[tuple[date, float]]
# What spans are made of.
LAID = (
    "pk",
    "kpi_id",
    "number",
    "valid_from",
    "cadence",
    "aggregation",
    "empty",
    "direction",
    "unit",
    "restates_history",
    "expression",
)

ASKED = {
    "postgresql": "SELECT unnest(%s::bigint[]) AS series_id",
    "sqlite": "SELECT value AS series_id FROM json_each(%s)",
}
HOLD = """
SELECT id FROM objectives_kpi WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE
"""
NEWEST = """
WITH asked AS ({asked}), cut AS MATERIALIZED (
    SELECT a.series_id, (
        SELECT s.period FROM metrics_snapshot s
        WHERE s.series_id = a.series_id AND s.value IS NOT NULL
        ORDER BY s.period DESC LIMIT 1 OFFSET %s
    ) AS since FROM asked a
)
SELECT s.series_id, CAST(s.period AS {day}), s.value
FROM cut c JOIN metrics_snapshot s
    ON s.series_id = c.series_id AND s.period >= coalesce(c.since, '0001-01-01')
WHERE s.value IS NOT NULL ORDER BY s.series_id, s.period
"""
EDGES = """
WITH asked AS ({asked})
SELECT a.series_id,
    (SELECT s.period FROM metrics_snapshot s
     WHERE s.series_id = a.series_id AND s.value IS NOT NULL ORDER BY s.period LIMIT 1),
    (SELECT o.at FROM metrics_observation o
     WHERE o.series_id = a.series_id ORDER BY o."on" DESC, o.at DESC LIMIT 1)
FROM asked a
"""
# The denominators of points from a period on.
SIZES = """
WITH asked AS ({asked})
SELECT a.series_id, CAST(s.period AS {day}), s.denominator
FROM asked a JOIN metrics_snapshot s ON s.series_id = a.series_id AND s.period >= a.first
WHERE s.denominator IS NOT NULL AND s.value IS NOT NULL
"""
ONWARD_ASKED = {
    "postgresql": "SELECT * FROM unnest(%s::bigint[], %s::date[]) AS a(series_id, first)",
    "sqlite": """SELECT json_extract(value, '$[0]') AS series_id,
                        json_extract(value, '$[1]') AS first FROM json_each(%s)""",
}
ONWARD = """
WITH asked AS ({asked}), cut AS MATERIALIZED (
    SELECT a.series_id, a.first, (
        SELECT s.period FROM metrics_snapshot s
        WHERE s.series_id = a.series_id AND s.period >= a.first AND s.value IS NOT NULL
        ORDER BY s.period LIMIT 1 OFFSET %s
    ) AS until FROM asked a
)
SELECT s.series_id, c.first, s.period, s.value, s.denominator
FROM cut c JOIN metrics_snapshot s ON s.series_id = c.series_id
    AND s.period >= c.first AND s.period <= coalesce(c.until, '9999-12-31')
WHERE s.value IS NOT NULL ORDER BY s.series_id, c.first, s.period
"""


@dataclass
class Facts:
    """What is known of one series on a day; ``points`` are its newest ones that have a value."""

    series_id: int
    rule_set: str
    spans: Sequence[Span]
    today: date
    chart: str = "xmr"
    season: int = 0
    points: Points = field(default_factory=list)
    sizes: dict[date, float] = field(default_factory=dict)  # denominators, where limits need them
    first: date | None = None  # period of the oldest point of all
    observed_at: datetime | None = None
    segments: list[Segment] = field(default_factory=list)
    excluded: set[date] = field(default_factory=set)
    targets: list[Target] = field(default_factory=list)

    @property
    def form(self) -> Form:
        """How the limits of its newest definition are computed."""
        return form_of(self, span_on(self.spans, self.judged_period or self.today))

    @property
    def stretches(self) -> list[Stretch]:
        return [stretch_of(segment, self.spans) for segment in self.segments]

    def is_closed(self, period: date) -> bool:
        return span_on(self.spans, period).is_closed(period, self.today)

    @cached_property
    def closed_count(self) -> int:
        """How many of the points are closed; only the last ones may be open."""
        count = len(self.points)
        while count and not self.is_closed(self.points[count - 1][0]):
            count -= 1
        return count

    @property
    def judged_period(self) -> date | None:
        """The newest closed period: the one being judged."""
        return self.points[self.closed_count - 1][0] if self.closed_count else None


def spans_by_series(series_ids: Iterable[int]) -> dict[int, Sequence[Span]]:
    """The definitions that count each series' days. Raises ValueError for a KPI without any."""
    kpis = dict(Series.objects.filter(pk__in=series_ids).values_list("pk", "kpi_id"))
    laid = spans_by_kpi(set(kpis.values()))
    if missing := set(kpis.values()) - set(laid):
        raise ValueError(f"KPIs without a definition: {sorted(missing)}")
    return {series_id: laid[kpi_id] for series_id, kpi_id in kpis.items()}


def held_spans(series_ids: Iterable[int]) -> dict[int, Sequence[Span]]:
    """The same for a writer, who must not miss a definition that is being applied."""
    hold_kpis(Series.objects.filter(pk__in=series_ids).values_list("kpi_id", flat=True))
    return spans_by_series(series_ids)


def hold_kpis(kpi_ids: Iterable[int]) -> None:
    """Let no new definition of these KPIs be applied until this transaction ends.

    Else one could mark the days that it sees, and the writer's rows, counted by the former
    definition and not seen yet, would stay unmarked. SQLite has one writer anyway.
    """
    held = sorted(set(kpi_ids))
    if held and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(HOLD, ["{" + ",".join(map(str, held)) + "}"])


def spans_by_kpi(kpi_ids: Iterable[int]) -> dict[int, Sequence[Span]]:
    """The definitions of each KPI, laid along time; a KPI without any is left out."""
    # Rows instead of models: a request may name hundreds of KPIs.
    rows = KpiVersion.objects.filter(kpi__in=kpi_ids).order_by().values_list(*LAID, named=True)
    versions: dict[int, list[Any]] = {}
    for version in rows:
        versions.setdefault(version.kpi_id, []).append(version)
    return {kpi_id: spans_of(found) for kpi_id, found in versions.items()}


def facts_of(
    series_ids: Sequence[int], spans: Mapping[int, Sequence[Span]], today: date
) -> dict[int, Facts]:
    """Load the facts of many series, by id, in the order of the ids."""
    rows = Series.objects.filter(pk__in=series_ids).order_by("pk")
    found = {
        pk: Facts(pk, rule_set, spans[pk], today, chart, season)
        for pk, rule_set, chart, season in rows.values_list("pk", "rule_set", "chart", "season")
    }
    for series_id, period, value in asked(NEWEST, ASKED, series_ids, WINDOW - 1):
        found[series_id].points.append((as_day(period), value))
    for series_id, first, observed_at in asked(EDGES, ASKED, series_ids):
        found[series_id].first = as_day(first)
        found[series_id].observed_at = as_moment(observed_at)
    add_sizes([known for known in found.values() if known.chart in WEIGHED and known.points])
    for segment in Segment.objects.filter(series__in=series_ids).order_by("series", "from_period"):
        found[segment.series_id].segments.append(segment)
    for exclusion in Exclusion.objects.filter(series__in=series_ids):
        found[exclusion.series_id].excluded.add(exclusion.period)
    for target in Target.objects.filter(series__in=series_ids).order_by("from_on"):
        found[target.series_id].targets.append(target)
    return found


def add_sizes(weighed: Sequence[Facts]) -> None:
    """Load the denominators of the points of these series."""
    by_id = {known.series_id: known for known in weighed}
    firsts = [(known.series_id, known.points[0][0]) for known in weighed]
    rows = asked(SIZES, ONWARD_ASKED, firsts) if firsts else []
    for series_id, period, size in rows:
        by_id[series_id].sizes[as_day(period)] = size


def points_onward(known: Mapping[tuple[int, date], Facts], most: int) -> dict[Any, Points]:
    """The first ``most`` points from each (series, period) on; denominators go to the facts."""
    found: dict[tuple[int, date], Points] = {key: [] for key in known}
    rows = asked(ONWARD, ONWARD_ASKED, list(known), most - 1) if known else []
    for series_id, first, period, value, size in rows:
        key, day = (series_id, as_day(first)), as_day(period)
        found[key].append((day, value))
        if size is not None:
            known[key].sizes[day] = size
    return found


def asked(sql: str, sources: dict[str, str], keys: Sequence, *parameters: Any) -> list[tuple]:
    """Run a statement over the keys that it is asked about, given as one array."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rows = [key if isinstance(key, tuple) else (key,) for key in keys]
            given = ["{" + ",".join(map(str, column)) + "}" for column in zip(*rows, strict=True)]
        else:
            given = [json.dumps(list(keys), default=str)]
        # As text SQLite's dates skip the driver's converter, which is slower than ours.
        day = "date" if connection.vendor == "postgresql" else "text"
        statement = sql.format(asked=sources[connection.vendor], day=day)
        cursor.execute(statement, [*given, *parameters])
        return cursor.fetchall()


def as_day(value: date | str | None) -> date | None:
    """A date of an expression, which SQLite gives as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_moment(value: datetime | str | None) -> datetime | None:
    """A moment of an expression, which SQLite gives as text in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
