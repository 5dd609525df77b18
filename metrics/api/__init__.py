"""The API of metrics: what was measured and what follows."""

from metrics.api import analyse, charts, dashboards, improvements, observations, series

__all__ = ["analyse", "charts", "dashboards", "improvements", "observations", "series"]
