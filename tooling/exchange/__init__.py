"""Tools, contracts, usage and radars in and out as tables. A file goes in whole, or not at all."""

from tooling.exchange import contracts, radar, tools, usage

__all__ = ["contracts", "radar", "tools", "usage"]
