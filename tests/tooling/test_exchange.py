"""Tools, contracts, usage and radars in and out: whole, or not at all."""

import io
import json
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from productops.exchange import Refused
from productops.tables import write_csv
from tests.factories.teams import TeamFactory
from tests.factories.tooling import (
    ContractFactory,
    SeatAssignmentFactory,
    ToolFactory,
    UsageFactory,
)
from tooling.exchange.contracts import give_contracts, take_contracts
from tooling.exchange.radar import give_radar, take_radar
from tooling.exchange.tools import give_tools, take_tools
from tooling.exchange.usage import give_usage, take_usage
from tooling.models import Contract, RingChange, Tool, Usage

pytestmark = pytest.mark.django_db

VOLUMES = [("v29", "2023-09-27"), ("v30", "2024-04-03"), ("v31", "2024-10-23")]
SNIPE_IT = "tool=Item name,reference=serial number,vendor=manufacturer,category=Category,amount=purchase cost,seats=seats,until=expiration date"  # noqa: E501


def take(taker, text, by=None, **options):
    return taker(io.BytesIO(text.encode()), "file.csv", by, options)


def refused(taker, text, **options):
    with pytest.raises(Refused) as refusal:
        take(taker, text, **options)
    return [(each.row, each.column) for each in refusal.value.report.refused]


def again(taker, giver, by):
    """What an import makes of what an export gave."""
    rows, file = giver(by, {}), io.BytesIO()
    write_csv(file, next(rows), rows)
    file.seek(0)
    return taker(file, "file.csv", by, {})


def test_a_tool_comes_in_with_vendor_capabilities_and_its_first_ring(ines):
    TeamFactory(slug="team-x")

    text = "name,vendor,ring,owner,capabilities,teams\nTrello,Atlassian,trial,ines@halden.example,Work tracking;roadmapping,team-x\n"  # noqa: E501
    report = take(take_tools, text, ines)

    tool = Tool.objects.get()
    assert report.created == 1
    assert (tool.slug, tool.vendor.slug, tool.owner) == ("trello", "atlassian", ines)
    assert [capability.name for capability in tool.capabilities.all()] == [
        "Roadmapping",
        "Work tracking",
    ]
    assert [(each.before, each.after) for each in tool.ring_changes.all()] == [("", "trial")]


def test_another_ring_in_a_file_is_a_dated_move(ines):
    take(take_tools, "name,ring\nTrello,trial\n", ines)

    report = take(take_tools, "name,ring\nTrello,hold\n", ines)

    assert report.updated == 1
    assert RingChange.objects.get(before="trial").after == "hold"


def test_a_column_that_is_not_there_changes_nothing(ines):
    take(take_tools, "name,category,purpose\nTrello,Planning,Boards\n", ines)

    report = take(take_tools, "name,purpose\nTrello,\n", ines)

    tool = Tool.objects.get()
    assert report.updated == 1
    assert (tool.category, tool.purpose) == ("Planning", "")


@pytest.mark.parametrize(
    ("taker", "giver"),
    [
        (take_tools, give_tools),
        (take_contracts, give_contracts),
        (take_usage, give_usage),
        (take_radar, give_radar),
    ],
)
def test_what_goes_out_comes_back_unchanged(taker, giver, ines):
    tool = ToolFactory(name="Trello", slug="trello", category="Planning", owner=ines)
    ContractFactory(tool=tool, owner=ines)
    ContractFactory(tool=tool, price_model="flat", seats=None, until_on=None)
    UsageFactory(tool=tool, person=ines)
    UsageFactory(tool=tool, person=None, count=4)

    report = again(taker, giver, ines)

    assert (report.created, report.updated) == (0, 0)
    assert report.unchanged > 0


@pytest.mark.parametrize(
    ("taker", "text", "places"),
    [
        (take_tools, "title\nX\n", [(1, "name"), (1, "title")]),
        (take_tools, "name,ring\nX,adopt\nY,maybe\n", [(3, "ring")]),
        (take_tools, "name,owner\nX,nobody@example.org\n", [(2, "owner")]),
        (take_tools, "name,teams\nX,nowhere\n", [(2, "teams")]),
        (take_tools, "name,active_days\nX,0\nY,999\n", [(2, "active_days"), (3, "active_days")]),
        (take_tools, "name\n!!!\n", [(2, "name")]),
        (take_tools, "name,vendor\nX,???\n", [(2, "vendor")]),
        (take_contracts, "tool,amount,from\nnone,1,2026-01-01\n", [(2, "tool")]),
        (take_contracts, "tool,amount,from\ntrello,-1,2026-01-01\n", [(2, "amount")]),
        (take_contracts, "tool,amount,from\ntrello,1e11,2026-01-01\n", [(2, "amount")]),
        (take_contracts, "tool,amount,from\ntrello,₿5,2026-01-01\n", [(2, "amount")]),
        (take_contracts, "tool,amount,from\ntrello,5,2026-01-01\n", [(2, "seats")]),
        (take_contracts, "tool,amount,from\ntrello,5,\n", [(2, "from")]),
        (
            take_contracts,
            "tool,amount,seats,from,until\ntrello,5,1,2026-01-02,2026-01-01\n",
            [(2, "until")],
        ),
        (
            take_contracts,
            "tool,amount,seats,from,currency\ntrello,5,1,2026-01-02,EURO\n",
            [(2, "currency")],
        ),
        (take_usage, "tool,on,person\ntrello,2026-01-01,x@example.org\n", [(2, "person")]),
        (take_usage, "tool,on,count\ntrello,2026-01-01,\n", [(2, "person")]),
        (take_usage, "tool,on,count\ntrello,2999-01-01,4\n", [(2, "on")]),
        (take_usage, "tool,on,count\ntrello,2026-01-01,-4\n", [(2, "count")]),
        (
            take_usage,
            "tool,on,count\ntrello,2026-01-01,1\ntrello,2026-01-01,2\n",
            [(3, "on")],
        ),
        (take_radar, "name,ring\nX,never\n", [(2, "ring")]),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(taker, text, places, ines):
    ToolFactory(name="Trello", slug="trello")

    assert refused(taker, text) == places
    assert (Tool.objects.count(), Contract.objects.count(), Usage.objects.count()) == (1, 0, 0)


def test_usage_of_the_same_day_again_is_a_correction(ines):
    tool = ToolFactory(slug="trello")
    UsageFactory(tool=tool, on=date(2026, 1, 5), person=ines, strength="weak")

    text = f"tool,on,person,count,strength\ntrello,2026-01-05,{ines.email},,strong\ntrello,2026-01-06,,7,\n"  # noqa: E501
    report = take(take_usage, text, ines)

    assert (report.created, report.updated, report.unchanged) == (1, 1, 0)
    assert Usage.objects.get(person=ines).strength == "strong"


def test_a_radar_of_a_day_before_the_last_move_is_refused(ines):
    take(take_radar, "name,ring\nX,trial\n", ines, on="2026-01-01")
    take(take_radar, "name,ring\nX,adopt\n", ines, on="2026-03-01")

    assert refused(take_radar, "name,ring\nX,hold\n", on="2026-02-01") == [(2, "ring")]
    assert refused(take_radar, "name,ring\nX,hold\n", on="yesterday") == [(None, "--on")]


def test_three_published_volumes_give_the_moves_that_they_tell(shared_data, ines):
    expected = json.loads((shared_data / "tools" / "tech_radar_expected.json").read_text())
    former: set[str] = set()

    for volume, day in VOLUMES:
        file = shared_data / "tools" / f"tech_radar_{volume}.csv"
        report = take(take_radar, file.read_text(), ines, on=day)

        told = {
            (name, before.replace("caution", "hold"), after.replace("caution", "hold"))
            for name, before, after in expected[volume]["ring_changed_since_previous_volume"]
        }
        moves = RingChange.objects.filter(on=day).exclude(before="").select_related("tool")
        found = {(move.tool.name, move.before, move.after) for move in moves}
        names = {line.split(",")[0] for line in file.read_text().splitlines()[1:]}
        if former:
            assert {move for move in found if move[0] in former} == told
        assert report.created + report.updated + report.unchanged == expected[volume]["blips"]
        former = names

    rings = Counter(Tool.objects.filter(name__in=former).values_list("ring", flat=True))
    assert rings == {"adopt": 11, "trial": 39, "assess": 50, "hold": 5}


def test_a_volume_a_second_time_changes_nothing(shared_data, ines):
    text = (shared_data / "tools" / "tech_radar_v29.csv").read_text()
    take(take_radar, text, ines, on="2023-09-27")

    report = take(take_radar, text, ines, on="2023-09-27")

    assert (report.created, report.updated, report.unchanged) == (0, 0, 107)


def test_the_licences_of_another_register_come_in_by_a_map(shared_data, ines):
    expected = json.loads((shared_data / "tools" / "snipeit_licenses_expected.json").read_text())
    text = (shared_data / "tools" / "snipeit_licenses.csv").read_text()
    options = {
        "map": SNIPE_IT,
        "create_tools": True,
        "dates": "month-first",
        "begins": "2015-01-01",
        "price_model": "flat",
    }

    first = take(take_contracts, text, ines, **options)
    second = take(take_contracts, text, ines, **options)

    contracts = Contract.objects.all()
    assert first.created == second.unchanged == expected["rows"]
    assert sum(contract.amount for contract in contracts) == Decimal("1273.42")
    assert sum(contract.seats for contract in contracts) == expected["seats_total"]
    assert {contract.currency for contract in contracts} == {"USD"}
    assert contracts.get(tool__slug="mirtazapine").until_on == date(2016, 4, 12)


def test_licences_that_end_before_they_were_bought_are_refused(shared_data, ines):
    text = (shared_data / "tools" / "snipeit_licenses.csv").read_text()
    options = {"create_tools": True, "dates": "month-first", "price_model": "flat"}

    places = refused(take_contracts, text, map=SNIPE_IT + ",from=purchase date", **options)

    assert [column for _row, column in places] == ["until", "from"]
    assert Tool.objects.count() == 0


def test_a_map_that_names_no_column_is_refused(ines):
    assert refused(take_tools, "product\nX\n", map="name=title") == [(1, "name")]
    assert refused(take_tools, "product\nX\n", map="title=product") == [
        (None, "title"),
        (1, "name"),
        (1, "product"),
    ]


def test_seats_are_counted_for_those_who_see_all_alone(mia):
    seat = SeatAssignmentFactory()
    UsageFactory(tool=seat.tool, person=seat.person)

    assert [row for row in give_usage(mia, {})][1:] == []
    assert [row for row in give_contracts(mia, {})][1:] == []
