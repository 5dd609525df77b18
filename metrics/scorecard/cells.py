"""Rows for files."""

from metrics.choices import Assurance, Variation
from metrics.scorecard.row import Row

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
    "certificate",
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
        row.certificate,
    )
