"""Marked periods laid together: what is counted alike, and which periods follow each other."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from metrics.periods import Span, span_of_period


class Way(NamedTuple):
    """How periods are counted: all runs of one way are one statement."""

    aggregation: str
    cadence: str
    empty: str


class Run(NamedTuple):
    """Marked periods of one series that follow each other without a hole.

    ``first`` and ``last`` are first days; no period reaches beyond ``until``, the day on which
    another definition takes over.
    """

    series_id: int
    first: date
    last: date
    until: date
    version_id: int


Key = tuple[int, date]


def runs_of(
    keys: Iterable[Key], spans: Mapping[int, Sequence[Span]]
) -> tuple[dict[Way, list[Run]], list[Key]]:
    """Sort marked periods into runs; what no definition counts any more comes back as strays.

    ``spans`` are those of each series' KPI. Only where a KPI has a single definition are periods
    laid together: elsewhere marks of a former cadence may lie between.
    """
    ways: dict[Way, list[Run]] = {}
    strays: list[Key] = []
    run: Run | None = None
    for series_id, period in sorted(keys):
        known = spans[series_id]
        span = span_of_period(known, period)
        if span is None:
            strays.append((series_id, period))
            continue
        runs = ways.setdefault(Way(span.aggregation, span.cadence, span.empty), [])
        if len(known) == 1 and follows(run, series_id, period, span):
            runs[-1] = run = run._replace(last=period)
        else:
            run = Run(series_id, period, period, span.until, span.version_id)
            runs.append(run)
    return ways, strays


def follows(run: Run | None, series_id: int, period: date, span: Span) -> bool:
    return run is not None and run.series_id == series_id and span.end_of(run.last) == period
