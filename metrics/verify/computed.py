"""Computed KPIs: each period from the raw observations of its inputs, one after the other."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from metrics.actions.facts import spans_by_kpi
from metrics.models import Mark, Observation, Snapshot
from metrics.periods import ONE_DAY, Span, is_finer, span_of_period, span_on
from metrics.verify.observed import CHUNK, Figure, Raw, agree, figure_of, name, told
from objectives.formula import read_formula
from objectives.models import KpiVersion, Series
from productops import clock
from productops.measures import Empty
from productops.verify import Difference, check


@check("computed")
def check_computed() -> Iterator[Difference]:
    """Every snapshot of a computed KPI is its formula over its inputs' observations, and none is
    missing. Periods that are pending are left out."""
    kpis = KpiVersion.objects.exclude(expression="").values("kpi")
    for series in Series.objects.filter(kpi__in=kpis).order_by("pk"):
        yield from differences(series, clock.today())


def differences(series: Series, today: date) -> Iterator[Difference]:
    known = Known(series)
    pending = set(Mark.objects.pending().filter(series=series).values_list("period", flat=True))
    shown = {
        period: Figure(value, n)
        for period, value, n in Snapshot.objects.of(series).values_list("period", "value", "n")
        if (span := span_of_period(known.spans, period)) and span.expression
    }
    for period in sorted({*shown, *known.periods(today)} - pending):
        found = shown.get(period)
        end = span_on(known.spans, period).end_of(period)
        wanted = known.figure(period, end, span_on(known.spans, period).cadence, today)
        if found is None and (wanted.value is None or not wanted.n):
            continue  # there is nothing to show, or a zero that the night brings
        if not agree(found, wanted):
            yield Difference("computed", name((series.pk, period)), told(found), told(wanted))


@dataclass
class Known:
    """A series with its observations and, if it is computed, what it is computed from."""

    series: Series
    above: tuple[int, ...] = field(default=())

    @cached_property
    def spans(self) -> list[Span]:
        return list(spans_by_kpi([self.series.kpi_id])[self.series.kpi_id])

    @cached_property
    def raws(self) -> list[Raw]:
        rows = Observation.objects.filter(series=self.series).order_by("on", "at")
        return [Raw(*row) for row in rows.values_list(*Raw._fields).iterator(CHUNK)]

    @cached_property
    def days(self) -> list[date]:
        return [raw.on for raw in self.raws]

    @cached_property
    def inputs(self) -> dict[str, "Known"]:
        slugs = {
            slug
            for span in self.spans
            if span.expression
            for slug in read_formula(span.expression).inputs
        }
        rows = Series.objects.filter(kpi__slug__in=slugs, subject=self.series.subject_id)
        return {
            series.kpi.slug: Known(series, (*self.above, self.series.pk))
            for series in rows.select_related("kpi")
            if series.pk not in self.above
        }

    @cached_property
    def edges(self) -> tuple[date, date] | None:
        """The first and the last day of a number that it is made of."""
        days = [raw.on for raw in self.raws[:1] + self.raws[-1:]] if not self.inputs else []
        first = Snapshot.objects.of(self.series).values_list("period", flat=True).first()
        days += [first] if first and not self.inputs else []
        for known in self.inputs.values():
            days += known.edges or ()
        return (min(days), max(days)) if days else None

    def periods(self, today: date) -> Iterator[date]:
        """The periods that its formula may have an answer for."""
        if self.edges is None:
            return
        day, last = self.edges[0], max(self.edges[1], today)
        while day <= last:
            span = span_on(self.spans, day)
            if span.expression:
                yield span.period_of(day)
            day = span.end_of(span.period_of(day))

    def figure(self, since: date, until: date, cadence: str, today: date) -> Figure:
        """What it was from one day to another, by the definition of the last of them."""
        span = span_on(self.spans, until - ONE_DAY)
        since = max(since, span.starts)
        if is_finer(cadence, span.cadence):
            return Figure(None, 0)
        if span.expression:
            found = self.computed(span, since, until, cadence, today)
        else:
            low, high = (bisect_left(self.days, day) for day in (since, until))
            found = figure_of(self.raws[low:high], span)
        if found.n or (span.expression and found.value is not None):
            return found
        is_zero = span.empty == Empty.ZERO and self.edges and self.edges[0] < until <= today
        return Figure(0.0 if is_zero else None, 0)

    def computed(self, span: Span, since: date, until: date, cadence: str, today: date) -> Figure:
        formula = read_formula(span.expression)
        parts = {
            slug: self.inputs[slug].figure(since, until, cadence, today)
            for slug in formula.inputs
            if slug in self.inputs
        }
        value = formula.value({slug: part.value for slug, part in parts.items()})
        scale = sum(max(abs(part.value or 0.0), part.scale) for part in parts.values())
        return Figure(value, sum(part.n for part in parts.values()), scale)
