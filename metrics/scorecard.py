"""KPIs as rows: what a list, a dashboard, a wall and their files show of each series.

Everything is read from ``SeriesState``, one row a series; together with definitions, targets and
marks it takes three queries, however many rows there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from metrics import drawing, periods, readings
from metrics.choices import Assurance, Result, Variation
from metrics.models import Mark, Segment, SeriesState
from objectives.models import KpiVersion, Series, Target
from productops import numbers
from productops.charts.shapes import Bullet, Sparkline
from teams.choices import SubjectKind
from teams.models import Person

NO_STATE = SeriesState(n=0)


@dataclass(frozen=True)
class Row:
    """One KPI of one subject, with its readings; see ui/kpi_row.html for most of the names."""

    series: Series
    version: KpiVersion
    wanted: Target | None
    state: SeriesState
    group: str
    is_pending: bool
    has_improved: bool
    today: date

    @property
    def name(self) -> str:
        return self.series.kpi.name

    @property
    def url(self) -> str:
        return self.series.get_absolute_url()

    @property
    def person(self) -> Person | None:
        """Who answers for it: the owner of the series, else of the KPI."""
        return self.series.owner or self.series.kpi.owner

    @property
    def owner(self) -> str:
        """The second line: what it is about, where that is not the whole organisation, and who
        answers for it."""
        about = [self.about, str(self.person or "")]
        return " · ".join(part for part in about if part)

    @property
    def about(self) -> str:
        subject = self.series.subject
        return "" if subject.kind == SubjectKind.ORGANISATION else subject.name

    @property
    def value(self) -> str:
        return numbers.number(self.state.latest)

    @property
    def prefix(self) -> str:
        return numbers.affixes(self.version.unit)[0] if self.has_value else ""

    @property
    def unit(self) -> str:
        return numbers.affixes(self.version.unit)[1] if self.has_value else ""

    @property
    def has_value(self) -> bool:
        return self.state.latest is not None

    @property
    def quantity(self) -> str:
        return numbers.quantity(self.state.latest, self.version.unit)

    @property
    def said(self) -> readings.Reading:
        return readings.reading(self.state.variation, has_improved=self.has_improved)

    @property
    def kind(self) -> str:
        return self.said.kind

    @property
    def reading(self) -> str:
        return self.said.text if self.has_value else _("No data yet")

    @property
    def usual(self) -> str:
        state = self.state
        return readings.usual(
            state.lower,
            state.upper,
            self.version.unit,
            is_trial=state.is_provisional,
            n=state.n,
        )

    @property
    def target(self) -> str:
        if self.wanted is None:
            return ""
        return readings.target(self.wanted.low, self.wanted.high, self.version.unit)

    @property
    def assurance(self) -> str:
        return self.state.assurance

    @property
    def assurance_text(self) -> str:
        return readings.assured(self.state.assurance)

    @property
    def is_stale(self) -> bool:
        return readings.is_stale(self.state.latest_period, self.version.cadence, self.today)

    @property
    def age(self) -> str:
        return readings.age(self.state.latest_period, self.version.cadence, self.today)

    @property
    def stale(self) -> str:
        return self.age if self.is_stale else ""

    @property
    def period(self) -> str:
        """The period that the latest value is of."""
        if self.state.latest_period is None:
            return ""
        return readings.period(self.state.latest_period, self.version.cadence, self.today)

    @property
    def is_signal(self) -> bool:
        usual = (Variation.USUAL, Variation.NONE)
        return self.has_value and self.state.variation not in usual and not self.is_stale

    @property
    def is_new_signal(self) -> bool:
        """Whether the newest period is the first to say so."""
        return self.is_signal and self.state.signal_since == self.state.latest_period

    @property
    def summary(self) -> str:
        """The row in one line, for those who do not see the picture."""
        parts = [f"{self.name}: {self.quantity}", self.reading.lower(), self.usual]
        return ", ".join([*parts, self.stale] if self.stale else parts)

    @property
    def spark(self) -> Sparkline:
        return drawing.sparkline(
            self.summary,
            recent=self.state.recent,
            limits=self.state.recent_limits,
            is_stale=self.is_stale,
        )

    @property
    def bullet(self) -> Bullet | None:
        if self.wanted is None or not self.has_value:
            return None
        name = f"{self.quantity}, {_('target')} {self.target}, {self.assurance_text}"
        return drawing.bullet(name, state=self.state, target=self.wanted)


def with_readings(rows: QuerySet, path: str = "") -> QuerySet:
    """Load with each row what its readings need; ``path`` leads from the row to the series."""
    way = f"{path}__" if path else ""
    series = OuterRef(path or "pk")
    bettered = Segment.objects.filter(
        series=series,
        improvement__registrations__series=series,
        improvement__registrations__verdicts__result=Result.IMPROVED,
    )
    loaded = rows.select_related(
        *(f"{way}{name}" for name in ("kpi__owner", "subject", "owner", "state"))
    )
    return loaded.annotate(
        is_pending=Exists(Mark.objects.pending().filter(series=series)),
        has_improved=Exists(bettered),
    )


def rows_of(
    found: Iterable[Any], *, today: date, versions: dict[int, KpiVersion] | None = None
) -> list[Row]:
    """Make rows of series, or of rows that name a series (those of a dashboard), in their order.

    ``found`` went through ``with_readings``. Two queries: targets, and definitions unless they
    are given by KPI.
    """
    listed = list(found)
    series = [getattr(each, "series", each) for each in listed]
    if versions is None:
        versions = versions_on(today, {each.kpi_id for each in series})
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


def groups_of(rows: Iterable[Row]) -> list[dict]:
    """Rows under their headings, in the order in which headings first come."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return [{"name": name, "rows": members} for name, members in groups.items()]


def is_up_to_date(row: Row) -> bool:
    return row.has_value and not row.is_stale and not row.is_pending


CSV_HEADER = (
    "kpi",
    "name",
    "subject",
    "owner",
    "unit",
    "period",
    "value",
    "reading",
    "usual_low",
    "mean",
    "usual_high",
    "target_low",
    "target_high",
    "assurance",
    "group",
    "pending",
)


def as_cells(row: Row) -> tuple:
    """A row for a file: plain values, words of the API instead of those of the page."""
    state, wanted = row.state, row.wanted
    return (
        row.series.kpi.slug,
        row.name,
        row.series.subject.reference,
        str(row.person or ""),
        row.version.unit,
        state.latest_period.isoformat() if state.latest_period else "",
        state.latest,
        state.variation or Variation.NONE,
        state.lower,
        state.centre,
        state.upper,
        wanted.low if wanted else None,
        wanted.high if wanted else None,
        state.assurance or Assurance.NONE,
        row.group,
        "true" if row.is_pending else "false",
    )
