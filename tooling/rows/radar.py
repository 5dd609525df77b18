"""The radar as a table of rings, and which team has which tool for what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from teams.models import Person, Team
from tooling import access
from tooling.choices import Ring
from tooling.models import Capability, RingChange, Tool

RINGS = list(Ring)  # from the centre outwards


def radar_of(person: Person, tools: Iterable[Tool], since: date) -> list[dict[str, Any]]:
    """A row for each category: ``name`` and ``cells``, the chips of each ring."""
    first: dict[int, RingChange] = {}
    news = RingChange.objects.visible_to(person).since(since).order_by("on", "pk")
    for change in news:
        first.setdefault(change.tool_id, change)
    rows: dict[str, dict[str, list]] = defaultdict(lambda: {ring: [] for ring in RINGS})
    for tool in tools:
        chip = {
            "name": tool.name,
            "url": tool.get_absolute_url(),
            "move": move_of(tool, first.get(tool.pk)),
        }
        rows[tool.category][tool.ring].append(chip)
    return [
        {"name": name or _("No category"), "cells": [rows[name][ring] for ring in RINGS]}
        for name in sorted(rows, key=lambda name: (not name, name.lower()))
    ]


def move_of(tool: Tool, first: RingChange | None) -> str:
    """What has happened since: "new", moved "in" towards adopt or "out", or "" for nothing."""
    if first is None or first.before == tool.ring:
        return ""
    if not first.before:
        return "new"
    nearer = RINGS.index(Ring(tool.ring)) < RINGS.index(Ring(first.before))
    return "in" if nearer else "out"


@dataclass(frozen=True)
class Cover:
    """What one team has for one capability: nothing, a tool, or several that overlap."""

    team: Team
    tools: list[Tool]

    @property
    def overlaps(self) -> bool:
        return len(self.tools) > 1


def overlap_of(person: Person) -> dict[str, Any]:
    """Capabilities x teams: ``columns`` (teams), ``rows`` of (capability, its tools, covers), and
    the capabilities that no tool serves anywhere (``unserved``)."""
    teams = list(access.teams_to_choose(person))
    tools = Tool.objects.visible_to(person).current().prefetch_related("capabilities", "teams")
    serving: dict[int, list[Tool]] = defaultdict(list)
    held: dict[tuple[int, int], list[Tool]] = defaultdict(list)
    for tool in tools:
        users = [team.pk for team in tool.teams.all()]
        for capability in tool.capabilities.all():
            serving[capability.pk].append(tool)
            for team in users:
                held[capability.pk, team].append(tool)
    capabilities = list(Capability.objects.visible_to(person))
    rows = [
        (
            capability,
            serving[capability.pk],
            [Cover(team, held[capability.pk, team.pk]) for team in teams],
        )
        for capability in capabilities
        if serving[capability.pk]
    ]
    unserved = [capability for capability in capabilities if not serving[capability.pk]]
    return {"columns": teams, "rows": rows, "unserved": unserved}
