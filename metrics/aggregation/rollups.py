"""Series by another cadence than their own: the week, month or quarter of what is counted daily."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from metrics.aggregation.lineage import Edges, Lineage, edges_of, lineage_of
from metrics.aggregation.reckoning import Reckoning
from metrics.aggregation.runs import Window
from metrics.periods import CADENCES, ONE_DAY, first_day, first_days, is_finer, next_first, span_on


class Rolled(NamedTuple):
    """A period by its first day. ``complete``: it is over, so that nothing more belongs to it."""

    period: date
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int  # observations
    complete: bool


def rolled_up(
    series_ids: Collection[int], *, cadence: str, first: date, last: date, today: date
) -> dict[int, list[Rolled]]:
    """What each series was in the periods of a cadence that begin from ``first`` to ``last``.

    Oldest first, from the period of its first number to that of ``today`` or of its last number,
    whichever is later; a period without data is a gap (value None) or, once over, zero, as the
    definition says. All is aggregated from observations, a ratio's numerators and denominators
    before it is divided; a computed KPI is its formula over its inputs rolled up alike.

    No number is made of two definitions: a period that a change cuts is counted by the definition
    that holds on its last day, and only from the day on which that one begins. Periods of a former
    definition whose cadence was coarser are left out.

    Raises ValueError where a cadence is finer than that of a series. The number of statements does
    not grow with the number of series or periods.
    """
    lineage = lineage_of(series_ids)
    check_fineness(series_ids, lineage, cadence, today)
    edges = edges_of(lineage.all_observed(series_ids))
    windows = {
        series_id: [
            Window(series_id, period, next_first(period, cadence))
            for period in first_days(*bounds(within, cadence, first, last, today), cadence)
        ]
        for series_id in series_ids
        if (within := lineage.edges_of(series_id, edges))
    }
    reckoning = Reckoning(lineage, edges, cadence, today)
    figures = reckoning.figures(window for found in windows.values() for window in found)
    return {
        series_id: [
            Rolled(window.since, *figures[window], complete=window.until <= today)
            for window in windows.get(series_id, ())
        ]
        for series_id in series_ids
    }


def check_fineness(
    series_ids: Collection[int], lineage: Lineage, cadence: str, today: date
) -> None:
    if cadence not in CADENCES:
        raise ValueError(f"There is no cadence {cadence!r}.")
    for series_id in series_ids:
        own = span_on(lineage.spans[series_id], today).cadence
        if is_finer(cadence, own):
            raise ValueError(f"A series that is counted by {own} has no periods by {cadence}.")


def bounds(edges: Edges, cadence: str, first: date, last: date, today: date) -> tuple[date, date]:
    """The first period that is asked for and has begun to be, and the day after the last."""
    begins = first_day(max(edges[0], first), cadence)
    if begins < first:
        begins = next_first(begins, cadence)
    return begins, min(last, max(edges[1], today)) + ONE_DAY
