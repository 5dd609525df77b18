"""Who sees and does what on the pages of tooling, with hostile input and constant costs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from processes.models import Step
from productops import clock
from productops.trace import walk
from tests.factories.metrics import ImprovementFactory
from tests.factories.processes import PublishedFactory
from tests.factories.teams import PersonFactory
from tests.factories.tooling import (
    CapabilityFactory,
    ContractFactory,
    RolloutFactory,
    RolloutWaveFactory,
    SeatAssignmentFactory,
    ToolFactory,
    UsageFactory,
    VendorFactory,
)
from tooling import actions
from tooling.models import Capability, Contract, Rollout, SeatAssignment, Tool, Vendor

pytestmark = pytest.mark.django_db

TOOL = {"name": "Trello", "ring": "trial", "active_days": 30, "version": 1}
AGREED = {
    "name": "Trello 2026",
    "price_model": "per_seat",
    "amount": "120",
    "currency": "EUR",
    "period": "year",
    "seats": 10,
    "from_on": "2026-01-01",
    "until_on": "2026-12-31",
    "notice_days": 90,
    "version": 1,
}


def url(name, *args):
    return reverse(f"tooling:{name}", args=args)


def text_of(response):
    return response.content.decode()


def rows_of(response):
    return b"".join(response.streaming_content).decode().splitlines()


def full_tool(**more):
    """A tool with a contract, a seat in use, one that is not, and a capability in a team."""
    tool = ToolFactory(vendor=VendorFactory(), owner=PersonFactory(), **more)
    ContractFactory(tool=tool)
    SeatAssignmentFactory(tool=tool, person=UsageFactory(tool=tool).person)
    SeatAssignmentFactory(tool=tool)
    tool.capabilities.add(CapabilityFactory())
    return tool


# What the cast sees --------------------------------------------------------------------------
LISTS = ["tool-list", "radar", "overlap", "rollout-list"]
COSTS = ["contract-list", "renewal-list", "spend"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["olga", "ines", "mia", "astrid"])
def test_everybody_with_a_role_reads_the_catalogue(name, who, as_, request):
    tool = full_tool(name="Trello", category="Planning")
    RolloutFactory(tool=tool)

    response = as_(request.getfixturevalue(who)).get(url(name))

    assert response.status_code == 200


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize(
    ("who", "status"), [("ines", 200), ("astrid", 200), ("mia", 403), ("rui", 403)]
)
def test_costs_are_for_those_who_see_all(name, who, status, as_, request):
    ContractFactory()

    assert as_(request.getfixturevalue(who)).get(url(name)).status_code == status


def test_a_respondent_sees_no_tools(rui, as_):
    tool = ToolFactory(name="Trello")

    assert "Trello" not in text_of(as_(rui).get(url("tool-list")))
    assert as_(rui).get(tool.get_absolute_url()).status_code == 404


def test_ops_sees_what_a_tool_costs_and_whether_it_is_used(ines, as_):
    tool = full_tool()

    listed, page = text_of(as_(ines).get(url("tool-list"))), as_(ines).get(tool.get_absolute_url())

    assert "€1,200" in listed
    assert "10%" in listed
    assert "Never used" in text_of(page)
    assert "Active people by month" in text_of(page)


def test_a_pm_sees_the_tool_and_their_own_seat_but_no_cost_and_no_names(mia, as_):
    tool = full_tool()
    SeatAssignmentFactory(tool=tool, person=mia)
    holder = SeatAssignment.objects.filter(tool=tool).exclude(person=mia).first().person

    listed, page = text_of(as_(mia).get(url("tool-list"))), as_(mia).get(tool.get_absolute_url())

    assert "You have one" in listed
    assert "€" not in listed + text_of(page)
    assert "You have had a seat since" in text_of(page)
    assert holder.name not in text_of(page)
    assert holder.name not in text_of(as_(mia).get(url("seat-list", tool.pk)))


def test_the_history_of_a_tool_names_seats_only_to_those_who_see_all(ines, mia, as_):
    tool = ToolFactory()
    seat = actions.assign_seat(tool=tool, person=PersonFactory(name="Zoe Zander"), by=ines)
    seat.end(on=clock.today(), by=ines)

    pages = {who: text_of(as_(who).get(tool.get_absolute_url())) for who in (ines, mia)}

    assert "seat ended" in pages[ines]
    assert "Zoe Zander" not in pages[mia]


def test_the_page_of_a_tool_leads_up_and_down_the_chain(ines, as_):
    rollout = RolloutFactory(title="Boards for all")
    ImprovementFactory(kind="tool", rollout=rollout, title="Plan on boards")
    revision = PublishedFactory(process__title="Intake")
    Step.objects.create(revision=revision, order=1, title="Take it in", tool=rollout.tool.subject)
    page = text_of(as_(ines).get(rollout.tool.get_absolute_url()))

    assert all(word in page for word in ("Boards for all", "Plan on boards", "Intake"))
    assert "Plan on boards" in text_of(as_(ines).get(rollout.get_absolute_url()))


def test_a_rollout_has_its_place_in_the_chain(ines, jonas, as_):
    rollout = RolloutFactory()
    ImprovementFactory(kind="tool", rollout=rollout)

    assert ("rollout", rollout.pk) in walk(ines, "rollout", rollout.pk).nodes
    assert as_(ines).get(reverse("trace", args=["rollout", rollout.pk])).status_code == 200
    assert as_(jonas).get(reverse("trace", args=["rollout", rollout.pk])).status_code == 404


# Lists ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("tool-list", full_tool),
        ("radar", lambda: full_tool(category="Planning")),
        ("overlap", full_tool),
        ("contract-list", ContractFactory),
        ("renewal-list", ContractFactory),
        ("spend", ContractFactory),
        ("rollout-list", lambda: RolloutWaveFactory().rollout),
    ],
)
def test_three_rows_cost_as_many_queries_as_one(name, make, ines, as_, cost_of):
    client = as_(ines)
    make()
    one = cost_of(client, url(name))
    make()
    make()

    assert cost_of(client, url(name)) == one <= 20


def test_three_seats_cost_as_many_queries_as_one(ines, as_, cost_of):
    tool, client = ToolFactory(), as_(ines)
    SeatAssignmentFactory(tool=tool)
    one = cost_of(client, url("seat-list", tool.pk))
    SeatAssignmentFactory.create_batch(2, tool=tool)

    assert cost_of(client, url("seat-list", tool.pk)) == one <= 20


def test_the_catalogue_is_searched_filtered_and_sorted(ines, as_):
    kept = ToolFactory(name="Trello", ring="adopt", purpose="Boards")
    ToolFactory(name="Miro", ring="trial")
    ToolFactory(name="Trello Classic", archived_at="2026-01-01T00:00Z")

    def names(query):
        rows = rows_of(as_(ines).get(url("tool-list") + f"?{query}&format=csv"))
        return [row.split(",")[1] for row in rows[1:]]

    assert names("q=trello boards") == ["Trello"]
    assert names("ring=trial") == ["Miro"]
    assert names("state=archived") == ["Trello Classic"]
    assert names("sort=-name") == ["Trello", "Miro"]
    assert names(f"q=trello&ring={kept.ring}") == ["Trello"]


def test_the_file_of_a_pm_has_no_figures(mia, as_):
    full_tool()

    header, *_rest = rows_of(as_(mia).get(url("tool-list") + "?format=csv"))

    assert header == "tool,name,vendor,category,ring,owner"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("tool-list", "ring=none&team=99999999999999999999&capability=x&sort=;&page=-1"),
        ("tool-list", "q=%27%22%3C&state=x"),
        ("radar", "since=yesterday"),
        ("radar", "since=0001-01-01"),
        ("contract-list", "state=x&price_model=x"),
        ("renewal-list", "within=-5"),
        ("renewal-list", "within=36500"),
        ("rollout-list", "state=x&page=9999999999999999999999"),
    ],
)
def test_filters_that_make_no_sense_are_left_out(name, query, ines, as_):
    full_tool()

    assert as_(ines).get(f"{url(name)}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["contract-list", "renewal-list", "spend", "rollout-list"])
def test_each_list_is_a_file_too(name, ines, as_):
    ContractFactory()
    RolloutWaveFactory()

    header, *rows = rows_of(as_(ines).get(url(name) + "?format=csv"))

    assert len(rows) == 1
    assert len(rows[0].split(",")) == len(header.split(","))


def test_the_radar_marks_what_is_new_and_what_moved(ines, as_):
    old = clock.today() - timedelta(days=400)
    new = actions.found_tool(values={"slug": "new", "name": "New"}, by=ines)
    for name, ring in (("Nearer", "adopt"), ("Further", "hold")):
        values = {"slug": name.lower(), "name": name, "ring": "trial"}
        tool = actions.found_tool(values=values, by=ines, on=old)
        actions.change_ring(tool=tool, ring=ring, reason="So", by=ines)

    rings = as_(ines).get(url("radar")).context["rows"][0]["cells"]
    everything = as_(ines).get(url("radar") + f"?since={old}").context["rows"][0]["cells"]

    moves = {chip["name"]: chip["move"] for chips in rings for chip in chips}
    assert moves == {"New": "new", "Nearer": "in", "Further": "out"}
    assert {chip["move"] for chips in everything for chip in chips} == {"new"}
    assert [len(chips) for chips in rings] == [1, 0, 1, 1]
    assert new.ring == "assess"


def test_the_map_shows_overlap_one_tool_and_none(ines, as_, checkout_team, billing_team):
    shared, other = CapabilityFactory(name="Boards"), CapabilityFactory(name="Surveys")
    nobody = CapabilityFactory(name="Chat")
    for tool in ToolFactory.create_batch(2):
        tool.capabilities.add(shared)
        tool.teams.add(checkout_team)
    tool.teams.add(billing_team)

    ToolFactory().capabilities.add(other)

    found = as_(ines).get(url("overlap")).context["overlap"]

    counts = {row[0].name: {c.team.slug: len(c.tools) for c in row[2]} for row in found["rows"]}
    assert counts["Boards"] == {"team-checkout": 2, "team-billing": 1}
    assert counts["Surveys"] == {"team-checkout": 0, "team-billing": 0}
    assert found["unserved"] == [nobody]


def test_spend_is_summed_by_tool_and_vendor_and_never_across_currencies(ines, as_):
    vendor = VendorFactory(name="Atlassian")
    for amount, currency in ((10, "EUR"), (20, "EUR"), (7, "USD")):
        ContractFactory(tool__vendor=vendor, amount=amount, seats=1, currency=currency)

    spend = as_(ines).get(url("spend")).context["spend"]

    assert [(each["currency"], each["total"]) for each in spend] == [("EUR", 30), ("USD", 7)]
    assert [(bar.label, bar.value) for bar in spend[0]["by_vendor"].rows] == [("Atlassian", 30)]
    assert len(spend[0]["by_tool"].rows) == 2


def test_renewals_stand_by_date_with_what_is_to_be_done(ines, as_):
    today = clock.today()
    begun = today - timedelta(days=100)

    def contract(days, **more):
        return ContractFactory(from_on=begun, until_on=today + timedelta(days=days), **more)

    late = contract(10, notice_days=30, auto_renews=True)
    near = contract(110, notice_days=30)
    decided = contract(115, decision="renew")
    far = contract(300)
    contract(400)

    page = as_(ines).get(url("renewal-list")).context["page"]

    assert list(page) == [late, near, decided, far]
    assert [c.kind for c in page] == ["danger", "bad", "done", "flat"]
    assert page[0].days_left == 10


# Changing ------------------------------------------------------------------------------------
def test_a_new_tool_brings_its_vendor_and_capabilities_along(ines, as_):
    body = TOOL | {"vendor_name": "Atlassian", "more_capabilities": "Boards, roadmapping"}

    response = as_(ines).post(url("tool-new"), body)

    tool = Tool.objects.get()
    assert response["Location"] == tool.get_absolute_url()
    assert (tool.vendor.slug, tool.subject.kind) == ("atlassian", "tool")
    assert {c.name for c in tool.capabilities.all()} == {"Boards", "Roadmapping"}
    assert tool.ring_changes.get().after == "trial"
    assert Vendor.objects.get().subject.name == "Atlassian"


def test_whoever_comes_from_a_gap_brings_its_words_as_the_purpose(ines, as_):
    page = as_(ines).get(url("tool-new"), {"gap": "7", "title": "Nobody knows <who> asked"})

    assert page.context["form"]["purpose"].value() == "Nobody knows <who> asked"
    assert "&lt;who&gt;" in page.content.decode()


@pytest.mark.parametrize(("who", "status"), [("mia", 403), ("astrid", 403), ("rui", 403)])
def test_only_product_operations_adds_tools(who, status, as_, request):
    assert as_(request.getfixturevalue(who)).post(url("tool-new"), TOOL).status_code == status


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "required"),
        ({"name": "!!!"}, "no letter"),
        ({"name": "x" * 201}, "200 characters"),
        ({"vendor_name": "???"}, "no letter"),
        ({"more_capabilities": "a, ???"}, "no letter"),
        ({"active_days": "0"}, "from 1 to 366"),
        ({"active_days": "1e9"}, "from 1 to 366"),
        ({"ring": "inner"}, "valid choice"),
        ({"owner": "999999"}, "valid choice"),
        ({"capabilities": ["x"]}, "valid value"),
    ],
)
def test_a_tool_that_makes_no_sense_is_refused_by_its_field(wrong, message, ines, as_):
    response = as_(ines).post(url("tool-new"), TOOL | wrong)

    assert response.status_code == 422
    assert message in text_of(response)
    assert not Tool.objects.exists()


def test_two_tools_have_no_name_in_common(ines, as_):
    ToolFactory(name="Trello", slug="trello")

    assert as_(ines).post(url("tool-new"), TOOL).status_code == 422


def test_a_stale_edit_is_refused_with_both_shown(ines, as_):
    tool = ToolFactory(purpose="Boards")
    body = {"name": tool.name, "active_days": 30, "purpose": "Lists", "version": tool.version}
    as_(ines).post(url("tool-edit", tool.pk), body | {"purpose": "Cards"})

    late = as_(ines).post(url("tool-edit", tool.pk), body)

    assert late.status_code == 409
    assert "Lists" in text_of(late)
    assert "Cards" in text_of(late)


def test_a_pm_edits_the_tool_that_they_own_and_leaves_its_teams(mia, as_, billing_team):
    owned, other = ToolFactory(owner=mia), ToolFactory()
    owned.teams.add(billing_team)
    body = {"name": owned.name, "active_days": 30, "purpose": "Boards", "version": 1}

    changed = as_(mia).post(url("tool-edit", owned.pk), body)
    refused = as_(mia).post(url("tool-edit", other.pk), body)

    owned.refresh_from_db()
    assert (changed.status_code, refused.status_code) == (302, 403)
    assert (owned.purpose, list(owned.teams.all())) == ("Boards", [billing_team])


def test_a_ring_moves_with_a_reason_and_a_day_that_is_over(ines, as_):
    tool = ToolFactory(ring="trial")
    address = url("tool-ring", tool.pk)

    silent = as_(ines).post(address, {"ring": "hold", "reason": " "})
    future = as_(ines).post(address, {"ring": "hold", "reason": "So", "on": "2999-01-01"})
    moved = as_(ines).post(address, {"ring": "hold", "reason": "Too dear", "on": ""})

    assert (silent.status_code, future.status_code, moved.status_code) == (422, 422, 302)
    page = text_of(as_(ines).get(tool.get_absolute_url()))
    assert "Too dear" in page


def test_an_archived_tool_leaves_the_list_and_comes_back(ines, as_):
    tool = ToolFactory()

    as_(ines).post(url("tool-archive", tool.pk))
    hidden = as_(ines).get(url("tool-list")).context["page"].paginator.count
    as_(ines).post(url("tool-take-up", tool.pk))

    assert hidden == 0
    assert as_(ines).get(url("tool-list")).context["page"].paginator.count == 1


def test_a_seat_is_given_and_taken_back(ines, mia, as_):
    tool = ToolFactory()

    given = as_(ines).post(url("seat-new", tool.pk), {"person": mia.pk})
    stranger = as_(ines).post(url("seat-new", tool.pk), {"person": "9999999"})
    refused = as_(mia).post(url("seat-end", SeatAssignment.objects.get().pk))
    as_(ines).post(url("seat-end", SeatAssignment.objects.get().pk))

    assert (given.status_code, stranger.status_code, refused.status_code) == (302, 422, 403)
    assert SeatAssignment.objects.get().until_on is not None


def test_seats_say_why_nobody_uses_them(ines, as_):
    today, tool = clock.today(), ToolFactory(active_days=30)
    active, idle, never, left = SeatAssignmentFactory.create_batch(4, tool=tool)
    UsageFactory(tool=tool, person=active.person, on=today - timedelta(days=29))
    UsageFactory(tool=tool, person=idle.person, on=today - timedelta(days=30))
    UsageFactory(tool=tool, person=left.person, on=today)
    UsageFactory(person=never.person)
    left.person.is_active = False
    left.person.save()

    def seats(use=""):
        return as_(ines).get(url("seat-list", tool.pk) + f"?use={use}").context["page"]

    states = {seat.pk: seat.state for seat in seats()}
    assert states == {active.pk: "active", idle.pk: "idle", never.pk: "never", left.pk: "left"}
    for seat, use in states.items():
        assert [found.pk for found in seats(use)] == [seat]
    assert "Not in 30 days" in text_of(as_(ines).get(tool.get_absolute_url()))


def test_a_contract_is_entered_edited_decided_and_put_away_with_a_way_back(ines, as_):
    tool, client = ToolFactory(), as_(ines)

    client.post(url("contract-new"), AGREED | {"tool": tool.pk})
    contract = Contract.objects.get()
    client.post(
        url("contract-edit", contract.pk),
        AGREED | {"tool": tool.pk, "seats": 8, "reference": contract.reference},
    )
    client.post(url("contract-decide", contract.pk), {"decision": "end", "reason": "Unused"})
    page = text_of(client.get(contract.get_absolute_url()))
    client.post(url("contract-delete", contract.pk))
    gone = Contract.objects.exists()
    client.post(reverse("trash-restore", args=["tooling.contract", contract.pk]))

    contract = Contract.objects.get()
    assert gone is False
    assert (contract.reference, contract.seats, contract.decision) == ("trello-2026", 8, "end")
    assert "Unused" in page
    assert "€960" in page


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"amount": "-1"}, "0 or more"),
        ({"amount": "1e999"}, "too large"),
        ({"amount": "1,500"}, "two ways"),
        ({"amount": "99999999999"}, "digits"),
        ({"seats": ""}, "number of seats"),
        ({"seats": "1e12"}, "whole number"),
        ({"price_model": "pack"}, "in a pack"),
        ({"until_on": "2025-12-31"}, "before it begins"),
        ({"from_on": "31.12.2026"}, "not a date"),
        ({"currency": "E1"}, "three capital letters"),
        ({"notice_days": "99999"}, "0 to 3650"),
        ({"reference": "a b"}, "slug"),
        ({"tool": "9999999"}, "valid choice"),
        ({"owner": "9999999"}, "valid choice"),
    ],
)
def test_a_contract_that_makes_no_sense_is_refused_by_its_field(wrong, message, ines, as_):
    body = AGREED | {"tool": ToolFactory().pk} | wrong

    response = as_(ines).post(url("contract-new"), body)

    assert response.status_code == 422
    assert message in text_of(response)
    assert not Contract.objects.exists()


def test_unlimited_seats_are_an_empty_field(ines, as_):
    body = AGREED | {"tool": ToolFactory().pk, "price_model": "flat", "seats": ""}

    as_(ines).post(url("contract-new"), body)

    contract = Contract.objects.get()
    assert contract.is_unlimited
    assert "Unlimited" in text_of(as_(ines).get(contract.get_absolute_url()))


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("mia", 403), ("rui", 403)])
def test_only_product_operations_changes_contracts(who, status, as_, request):
    contract, client = ContractFactory(), as_(request.getfixturevalue(who))

    answers = [
        client.post(url(name, contract.pk), {}).status_code
        for name in ("contract-edit", "contract-delete", "contract-decide")
    ]

    assert answers == [status] * 3


def test_two_contracts_of_one_name_get_references_of_their_own(ines, as_):
    body = AGREED | {"tool": ToolFactory().pk}

    for _time in range(2):
        as_(ines).post(url("contract-new"), body)
    twice = as_(ines).post(url("contract-new"), body | {"reference": "trello-2026"})

    references = Contract.objects.values_list("reference", flat=True).order_by("pk")
    assert list(references) == ["trello-2026", "trello-2026-2"]
    assert twice.status_code == 422


def test_a_rollout_goes_from_plan_to_done(ines, as_, checkout_team):
    tool, client = ToolFactory(), as_(ines)
    body = {"tool": tool.pk, "title": "Boards", "owner": ines.pk, "target_people": 2}

    client.post(url("rollout-new"), body)
    rollout = Rollout.objects.get()
    wave = {"team": checkout_team.pk, "go_live_on": "2026-02-01"}
    client.post(url("wave-new", rollout.pk), wave)
    client.post(url("rollout-state", rollout.pk), {"state": "active"})
    client.post(url("wave-done", rollout.waves.get().pk))
    again = client.post(url("wave-new", rollout.pk), wave)
    client.post(url("wave-remove", rollout.waves.get().pk))
    client.post(url("rollout-state", rollout.pk), {"state": "planned"})
    client.post(url("rollout-state", rollout.pk), {"state": "nonsense"})
    client.post(url("rollout-state", rollout.pk), {"state": "done"})

    rollout.refresh_from_db()
    assert (again.status_code, rollout.state) == (422, "done")
    assert rollout.waves.get().done_on == clock.today()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"target_people": "0"}, "from 1"),
        ({"target_people": "many"}, "not a number"),
        ({"tool": "9999999"}, "valid choice"),
        ({"title": ""}, "required"),
    ],
)
def test_a_rollout_that_makes_no_sense_is_refused_by_its_field(wrong, message, ines, as_):
    body = {"tool": ToolFactory().pk, "title": "Boards", "owner": ines.pk, "target_people": 2}

    response = as_(ines).post(url("rollout-new"), body | wrong)

    assert response.status_code == 422
    assert message in text_of(response)


def test_a_pm_sees_a_rollout_that_comes_to_their_team_and_runs_their_own(
    mia, jonas, as_, checkout_team
):
    coming = RolloutWaveFactory(rollout__title="Boards", team=checkout_team).rollout
    own = RolloutFactory(owner=mia)

    assert as_(mia).get(coming.get_absolute_url()).status_code == 200
    assert as_(jonas).get(coming.get_absolute_url()).status_code == 404
    assert as_(mia).post(url("rollout-state", coming.pk), {"state": "active"}).status_code == 403
    assert as_(mia).post(url("rollout-state", own.pk), {"state": "active"}).status_code == 302


def test_a_deleted_rollout_comes_back_from_the_trash(ines, as_):
    rollout = RolloutFactory()

    as_(ines).post(url("rollout-delete", rollout.pk))
    gone = as_(ines).get(rollout.get_absolute_url()).status_code
    as_(ines).post(reverse("trash-restore", args=["tooling.rollout", rollout.pk]))

    assert (gone, as_(ines).get(rollout.get_absolute_url()).status_code) == (404, 200)


def test_the_shipped_capabilities_are_added_once(ines, mia, as_):
    as_(ines).post(url("capabilities-load"))
    count = Capability.objects.count()
    as_(ines).post(url("capabilities-load"))

    assert count == Capability.objects.count() > 10
    assert as_(mia).post(url("capabilities-load")).status_code == 403


def test_search_finds_tools_and_costs_only_for_those_who_see_them(ines, mia, as_):
    ContractFactory(tool=ToolFactory(name="Trello"), name="Trello 2026")

    for person, found in ((ines, True), (mia, False)):
        page = text_of(as_(person).get(reverse("search") + "?q=trello"))
        assert "Trello" in page
        assert ("Trello 2026" in page) is found
