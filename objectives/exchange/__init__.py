"""Objectives with their key results, and the KPI catalogue, in and out as files."""

from objectives.exchange import kpis, objectives

__all__ = ["kpis", "objectives"]
