"""What tools have, use and cost on a day; whom rollouts reached; what follows for people."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from productops import clock
from productops.work import count_of, tasks_of
from teams.choices import AccountRole
from teams.models import Subject
from tests.factories.teams import MembershipFactory, PersonFactory, TeamFactory
from tests.factories.tooling import (
    ContractFactory,
    RolloutFactory,
    RolloutWaveFactory,
    SeatAssignmentFactory,
    ToolFactory,
    UsageFactory,
)
from tooling import actions, measures, reach
from tooling.ledger import entries_of
from tooling.models import Contract, NotAllowed, Tool
from tooling.rows.costs import daily_active, sizing_of
from tooling.steps import equip

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)
YEAR = {"from_on": date(2026, 1, 1), "until_on": date(2026, 12, 31)}


def entry_of(tool):
    return entries_of([tool], TODAY)[tool.pk]


def used(tool, days_ago, people=1, **more):
    day = TODAY - timedelta(days=days_ago)
    return UsageFactory.create_batch(people, tool=tool, on=day, **more)


@pytest.mark.parametrize(
    ("price", "cost"),
    [
        ({"price_model": "per_seat", "seats": 10, "amount": 12, "period": "year"}, 120),
        ({"price_model": "per_seat", "seats": 10, "amount": 12, "period": "month"}, 1440),
        ({"price_model": "flat", "seats": 10, "amount": 500}, 500),
        ({"price_model": "flat", "seats": None, "amount": 500, "period": "month"}, 6000),
        ({"price_model": "usage", "seats": None, "amount": 80, "period": "month"}, 960),
        ({"price_model": "pack", "seats": 11, "pack_size": 5, "amount": 100}, 300),
    ],
)
def test_a_year_costs_what_its_price_model_says(price, cost):
    assert Contract(**price).yearly_cost == cost


def test_seats_of_contracts_that_run_are_added_and_others_left_out():
    tool = ToolFactory()
    ContractFactory(tool=tool, seats=10, **YEAR)
    ContractFactory(tool=tool, seats=5, from_on=date(2026, 1, 1), until_on=None)
    ContractFactory(tool=tool, seats=99, from_on=date(2025, 1, 1), until_on=date(2026, 6, 29))
    ContractFactory(tool=tool, seats=99, from_on=date(2026, 7, 1), until_on=None)

    assert entry_of(tool).purchased == 15


def test_the_last_day_of_a_contract_still_counts():
    tool = ToolFactory()
    ContractFactory(tool=tool, from_on=TODAY - timedelta(days=9), until_on=TODAY)

    assert entry_of(tool).purchased == 10


def test_utilisation_is_held_and_active_over_bought():
    tool = ToolFactory(active_days=30)
    ContractFactory(tool=tool, seats=10, **YEAR)
    SeatAssignmentFactory.create_batch(8, tool=tool)
    used(tool, 29, people=4)
    used(tool, 30, people=3)

    entry = entry_of(tool)

    assert (entry.allocated, entry.active) == (8, 4)
    assert (entry.shares.allocated, entry.shares.active, entry.shares.headroom) == (0.8, 0.4, 2)


def test_each_tool_has_its_own_window():
    patient, strict = ToolFactory(active_days=90), ToolFactory(active_days=30)
    used(patient, 60)
    used(strict, 60)

    entries = entries_of([patient, strict], TODAY)

    assert (entries[patient.pk].active, entries[strict.pk].active) == (1, 0)


def test_a_person_seen_often_is_one_person():
    tool, person = ToolFactory(), PersonFactory()
    for days in (0, 1, 2):
        used(tool, days, person=person)

    assert entry_of(tool).active == 1


def test_the_newest_count_without_names_stands_where_it_is_more():
    tool = ToolFactory()
    used(tool, 3, people=2)
    used(tool, 9, person=None, count=50)
    used(tool, 2, person=None, count=7)

    assert entry_of(tool).active == 7


def test_unlimited_seats_have_no_utilisation_but_a_cost_per_active_person():
    tool = ToolFactory()
    ContractFactory(tool=tool, price_model="flat", seats=None, amount=1000, **YEAR)
    used(tool, 1, people=4)

    entry = entry_of(tool)

    assert (entry.is_unlimited, entry.purchased, entry.shares.active) == (True, None, None)
    assert entry.cost_per_active == 250


def test_more_people_than_seats_are_a_negative_headroom():
    tool = ToolFactory()
    ContractFactory(tool=tool, seats=2, **YEAR)
    used(tool, 1, people=5)

    assert entry_of(tool).shares.headroom == -3


def test_currencies_are_never_added():
    tool = ToolFactory()
    ContractFactory(tool=tool, amount=10, seats=1, currency="EUR", **YEAR)
    ContractFactory(tool=tool, amount=10, seats=1, currency="USD", **YEAR)
    used(tool, 1)

    entry = entry_of(tool)

    assert entry.costs == {"EUR": Decimal(10), "USD": Decimal(10)}
    assert (entry.cost, entry.cost_per_active) == (None, None)


def test_paying_by_usage_grants_no_seats():
    tool = ToolFactory()
    ContractFactory(tool=tool, price_model="usage", seats=None, **YEAR)

    entry = entry_of(tool)

    assert (entry.is_unlimited, entry.purchased) == (False, None)


def test_many_tools_take_as_many_queries_as_one(django_assert_num_queries):
    tools = ToolFactory.create_batch(3)
    for tool in tools:
        ContractFactory(tool=tool, **YEAR)
        used(tool, 1)
        used(tool, 1, person=None, count=3)

    with django_assert_num_queries(4):
        entries_of(tools, TODAY)


def test_seats_in_use_are_measured_by_tool_and_for_all():
    full, empty, unlimited = ToolFactory(), ToolFactory(), ToolFactory()
    for tool, seats in ((full, 4), (empty, 6)):
        ContractFactory(tool=tool, seats=seats, **YEAR)
    ContractFactory(tool=unlimited, price_model="flat", seats=None, **YEAR)
    used(full, 1, people=4)
    used(unlimited, 1, people=4)

    by_tool = measures.seats_in_use_by_tool(TODAY)

    assert by_tool == {full.subject_id: (4, 4), empty.subject_id: (0, 6)}
    assert measures.seats_in_use(TODAY) == {Subject.organisation().pk: (4, 10)}


def test_spend_per_pm_is_a_month_over_active_managers():
    ContractFactory(amount=1200, seats=1, **YEAR)
    PersonFactory.create_batch(2, role=AccountRole.PM)
    PersonFactory(role=AccountRole.PM, is_active=False)

    assert measures.spend_per_pm(TODAY) == {Subject.organisation().pk: (100, 2)}


def test_spend_in_two_currencies_is_no_number():
    ContractFactory(currency="EUR", **YEAR)
    ContractFactory(currency="USD", **YEAR)
    PersonFactory(role=AccountRole.PM)

    assert measures.spend_per_pm(TODAY) == {}


def test_cost_per_active_user_is_left_out_where_nobody_is_active():
    busy, idle = ToolFactory(), ToolFactory()
    for tool in (busy, idle):
        ContractFactory(tool=tool, amount=120, seats=10, **YEAR)
    used(busy, 1, people=5)

    assert measures.cost_per_active_user(TODAY) == {busy.subject_id: (100, 5)}


@pytest.mark.parametrize(
    "compute",
    [
        measures.seats_in_use_by_tool,
        measures.seats_in_use,
        measures.cost_per_active_user,
        measures.spend_per_pm,
    ],
)
def test_a_measure_of_nothing_is_empty(compute):
    assert compute(TODAY) == {}


def test_who_is_seen_after_a_team_has_the_tool_is_reached():
    rollout, team = RolloutFactory(tool__active_days=30), TeamFactory()
    RolloutWaveFactory(rollout=rollout, team=team, go_live_on=TODAY - timedelta(days=10))
    RolloutWaveFactory(rollout=rollout, go_live_on=TODAY + timedelta(days=1))
    early, late, stranger = PersonFactory.create_batch(3)
    for person in (early, late):
        MembershipFactory(team=team, person=person, from_on=date(2026, 1, 1))
    used(rollout.tool, 11, person=early)
    used(rollout.tool, 10, person=late)
    used(rollout.tool, 1, person=stranger)

    assert reach.reach_of([rollout], TODAY) == {rollout.pk: 1}


def test_a_count_without_names_stands_for_the_people_of_a_rollout():
    wave = RolloutWaveFactory(go_live_on=TODAY - timedelta(days=10))
    MembershipFactory(team=wave.team, from_on=date(2026, 1, 1))
    used(wave.rollout.tool, 1, person=None, count=12)

    assert reach.reach_of([wave.rollout], TODAY) == {wave.rollout.pk: 12}


def test_a_ring_moves_once_and_history_is_not_bent(ines):
    tool = ToolFactory(ring="assess")
    day = clock.today() - timedelta(days=10)

    move = actions.change_ring(tool=tool, ring="trial", reason="Liked", by=ines, on=day)
    again = actions.change_ring(tool=tool, ring="trial", reason="Liked", by=ines)

    assert (move.before, move.after, again) == ("assess", "trial", None)
    for wrong in (day - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(NotAllowed):
            actions.change_ring(tool=tool, ring="hold", reason="", by=ines, on=wrong)
    assert Tool.objects.get().ring == "trial"


def test_people_active_each_day_are_counted_within_the_window():
    tool, first, second = ToolFactory(active_days=3), PersonFactory(), PersonFactory()
    used(tool, 6, person=first)
    used(tool, 5, person=first)
    used(tool, 5, person=second)
    used(tool, 0, person=second)

    assert daily_active(tool, TODAY) == [1, 2, 2, 2, 0, 0, 1]


def test_fewer_seats_are_enough_where_few_are_active():
    contract = ContractFactory(seats=20, amount=100, **YEAR)
    used(contract.tool, 20, people=4)

    sizing = sizing_of(contract, TODAY)

    # 4 people and a tenth to spare, rounded up.
    assert (sizing.found.recommended, sizing.found.saving) == (5, 1500)
    assert (sizing.days, sizing.busiest, sizing.found.risk) == (21, 4, 0)


def test_a_contract_that_ends_asks_its_owner_until_it_is_decided(ines, olga):
    day = TODAY + timedelta(days=119)
    soon = ContractFactory(owner=ines, from_on=date(2026, 1, 1), until_on=day, notice_days=90)
    ContractFactory(owner=ines, from_on=date(2026, 1, 1), until_on=TODAY + timedelta(days=121))

    before, others = tasks_of(ines, TODAY), tasks_of(olga, TODAY)
    soon.decide(decision="renew", reason="Used", by=ines)

    assert [(task.kind, task.due) for task in before] == [("renew", day - timedelta(days=90))]
    assert others == []
    assert tasks_of(ines, TODAY) == []


def test_a_contract_that_is_followed_by_another_asks_nobody(ines):
    tool = ToolFactory(owner=ines)
    ContractFactory(tool=tool, from_on=date(2026, 1, 1), until_on=date(2026, 7, 31))
    assert count_of(ines, TODAY) == 1

    ContractFactory(tool=tool, from_on=date(2026, 8, 1), until_on=None)

    assert count_of(ines, TODAY) == 0


def test_a_wave_that_goes_live_asks_the_owner_of_the_rollout(ines):
    near = RolloutWaveFactory(rollout__owner=ines, go_live_on=TODAY + timedelta(days=14))
    RolloutWaveFactory(rollout__owner=ines, go_live_on=TODAY + timedelta(days=15))

    tasks = tasks_of(ines, TODAY)
    near.complete(on=TODAY, by=ines)

    assert [task.due for task in tasks] == [near.go_live_on]
    assert count_of(ines, TODAY) == 0


def test_the_step_of_home_goes_from_tools_to_use(ines):
    empty = equip(ines)
    tool = ToolFactory()
    UsageFactory(tool=tool)
    ContractFactory(tool=tool)

    step = equip(ines)

    assert (empty.order, empty.done, len(empty.tasks)) == (4, 0, 4)
    assert [task.state for task in empty.tasks][1:] == ["cannot_start"] * 3
    assert (step.done, step.following.title) == (3, "Plan the rollout of a tool")
