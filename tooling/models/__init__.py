"""Tools: who uses them, what they cost, which are chosen, and how they are rolled out."""

from tooling.models.contract import Contract, ContractQuerySet
from tooling.models.rollout import NotAllowed, Rollout, RolloutQuerySet, RolloutWave
from tooling.models.seat import SeatAssignment, SeatAssignmentQuerySet, Usage, UsageQuerySet
from tooling.models.tool import (
    Capability,
    CapabilityQuerySet,
    RingChange,
    RingChangeQuerySet,
    Tool,
    ToolQuerySet,
    Vendor,
    VendorQuerySet,
)

__all__ = [
    "Capability",
    "CapabilityQuerySet",
    "Contract",
    "ContractQuerySet",
    "NotAllowed",
    "RingChange",
    "RingChangeQuerySet",
    "Rollout",
    "RolloutQuerySet",
    "RolloutWave",
    "SeatAssignment",
    "SeatAssignmentQuerySet",
    "Tool",
    "ToolQuerySet",
    "Usage",
    "UsageQuerySet",
    "Vendor",
    "VendorQuerySet",
]
