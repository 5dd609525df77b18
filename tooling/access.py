"""The front door: every view gets its records here, already permitted."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from productops import changelog
from teams.models import Person, Team
from tooling.choices import SEAT_VERBS
from tooling.models import Contract, Rollout, RolloutWave, SeatAssignment, Tool, Usage


def tool_to_read(person: Person, pk: int) -> Tool:
    tools = Tool.objects.visible_to(person).select_related("subject", "vendor", "owner")
    return get_object_or_404(tools, pk=pk)


def tool_to_change(person: Person, pk: int) -> Tool:
    tool = tool_to_read(person, pk)
    if not may_change(person, tool):
        raise PermissionDenied(_("Only product operations and its owner change a tool."))
    return tool


def may_change(person: Person, row: Tool | Rollout) -> bool:
    """Whether the person may change this tool or rollout."""
    return type(row).objects.changeable_by(person).filter(pk=row.pk).exists()


def history_of(person: Person, tool: Tool):
    """What was done to a tool; who got or lost a seat is for those who see all seats."""
    entries = changelog.history_of(tool)
    return entries if person.sees_all else entries.exclude(verb__in=SEAT_VERBS)


def contract_to_read(person: Person, pk: int) -> Contract:
    contracts = Contract.objects.visible_to(person).select_related("tool__vendor", "owner")
    return get_object_or_404(contracts, pk=pk)


def contract_to_change(person: Person, pk: int) -> Contract:
    contract = contract_to_read(person, pk)
    if not person.changes_all:
        raise PermissionDenied(_("Only product operations changes contracts."))
    return contract


def seat_to_end(person: Person, pk: int) -> SeatAssignment:
    """A seat that whoever keeps the tool may take back."""
    seat = get_object_or_404(SeatAssignment.objects.select_related("tool", "person"), pk=pk)
    tool_to_change(person, seat.tool_id)
    return seat


def seats_to_see(person: Person, tool: Tool):
    """Who holds a seat of a tool: all of them for those who see all, else one's own."""
    return SeatAssignment.objects.visible_to(person).filter(tool=tool).select_related("person")


def usage_to_see(person: Person, tool: Tool):
    return Usage.objects.visible_to(person).filter(tool=tool)


def rollout_to_read(person: Person, pk: int) -> Rollout:
    rollouts = Rollout.objects.visible_to(person).select_related("tool", "owner")
    return get_object_or_404(rollouts, pk=pk)


def rollout_to_change(person: Person, pk: int) -> Rollout:
    rollout = rollout_to_read(person, pk)
    if not may_change(person, rollout):
        raise PermissionDenied(_("Only product operations and its owner change a rollout."))
    return rollout


def wave_to_change(person: Person, pk: int) -> RolloutWave:
    waves = RolloutWave.objects.visible_to(person).select_related("rollout", "team")
    wave = get_object_or_404(waves, pk=pk)
    rollout_to_change(person, wave.rollout_id)
    return wave


def tools_to_choose(person: Person):
    """Tools in use that the person may plan with."""
    return Tool.objects.visible_to(person).current()


def teams_to_choose(person: Person):
    return Team.objects.visible_to(person).current()
