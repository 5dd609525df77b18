"""Seats that are paid for and that nobody uses."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from metrics.choices import Kind
from metrics.models import Improvement
from metrics.models.improvements import ENDED
from metrics.opportunities.noun import Opportunity
from productops import numbers
from teams.models import Person
from tooling import ledger, seats
from tooling.models import Contract, Tool

FEWEST = 2  # one idle seat is between two people


def found(person: Person, today: date) -> Iterator[Opportunity]:
    """Tools whose seats stay below what should be in use, for those who see what tools cost. Six
    queries."""
    if not person.sees_all:
        return
    changing = Improvement.objects.exclude(state__in=ENDED).filter(rollout__tool=OuterRef("pk"))
    running = Contract.objects.visible_to(person).running_on(today).filter(tool=OuterRef("pk"))
    tools = Tool.objects.visible_to(person).filter(Exists(running)).exclude(Exists(changing))
    listed = list(tools.select_related("subject").order_by("pk"))
    entries = ledger.entries_of(listed, today) if listed else {}
    for tool in listed:
        entry = entries[tool.pk]
        purchased, active = entry.purchased, entry.shares.active
        if purchased and active is not None and active < seats.TARGET:
            idle = purchased - entry.active
            if idle >= FEWEST:
                yield idle_seats(tool, entry, purchased, idle)


def idle_seats(tool: Tool, entry: ledger.Entry, purchased: int, idle: int) -> Opportunity:
    words = {
        "idle": idle,
        "n": purchased,
        "days": tool.active_days,
        "cost": cost_of(entry, purchased, idle),
    }
    return Opportunity(
        kind="seats",
        row=tool.pk,
        title=_("Use the seats of %(tool)s, or give them back") % {"tool": tool},
        reason=_("%(idle)s of %(n)s seats were not used in %(days)s days%(cost)s.") % words,
        url=tool.get_absolute_url(),
        subject=tool.subject,
        lever=Kind.TOOL,
        share=idle / purchased,
        begins=(("subject", str(tool.subject_id)),),
    )


def cost_of(entry: ledger.Entry, purchased: int, idle: int) -> str:
    """What the idle ones cost a year, where one currency tells."""
    if entry.cost is None:
        return ""
    currency, yearly = entry.cost
    money = numbers.money((yearly / purchased * idle).quantize(Decimal(1)), currency)
    return _(": %(money)s a year") % {"money": money}
