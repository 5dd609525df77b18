"""Tools, contracts, seats, use and rollouts for programs, and the stateless selection."""

from datetime import timedelta

import pytest

from productops import clock
from tests.factories.teams import TeamFactory
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
from tooling.models import Contract, Rollout, RolloutWave, SeatAssignment, Tool, Usage

pytestmark = pytest.mark.django_db

AGREED = {
    "name": "Trello 2026",
    "reference": "trello-2026",
    "amount": "120.00",
    "seats": 10,
    "from_on": "2026-01-01",
}
JSON = "application/json"
# formulae 4.5
GOLDEN = {
    "options": ["A", "B", "C"],
    "criteria": [
        {"name": "price", "weight": 0.35, "direction": "up"},
        {"name": "fit", "weight": 0.25, "direction": "up"},
        {"name": "support", "weight": 0.20, "direction": "up"},
        {"name": "safety", "weight": 0.20, "direction": "up"},
    ],
    "scores": [[0.8, 0.6, 0.4, 0.7], [0.6, 0.9, 0.7, 0.5], [0.7, 0.5, 0.8, 0.6]],
    "method": "wsm",
}


def post(client, path, body):
    return client.post(f"/api/v1/{path}/", body, JSON)


def fields(response):
    return [error["field"] for error in response.json()["errors"]]


def test_ops_enters_a_tool_with_its_first_ring(api, ines):
    VendorFactory(slug="atlassian")
    CapabilityFactory(slug="roadmapping")
    body = {
        "name": "Trello",
        "vendor": "atlassian",
        "owner": ines.email,
        "ring": "trial",
        "capabilities": ["roadmapping"],
    }

    response = post(api(ines), "tools", body)

    assert response.status_code == 201
    assert response.json()["slug"] == "trello"
    assert Tool.objects.get().ring_changes.get().after == "trial"


@pytest.mark.parametrize(("who", "status"), [("mia", 403), ("astrid", 403), ("rui", 403)])
def test_nobody_else_enters_tools(who, status, api, request):
    person = request.getfixturevalue(who)

    assert post(api(person), "tools", {"name": "Trello"}).status_code == status


def test_a_ring_moves_by_its_own_address_with_a_reason(api, ines):
    tool = ToolFactory(ring="trial")

    direct = api(ines).patch(f"/api/v1/tools/{tool.pk}/", {"ring": "hold"}, JSON)
    silent = post(api(ines), f"tools/{tool.pk}/ring", {"ring": "hold"})
    moved = post(api(ines), f"tools/{tool.pk}/ring", {"ring": "hold", "reason": "Too dear"})

    assert (direct.status_code, fields(direct)) == (400, ["ring"])
    assert (silent.status_code, fields(silent)) == (400, ["reason"])
    assert moved.json()["ring"] == "hold"
    assert tool.ring_changes.get().reason == "Too dear"


def test_a_pm_changes_the_tool_that_they_own_but_not_whose_teams_use_it(api, mia):
    owned, other = ToolFactory(owner=mia), ToolFactory()
    client = api(mia)

    changed = client.patch(f"/api/v1/tools/{owned.pk}/", {"purpose": "Boards"}, JSON)
    teams = client.patch(f"/api/v1/tools/{owned.pk}/", {"teams": []}, JSON)
    refused = client.patch(f"/api/v1/tools/{other.pk}/", {"purpose": "Boards"}, JSON)

    assert (changed.status_code, teams.status_code, refused.status_code) == (200, 400, 403)


def test_a_pm_sees_of_the_teams_of_a_tool_their_own(api, mia, checkout_team, billing_team):
    tool = ToolFactory()
    tool.teams.set([checkout_team, billing_team])

    seen = api(mia).get(f"/api/v1/tools/{tool.pk}/").json()

    assert seen["teams"] == ["team-checkout"]


def test_a_stale_write_is_refused(api, ines):
    tool = ToolFactory()
    client = api(ines)
    client.patch(f"/api/v1/tools/{tool.pk}/", {"purpose": "Boards"}, JSON)

    late = client.patch(f"/api/v1/tools/{tool.pk}/", {"purpose": "Lists", "version": 1}, JSON)

    assert late.status_code == 409


@pytest.mark.parametrize(("who", "status"), [("mia", 403), ("rui", 403), ("astrid", 200)])
def test_contracts_are_for_those_who_see_all(who, status, api, request):
    ContractFactory()

    response = api(request.getfixturevalue(who)).get("/api/v1/contracts/")

    assert response.status_code == status


def test_a_contract_tells_what_a_year_costs(api, ines):
    tool = ToolFactory()

    response = post(api(ines), "contracts", AGREED | {"tool": tool.slug, "period": "month"})

    assert response.status_code == 201
    assert response.json()["yearly_cost"] == "14400.00"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "-1"}, "amount"),
        ({"amount": "99999999999"}, "amount"),
        ({"amount": 1.234}, "amount"),
        ({"seats": None}, "seats"),
        ({"seats": -1}, "seats"),
        ({"seats": 10**12}, "seats"),
        ({"price_model": "pack"}, "pack_size"),
        ({"until_on": "2025-12-31"}, "until_on"),
        ({"until_on": "31.12.2026"}, "until_on"),
        ({"currency": "eur"}, "currency"),
        ({"notice_days": 10**6}, "notice_days"),
        ({"reference": "a b"}, "reference"),
        ({"tool": "none"}, "tool"),
        ({"decision": "renew"}, "decision"),
    ],
)
def test_a_contract_that_makes_no_sense_is_refused_by_its_field(wrong, field, api, ines):
    body = AGREED | {"tool": ToolFactory().slug} | wrong

    response = post(api(ines), "contracts", body)

    assert (response.status_code, fields(response)) == (400, [field])
    assert not Contract.objects.exists()


def test_a_contract_goes_to_the_trash_and_its_end_is_decided(api, ines):
    kept, gone = ContractFactory(), ContractFactory()

    decided = post(
        api(ines), f"contracts/{kept.pk}/decide", {"decision": "end", "reason": "Unused"}
    )
    deleted = api(ines).delete(f"/api/v1/contracts/{gone.pk}/")

    assert (decided.json()["decision"], deleted.status_code) == ("end", 204)
    assert list(Contract.objects.all()) == [kept]


def test_a_seat_is_given_once_and_taken_back(api, ines, mia):
    tool, client = ToolFactory(), api(ines)

    first = post(client, "seats", {"tool": tool.slug, "person": mia.email})
    second = post(client, "seats", {"tool": tool.slug, "person": mia.email})
    ended = post(client, f"seats/{first.json()['id']}/end", {})

    assert first.json()["id"] == second.json()["id"]
    assert ended.json()["until_on"] == (clock.today() + timedelta(days=1)).isoformat()


def test_people_see_their_own_seats_alone(api, mia):
    own = SeatAssignmentFactory(person=mia)
    SeatAssignmentFactory(tool=own.tool)

    seen = api(mia).get("/api/v1/seats/").json()["results"]

    assert [seat["id"] for seat in seen] == [own.pk]


def test_use_sent_again_corrects_it(api, ines, mia):
    tool, client = ToolFactory(), api(ines, "ingest")
    body = {"tool": tool.slug, "on": "2026-01-05", "person": mia.email}

    first = post(client, "usage", body)
    second = post(client, "usage", body | {"strength": "strong"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert Usage.objects.get().strength == "strong"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "person"),
        ({"count": 3, "person": "ines@halden.example"}, "person"),
        ({"count": -1}, "count"),
        ({"count": 1, "on": "2999-01-01"}, "on"),
        ({"count": 1, "on": "never"}, "on"),
        ({"count": 1, "tool": "none"}, "tool"),
        ({"count": 1, "strength": "loud"}, "strength"),
    ],
)
def test_use_that_makes_no_sense_is_refused_by_its_field(wrong, field, api, ines):
    body = {"tool": ToolFactory().slug, "on": "2026-01-05"} | wrong

    response = post(api(ines), "usage", body)

    assert (response.status_code, fields(response)) == (400, [field])


def test_who_used_what_is_not_for_a_pm(api, mia):
    UsageFactory()

    listed = api(mia).get("/api/v1/usage/")

    assert listed.json()["results"] == []
    assert post(api(mia), "usage", {}).status_code == 403


def test_a_rollout_is_planned_wave_by_wave_and_started(api, ines):
    tool, team, client = ToolFactory(), TeamFactory(), api(ines)
    body = {"tool": tool.slug, "title": "Boards", "owner": ines.email, "target_people": 5}

    rollout = post(client, "rollouts", body).json()["id"]
    wave = {"rollout": rollout, "team": team.slug, "go_live_on": "2026-02-01"}
    planned = post(client, "rollout-waves", wave)
    moved = post(client, "rollout-waves", wave | {"go_live_on": "2026-03-01"})
    started = post(client, f"rollouts/{rollout}/become", {"state": "active"})
    done = post(client, f"rollout-waves/{planned.json()['id']}/complete", {})

    assert (planned.status_code, moved.json()["go_live_on"]) == (201, "2026-03-01")
    assert (started.json()["state"], done.json()["done_on"]) == (
        "active",
        clock.today().isoformat(),
    )


def test_a_rollout_does_not_jump_and_a_done_wave_stays(api, ines):
    wave = RolloutWaveFactory(done_on=clock.today())
    client, rollout = api(ines), wave.rollout

    jump = post(client, f"rollouts/{rollout.pk}/become", {"state": "done"})
    gone = client.delete(f"/api/v1/rollout-waves/{wave.pk}/")
    none = client.patch(f"/api/v1/rollouts/{rollout.pk}/", {"target_people": 0}, JSON)

    assert (jump.status_code, gone.status_code) == (409, 409)
    assert fields(none) == ["target_people"]
    assert RolloutWave.objects.exists()


def test_a_pm_sees_the_rollouts_that_come_to_their_teams(api, mia, checkout_team, billing_team):
    mine = RolloutWaveFactory(team=checkout_team).rollout
    RolloutWaveFactory(team=billing_team)
    owned = RolloutFactory(owner=mia)

    seen = api(mia).get("/api/v1/rollouts/").json()["results"]

    assert [rollout["id"] for rollout in seen] == [mine.pk, owned.pk]
    assert Rollout.objects.count() == 3


@pytest.mark.parametrize(
    ("path", "factory"),
    [
        ("tools", ToolFactory),
        ("contracts", ContractFactory),
        ("seats", SeatAssignmentFactory),
        ("usage", UsageFactory),
        ("rollouts", RolloutFactory),
        ("rollout-waves", RolloutWaveFactory),
        ("vendors", VendorFactory),
    ],
)
def test_three_rows_cost_as_many_queries_as_one(path, factory, api, ines, cost_of):
    client = api(ines)
    factory()
    one = cost_of(client, f"/api/v1/{path}/")
    factory.create_batch(2)

    assert cost_of(client, f"/api/v1/{path}/") == one <= 20


def test_the_golden_case_of_a_selection_is_scored_and_turned(api, mia):
    body = post(api(mia, "read"), "analyse/selection", GOLDEN).json()

    assert body["scores"] == pytest.approx([0.650, 0.675, 0.650])
    assert body["ranking"] == [2, 1, 2]
    assert body["order"][0] == "B"
    assert body["close_call"] is True
    critical = body["flips"]["most_critical"]
    assert (critical["rival"], critical["criterion"]) == ("C", "fit")
    assert critical["relative"] == pytest.approx(0.25)
    assert [row[0] for row in body["rank_acceptability"]] == pytest.approx(
        [0.27, 0.43, 0.30], abs=0.02
    )
    assert "No clear winner" in body["sentence"]


def test_a_failed_gate_keeps_an_option_out_whatever_its_score(api, mia):
    criteria = [GOLDEN["criteria"][0] | {"gate": 0.65}, *GOLDEN["criteria"][1:]]

    body = post(api(mia), "analyse/selection", GOLDEN | {"criteria": criteria}).json()

    assert body["failed_gates"] == [[], ["price"], []]
    assert (body["scores"][1], body["ranking"][1]) == (None, None)
    assert "B" not in body["order"]


def test_no_option_may_pass_the_gates(api, mia):
    criteria = [criterion | {"gate": 1} for criterion in GOLDEN["criteria"]]

    body = post(api(mia), "analyse/selection", GOLDEN | {"criteria": criteria}).json()

    assert body["scores"] == [None, None, None]
    assert body["sentence"] == "No option passes all must-haves."


def test_topsis_takes_raw_values_of_any_unit(api, mia):
    # Tzeng & Huang 2011, in thousands: no common scale, so that nothing can be said of flips.
    scores = [[5000, 8, 4], [7000, 6, 8], [8000, 8, 6], [7000, 4, 6]]
    criteria = [
        {"name": name, "weight": weight, "direction": "up"}
        for name, weight in (("C1", 0.3), ("C2", 0.4), ("C3", 0.3))
    ]
    asked = {"options": list("abcd"), "criteria": criteria, "scores": scores, "method": "topsis"}

    body = post(api(mia), "analyse/selection", asked).json()

    assert body["scores"] == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=1e-4)
    assert body["ranking"] == [3, 2, 1, 4]
    assert (body["flips"], body["rank_acceptability"][0]) == (None, None)


def test_comparisons_give_the_weights_and_say_whether_they_agree(api, mia):
    criteria = GOLDEN["criteria"][:3]
    asked = GOLDEN | {
        "criteria": criteria,
        "scores": [row[:3] for row in GOLDEN["scores"]],
        "method": "ahp",
        "comparisons": [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]],
    }

    body = post(api(mia), "analyse/selection", asked).json()

    assert body["weights"] == pytest.approx([0.637, 0.258, 0.105], abs=1e-3)
    assert body["comparisons"]["is_acceptable"] is True


def test_weights_alone_are_comparisons_that_agree(api, mia):
    body = post(api(mia), "analyse/selection", GOLDEN | {"method": "ahp"}).json()

    assert body["weights"] == pytest.approx([0.35, 0.25, 0.20, 0.20])
    assert body["comparisons"]["consistency_ratio"] == pytest.approx(0, abs=1e-9)


def test_anchors_give_raw_values_a_fixed_scale(api, mia):
    criteria = [{"name": "price", "weight": 1, "direction": "down", "anchors": [0, 50_000]}]
    asked = {"options": ["a", "b"], "criteria": criteria, "scores": [[10_000], [40_000]]}

    body = post(api(mia), "analyse/selection", asked).json()

    assert body["scores"] == pytest.approx([0.8, 0.2])
    assert body["sentence"] == "a is first."


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scores": [[1, 2]]}, "scores"),
        ({"scores": [[0.1] * 4, [0.1] * 4, [0.1] * 3]}, "scores"),
        ({"scores": [[0.1] * 4, [0.1] * 4, [0.1, 0.1, 0.1, "x"]]}, "scores.2.3"),
        ({"scores": [[-1] * 4] * 3}, "scores"),
        ({"scores": [[1e9] * 4] * 3}, "scores"),
        ({"options": []}, "options"),
        ({"options": ["a"] * 51}, "options"),
        ({"criteria": []}, "criteria"),
        ({"method": "magic"}, "method"),
        ({"more": 1}, "more"),
        ({"comparisons": [[1]], "method": "ahp"}, "comparisons"),
        ({"comparisons": [[2] * 4] * 4, "method": "ahp"}, "comparisons"),
        ({"criteria": [{"name": "p", "weight": -1, "direction": "up"}] * 4}, "criteria"),
        ({"criteria": [{"name": "p", "weight": 0, "direction": "up"}] * 4}, "criteria"),
        (
            {"criteria": [{"name": "p", "weight": 0, "direction": "up"}] * 4, "method": "ahp"},
            "criteria",
        ),
    ],
)
def test_a_selection_that_makes_no_sense_is_refused_by_its_field(wrong, field, api, mia):
    response = post(api(mia), "analyse/selection", GOLDEN | wrong)

    assert response.status_code in (400, 422)
    assert field in fields(response)


def test_a_program_reads_seats_of_all(api, astrid):
    SeatAssignmentFactory.create_batch(2)

    assert api(astrid).get("/api/v1/seats/").json()["count"] == SeatAssignment.objects.count()
