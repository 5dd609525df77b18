"""The collections of this app, over the same verbs as its pages."""

from objectives.api import (
    alignment,
    check_ins,
    checking,
    cycles,
    influences,
    key_results,
    kpis,
    objectives,
    targets,
    tasks,
)

__all__ = [
    "alignment",
    "check_ins",
    "checking",
    "cycles",
    "influences",
    "key_results",
    "kpis",
    "objectives",
    "targets",
    "tasks",
]
