"""Halden's tools: what they cost, who uses them, and one that came in this autumn."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from productops.demo import Story, demo_part
from teams.models import Person, Team
from tooling.choices import PriceModel, Ring, RolloutState, Strength
from tooling.models import (
    Capability,
    Contract,
    RingChange,
    Rollout,
    RolloutWave,
    SeatAssignment,
    Tool,
    Usage,
    Vendor,
)

# Name, vendor, category, ring, capability, seats bought, yearly price of a seat, share of active.
TOOLS = (
    ("Trackline", "Nordvik", "Delivery", Ring.ADOPT, "Work tracking", 60, 96, 0.94),
    ("Roadbook", "Nordvik", "Planning", Ring.ADOPT, "Roadmaps", 40, 180, 0.82),
    ("Planwall", "Aldea Labs", "Planning", Ring.HOLD, "Roadmaps", 25, 144, 0.2),
    ("Measurely", "Quantum Oak", "Insight", Ring.ADOPT, "Product analytics", 80, 600, 0.31),
    ("Hearsay", "Lumen Works", "Insight", Ring.TRIAL, "Customer feedback", None, 240, 0.5),
    ("Sketchfield", "Lumen Works", "Design", Ring.ADOPT, "Prototyping", 30, 220, 0.9),
    ("Flagpole", "Tidal", "Delivery", Ring.TRIAL, "Feature flags", 50, 84, 0.66),
    ("Boardroom", "Aldea Labs", "Planning", Ring.ASSESS, "Workshops", None, 0, 0.1),
)
WEEKS_OF_USE = 26
RENEWAL_DAYS = 22  # Measurely renews soon, and a third of its seats are in use


@demo_part("tooling")
def load(story: Story) -> None:
    people = list(Person.objects.filter(is_demo=True).order_by("pk"))
    for at, tool in enumerate(TOOLS):
        _tool(story, people, at, *tool)
    _moves(story)
    _rollout(story)


def _tool(story, people, at, name, vendor, category, ring, capability, seats, price, share):
    tool = Tool.objects.create(
        slug=name.lower(),
        name=name,
        vendor=_vendor(vendor),
        owner=story.cast["samir"],
        category=category,
        ring=ring,
    )
    tool.capabilities.add(_capability(capability))
    tool.teams.set(list(Team.objects.filter(kind__in=("stream", "platform")).order_by("pk")[at:]))
    story.cast[f"tool {name}"] = tool
    if price:
        _contract(story, tool, seats, price)
    luck = Random(f"{name} {story.seed}")
    holders = luck.sample(people, min(len(people), seats or 12))
    SeatAssignment.objects.bulk_create(
        SeatAssignment(tool=tool, person=person, from_on=story.on - timedelta(days=400))
        for person in holders
    )
    _use(story, tool, holders, share, luck)


def _vendor(name: str) -> Vendor:
    slug = name.lower().replace(" ", "-")
    return Vendor.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _capability(name: str) -> Capability:
    slug = name.lower().replace(" ", "-")
    return Capability.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _contract(story: Story, tool: Tool, seats: int | None, price: int) -> None:
    soon = tool.slug == "measurely"
    until = story.on + timedelta(days=RENEWAL_DAYS if soon else 120 + 23 * tool.pk % 200)
    Contract.objects.create(
        tool=tool,
        name=f"{tool.name} {until.year}",
        reference=f"{tool.slug}-{until.year}",
        price_model=PriceModel.PER_SEAT if seats else PriceModel.FLAT,
        amount=Decimal(price),
        seats=seats,
        from_on=until - timedelta(days=364),
        until_on=until,
        notice_days=14 if soon else 60,
        auto_renews=soon,
        owner=story.cast["ines" if soon else "samir"],
    )


def _use(story: Story, tool: Tool, holders: list[Person], share: float, luck: Random) -> None:
    """Who is active is seen once a week; the others never are."""
    active = holders[: round(len(holders) * share)]
    rows = [
        Usage(tool=tool, on=_day(story, week), person=person, strength=Strength.STRONG)
        for week in range(WEEKS_OF_USE)
        for person in active
        if luck.random() < 0.85
    ]
    Usage.objects.bulk_create(rows)


def _day(story: Story, weeks: int) -> date:
    return story.on - timedelta(days=7 * weeks + 2)


def _moves(story: Story) -> None:
    """Two tools changed their ring within the year, each for a reason."""
    for name, before, days, reason in (
        ("Planwall", Ring.ADOPT, 95, "Roadbook does the same and is trusted."),
        ("Hearsay", Ring.ASSESS, 80, "Two teams tried it for a month."),
    ):
        tool = story.cast[f"tool {name}"]
        RingChange.objects.create(
            tool=tool,
            before=before,
            after=tool.ring,
            on=story.on - timedelta(days=days),
            reason=reason,
            by=story.cast["samir"],
        )


def _rollout(story: Story) -> None:
    rollout = Rollout.objects.create(
        tool=story.cast["tool Hearsay"],
        title="One inbox for customer feedback",
        owner=story.cast["Grace Obi"],
        state=RolloutState.ACTIVE,
        target_people=12,
        notes="Old inboxes become read-only one by one.",
    )
    for at, team in enumerate(("Partner", "Checkout", "Billing")):
        RolloutWave.objects.create(
            rollout=rollout,
            team=story.cast[f"team {team}"],
            go_live_on=story.on - timedelta(days=74 - 21 * at),
            done_on=story.on - timedelta(days=70 - 21 * at) if at < 2 else None,
        )
    story.cast["feedback rollout"] = rollout
