"""Verbs over tools, contracts, seats and rollouts. Each is whole or not at all, and logged."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from productops import changelog, clock, parsing
from productops.forms import take_version
from teams.models import Person, Team
from tooling.choices import SEAT_GIVEN, Ring, Strength
from tooling.models import (
    Capability,
    NotAllowed,
    RingChange,
    Rollout,
    RolloutWave,
    SeatAssignment,
    Tool,
    Usage,
    Vendor,
)

LIBRARY = Path(__file__).parent / "library"


@transaction.atomic
def save_tool(*, form, by: Person) -> Tool:
    """Save a valid form of a tool; a new one gets the first entry of its ring. Raises ``Stale``."""
    is_new = form.instance.pk is None
    before, after = changelog.fields_changed(form)
    if not is_new:
        take_version(form.instance)
    tool = form.save(commit=False)
    tool.vendor = vendor_named(name=form.cleaned_data["vendor_name"])
    tool.save()
    form.save_m2m()
    tool.capabilities.add(*capabilities_named(names=form.cleaned_data["more_capabilities"]))
    if is_new:
        _begin_ring(tool=tool, on=clock.today(), by=by)
    verb = "created" if is_new else "edited"
    changelog.record(by=by, row=tool, verb=verb, before={} if is_new else before, after=after)
    return tool


@transaction.atomic
def found_tool(*, values: dict[str, Any], by: Person | None, on: date | None = None) -> Tool:
    """Enter a tool with these values and its first ring, from ``on`` or from today."""
    tool = Tool.objects.create(**values)
    _begin_ring(tool=tool, on=on or clock.today(), by=by)
    changelog.record(by=by, row=tool, verb="created", after=values)
    return tool


def _begin_ring(*, tool: Tool, on: date, by: Person | None) -> None:
    RingChange.objects.create(tool=tool, before="", after=tool.ring, on=on, by=by)


def vendor_named(*, name: str) -> Vendor | None:
    """The vendor of this name, entered where it is new; None for no name.

    Raises ``parsing.Unreadable`` where the name has no letter from a to z and no digit.
    """
    if not name:
        return None
    slug = parsing.to_slug(name)[:120]
    return Vendor.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def capabilities_named(*, names: Iterable[str]) -> list[Capability]:
    """The capabilities of these names or short names, entered where they are new."""
    shipped = {item["slug"]: item["name"] for item in shipped_capabilities()}
    found = []
    for name in names:
        slug = parsing.to_slug(name)[:120]
        defaults = {"name": shipped.get(slug, name)}
        found.append(Capability.objects.get_or_create(slug=slug, defaults=defaults)[0])
    return found


def shipped_capabilities() -> list[dict[str, str]]:
    """What a tool can be for, as the product ships it."""
    return yaml.safe_load((LIBRARY / "capabilities.yaml").read_text())["capabilities"]


@transaction.atomic
def load_capabilities(*, by: Person | None) -> int:
    """Add the shipped capabilities that are not there yet; returns how many."""
    new = [
        Capability(slug=item["slug"], name=item["name"])
        for item in shipped_capabilities()
        if not Capability.objects.filter(slug=item["slug"]).exists()
    ]
    Capability.objects.bulk_create(new)
    if by is not None and new:
        changelog.record(by=by, row=by, verb="capabilities", after={"added": len(new)})
    return len(new)


@transaction.atomic
def write_values(*, row: models.Model, values: dict[str, Any], by: Person | None) -> bool:
    """Give a row these values, in its log by name; many-to-many values are whole lists.

    Returns whether anything changed; where nothing does, nothing is written.
    """
    links = {field.name for field in row._meta.many_to_many}
    plain = {name: value for name, value in values.items() if name not in links}
    is_new = row.pk is None
    before = {} if is_new else {name: getattr(row, name) for name in plain}
    changed = {name for name in plain if is_new or before[name] != plain[name]}
    for name in changed:
        setattr(row, name, plain[name])
    if changed or is_new:
        row.save()
    changed |= {name for name in links & values.keys() if _set_links(row, name, values[name])}
    if changed:
        verb = "created" if is_new else "edited"
        after = {name: values[name] for name in sorted(changed)}
        former = {name: value for name, value in before.items() if name in changed}
        changelog.record(by=by, row=row, verb=verb, before=former, after=after)
    return bool(changed)


def _set_links(row: models.Model, name: str, wanted: Iterable[models.Model]) -> bool:
    links = getattr(row, name)
    former = set(links.all())
    links.set(wanted)
    return former != set(wanted)


@transaction.atomic
def archive(*, tool: Tool, by: Person) -> None:
    """Put away a tool that nobody uses any more; its numbers stay. Twice changes nothing."""
    if tool.archived_at is None:
        tool.archived_at = timezone.now()
        tool.save(update_fields=["archived_at", "updated_at"])
        changelog.record(by=by, row=tool, verb="archived")


@transaction.atomic
def take_up(*, tool: Tool, by: Person) -> None:
    """Take an archived tool up again."""
    if tool.archived_at is not None:
        tool.archived_at = None
        tool.save(update_fields=["archived_at", "updated_at"])
        changelog.record(by=by, row=tool, verb="unarchived")


@transaction.atomic
def change_ring(
    *, tool: Tool, ring: str, reason: str, by: Person | None, on: date | None = None
) -> RingChange | None:
    """Move a tool to another ring from a day on; None where it stands there already.

    Raises NotAllowed for a day to come, and for one before the last move: history is not bent.
    """
    day = on or clock.today()
    tool = Tool.objects.select_for_update().get(pk=tool.pk)
    if tool.ring == ring:
        return None
    if day > clock.today():
        raise NotAllowed(_("A ring changes today or on a day that is over."))
    if tool.ring_changes.filter(on__gt=day).exists():
        raise NotAllowed(_("The ring of “%s” was changed on a later day already.") % tool)
    before, tool.ring = tool.ring, ring
    tool.save(update_fields=["ring", "updated_at"])
    change = tool.ring_changes.create(before=before, after=ring, on=day, reason=reason, by=by)
    changelog.record(
        by=by,
        row=tool,
        verb="moved",
        before={"ring": Ring(before).label},
        after={"ring": Ring(ring).label, "reason": reason},
    )
    return change


@transaction.atomic
def assign_seat(
    *, tool: Tool, person: Person, by: Person | None, from_on: date | None = None
) -> SeatAssignment:
    """Give a person a seat from a day on. Whoever holds one already keeps it as it is."""
    day = from_on or clock.today()
    held = tool.seat_assignments.filter(person=person, until_on=None).first()
    if held is not None:
        return held
    seat, _created = SeatAssignment.objects.update_or_create(
        tool=tool, person=person, from_on=day, defaults={"until_on": None}
    )
    changelog.record(by=by, row=tool, verb=SEAT_GIVEN, after={"person": person, "from": day})
    return seat


@transaction.atomic
def record_usage(
    *,
    tool: Tool,
    on: date,
    person: Person | None = None,
    count: int | None = None,
    strength: str = Strength.WEAK,
) -> tuple[Usage, bool]:
    """Say that a person, or ``count`` people, used a tool; the same day again corrects it.

    Returns the row and whether it is new.
    """
    defaults = {"count": None if person else count, "strength": strength}
    return Usage.objects.update_or_create(tool=tool, on=on, person=person, defaults=defaults)


@transaction.atomic
def plan_wave(*, rollout: Rollout, team: Team, go_live_on: date, by: Person) -> RolloutWave:
    """Let a team get the tool on a day; a planned wave is moved. A done one stays: NotAllowed."""
    wave = rollout.waves.filter(team=team).first()
    if wave is not None and wave.done_on is not None:
        raise NotAllowed(_("“%s” works with it already.") % team)
    before = {"goes live": wave.go_live_on} if wave else {}
    wave = wave or RolloutWave(rollout=rollout, team=team)
    wave.go_live_on = go_live_on
    wave.save()
    after = {"team": team, "goes live": go_live_on}
    changelog.record(by=by, row=rollout, verb="wave planned", before=before, after=after)
    return wave


@transaction.atomic
def remove_wave(*, wave: RolloutWave, by: Person) -> None:
    """Take a team out of the plan. What is done stays: NotAllowed."""
    if wave.done_on is not None:
        raise NotAllowed(_("“%s” works with it already.") % wave.team)
    changelog.record(by=by, row=wave.rollout, verb="wave removed", before={"team": wave.team})
    wave.delete()
