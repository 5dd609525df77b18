"""Any days of series, not only whole periods: a year to date, the same days a year before."""

from collections.abc import Collection
from datetime import date

from metrics.aggregation.lineage import edges_of, lineage_of
from metrics.aggregation.reckoning import Reckoning
from metrics.aggregation.runs import Figures, Window
from metrics.periods import QUARTER


def figures_within(windows: Collection[Window], *, today: date) -> dict[Window, Figures]:
    """What series were in each window, aggregated from observations (a computed KPI: from its
    inputs there), a ratio's numerators and denominators before it is divided.

    A window shorter than a period of its series holds what was observed in those days: do not ask.
    The number of statements does not grow with the number of series or windows.
    """
    if not windows:
        return {}
    series_ids = {window.series_id for window in windows}
    lineage = lineage_of(series_ids)
    edges = edges_of(lineage.all_observed(series_ids))
    # By the coarsest cadence, so that none is left out as finer than its series.
    return Reckoning(lineage, edges, QUARTER, today).figures(windows)
