"""The smallest legal rows of tooling."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from productops import clock
from tests.factories.teams import PersonFactory, TeamFactory
from tooling.models import (
    Capability,
    Contract,
    Rollout,
    RolloutWave,
    SeatAssignment,
    Tool,
    Usage,
    Vendor,
)


class VendorFactory(DjangoModelFactory):
    class Meta:
        model = Vendor

    name = factory.Sequence(lambda n: f"Vendor {n}")
    slug = factory.Sequence(lambda n: f"vendor-{n}")


class CapabilityFactory(DjangoModelFactory):
    class Meta:
        model = Capability

    name = factory.Sequence(lambda n: f"Capability {n}")
    slug = factory.Sequence(lambda n: f"capability-{n}")


class ToolFactory(DjangoModelFactory):
    class Meta:
        model = Tool

    name = factory.Sequence(lambda n: f"Tool {n}")
    slug = factory.Sequence(lambda n: f"tool-{n}")


class ContractFactory(DjangoModelFactory):
    """A seat a year for EUR 120, ten of them, for the year around today."""

    class Meta:
        model = Contract

    tool = factory.SubFactory(ToolFactory)
    name = factory.Sequence(lambda n: f"Contract {n}")
    reference = factory.Sequence(lambda n: f"contract-{n}")
    amount = Decimal("120.00")
    seats = 10
    from_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=180))
    until_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=185))


class SeatAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = SeatAssignment

    tool = factory.SubFactory(ToolFactory)
    person = factory.SubFactory(PersonFactory)
    from_on = date(2025, 1, 1)


class UsageFactory(DjangoModelFactory):
    class Meta:
        model = Usage

    tool = factory.SubFactory(ToolFactory)
    on = factory.LazyFunction(clock.today)
    person = factory.SubFactory(PersonFactory)


class RolloutFactory(DjangoModelFactory):
    class Meta:
        model = Rollout

    tool = factory.SubFactory(ToolFactory)
    title = factory.Sequence(lambda n: f"Rollout {n}")
    owner = factory.SubFactory(PersonFactory)


class RolloutWaveFactory(DjangoModelFactory):
    class Meta:
        model = RolloutWave

    rollout = factory.SubFactory(RolloutFactory)
    team = factory.SubFactory(TeamFactory)
    go_live_on = factory.LazyFunction(clock.today)
