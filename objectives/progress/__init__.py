"""Where a key result stands, whether it gets there in time, and whether its target is real."""

from objectives.progress import meaning
from objectives.progress.calibration import Calibration, brier
from objectives.progress.course import (
    achievement,
    achievement_status,
    elapsed,
    maintain_share,
    pace,
    pace_status,
    planned_value,
    progress,
    share_gone,
)
from objectives.progress.levels import Levels, fill_levels, zone
from objectives.progress.numbers import Numbers, steps_of
from objectives.progress.realism import Realism, realism
from objectives.progress.remembered import BEFORE_ALL, closed_values, value_by
from objectives.progress.roll_up import objective_progress, objective_status
from objectives.progress.soundness import Aim, aim_of, doubts_about

__all__ = [
    "BEFORE_ALL",
    "Aim",
    "Calibration",
    "Levels",
    "Numbers",
    "Realism",
    "achievement",
    "achievement_status",
    "aim_of",
    "brier",
    "closed_values",
    "doubts_about",
    "elapsed",
    "fill_levels",
    "maintain_share",
    "meaning",
    "objective_progress",
    "objective_status",
    "pace",
    "pace_status",
    "planned_value",
    "progress",
    "realism",
    "share_gone",
    "steps_of",
    "value_by",
    "zone",
]
