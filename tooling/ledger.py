"""What each tool has, uses and costs on a day, for many tools in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count

from tooling.models import Contract, SeatAssignment, Tool, Usage
from tooling.seats import Utilisation, cost_per_active, utilisation

Money = dict[str, Decimal]  # amounts by currency; two currencies are never added


@dataclass(frozen=True)
class Entry:
    """One tool on one day. ``active``: people seen within the tool's own window of days."""

    contracts: list[Contract] = field(default_factory=list)
    allocated: int = 0
    active: int = 0

    @property
    def is_unlimited(self) -> bool:
        return any(contract.is_unlimited for contract in self.contracts)

    @property
    def purchased(self) -> int | None:
        """Seats bought; None where they are unlimited or where nothing says how many there are."""
        granting = [contract for contract in self.contracts if contract.grants_seats]
        if not granting or self.is_unlimited:
            return None
        return sum(contract.seats or 0 for contract in granting)

    @property
    def shares(self) -> Utilisation:
        return utilisation(self.purchased, self.allocated, self.active)

    @property
    def people_over(self) -> int:
        """People, holding or active, beyond the seats bought: the headroom where it is below 0."""
        return max(0, -(self.shares.headroom or 0))

    @property
    def costs(self) -> Money:
        """What a year costs, by currency."""
        return total(self.contracts)

    @property
    def cost(self) -> tuple[str, Decimal] | None:
        """(currency, what a year costs); None without a contract or in several currencies."""
        costs = list(self.costs.items())
        return costs[0] if len(costs) == 1 else None

    @property
    def cost_per_active(self) -> Decimal | None:
        """What a year costs for each active person; None where ``cost`` is or nobody is active."""
        return cost_per_active(self.cost[1], self.active) if self.cost else None

    @property
    def renewal_on(self) -> date | None:
        """The last day of the contract that ends first."""
        return min((each.until_on for each in self.contracts if each.until_on), default=None)


def total(contracts: Iterable[Contract]) -> Money:
    """What contracts cost a year, by currency."""
    found: Money = defaultdict(Decimal)
    for contract in contracts:
        found[contract.currency] += contract.yearly_cost
    return dict(sorted(found.items()))


def entries_of(tools: Iterable[Tool], on: date) -> dict[int, Entry]:
    """An entry for each tool, by its id."""
    tools = list(tools)
    ids = [tool.pk for tool in tools]
    contracts: dict[int, list[Contract]] = defaultdict(list)
    for contract in Contract.objects.running_on(on).filter(tool__in=ids):
        contracts[contract.tool_id].append(contract)
    seats = SeatAssignment.objects.on(on).filter(tool__in=ids)
    allocated = Counter(
        {
            tool: people
            for tool, people in seats.values("tool")
            .annotate(people=Count("person", distinct=True))
            .values_list("tool", "people")
            .order_by()
        }
    )
    active = active_people(tools, on)
    return {pk: Entry(contracts[pk], allocated[pk], active[pk]) for pk in ids}


def active_people(tools: Iterable[Tool], on: date) -> Counter[int]:
    """People who used each tool within its window: those named, or the newest count without
    names where that is more, since such a count may include the named."""
    tools = list(tools)
    windows = {tool.active_days for tool in tools}
    seen = Usage.objects.filter(tool__in=tools).in_windows(windows, on)
    named = seen.of_people().values("tool").annotate(people=Count("person", distinct=True))
    found = Counter({row["tool"]: row["people"] for row in named.order_by()})
    for tool, count in seen.newest_counts(on).values_list("tool", "count"):
        found[tool] = max(found[tool], count)
    return found
