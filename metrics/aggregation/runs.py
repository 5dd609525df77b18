"""Marked periods laid together: what is counted alike, and which periods follow each other."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from metrics.periods import Span, next_first, span_of_period


class Way(NamedTuple):
    """How periods are counted: all runs of one way are one statement."""

    aggregation: str
    cadence: str
    empty: str


Key = tuple[int, date]  # a period of a series, by its first day
COMPUTED = "computed"  # in place of an aggregation, where a formula makes the period


class Window(NamedTuple):
    """The days of a series from ``since`` to, not with, ``until``."""

    series_id: int
    since: date
    until: date


class Figures(NamedTuple):
    """What a series was in a window, and of how many observations that was made."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: int = 0


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


def way_of(span: Span) -> Way:
    return Way(COMPUTED if span.expression else span.aggregation, span.cadence, span.empty)


def runs_of(
    keys: Iterable[Key], spans: Mapping[int, Sequence[Span]]
) -> tuple[dict[Way, list[Run]], list[Key]]:
    """Sort marked periods into runs; what no definition counts any more comes back as strays.

    ``spans`` are those of each series' KPI. Only where a KPI never had another definition are
    periods laid together: elsewhere marks of a former cadence may lie between.
    """
    ways: dict[Way, list[Run]] = {}
    strays: list[Key] = []
    runs: list[Run] = []  # of the way of the last period
    cadence = ""
    follows: Key | None = None  # what would follow it
    for key in sorted(keys):
        if key == follows:
            runs[-1] = runs[-1]._replace(last=key[1])
            follows = key[0], next_first(key[1], cadence)
            continue
        span = span_of_period(spans[key[0]], key[1])
        if span is None:
            strays.append(key)
            continue
        runs = ways.setdefault(way_of(span), [])
        runs.append(Run(*key, key[1], span.until, span.version_id))
        cadence = span.cadence
        follows = (key[0], next_first(key[1], cadence)) if span.is_only else None
    return ways, strays
