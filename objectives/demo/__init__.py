"""What Halden Software measures and wants, what it said of it, and what came of that."""

from objectives.demo.wanted import load

__all__ = ["load"]
