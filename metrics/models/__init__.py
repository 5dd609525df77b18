"""What was measured and what follows: observations, snapshots, limits, improvements, verdicts."""

from metrics.models.alerts import Alert
from metrics.models.comments import Comment, CommentMention, CommentRevision
from metrics.models.dashboards import Dashboard, DashboardRow, FrozenPeriod
from metrics.models.definitions import DefinitionMark, unmet_versions
from metrics.models.dismissals import Dismissal
from metrics.models.improvements import (
    Improvement,
    ImprovementGap,
    ImprovementKeyResult,
    NotAllowed,
)
from metrics.models.limits import Exclusion, Note, Segment, SeriesState
from metrics.models.numbers import Mark, Observation, ObservationRevision, Snapshot
from metrics.models.registrations import Recheck, Registration
from metrics.models.reviews import Review, ReviewAction, ReviewNote
from metrics.models.sources import PUSH, ColumnMapping, Source, SourceRun, SourceSeries
from metrics.models.subscriptions import Channel, Subscription
from metrics.models.verdicts import Ruling, Verdict
from metrics.models.worth import Estimate, Forecast, Priority

__all__ = [
    "Alert",
    "Channel",
    "Comment",
    "CommentMention",
    "CommentRevision",
    "PUSH",
    "ColumnMapping",
    "Dashboard",
    "DashboardRow",
    "DefinitionMark",
    "Dismissal",
    "Estimate",
    "Exclusion",
    "Forecast",
    "Priority",
    "FrozenPeriod",
    "Improvement",
    "ImprovementGap",
    "ImprovementKeyResult",
    "Mark",
    "NotAllowed",
    "Note",
    "Observation",
    "ObservationRevision",
    "Recheck",
    "Registration",
    "Review",
    "ReviewAction",
    "ReviewNote",
    "Ruling",
    "Segment",
    "SeriesState",
    "Snapshot",
    "Source",
    "SourceRun",
    "SourceSeries",
    "Subscription",
    "Verdict",
    "unmet_versions",
]
