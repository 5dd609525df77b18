"""The collections of objectives, over the API, as programs use them."""

import json
from datetime import date

import pytest

from audits.models import Gap
from objectives.actions import add_action
from objectives.choices import ObjectiveState
from objectives.models import CheckIn, KeyResult, Kpi, KpiVersion, Objective, Series, Target
from productops.models import ApiToken
from teams.models import Subject
from tests.factories.objectives import (
    CycleFactory,
    KeyResultFactory,
    KpiFactory,
    KpiVersionFactory,
    ObjectiveFactory,
    SeriesFactory,
)

KPI = {
    "name": "Activation",
    "slug": "activation",
    "unit": "%",
    "direction": "up",
    "cadence": "week",
    "aggregation": "ratio",
}


def post(client, collection, body):
    return client.post(f"/api/v1/{collection}/", json.dumps(body), "application/json")


def patch(client, path, body):
    return client.patch(f"/api/v1/{path}/", json.dumps(body), "application/json")


def test_a_kpi_with_a_target_gets_its_definition_and_the_organisations_series(api, ines):
    body = KPI | {"empty": "zero", "owner": ines.email, "target": 36}

    response = post(api(ines), "kpis", body)

    kpi = Kpi.objects.get()
    assert response.status_code == 201, response.content
    assert response.json() | {"target": 36.0} == response.json()
    assert (kpi.owner, kpi.definition.aggregation, kpi.definition.empty) == (ines, "ratio", "zero")
    assert list(Target.objects.values_list("series__subject__kind", "low", "high")) == [
        ("organisation", 36.0, None)
    ]


def test_a_new_series_starts_with_the_target_of_its_kpi(api, ines, checkout):
    post(api(ines), "kpis", KPI | {"direction": "down", "target": 7})
    objective = ObjectiveFactory(subject=checkout.subject)

    response = post(
        api(ines),
        "key-results",
        {
            "objective": objective.pk,
            "title": "Lead time from 12 to 7 days",
            "kpi": "activation",
            "baseline": 12,
            "target": 7,
        },
    )

    series = Series.objects.get(subject=checkout.subject)
    assert response.status_code == 201, response.content
    assert list(series.targets.values_list("low", "high")) == [(None, 7.0)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"direction": "band", "target": 5}, "target"),
        ({"direction": "band", "target": {"low": 5}}, "target"),
        ({"direction": "band", "target": {"low": 5, "high": 4}}, "target"),
        ({"target": "much"}, "target"),
        ({"target": True}, "target"),
        ({"target": {"low": 1, "height": 2}}, "target"),
        ({"direction": "sideways"}, "direction"),
        ({"cadence": "hour"}, "cadence"),
        ({"aggregation": "p99"}, "aggregation"),
        ({"slug": "Activation!"}, "slug"),
        ({"slug": "Activation"}, "slug"),
        ({"name": ""}, "name"),
        ({"unit": "x" * 21}, "unit"),
        ({"owner": "nobody@halden.example"}, "owner"),
        ({"colour": "red"}, "colour"),
        ({"certified_on": "2026-01-01"}, "certified_on"),
    ],
)
def test_a_kpi_that_cannot_be_meant_is_refused_by_field(api, ines, change, field):
    response = post(api(ines), "kpis", KPI | change)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not Kpi.objects.exists()


def test_a_slug_is_taken_once_even_by_what_lies_in_the_trash(api, ines):
    KpiFactory(slug="activation").discard(by=ines)

    response = post(api(ines), "kpis", KPI)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "slug"


def test_redefining_a_kpi_adds_a_version_and_wants_a_reason(api, ines):
    post(api(ines), "kpis", KPI)

    silent = patch(api(ines), "kpis/activation", {"unit": "d"})
    said = patch(
        api(ines),
        "kpis/activation",
        {"unit": "d", "reason": "Counted in days now", "valid_from": "2026-01-05"},
    )

    assert (silent.status_code, said.status_code) == (400, 200)
    assert [error["field"] for error in silent.json()["errors"]] == ["reason"]
    assert list(KpiVersion.objects.order_by("number").values_list("number", "unit")) == [
        (1, "%"),
        (2, "d"),
    ]


def test_renaming_a_kpi_makes_no_version(api, ines):
    post(api(ines), "kpis", KPI)

    response = patch(api(ines), "kpis/activation", {"name": "Activated accounts"})

    assert response.status_code == 200, response.content
    assert KpiVersion.objects.count() == 1


@pytest.mark.parametrize("who", ["mia", "astrid"])
def test_only_operations_define_kpis(api, who, request):
    response = post(api(request.getfixturevalue(who)), "kpis", KPI)

    assert response.status_code == 403


def test_an_objective_is_raised_from_gaps_which_become_planned(api, mia, checkout):
    cycle = CycleFactory(slug="2026-q4")
    gap = Gap.objects.create(title="Measurement", subject=checkout.subject, found_on="2026-05-01")

    response = post(
        api(mia),
        "objectives",
        {
            "title": "Decide on evidence",
            "cycle": "2026-q4",
            "subject": "product:checkout",
            "gaps": [gap.pk],
        },
    )

    gap.refresh_from_db()
    assert response.status_code == 201, response.content
    assert response.json()["gaps"] == [gap.pk]
    assert (gap.state, Objective.objects.get().cycle) == ("planned", cycle)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "product:billing"}, "subject"),
        ({"subject": "organisation:organisation"}, "subject"),
        ({"subject": 7}, "subject"),
        ({"cycle": "2099-q9"}, "cycle"),
        ({"gaps": [999999]}, "gaps"),
        ({"title": "x" * 301}, "title"),
        ({"owner": 999999}, "owner"),
        ({"state": "achieved"}, "state"),
    ],
)
def test_a_pm_raises_objectives_only_for_their_own(api, mia, billing, change, field):
    CycleFactory(slug="2026-q4")
    Subject.organisation()
    body = {"title": "Grow", "cycle": "2026-q4", "subject": "product:checkout"}

    response = post(api(mia), "objectives", body | change)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


def test_closing_an_objective_wants_outcome_and_learning(api, mia, checkout):
    objective = ObjectiveFactory(subject=checkout.subject)
    path = f"objectives/{objective.pk}/close"

    silent = post(api(mia), path, {"outcome": "achieved"})
    said = post(api(mia), path, {"outcome": "achieved", "learning": "Small steps work."})

    objective.refresh_from_db()
    assert (silent.status_code, said.status_code) == (400, 200)
    assert objective.state == ObjectiveState.ACHIEVED
    assert objective.learning == "Small steps work."


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 403)])
def test_others_change_no_objective_over_the_api(api, who, status, checkout, request):
    objective = ObjectiveFactory(subject=checkout.subject)
    person = request.getfixturevalue(who)

    response = patch(api(person), f"objectives/{objective.pk}", {"title": "Mine"})

    assert response.status_code == status


def test_a_key_result_completes_four_numbers_from_two(api, mia, checkout):
    objective = ObjectiveFactory(subject=checkout.subject)
    body = {"objective": objective.pk, "title": "Tests", "baseline": 10, "stretch": 110}

    response = post(api(mia), "key-results", body)

    assert response.status_code == 201, response.content
    answer = response.json()
    assert [answer[name] for name in ("commit", "target")] == [40.0, 80.0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"baseline": 1}, "target"),
        ({"target": 1}, "baseline"),
        ({"baseline": 1, "target": 1}, "target"),
        ({"baseline": 1, "target": 2, "commit": 3}, "target"),
        ({"baseline": 1, "target": 1e101}, "target"),
        ({"kind": "maintain", "low": 3}, "kpi"),
        ({"kind": "ordinal", "zones": {"moon": "x"}}, "zones"),
        ({"kind": "ordinal", "zones": []}, "zones"),
        ({"baseline": 1, "target": 2, "weight": -1}, "weight"),
        ({"baseline": 1, "target": 2, "kpi": "unknown"}, "kpi"),
    ],
)
def test_a_key_result_that_cannot_be_meant_is_refused_by_field(api, mia, checkout, body, field):
    objective = ObjectiveFactory(subject=checkout.subject)

    response = post(api(mia), "key-results", {"objective": objective.pk, "title": "Odd"} | body)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert not KeyResult.objects.exists()


def test_a_key_result_changed_in_one_number_stays_whole(api, mia, checkout):
    key_result = KeyResultFactory(
        objective__subject=checkout.subject, baseline=0, commit=3, target=7, stretch=10
    )

    response = patch(api(mia), f"key-results/{key_result.pk}", {"target": 12})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "target"


def test_a_stale_write_is_refused(api, mia, checkout):
    objective = ObjectiveFactory(subject=checkout.subject, version=3)

    response = patch(api(mia), f"objectives/{objective.pk}", {"title": "New", "version": 2})

    assert response.status_code == 409


def test_an_owner_checks_in_and_corrects_it_with_the_former_words_kept(api, mia, checkout):
    key_result = KeyResultFactory(objective__subject=checkout.subject, owner=mia)
    body = {"key_result": key_result.pk, "value": 0.5, "confidence": 7, "changed": "Half way"}

    said = post(api(mia), "check-ins", body)
    corrected = patch(api(mia), f"check-ins/{said.json()['id']}", {"confidence": 4})

    check_in = CheckIn.objects.get()
    assert (said.status_code, corrected.status_code) == (201, 200)
    assert check_in.confidence == 4
    assert [revision.content["confidence"] for revision in check_in.revisions.all()] == [7]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"confidence": 11}, "confidence"),
        ({"confidence": -1}, "confidence"),
        ({"confidence": None}, "confidence"),
        ({"value": None}, "value"),
        ({"value": "NaN"}, "value"),
        ({"on": "2999-01-01"}, "on"),
        ({"on": "2099-01-01"}, "on"),
        ({"zone": "moon"}, "zone"),
        ({"key_result": 999999}, "key_result"),
    ],
)
def test_a_check_in_that_cannot_be_meant_is_refused_by_field(api, mia, checkout, change, field):
    key_result = KeyResultFactory(objective__subject=checkout.subject, owner=mia)
    body = {"key_result": key_result.pk, "value": 0.5, "confidence": 7}

    response = post(api(mia), "check-ins", body | change)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


def test_a_stranger_may_not_check_in(api, jonas, checkout):
    key_result = KeyResultFactory(objective__subject=checkout.subject)

    response = post(
        api(jonas), "check-ins", {"key_result": key_result.pk, "value": 1, "confidence": 5}
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "key_result"


def test_an_action_goes_from_open_to_done(api, mia, checkout):
    objective = ObjectiveFactory(subject=checkout.subject)

    made = post(api(mia), "actions", {"objective": objective.pk, "title": "Ask five customers"})
    done = post(api(mia), f"actions/{made.json()['id']}/finish", {})

    assert (made.status_code, done.status_code) == (201, 200)
    assert done.json()["state"] == "done"


def test_a_follow_up_is_about_a_series_and_has_a_number(api, mia, checkout):
    series = SeriesFactory(subject=checkout.subject)

    made = post(api(mia), "actions", {"series": series.pk, "title": "Ask why", "due_on": None})

    assert made.status_code == 201, made.content
    assert made.json()["number"] == f"FU-{made.json()['id']}"
    assert (made.json()["series"], made.json()["objective"]) == (series.pk, None)
    assert mia.actions.get().about == series


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ((), "objective"),
        (("objective", "series"), "series"),
        (("series", "key_result"), "key_result"),
    ],
)
def test_an_action_is_about_one_thing(api, mia, checkout, about, field):
    key_result = KeyResultFactory(objective__subject=checkout.subject)
    known = {
        "series": SeriesFactory(subject=checkout.subject).pk,
        "objective": key_result.objective_id,
        "key_result": key_result.pk,
    }

    body = {"title": "Ask why"} | {name: known[name] for name in about}
    response = post(api(mia), "actions", body)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert not mia.actions.exists()


def test_an_action_does_not_lose_what_it_is_about(api, mia, checkout):
    action = add_action(
        objective=ObjectiveFactory(subject=checkout.subject), title="Ask why", owner=mia, by=mia
    )

    lost = patch(api(mia), f"actions/{action.pk}", {"objective": None})
    moved = patch(
        api(mia),
        f"actions/{action.pk}",
        {"objective": None, "series": SeriesFactory(subject=checkout.subject).pk},
    )

    assert (lost.status_code, moved.status_code) == (400, 200)
    assert moved.json()["number"] == f"FU-{action.pk}"


@pytest.mark.parametrize("who", ["jonas", "astrid"])
def test_only_those_who_may_change_a_series_ask_for_a_follow_up(api, who, checkout, request):
    series = SeriesFactory(subject=checkout.subject)

    asker = api(request.getfixturevalue(who))
    response = post(asker, "actions", {"series": series.pk, "title": "Ask why"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "series"


def test_a_cycle_is_opened_by_operations_and_ends_after_it_starts(api, ines, mia):
    body = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    opened = post(api(ines), "cycles", body)
    upside_down = post(api(ines), "cycles", body | {"ends_on": "2026-12-31", "name": "x"})
    by_pm = post(api(mia), "cycles", body | {"name": "Mine"})

    assert (opened.status_code, upside_down.status_code, by_pm.status_code) == (201, 400, 403)
    assert upside_down.json()["errors"][0]["field"] == "ends_on"


def test_a_reading_token_changes_nothing(api, ines):
    response = post(api(ines, scope=ApiToken.Scope.READ), "kpis", KPI)

    assert response.status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("collection", "queries"), [("objectives", 6), ("key-results", 4), ("kpis", 4)]
)
def test_a_collection_costs_the_same_for_any_number_of_rows(
    api, ines, checkout, count, collection, queries, django_assert_num_queries
):
    for _number in range(count):
        series = SeriesFactory(subject=checkout.subject)
        KeyResultFactory(objective__subject=checkout.subject, series=series)
    client = api(ines)
    client.get("/api/v1/cycles/")

    with django_assert_num_queries(queries):
        response = client.get(f"/api/v1/{collection}/")

    assert len(response.json()["results"]) == count


def test_a_filter_narrows_objectives_to_a_subject(api, ines, checkout, billing):
    ours = ObjectiveFactory(subject=checkout.subject)
    ObjectiveFactory(subject=billing.subject)

    response = api(ines).get("/api/v1/objectives/?subject=product:checkout")

    assert [row["id"] for row in response.json()["results"]] == [ours.pk]


def test_a_certificate_ends_with_the_meaning(api, ines):
    KpiVersionFactory(kpi=KpiFactory(slug="lead-time"), unit="d")

    post(api(ines), "kpis/lead-time/certify", {"reason": "Checked against the ledger"})
    patch(api(ines), "kpis/lead-time", {"unit": "h", "reason": "Hours are plenty"})

    assert not Kpi.objects.get().is_certified


def test_a_certificate_says_until_when_and_what_it_is_worth(api, ines):
    kpi = KpiVersionFactory(kpi__slug="lead-time").kpi

    given = post(api(ines), "kpis/lead-time/certify", {"reason": "Compared", "until": "2999-01-01"})
    kept = post(api(ines), "kpis/lead-time/certify", {"reason": "Compared"})
    kpi.refresh_from_db()

    assert given.status_code == 400
    assert given.json()["errors"][0]["field"] == "until"
    assert kept.json()["certificate"] == "valid"
    assert kept.json()["certified_until"] == kpi.certified_until.isoformat()


# Alignment, plans, carrying over ---------------------------------------------------------------
def test_alignments_are_made_read_and_taken_back(api, ines):
    client = api(ines)
    lower, upper = ObjectiveFactory(), ObjectiveFactory()
    sent = {"objective": lower.pk, "to_objective": upper.pk, "weight": 2}

    made = post(client, "alignments", sent)
    again = post(client, "alignments", sent | {"weight": 1})
    turned = post(client, "alignments", {"objective": upper.pk, "to_objective": lower.pk})

    assert (made.status_code, again.json()["weight"]) == (201, 1)
    assert turned.status_code == 400
    assert "end" in str(turned.json())
    assert client.delete(f"/api/v1/alignments/{made.json()['id']}/").status_code == 204


def test_an_alignment_needs_one_beginning_and_one_end(api, ines):
    one = ObjectiveFactory()

    for sent in ({"objective": one.pk}, {"to_objective": one.pk}, {}):
        assert post(api(ines), "alignments", sent).status_code == 400


def test_an_objective_is_approved_and_carried_over(api, ines):
    objective = ObjectiveFactory()
    result = KeyResultFactory(objective=objective)
    following = CycleFactory(slug="next")
    base = f"objectives/{objective.pk}"

    approved = post(api(ines), f"{base}/approve", {})
    carried = post(
        api(ines), f"{base}/carry_over", {"cycle": following.slug, "key_results": [result.pk]}
    )

    assert approved.json()["approved_on"]
    assert (carried.json()["carried_from"], carried.json()["state"]) == (objective.pk, "draft")
    assert patch(api(ines), base, {"ambition": "committed"}).status_code == 400


def test_a_plan_and_a_word_beside_the_pace_are_said(api, ines):
    cycle = CycleFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    result = KeyResultFactory(objective__cycle=cycle, baseline=0, target=10)
    base = f"key-results/{result.pk}"

    planned = post(api(ines), f"{base}/plan", {"plan": [{"on": "2026-06-30", "value": 2}]})
    outside = post(api(ines), f"{base}/plan", {"plan": [{"on": "2027-06-30", "value": 2}]})
    said = post(
        api(ines), f"{base}/overrule", {"status": "on_track", "reason": "It is nearly there"}
    )

    assert planned.json()["plan"] == [["2026-06-30", 2.0]]
    assert outside.status_code == 400
    assert said.json()["said_status"] == "on_track"


def test_pillars_stand_in_order_and_are_not_deleted_under_objectives(api, ines, mia):
    client = api(ines)
    first = post(client, "pillars", {"name": "Grow"}).json()
    post(client, "pillars", {"name": "Keep"})
    ObjectiveFactory(pillar_id=first["id"])

    assert post(client, "pillars", {"name": "grow"}).status_code == 400
    assert client.delete(f"/api/v1/pillars/{first['id']}/").status_code == 403
    assert post(api(mia), "pillars", {"name": "Mine"}).status_code == 403
    assert [one["name"] for one in client.get("/api/v1/pillars/").json()["results"]] == [
        "Grow",
        "Keep",
    ]
