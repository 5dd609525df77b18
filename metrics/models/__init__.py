"""What was measured and what follows: observations, snapshots, limits, improvements, verdicts."""

from metrics.models.dashboards import Dashboard, DashboardRow
from metrics.models.improvements import (
    Improvement,
    ImprovementGap,
    ImprovementKeyResult,
    NotAllowed,
    Registration,
)
from metrics.models.limits import Exclusion, Note, Segment, SeriesState
from metrics.models.numbers import Mark, Observation, ObservationRevision, Snapshot
from metrics.models.verdicts import Ruling, Verdict

__all__ = [
    "Dashboard",
    "DashboardRow",
    "Exclusion",
    "Improvement",
    "ImprovementGap",
    "ImprovementKeyResult",
    "Mark",
    "NotAllowed",
    "Note",
    "Observation",
    "ObservationRevision",
    "Registration",
    "Ruling",
    "Segment",
    "SeriesState",
    "Snapshot",
    "Verdict",
]
