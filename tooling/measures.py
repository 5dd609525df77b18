"""What the app says about itself: whether paid seats are used, and what the tools cost."""

from datetime import date

from productops.measures import Aggregation, Cadence, Direction, measure
from teams.choices import AccountRole, SubjectKind
from teams.models import Person, Subject
from tooling.ledger import Entry, entries_of, total
from tooling.models import Tool

Ratio = tuple[float, float]
# A KPI has one unit: what is paid in another currency leaves the measures of money empty.
CURRENCY = "EUR"
MONTHS = 12


def entries_by_subject(on: date) -> dict[int, Entry]:
    tools = list(Tool.objects.current())
    entries = entries_of(tools, on)
    return {tool.subject_id: entries[tool.pk] for tool in tools}


def seats_of(entry: Entry) -> Ratio | None:
    """(active people, seats bought); None where seats are unlimited or not counted."""
    return (float(entry.active), float(entry.purchased)) if entry.purchased else None


@measure(
    "tooling.tool-seats-in-use",
    name="Seats in use by tool",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.TOOL,
    purpose="Share of the seats paid for whose tool was used within its window of days.",
)
def seats_in_use_by_tool(on: date) -> dict[int, Ratio]:
    found = {subject: seats_of(entry) for subject, entry in entries_by_subject(on).items()}
    return {subject: ratio for subject, ratio in found.items() if ratio}


@measure(
    "tooling.seats-in-use",
    name="Seats in use",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose="Share of all seats paid for that people work with.",
)
def seats_in_use(on: date) -> dict[int, Ratio]:
    ratios = seats_in_use_by_tool(on).values()
    active, bought = sum(each[0] for each in ratios), sum(each[1] for each in ratios)
    return {Subject.organisation().pk: (active, bought)} if bought else {}


@measure(
    "tooling.cost-per-active-user",
    name="Cost of a tool per active person",
    unit=CURRENCY,
    direction=Direction.DOWN,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.TOOL,
    purpose="Monthly cost of a tool's contracts, divided by the people active in it.",
)
def cost_per_active_user(on: date) -> dict[int, Ratio]:
    found = {}
    for subject, entry in entries_by_subject(on).items():
        if entry.cost and entry.cost[0] == CURRENCY and entry.active:
            found[subject] = (float(entry.cost[1]) / MONTHS, float(entry.active))
    return found


@measure(
    "tooling.spend-per-pm",
    name="Tool spend per PM",
    unit=CURRENCY,
    direction=Direction.DOWN,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose="Monthly cost of all tools under contract, divided by active product managers.",
)
def spend_per_pm(on: date) -> dict[int, Ratio]:
    entries = entries_by_subject(on).values()
    costs = total(contract for entry in entries for contract in entry.contracts)
    managers = Person.objects.active().with_role(AccountRole.PM).count()
    if list(costs) != [CURRENCY] or not managers:
        return {}
    return {Subject.organisation().pk: (float(costs[CURRENCY]) / MONTHS, float(managers))}
