"""The catalogue and the page of one tool."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.utils import formats
from django.utils.translation import gettext as _

from productops.charts.shapes import Bar, Bars
from productops.downloads import csv_download
from teams.models import Person
from teams.rows import linked
from tooling import access
from tooling.choices import USAGE_MONTHS
from tooling.ledger import entries_of
from tooling.models import Contract, Rollout, SeatAssignment, Tool
from tooling.rows.seats import Seats, seats_of

SORTS = {"name": "name", "ring": "ring", "owner": "owner__name"}


def sorted_by(tools, wanted: str):
    """The tools in the order that the address asks for; by name where it asks for none."""
    field = SORTS.get(wanted.removeprefix("-"), "name")
    down = wanted.startswith("-") and wanted.removeprefix("-") in SORTS
    order = F(field).desc(nulls_last=True) if down else F(field).asc(nulls_last=True)
    return tools.order_by(order, "name", "pk")


def describe(person: Person, tools: Iterable[Tool], on: date) -> None:
    """Give each tool ``entry``, its line of the ledger (None for those who do not see costs),
    and ``own_seat``, whether the person holds a seat of it."""
    tools = list(tools)
    entries = entries_of(tools, on) if person.sees_all else {}
    held = SeatAssignment.objects.visible_to(person).on(on).filter(person=person, tool__in=tools)
    own = set(held.values_list("tool", flat=True))
    for tool in tools:
        tool.entry = entries.get(tool.pk)
        tool.own_seat = tool.pk in own


CARD = ["tool", "name", "vendor", "category", "ring", "owner"]
FIGURES = [
    "purchased", "allocated", "active", "utilisation", "yearly_cost", "currency",
    "cost_per_active", "renewal",
]  # fmt: skip


def catalogue_csv(person: Person, tools, on: date) -> HttpResponse:
    """The list as a file; what tools cost only for those who may see it."""
    tools = list(tools)
    describe(person, tools, on)
    header = CARD + (FIGURES if person.sees_all else [])
    return csv_download("tools.csv", header, (_line(tool) for tool in tools))


def _line(tool: Tool) -> list:
    card = [
        tool.slug,
        tool.name,
        tool.vendor.name if tool.vendor else "",
        tool.category,
        tool.ring,
        tool.owner.email if tool.owner else "",
    ]
    entry = tool.entry
    if entry is None:
        return card
    currency, cost = entry.cost or ("", None)
    per_active = entry.cost_per_active
    figures = [
        entry.purchased,
        entry.allocated,
        entry.active,
        None if entry.shares.active is None else round(entry.shares.active, 4),
        cost,
        currency,
        None if per_active is None else round(per_active, 2),
        entry.renewal_on,
    ]
    return card + ["" if figure is None else figure for figure in figures]


def page_of(person: Person, tool: Tool, on: date) -> dict[str, Any]:
    """What the page of a tool shows to this person."""
    sees_all = person.sees_all
    contracts = Contract.objects.visible_to(person).filter(tool=tool).select_related("owner")
    return {
        "tool": tool,
        "may_change": access.may_change(person, tool),
        "capabilities": tool.capabilities.all(),
        "teams": tool.teams.visible_to(person),
        "entry": entries_of([tool], on)[tool.pk] if sees_all else None,
        "contracts": contracts,
        "seats": seats_of(person, tool, on) if sees_all else Seats(),
        "own_seat": access.seats_to_see(person, tool).on(on).filter(person=person).first(),
        "usage": usage_bars(person, tool, on) if sees_all else None,
        "ring_changes": tool.ring_changes.select_related("by"),
        "rollouts": Rollout.objects.visible_to(person).filter(tool=tool).select_related("owner"),
        "steps": steps_of(tool),
        "improvements": improvements_of(person, tool),
        "linked": linked(person, tool.subject),
    }


def usage_bars(person: Person, tool: Tool, on: date) -> Bars | None:
    """Active people by month, oldest first; None where nobody was ever seen."""
    first = months_before(on, USAGE_MONTHS - 1)
    months = list(access.usage_to_see(person, tool).within(first, on).by_month())
    if not months:
        return None
    return Bars(
        _("Active people by month"),
        tuple(
            Bar(
                formats.date_format(month["month"], "M Y"),
                max(month["people"], month["most"] or 0),
                kind="accent",
            )
            for month in months
        ),
        keep_order=True,
    )


def months_before(on: date, months: int) -> date:
    """The first day of the month so many months before."""
    month = on.year * 12 + on.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def steps_of(tool: Tool) -> list:
    """Steps of published processes that use the tool."""
    steps = tool.subject.steps.select_related("revision__process")
    published = steps.filter(
        revision__process__published=F("revision"), revision__process__deleted_at=None
    )
    return list(published.order_by("revision__process__title", "order"))


def improvements_of(person: Person, tool: Tool) -> list:
    """Improvements that a rollout of it carries out: a later app's rows, by reverse relations."""
    rollouts = Rollout.objects.visible_to(person).filter(tool=tool)
    return [
        improvement
        for rollout in rollouts
        for improvement in rollout.improvements.visible_to(person).select_related("owner")
    ]
