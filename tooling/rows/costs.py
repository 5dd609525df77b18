"""Contracts: when they end, what they cost by tool and vendor, and how many seats are enough."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from productops import numbers
from productops.charts.shapes import Bar, Bars
from tooling.choices import RENEWAL_WINDOW, SEAT_BUFFER, SIZING_DAYS
from tooling.ledger import entries_of, total
from tooling.models import Contract, Tool, Usage
from tooling.seats import Rightsizing, rightsizing

A_YEAR = 365
HEADER = [
    "reference", "tool", "name", "vendor", "price_model", "seats", "yearly_cost", "currency",
    "from", "until", "notice", "decision", "owner",
]  # fmt: skip


def lines_of(contracts: Iterable[Contract]) -> Iterator[list]:
    """Contracts as rows of a file."""
    for contract in contracts:
        yield [
            contract.reference,
            contract.tool.slug,
            contract.name,
            contract.tool.vendor.name if contract.tool.vendor else "",
            contract.price_model,
            "" if contract.seats is None else contract.seats,
            contract.yearly_cost,
            contract.currency,
            contract.from_on,
            contract.until_on or "",
            contract.notice_on or "",
            contract.decision,
            contract.owner.email if contract.owner else "",
        ]


def describe(contracts: Iterable[Contract], on: date) -> None:
    """Give each contract ``days_left`` (None without an end), ``kind`` and ``words``: how what
    has to be decided stands."""
    for contract in contracts:
        contract.days_left = (contract.until_on - on).days if contract.until_on else None
        contract.kind, contract.words = standing(contract, on)


def standing(contract: Contract, on: date) -> tuple[str, str]:
    """(kind of status, words) of a contract on a day."""
    if contract.until_on and contract.until_on < on:
        return "stale", _("Ended")
    if contract.from_on > on:
        return "flat", _("Not begun yet")
    if contract.decision:
        return "done", contract.get_decision_display()
    if contract.until_on is None:
        return "flat", _("Runs without an end")
    if contract.notice_on < on:
        words = _("Notice is over, renews by itself") if contract.auto_renews else _("Notice over")
        return "danger" if contract.auto_renews else "bad", words
    if contract.until_on <= on + RENEWAL_WINDOW:
        return "bad", _("To be decided")
    return "flat", _("Running")


def days_after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def spend_of(contracts: Iterable[Contract]) -> list[dict[str, Any]]:
    """For each currency its ``total`` a year, and bars ``by_tool`` and ``by_vendor``; sums never
    cross currencies."""
    contracts = list(contracts)
    by_currency: dict[str, list[Contract]] = defaultdict(list)
    for contract in contracts:
        by_currency[contract.currency].append(contract)
    return [
        {
            "currency": currency,
            "total": amount,
            "by_tool": _bars(_("By tool"), by_currency[currency], lambda each: each.tool),
            "by_vendor": _bars(
                _("By vendor"), by_currency[currency], lambda each: each.tool.vendor
            ),
        }
        for currency, amount in total(contracts).items()
    ]


def _bars(name: str, contracts: list[Contract], of) -> Bars:
    """What each tool or vendor costs a year, in one currency."""
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    for contract in contracts:
        sums[of(contract)] += contract.yearly_cost
    rows = tuple(
        Bar(
            str(row or _("No vendor")),
            float(amount),
            numbers.money(amount, contracts[0].currency),
            url=row.get_absolute_url() if isinstance(row, Tool) else "",
        )
        for row, amount in sums.items()
    )
    return Bars(name, rows)


@dataclass(frozen=True)
class Sizing:
    """How many seats are enough by what was seen, over so many ``days``."""

    found: Rightsizing
    days: int
    busiest: int


def sizing_of(contract: Contract, on: date) -> Sizing | None:
    """Seats to hold at the renewal; None for contracts without seats or tools without use."""
    if not contract.seats:
        return None
    daily = daily_active(contract.tool, on)
    if not daily:
        return None
    found = rightsizing(
        daily,
        purchased=entries_of([contract.tool], on)[contract.tool_id].purchased,
        unit_cost=contract.seat_cost or Decimal(0),
        remaining=1,
        buffer=SEAT_BUFFER,
    )
    return Sizing(found, len(daily), max(daily))


def daily_active(tool: Tool, on: date) -> list[int]:
    """People active on each of the last 90 days, from the first day anybody was seen on.

    Whoever was seen counts for the tool's window of days from then on. Where use is counted
    without names, the counts themselves.
    """
    start = on - timedelta(days=SIZING_DAYS - 1)
    seen = Usage.objects.filter(tool=tool).within(tool.active_from(start), on)
    days: dict[int, list[date]] = defaultdict(list)
    for person, day in seen.of_people().order_by("on").values_list("person", "on"):
        days[person].append(day)
    if not days:
        counted = seen.within(start, on).filter(person=None).order_by("on")
        return list(counted.values_list("count", flat=True))
    return _counts(days.values(), max(start, min(each[0] for each in days.values())), on, tool)


def _counts(days: Iterable[list[date]], start: date, on: date, tool: Tool) -> list[int]:
    """People active a day: each person's spans of use are laid over the days once."""
    changes = [0] * ((on - start).days + 2)
    for uses in days:
        until = start - timedelta(days=1)
        for day in uses:
            first = max(day, until + timedelta(days=1), start)
            last = min(day + timedelta(days=tool.active_days - 1), on)
            if last > until and last >= first:
                changes[(first - start).days] += 1
                changes[(last - start).days + 1] -= 1
                until = last
    found, present = [], 0
    for change in changes[:-1]:
        present += change
        found.append(present)
    return found
