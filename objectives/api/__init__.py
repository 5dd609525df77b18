"""The collections of this app, over the same verbs as its pages."""

from objectives.api import alignment, check_ins, cycles, key_results, kpis, objectives, tasks

__all__ = ["alignment", "check_ins", "cycles", "key_results", "kpis", "objectives", "tasks"]
