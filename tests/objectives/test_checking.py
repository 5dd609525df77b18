"""Numbers of a key result looked at before they are saved: in the form, while it is filled in, and
over the API."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from metrics.choices import Kind
from metrics.models import SeriesState
from objectives import real_words
from objectives.checking import Proposal, checked, periods_in
from objectives.choices import KeyResultKind, ObjectiveState
from objectives.models import Cycle, KeyResult, Series
from objectives.progress import aim_of, doubts_about
from productops import clock
from productops.models import ApiToken
from tests.factories.metrics import ImprovementFactory
from tests.factories.objectives import KeyResultFactory, KpiVersionFactory, SeriesFactory

MONDAY = date(2026, 6, 1)


def watched(subject, values, *, n=None, cadence="week", direction="down", **state):
    """A series of lead times whose limits come from these values, all of them closed."""
    version = KpiVersionFactory(
        kpi__slug="lead-time", kpi__name="Lead time", unit="d", cadence=cadence, direction=direction
    )
    series = SeriesFactory(kpi=version.kpi, subject=subject)
    periods = [MONDAY + timedelta(weeks=place) for place in range(len(values))]
    SeriesState.objects.create(
        series=series,
        n=len(values) if n is None else n,
        latest=values[-1],
        latest_period=periods[-1],
        recent=[
            [day.isoformat(), v, True, False, ""] for day, v in zip(periods, values, strict=True)
        ],
        as_of=clock.start_of(clock.today()),
        **{"centre": 62, "mr_centre": 4, "lower": 51, "upper": 73} | state,
    )
    return series


@pytest.fixture
def series(checkout):
    return watched(checkout.subject, [62.0] * 9 + [66.0, 70.0, 64.0], direction="up")


def found(series, cycle=None, **numbers):
    proposal = Proposal(KeyResultKind.METRIC, series.kpi, series, cycle, numbers)
    return checked(proposal, clock.today())


def sent(subject, owner, **change):
    about = {"title": "Lead time", "kind": "metric", "kpi": "lead-time", "weight": "1"}
    return about | {"subject": subject.pk, "owner": owner.pk, "target": "70"} | change


def end(objective):
    objective.state, objective.closed_on = ObjectiveState.MISSED, clock.today()
    objective.save()


# What is said ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (70, "Inside the usual variation: expected to be met by luck in 1.2% of weeks."),
        (66, "Inside the usual variation: expected to be met by luck in 13% of weeks."),
        (61, "Already met in about 61% of weeks: not a stretch."),
        (40, "Already met in over 99% of weeks: not a stretch."),
        (90, "Outside what this process does by itself: it needs an improvement (none linked)."),
    ],
)
def test_an_estimate_is_told_in_the_words_of_the_cadence_and_few_digits(series, target, sentence):
    check = found(series, baseline=10, target=target)

    assert real_words.realism_sentence(check) == sentence


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (1, "Already met in 20 of 24 weeks: not a stretch."),
        (9, "Inside the usual variation: met by luck in 4 of 24 weeks."),
        (10, "Inside the usual variation, and yet met in none of 24 weeks."),
    ],
)
def test_where_there_is_enough_to_count_it_is_counted(checkout, target, sentence):
    values = [0.0] * 4 + [1.0] * 16 + [9.0] * 4
    series = watched(checkout.subject, values, direction="up", centre=2.3, mr_centre=4)

    check = found(series, baseline=0, target=target)

    assert real_words.realism_sentence(check) == sentence
    assert real_words.met_sentence(check) == ""


def test_beside_an_estimate_stands_how_often_it_was_met(series):
    check = found(series, baseline=62, target=66)

    assert (check.met, check.counted) == (2, 12)
    assert real_words.met_sentence(check) == "It was met in 2 of the last 12 weeks."


def test_the_mean_over_the_cycle_is_less_likely_to_reach_a_target_by_luck(series):
    quarter = Cycle(starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30))

    check = found(series, quarter, baseline=62, target=64)

    assert check.buckets == 13
    assert check.mean.probability < check.realism.probability
    assert real_words.mean_sentence(check) == (
        "As a mean over the cycle's 13 weeks it is met by itself with a chance of 2.1%."
    )


@pytest.mark.parametrize(
    ("cadence", "periods"), [("day", 92), ("week", 13), ("month", 3), ("quarter", 1)]
)
def test_the_periods_of_a_cycle_are_those_that_begin_in_it(cadence, periods):
    quarter = Cycle(starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30))

    assert periods_in(quarter, cadence) == periods
    assert periods_in(Cycle(), cadence) == 0


@pytest.mark.parametrize(
    ("numbers", "doubts"),
    [
        ({"baseline": 62, "target": 80}, ()),
        ({"baseline": 80, "target": 50, "now": 45}, ("against_direction", "already_reached")),
        ({"baseline": 62, "target": 61}, ("against_direction",)),
        ({"baseline": 50, "target": 60}, ("already_reached",)),
        ({"target": 80}, ()),
        ({}, ()),
    ],
)
def test_what_speaks_against_a_target_is_told(numbers, doubts):
    about = {"baseline": None, "target": None, "now": 62} | numbers

    assert doubts_about(**about, direction="up") == doubts


@pytest.mark.parametrize(
    ("numbers", "aim"),
    [
        ({"start": 1, "target": 2}, (2, "up")),
        ({"start": 2, "target": 1}, (1, "down")),
        ({"start": 1, "target": 1}, None),
        ({"target": 1, "direction": "down"}, (1, "down")),
        ({"target": 1, "direction": "neutral"}, None),
        ({"low": 0, "high": 0.5}, ((0, 0.5), "band")),
        ({"low": 0}, (0, "up")),
        ({"high": 0}, (0, "down")),
        ({}, None),
    ],
)
def test_a_target_lies_on_one_side(numbers, aim):
    assert aim_of(**numbers) == aim


# The form ----------------------------------------------------------------------------------
def check_new(client, objective, body, **headers):
    address = reverse("objectives:key-result-new", args=[objective.pk])
    return client.post(address, body | {"check": "1"}, **headers)


def test_the_button_answers_the_page_with_what_the_data_says_and_saves_nothing(
    as_, mia, objective, series
):
    page = check_new(as_(mia), objective, sent(series.subject, mia, title=""))

    card = page.context["card"]
    assert page.status_code == 200
    assert "<h1" in page.content.decode()
    assert card.sentence == (
        "Inside the usual variation: expected to be met by luck in 1.2% of weeks."
    )
    assert card.levels == [
        ("Baseline", "64\u00a0d", True),
        ("Commit", "66.6\u00a0d", True),
        ("Target", "70\u00a0d", False),
        ("Stretch", "72.6\u00a0d", True),
    ]
    assert (card.now, card.usual) == ("64\u00a0d", "51–73\u00a0d, on trial")
    assert not KeyResult.objects.exists()


def test_while_one_writes_only_the_card_is_answered(as_, mia, objective, series):
    body = sent(series.subject, mia, title="")

    page = check_new(as_(mia), objective, body, headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert "<form" not in page.content.decode()
    assert "1.2% of weeks" in page.content.decode()


def test_a_check_begins_no_series(as_, mia, objective, kpi, checkout):
    page = check_new(as_(mia), objective, sent(checkout.subject, mia))

    assert (page.status_code, page.context["card"].sentence) == (200, "")
    assert not Series.objects.exists()


def test_a_target_alone_sets_out_from_where_the_kpi_stands(as_, mia, objective, series):
    address = reverse("objectives:key-result-new", args=[objective.pk])

    as_(mia).post(address, sent(series.subject, mia))

    made = KeyResult.objects.get()
    assert (made.baseline, made.target) == (64, 70)
    assert made.commit == pytest.approx(64 + 6 * 3 / 7)


def test_an_edit_says_which_improvements_are_linked(as_, mia, objective, series):
    key_result = KeyResultFactory(objective=objective, series=series, baseline=62, target=90)
    improvement = ImprovementFactory(subject=objective.subject, kind=Kind.STRUCTURE)
    improvement.key_results.add(key_result)

    page = as_(mia).get(reverse("objectives:key-result-edit", args=[key_result.pk]))

    assert page.context["card"].sentence == (
        "Outside what this process does by itself: it needs an improvement (1 linked)."
    )
    assert improvement.get_absolute_url() in page.content.decode()


def test_a_check_of_what_somebody_else_saved_meanwhile_overwrites_nothing(
    as_, mia, objective, series
):
    key_result = KeyResultFactory(objective=objective, series=series, baseline=62, target=90)
    address = reverse("objectives:key-result-edit", args=[key_result.pk])
    body = sent(series.subject, mia, version=str(key_result.version), baseline="62")
    key_result.turn(by=mia, verb="edited", title="Named anew")

    page = as_(mia).post(address, body | {"check": "1"})
    saved = as_(mia).post(address, body)

    key_result.refresh_from_db()
    assert f'name="version" value="{body["version"]}"' in page.content.decode()
    assert (page.status_code, saved.status_code) == (200, 409)
    assert (key_result.title, key_result.target) == ("Named anew", 90)


BAD = [
    *(("target", text) for text in ("nan", "inf", "1e999", "1,5", "٧٠", "7" * 5000)),
    ("target", "64"),  # where it stands: the baseline, since none is written
    ("stretch", "69"),  # between
    ("kpi", "unknown"),
    ("kind", "poem"),
]


@pytest.mark.parametrize(("field", "text"), BAD)
@pytest.mark.parametrize("is_live", [True, False])
def test_numbers_that_cannot_be_meant_are_told_at_their_field(
    as_, mia, objective, series, field, text, is_live
):
    headers = {"HX-Request": "true"} if is_live else {}
    change = {field: text} | ({"baseline": "62"} if field == "stretch" else {})

    page = check_new(as_(mia), objective, sent(series.subject, mia, **change), headers=headers)

    told = "target" if field == "stretch" else field
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [told]
    assert str(page.context["form"].errors[told][0])[:20] in page.content.decode().replace(
        "&#x27;", "'"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"low": "3", "high": "2"}, "high"),
        ({"low": "3", "high": "3"}, "high"),
        ({"low": "3", "kpi": ""}, "kpi"),
    ],
)
def test_a_range_that_cannot_be_kept_is_told_at_its_field(
    as_, mia, objective, series, change, field
):
    body = sent(series.subject, mia, kind="maintain") | change

    page = check_new(as_(mia), objective, body)

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_what_is_anothers_closed_or_deleted_is_not_checked(
    as_, mia, ines, objective, series, billing
):
    client = as_(mia)

    anothers = check_new(client, objective, sent(billing.subject, mia))
    series.kpi.discard(by=ines)
    deleted = check_new(client, objective, sent(series.subject, mia))
    end(objective)
    closed = check_new(client, objective, sent(series.subject, mia, kpi=""))

    assert [page.status_code for page in (anothers, deleted, closed)] == [422] * 3
    assert list(anothers.context["form"].errors) == ["subject"]
    assert list(deleted.context["form"].errors) == ["kpi"]
    assert closed.context["form"].non_field_errors() == [
        "This objective is closed. Reopen it to go on with it."
    ]


def test_a_deleted_kpi_stays_on_a_key_result_that_is_edited(as_, mia, ines, objective, series):
    key_result = KeyResultFactory(objective=objective, series=series, baseline=62, target=90)
    series.kpi.discard(by=ines)
    body = sent(series.subject, mia, version=str(key_result.version), baseline="62", target="80")

    as_(mia).post(reverse("objectives:key-result-edit", args=[key_result.pk]), body)

    key_result.refresh_from_db()
    assert (key_result.series, key_result.target) == (series, 80)


@pytest.mark.parametrize("count", [1, 3])
def test_a_check_costs_the_same_whatever_is_linked(as_, mia, objective, series, count):
    key_result = KeyResultFactory(objective=objective, series=series, baseline=62, target=90)
    for improvement in ImprovementFactory.create_batch(count, subject=objective.subject):
        improvement.key_results.add(key_result)
    client, body = as_(mia), sent(series.subject, mia, version=str(key_result.version), check="1")
    address = reverse("objectives:key-result-edit", args=[key_result.pk])
    client.post(address, body)

    with CaptureQueriesContext(connection) as captured:
        client.post(address, body, headers={"HX-Request": "true"})

    assert len(captured) == 13


# The API -----------------------------------------------------------------------------------
def asked(client, **body):
    return client.post("/api/v1/key-results/check/", json.dumps(body), "application/json")


def test_the_api_checks_numbers_that_are_not_saved(api, mia, objective, series):
    token = {"scope": ApiToken.Scope.READ}

    response = asked(api(mia, **token), objective=objective.pk, kpi="lead-time", target=70)

    data = response.json()
    assert response.status_code == 200, response.content
    assert data["numbers"]["baseline"] == 64
    assert (data["now"], data["period"], data["unit"]) == (64, "2026-08-17", "d")
    assert data["realism"]["probability"] == pytest.approx(0.0120, abs=5e-5)
    assert data["realism"]["sentence"].endswith("in 1.2% of weeks.")
    assert data["mean_over_cycle"]["periods"] == 52
    assert data["doubts"] == []
    assert not KeyResult.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *(({"target": text}, "target") for text in ("nan", "inf", "1e999", "1,5", "٧", "7" * 5000)),
        ({"baseline": 70}, "target"),
        ({"baseline": 62, "commit": 75}, "target"),
        ({"kind": "maintain", "low": 3, "high": 2}, "high"),
        ({"kind": "maintain", "low": 3, "kpi": "unknown"}, "kpi"),
        ({"subject": "product:billing"}, "subject"),
        ({"objective": 999_999}, "objective"),
        ({"poem": 1}, "poem"),
    ],
)
def test_the_api_refuses_by_field(api, mia, objective, series, billing, change, field):
    response = asked(
        api(mia), **{"objective": objective.pk, "kpi": "lead-time", "target": 70} | change
    )

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_the_api_checks_nothing_of_a_closed_objective_or_a_deleted_kpi(
    api, mia, ines, objective, series
):
    series.kpi.discard(by=ines)
    deleted = asked(api(mia), objective=objective.pk, kpi="lead-time", target=70)
    end(objective)
    closed = asked(api(mia), objective=objective.pk, target=70)

    fields = [response.json()["errors"][0]["field"] for response in (deleted, closed)]
    assert (deleted.status_code, closed.status_code, fields) == (400, 400, ["kpi", "objective"])


def test_a_key_result_says_how_realistic_it_is(api, mia, objective, series):
    KeyResultFactory(objective=objective, series=series, baseline=62, target=70)
    KeyResultFactory(objective=objective)

    rows = api(mia).get("/api/v1/key-results/").json()["results"]

    assert [row["realism"] and row["realism"]["reading"] for row in rows] == [None, "by_luck"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_collection_costs_the_same_for_any_number(api, mia, objective, series, count, cost_of):
    KeyResultFactory.create_batch(count, objective=objective, series=series)
    client = api(mia)

    assert cost_of(client, "/api/v1/key-results/") == 4
