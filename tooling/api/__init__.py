"""Tools, contracts, seats, usage and rollouts over HTTP, by the same verbs as the pages."""

from tooling.api import analyse, contracts, rollouts, seats, tools

__all__ = ["analyse", "contracts", "rollouts", "seats", "tools"]
