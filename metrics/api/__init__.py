"""The API of metrics: what was measured and what follows."""

from metrics.api import analyse, charts, dashboards, frozen, improvements, observations, series

__all__ = ["analyse", "charts", "dashboards", "frozen", "improvements", "observations", "series"]
