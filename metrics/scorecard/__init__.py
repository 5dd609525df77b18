"""KPIs as rows: what a list, a dashboard, a wall and their files show of each series.

Everything is read from ``SeriesState``, one row a series; together with definitions, targets and
marks it takes three queries, however many rows there are.
"""

from metrics.scorecard.cells import CSV_HEADER, as_cells
from metrics.scorecard.loading import (
    rows_of,
    state_of,
    targets_on,
    version_on,
    versions_on,
    with_readings,
)
from metrics.scorecard.row import Row, groups_of, is_up_to_date

__all__ = [
    "CSV_HEADER",
    "Row",
    "as_cells",
    "groups_of",
    "is_up_to_date",
    "rows_of",
    "state_of",
    "targets_on",
    "version_on",
    "versions_on",
    "with_readings",
]
