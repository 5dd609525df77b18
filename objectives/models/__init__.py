"""What the organisation wants, and how it would know: objectives, KPIs, key results."""

from objectives.models.action import Action
from objectives.models.alignment import Alignment, Follower
from objectives.models.check_in import CheckIn, CheckInRevision
from objectives.models.cycle import Cycle
from objectives.models.influence import KpiInfluence
from objectives.models.key_result import KeyResult
from objectives.models.kpi import BEGINNING, Kpi, KpiInput, KpiVersion
from objectives.models.objective import Objective, ObjectiveGap
from objectives.models.pillar import Pillar
from objectives.models.series import Series, Target

__all__ = [
    "BEGINNING",
    "Action",
    "Alignment",
    "CheckIn",
    "CheckInRevision",
    "Cycle",
    "Follower",
    "KeyResult",
    "Kpi",
    "KpiInfluence",
    "KpiInput",
    "KpiVersion",
    "Objective",
    "ObjectiveGap",
    "Pillar",
    "Series",
    "Target",
]
