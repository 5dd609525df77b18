"""Records as the plain lines of a dashboard."""

from metrics import improvement_page
from metrics.boards.content import ImprovementLine, KpiLine
from metrics.scorecard import Row, as_cells

SAME = (
    "name", "url", "owner", "group", "value", "prefix", "unit", "kind", "reading", "usual",
    "target", "assurance", "assurance_text", "bullet", "spark", "age", "stale", "period",
    "certificate",
)  # fmt: skip


def kpi_line(row: Row) -> KpiLine:
    """A scorecard's row, with nothing left to be looked up."""
    return KpiLine(
        ref=f"series:{row.series.pk}",
        first=row.state.latest_period,
        cadence=row.version.cadence,
        number=row.state.latest,
        measure=row.version.unit,
        cells=as_cells(row),
        **{name: getattr(row, name) for name in SAME},
    )


def improvement_line(line: improvement_page.Line) -> ImprovementLine:
    return ImprovementLine(
        ref=f"improvement:{line.improvement.pk}",
        title=line.improvement.title,
        url=line.improvement.get_absolute_url(),
        kind=line.kind,
        text=line.text,
        note=line.note,
    )
