"""One KPI of one subject, as a row says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from metrics import drawing, readings
from metrics.choices import Variation
from metrics.models import SeriesState
from objectives.models import KpiVersion, Series, Target
from productops import cadences, numbers
from productops.charts.shapes import Bullet, Sparkline
from teams.choices import SubjectKind
from teams.models import Person


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
    seen_in: date | None = None  # the period in which its signal showed
    follow_up: Any = None  # the open one that is due first: pk, title, who, due_on

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
        return self.quantity_of(self.state.latest)

    def quantity_of(self, value: float | None) -> str:
        """Any value of this KPI with its unit."""
        return numbers.quantity(value, self.version.unit)

    @property
    def change(self) -> str:
        """From the closed period before to the newest one, in the KPI's own unit."""
        closed = [point[1] for point in self.state.recent if point[2] and point[1] is not None]
        return numbers.signed(closed[-1] - closed[-2]) if len(closed) > 1 else ""

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
        return cadences.name_of_period(self.state.latest_period, self.version.cadence, self.today)

    @property
    def is_signal(self) -> bool:
        usual = (Variation.USUAL, Variation.NONE)
        return self.has_value and self.state.variation not in usual and not self.is_stale

    @property
    def is_new_signal(self) -> bool:
        """Whether the newest period is the first to say so: its own point, or the one that
        completes a pattern."""
        first = (self.state.signal_since, self.seen_in)
        return self.is_signal and self.state.latest_period in first

    @property
    def overdue_since(self) -> date | None:
        """The day by which its oldest open follow-up should have been done, where that is past."""
        due_on = self.follow_up and date.fromisoformat(self.follow_up["due_on"])
        return due_on if due_on and due_on < self.today else None

    @property
    def certificate(self) -> str:
        """Whether somebody vouches for the definition: valid, expired, or empty."""
        return str(self.series.kpi.certificate_on(self.today))

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


def groups_of(rows: Iterable[Row]) -> list[dict]:
    """Rows under their headings, in the order in which headings first come."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return [{"name": name, "rows": members} for name, members in groups.items()]


def is_up_to_date(row: Row) -> bool:
    return row.has_value and not row.is_stale and not row.is_pending
