"""What series were in any windows of days: the observed from observations, the computed from those.

A window belongs to the definition that holds on its last day, and only the days of that definition
count: no number is made of two definitions. All observed windows are read by one statement.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection

from metrics.aggregation import postgresql, sqlite
from metrics.aggregation.lineage import Edges, Lineage
from metrics.aggregation.runs import Figures, Window
from metrics.periods import ONE_DAY, Span, is_finer, span_on
from objectives.formula import read_formula
from productops.measures import Empty

FIGURES = {"postgresql": postgresql.figures, "sqlite": sqlite.figures}
NOTHING = Figures()


class Reckoning:
    """The figures of windows of one cadence, as of ``today``.

    ``edges`` are the first and last days of the observed series in the lineage.
    """

    def __init__(
        self, lineage: Lineage, edges: Mapping[int, Edges], cadence: str, today: date
    ) -> None:
        self.lineage, self.edges, self.cadence, self.today = lineage, edges, cadence, today
        self.found: dict[Window, Figures] = {}

    def figures(self, windows: Iterable[Window]) -> dict[Window, Figures]:
        wanted = list(windows)
        self.observe({each for window in wanted for each in self.observed(window)})
        return {window: self.figure(window) for window in wanted}

    def observed(self, window: Window) -> Iterable[Window]:
        """The windows of observed series that a window is made of."""
        window, span = self.counted(window)
        if not span.expression:
            yield window
            return
        for each in self.parts(window, span).values():
            yield from self.observed(each)

    def counted(self, window: Window) -> tuple[Window, Span]:
        """The days of a window that its definition counts."""
        span = span_on(self.lineage.spans[window.series_id], window.until - ONE_DAY)
        return window._replace(since=max(window.since, span.starts)), span

    def parts(self, window: Window, span: Span) -> dict[str, Window]:
        """The same days of the inputs, by the short name of their KPI."""
        known = self.lineage.inputs[window.series_id]
        return {
            slug: window._replace(series_id=known[slug])
            for slug in read_formula(span.expression).inputs
            if slug in known
        }

    def observe(self, windows: set[Window]) -> None:
        """Read the windows of observed series, all in one statement."""
        ways: dict[str, list[Window]] = {}
        for window in sorted(windows):
            span = self.counted(window)[1]
            if not is_finer(self.cadence, span.cadence):
                ways.setdefault(span.aggregation, []).append(window)
        if ways:
            self.found |= FIGURES[connection.vendor](ways)

    def figure(self, window: Window) -> Figures:
        window, span = self.counted(window)
        if is_finer(self.cadence, span.cadence):
            return NOTHING
        if not span.expression:
            return self.with_zero(self.found.get(window, NOTHING), window, span)
        parts = {slug: self.figure(part) for slug, part in self.parts(window, span).items()}
        value = read_formula(span.expression).value({s: part.value for s, part in parts.items()})
        figures = Figures(value=value, n=sum(part.n for part in parts.values()))
        return self.with_zero(figures, window, span)

    def with_zero(self, found: Figures, window: Window, span: Span) -> Figures:
        """Zero in place of nothing, where a KPI says so of its periods that are over."""
        if span.empty != Empty.ZERO or found.n or found.value is not None:
            return found
        edges = self.lineage.edges_of(window.series_id, self.edges)
        if edges and edges[0] < window.until <= self.today:
            return found._replace(value=0.0)
        return found
