"""How work flows through a process: how long, how much, how often right at once, how faithfully."""

from processes.flow.event_log import Case, EventLog, Variant, event_log
from processes.flow.runs import Adherence, StepDone, adherence, first_pass_yield
from processes.flow.times import (
    CycleTime,
    Durations,
    Throughput,
    cycle_time,
    durations,
    percentile,
    throughput,
    work_in_progress,
)

__all__ = [
    "Adherence",
    "Case",
    "CycleTime",
    "Durations",
    "EventLog",
    "StepDone",
    "Throughput",
    "Variant",
    "adherence",
    "cycle_time",
    "durations",
    "event_log",
    "first_pass_yield",
    "percentile",
    "throughput",
    "work_in_progress",
]
