"""Costs, forecasts and scores: the arithmetic, the pages, the backlog, files and programs."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from metrics import backlog, scoring, worth
from metrics.actions import worth as actions
from metrics.models import Estimate, Forecast, Improvement, Priority, Verdict
from productops import clock
from tests.factories.metrics import ImprovementFactory, RegistrationFactory
from tests.factories.objectives import KpiFactory, KpiVersionFactory, SeriesFactory

RICE = {"reach": 400, "impact": 2, "confidence": 0.8, "effort": 2}


@pytest.fixture
def idea(checkout, mia):
    return ImprovementFactory(title="Smaller batches", subject=checkout.subject, owner=mia)


@pytest.fixture
def promise(idea, checkout):
    kpi = KpiFactory(name="Lead time")
    KpiVersionFactory(kpi=kpi, direction="down", unit="d")
    series = SeriesFactory(kpi=kpi, subject=checkout.subject)
    return RegistrationFactory(
        improvement=idea, series=series, direction="down", smallest_effect=1.5, expected_effect=3
    )


def address(verb: str, row) -> str:
    return reverse(f"metrics:{verb}", args=[row.pk])


# Arithmetic --------------------------------------------------------------------------------
def test_what_is_paid_once_and_worked_is_spread_over_three_years():
    yearly = worth.annualised(Decimal(9000), Decimal(1200), Decimal(20), Decimal(600))

    assert yearly == Decimal(8200)  # (9,000 + 20 x 600) / 3 + 1,200


@pytest.mark.parametrize(
    ("effect", "cost"), [(2.5, Decimal("400")), (0, None), (-1, None), (None, None)]
)
def test_a_unit_of_effect_has_a_price_only_where_there_is_one(effect, cost):
    assert worth.per_unit(Decimal(1000), effect) == cost


@pytest.mark.parametrize(
    ("model", "inputs", "value"),
    [
        ("rice", RICE, 320),
        ("wsjf", {"value": 8, "time_criticality": 5, "risk_opportunity": 2, "size": 3}, 5),
        ("ice", {"impact": 8, "confidence": 5, "ease": 3}, 120),
        ("cost_of_delay", {"cost_of_delay": 12000, "duration": 4}, 3000),
    ],
)
def test_each_model_has_its_formula(model, inputs, value):
    assert scoring.score(model, inputs) == pytest.approx(value)


@pytest.mark.parametrize(
    ("model", "inputs", "named"),
    [
        ("rice", RICE | {"confidence": 1.1}, "confidence"),
        ("rice", RICE | {"effort": 0}, "effort"),
        ("rice", RICE | {"reach": float("nan")}, "reach"),
        ("ice", {"impact": 0, "confidence": 5, "ease": 3}, "impact"),
        ("ice", {"impact": 3, "confidence": 5}, "ease"),
    ],
)
def test_an_input_that_cannot_be_is_named(model, inputs, named):
    with pytest.raises(ValueError, match=named):
        scoring.score(model, inputs)


def test_an_order_is_trusted_as_far_as_its_inputs_are():
    far = [RICE | {"reach": reach} for reach in (4000, 3000, 2000, 1)]
    near = [RICE | {"confidence": 0.5, "reach": reach} for reach in (401, 400, 399, 398)]

    assert scoring.stability("rice", far).in_top == (1, 1, 1, 0)
    assert all(0.4 < share < 0.95 for share in scoring.stability("rice", near).in_top)
    assert scoring.stability("rice", []) is None


# Pages -------------------------------------------------------------------------------------
def test_costs_are_written_and_stale_ones_refused(as_, mia, idea):
    client = as_(mia)
    sent = {
        "cost_once": "9000", "cost_per_year": "1200", "effort_days": "20", "day_rate": "600",
        "currency": "eur",
    }  # fmt: skip

    client.post(address("estimate-edit", idea), sent)

    estimate = Estimate.objects.get()
    assert (estimate.cost_once, estimate.currency, estimate.version) == (Decimal(9000), "EUR", 1)
    client.post(address("estimate-edit", idea), sent | {"cost_once": "1", "version": 1})
    stale = client.post(address("estimate-edit", idea), sent | {"cost_once": "2", "version": 1})
    assert stale.status_code == 409
    assert Estimate.objects.get().cost_once == Decimal(1)


@pytest.mark.parametrize(
    "sent",
    [{"cost_once": "-1"}, {"cost_once": "x"}, {"currency": "EURO"}, {"currency": "12!"},
     {"effort_days": "1e99"}],
)  # fmt: skip
def test_a_cost_that_cannot_be_is_refused(as_, mia, idea, sent):
    response = as_(mia).post(address("estimate-edit", idea), {"currency": "EUR"} | sent)

    assert response.status_code == 422
    assert not Estimate.objects.exists()


def test_the_card_tells_target_forecast_actual_and_the_price_of_a_unit(as_, mia, promise):
    improvement = promise.improvement
    Estimate.objects.create(improvement=improvement, cost_once=3000, currency="EUR")
    for days, value in ((5, 2.0), (1, 2.5)):
        actions.foresee(
            registration=promise, value=value, on=clock.today() - timedelta(days=days), by=mia
        )
    Verdict.objects.create(
        registration=promise,
        basis="decided",
        result="improved",
        effect=-2.0,
        judged_at=timezone.now(),
    )

    context = as_(mia).get(address("improvement-worth", improvement)).context

    [effect] = context["effects"]
    assert (effect.expected, effect.forecast, effect.actual) == (3, 2.5, 2.0)
    assert effect.words == [
        "−3\N{NO-BREAK SPACE}d",
        "−2.5\N{NO-BREAK SPACE}d",
        "−2\N{NO-BREAK SPACE}d",
    ]
    assert (context["yearly"], effect.cost) == ("€1,000", "€500 a year for each unit")


@pytest.mark.parametrize("result", ["no_change", "worsened", "too_early"])
def test_only_an_effect_that_was_found_has_a_price(as_, mia, promise, result):
    Estimate.objects.create(improvement=promise.improvement, cost_once=3000)
    Verdict.objects.create(
        registration=promise, basis="decided", result=result, effect=-2.0, judged_at=timezone.now()
    )

    [effect] = as_(mia).get(address("improvement-worth", promise.improvement)).context["effects"]

    assert effect.per_unit is None


def test_a_forecast_is_added_and_the_former_kept(as_, mia, promise):
    client = as_(mia)
    for value in ("2.5", "1.8"):
        client.post(address("forecast-new", promise), {"value": value, "note": "So far"})

    assert sorted(Forecast.objects.values_list("value", "by")) == [(1.8, mia.pk), (2.5, mia.pk)]
    assert client.post(address("forecast-new", promise), {"value": "soon"}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 404)])
def test_nobody_writes_costs_forecasts_and_scores_of_others(as_, promise, who, status, request):
    client = as_(request.getfixturevalue(who))

    statuses = {
        client.post(url, {}).status_code
        for url in (
            address("estimate-edit", promise.improvement),
            address("priority-edit", promise.improvement),
            address("forecast-new", promise),
        )
    }

    assert statuses == {status}


# The backlog -------------------------------------------------------------------------------
def test_a_score_is_written_once_for_each_model(as_, mia, idea):
    client = as_(mia)
    for reach in ("400", "800"):
        client.post(address("priority-edit", idea) + "?model=rice", RICE | {"reach": reach})

    priority = Priority.objects.get()
    assert (priority.model, priority.value, priority.inputs["reach"]) == ("rice", 640, 800)


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("rice", RICE | {"confidence": "2"}),
        ("rice", RICE | {"effort": ""}),
        ("wsjf", {"value": "4", "time_criticality": "5", "risk_opportunity": "2", "size": "3"}),
        ("ice", {"impact": "11", "confidence": "5", "ease": "3"}),
        ("cost_of_delay", {"cost_of_delay": "-1", "duration": "4"}),
    ],
)
def test_an_input_out_of_range_is_refused_on_the_page(as_, mia, idea, model, sent):
    response = as_(mia).post(address("priority-edit", idea) + f"?model={model}", sent)

    assert response.status_code == 422
    assert not Priority.objects.exists()


def test_the_backlog_is_ordered_by_score_and_what_has_none_stands_behind(as_, mia, ines, idea):
    better, unscored, live = (
        ImprovementFactory(title=title, subject=idea.subject, **more)
        for title, more in (
            ("Better", {}), ("Unscored", {}),
            ("Live", {"state": "live", "go_live_on": clock.today()}),
        )
    )  # fmt: skip
    for improvement, reach in ((idea, 400), (better, 4000), (live, 9000)):
        actions.prioritise(
            improvement=improvement, model="rice", inputs=RICE | {"reach": reach}, by=ines
        )
    url = reverse("metrics:improvement-list") + "?view=backlog"

    items = as_(mia).get(f"{url}&model=rice").context["items"]

    assert [item.improvement for item in items] == [better, idea, unscored]
    assert [item.score for item in items] == ["3,200", "320", "–"]
    assert [item.priority for item in as_(mia).get(f"{url}&model=ice").context["items"]] == [
        None
    ] * 3


def test_a_stranger_sees_nothing_of_another_backlog(as_, jonas, idea):
    url = reverse("metrics:improvement-list") + "?view=backlog"

    assert as_(jonas).get(url).context["items"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_backlog_costs_the_same_for_any_number(as_, ines, idea, count, cost_of):
    for _number in range(count):
        one = ImprovementFactory(subject=idea.subject)
        RegistrationFactory(improvement=one)
        actions.prioritise(improvement=one, model="rice", inputs=RICE, by=ines)

    assert cost_of(as_(ines), reverse("metrics:improvement-list") + "?view=backlog") == 11


@pytest.mark.parametrize("count", [1, 3])
def test_the_card_costs_the_same_for_any_number_of_promises(as_, ines, idea, count, cost_of):
    for _number in range(count):
        promise = RegistrationFactory(improvement=idea)
        actions.foresee(registration=promise, value=1, on=clock.today(), by=ines)

    assert cost_of(as_(ines), address("improvement-worth", idea)) == 11


def test_an_unknown_model_is_rice():
    assert backlog.model_asked("magic") == "rice"


# Files and programs ------------------------------------------------------------------------
def test_the_csv_of_the_list_has_effects_and_costs(as_, mia, promise):
    Estimate.objects.create(improvement=promise.improvement, cost_once=3000)
    actions.foresee(registration=promise, value=2.5, on=clock.today(), by=mia)

    response = as_(mia).get(reverse("metrics:improvement-list") + "?format=csv")

    [row] = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))
    assert (row["expected"], row["forecast"], row["actual"]) == ("3.0", "2.5", "")
    assert (row["cost_a_year"], row["currency"]) == ("1000.00", "EUR")


def test_the_api_writes_and_reads_all_three(api, mia, promise):
    program, pk = api(mia), promise.improvement_id
    send = {"content_type": "application/json"}
    base = f"/api/v1/improvements/{pk}/worth"

    cost = program.put(f"{base}/cost/", {"cost_once": "3000", "currency": "EUR"}, **send)
    seen = program.post(f"{base}/forecasts/", {"registration": promise.pk, "value": 2.5}, **send)
    scored = program.put(f"{base}/score/", {"model": "rice", "inputs": RICE}, **send)
    told = program.get(f"{base}/").json()

    assert [answer.status_code for answer in (cost, seen, scored)] == [200, 201, 200]
    assert told["cost"]["a_year"] == "1000.00"
    assert told["effects"][0]["forecast"] == 2.5
    assert told["scores"] == {"rice": 320.0}


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("cost", {"cost_once": "-1"}),
        ("score", {"model": "rice", "inputs": RICE | {"effort": 0}}),
        ("score", {"model": "magic", "inputs": {}}),
        ("score", {"model": "rice", "inputs": {"reach": "x"}}),
        ("score", {"model": "rice", "inputs": []}),
    ],
)
def test_the_api_refuses_what_cannot_be(api, mia, promise, part, body):
    url = f"/api/v1/improvements/{promise.improvement_id}/worth/{part}/"

    response = api(mia).put(url, body, content_type="application/json")

    assert response.status_code in (400, 422)
    assert not Priority.objects.exists()
    assert not Estimate.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403)])
def test_the_api_writes_nothing_for_others(api, promise, who, status, request):
    url = f"/api/v1/improvements/{promise.improvement_id}/worth/score/"

    response = api(request.getfixturevalue(who)).put(
        url, {"model": "rice", "inputs": RICE}, content_type="application/json"
    )

    assert response.status_code == status
    assert Improvement.objects.get().priorities.count() == 0
