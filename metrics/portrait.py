"""All that one page says of one series: verdict, chart, notes, definition, kin.

Read from what is stored; limits come from ``Segment`` rows and never from what is drawn. The
number of queries does not grow with the history, its notes or its improvements.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from metrics import compare, drawing, events, readings
from metrics.compare import SILENCE, Talk
from metrics.judgement import Dot, Stretch, judged
from metrics.models import Segment, Snapshot, Verdict
from metrics.occasions import Occasion
from metrics.periods import Span, span_on, spans_of
from metrics.scorecard import Row, state_of, version_on
from metrics.spc import Limits
from metrics.spots import Spot, cells_of, changes_within, periods_within, target_at
from metrics.stretches import stretch_of
from objectives.models import KpiVersion, Series, Target
from productops import cadences, numbers
from productops.charts import shapes

# How many of the newest periods each range shows; 0 shows all.
RANGES = {"day": (28, 91), "week": (13, 39), "month": (13, 39), "quarter": (8, 20)}
CSV_HEADER = (
    "period",
    "value",
    "n",
    "complete",
    "excluded",
    "signals",
    "lower",
    "centre",
    "upper",
    "target_low",
    "target_high",
    "prior_year",
    "comments",
    "as_of",
)


@dataclass(frozen=True)
class Portrait:
    """A series with its history; each part is computed when a page asks for it."""

    series: Series
    versions: Sequence[KpiVersion]
    targets: Sequence[Target]  # oldest first
    snapshots: Sequence[Snapshot]  # oldest first
    segments: Sequence[Segment]  # oldest first
    reasons: dict[date, str]  # of the periods left out
    occasions: Sequence[Occasion]
    today: date
    kin: Sequence[Row] = ()  # the same KPI of other subjects
    verdicts: Sequence[Verdict] = ()  # as decided, of the newest go-live first
    newest: int = 0  # how many periods the chart shows, 0 for all
    talk: Mapping[date, Talk] = field(default_factory=dict)
    events: Sequence[Occasion] = ()  # what the house knows, oldest first
    overlay: str = ""  # what the chart is laid beside: compare.YEAR, compare.OTHERS or nothing
    others: Sequence[tuple[str, Mapping[date, float]]] = ()  # the same KPI of other subjects

    @cached_property
    def spans(self) -> list[Span]:
        return spans_of(self.versions)

    @cached_property
    def version(self) -> KpiVersion:
        return version_on(self.today, self.versions)

    @property
    def cadence(self) -> str:
        return self.version.cadence

    @cached_property
    def row(self) -> Row:
        """The series as lists show it: latest value, reading, target."""
        held = [target for target in self.targets if target.from_on <= self.today]
        return Row(
            series=self.series,
            version=self.version,
            wanted=held[-1] if held else None,
            state=state_of(self.series),
            group="",
            is_pending=self.series.is_pending,
            has_improved=self.series.has_improved,
            today=self.today,
        )

    @cached_property
    def spots(self) -> list[Spot]:
        """Every period from the first with a value to the newest, gaps included."""
        known = [snapshot for snapshot in self.snapshots if snapshot.value is not None]
        dots = [self._dot(snapshot) for snapshot in known]
        stretches = self.stretches
        points = judged(dots, stretches, self.series.rule_set) if stretches else [None] * len(dots)
        by_period = {
            dot.period: (dot, point, snapshot)
            for dot, point, snapshot in zip(dots, points, known, strict=True)
        }
        return [self._spot(period, *by_period.get(period, ())) for period in self._periods(dots)]

    @cached_property
    def values(self) -> dict[date, float]:
        return {row.period: row.value for row in self.snapshots if row.value is not None}

    @cached_property
    def stretches(self) -> list[Stretch]:
        return [stretch_of(segment, self.spans) for segment in self.segments]

    def _dot(self, snapshot: Snapshot) -> Dot:
        span = span_on(self.spans, snapshot.period)
        return Dot(
            snapshot.period,
            snapshot.value,
            span.is_closed(snapshot.period, self.today),
            snapshot.period in self.reasons,
            snapshot.denominator,
        )

    def _spot(self, period: date, dot=None, point=None, row: Snapshot | None = None) -> Spot:
        begun = sum(segment.from_period <= period for segment in self.segments)
        stretch = self.stretches[begun - 1] if begun else None
        return Spot(
            period=period,
            span=span_on(self.spans, period),
            dot=dot,
            point=point,
            n=row.n if row else 0,
            as_of=row.computed_at if row else None,
            reason=self.reasons.get(period, ""),
            segment=self.segments[begun - 1] if begun else None,
            limits=stretch.limits if stretch else Limits(),
            place=stretch.place(period, dot.size if dot else None) if stretch else None,
            rule_set=self.series.rule_set,
            prior=compare.prior(period, self.values, self.spans),
            talk=self.talk.get(period, SILENCE),
        )

    def _periods(self, dots: Sequence[Dot]) -> list[date]:
        if not dots:
            return []
        counted = chain.from_iterable(
            periods_within(span, dots[0].period, dots[-1].period) for span in self.spans
        )
        return sorted({*counted, *(dot.period for dot in dots)})

    @cached_property
    def window(self) -> list[Spot]:
        """The periods that are drawn."""
        return self.spots[-self.newest :] if self.newest else self.spots

    @property
    def is_cut_short(self) -> bool:
        return len(self.window) < len(self.spots)

    @cached_property
    def chart(self) -> shapes.Xmr:
        days = [spot.period for spot in self.window]
        changes = changes_within(self.spots)[-len(days) :] if days else []
        return shapes.Xmr(
            name=_("%(kpi)s, process-behaviour chart") % {"kpi": self.series.kpi.name},
            description=self.row.summary,
            points=tuple(map(self._drawn, self.window, changes)),
            segments=tuple(map(self._lines, self.segments, self.stretches)),
            targets=tuple(self._targets()),
            flags=tuple(drawing.flags(days, [*self.occasions, *self.known])),
            unit=self.version.unit,
            echoes=tuple(self._echoes()),
        )

    def _echoes(self) -> Iterator[shapes.Echo]:
        """The thin lines behind the points."""
        if self.overlay == compare.YEAR:
            values = tuple(spot.prior for spot in self.window)
            yield shapes.Echo(label=_("a year before"), values=values)
        if self.overlay == compare.OTHERS:
            for name, values in self.others:
                known = tuple(values.get(spot.period) for spot in self.window)
                yield shapes.Echo(label=Truncator(name).chars(15), values=known)

    @cached_property
    def known(self) -> list[Occasion]:
        """What the house knows of the drawn periods, by letter."""
        return events.shown(self.events, self.window[0].period if self.window else None)

    def _lines(self, segment: Segment, stretch: Stretch) -> shapes.Segment:
        days = [spot.period for spot in self.window]
        if stretch.is_level:
            return drawing.segment(days, segment)
        within = [spot.lines if spot.segment is segment else None for spot in self.window]
        return drawing.uneven(days, segment, within)

    def _drawn(self, spot: Spot, change: float | None) -> shapes.Point:
        return shapes.Point(
            label=readings.tick(spot.period, spot.span.cadence, self.today),
            value=spot.value,
            signal=spot.mark,
            excluded=spot.reason,
            open=spot.is_open,
            moving_range=change,
            note=spot.rules,
            # A series that is only looked at before it is kept leads nowhere.
            url=spot.url_in(self.series.pk) if self.series.pk else "",
            talk=spot.talk.open,
        )

    def _targets(self):
        """What was wanted of each drawn period: a line for each bound that there is."""
        wanted = [target_at(self.targets, spot) for spot in self.window]
        for sign, bound in (("≥", "low"), ("≤", "high")):
            values = tuple(getattr(target, bound, None) for target in wanted)
            newest = next((v for v in reversed(values) if v is not None), None)
            if newest is not None:
                said = numbers.quantity(newest, self.version.unit)
                yield shapes.Target(label=f"{_('target')} {sign} {said}", values=values)

    @property
    def newest_url(self) -> str:
        """The page of the newest point, where there is one."""
        drawn = [spot for spot in self.spots if spot.value is not None]
        return drawn[-1].url_in(self.series.pk) if drawn else ""

    @property
    def table(self) -> list[tuple[str, Spot]]:
        """The drawn periods by name, newest first."""
        return [
            (cadences.name_of_period(spot.period, spot.span.cadence, self.today), spot)
            for spot in reversed(self.window)
        ]

    @property
    def lines(self) -> list[tuple]:
        """The chart as the lines of a file, oldest period first."""
        return [cells_of(spot, target_at(self.targets, spot)) for spot in self.spots]


def range_asked(asked: str, cadence: str) -> int:
    """How many periods to draw: one of the ranges of the cadence, 0 for all."""
    few, many = RANGES[cadence]
    return {str(few): few, str(many): many, "all": 0}.get(asked, many)
