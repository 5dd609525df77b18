"""The API of metrics: what was measured and what follows."""

from metrics.api import analyse, observations, series

__all__ = ["analyse", "observations", "series"]
