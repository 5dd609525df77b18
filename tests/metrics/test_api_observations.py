import json

import pytest

from metrics.models import Observation, ObservationRevision
from productops.models import ApiToken
from tests.factories.metrics import weekly_series
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/observations/"


@pytest.fixture
def lead():
    return KpiVersionFactory(kpi__slug="lead-time").kpi


@pytest.fixture
def send(api, ines):
    client = api(ines)

    def sending(*rows, **headers):
        return client.post(
            URL, {"observations": list(rows)}, content_type="application/json", headers=headers
        )

    return sending


def row(day=5, value=1.0, **others) -> dict:
    return {"kpi": "lead-time", "at": f"2026-01-{day:02}", "value": value} | others


def fields(response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


def test_new_observations_are_created_for_organisation_and_product(send, lead, checkout):
    response = send(row(), row(product="checkout"), row(subject="product:checkout", day=6))

    assert response.status_code == 200
    assert response.json() == {"created": 3, "updated": 0, "unchanged": 0}
    assert Observation.objects.filter(series__subject=checkout.subject).count() == 2


def test_the_same_key_again_is_a_correction_and_keeps_the_former_value(send, lead, ines):
    send(row(5, 1.0), row(6, 2.0))

    response = send(row(5, 1.0), row(6, 3.0), row(7, 4.0))

    assert response.json() == {"created": 1, "updated": 1, "unchanged": 1}
    assert list(ObservationRevision.objects.values_list("value", "by")) == [(2.0, ines.pk)]


def test_the_same_key_twice_in_one_body_is_refused(send, lead):
    response = send(row(5), row(6), row(5, 9))

    assert response.status_code == 422
    assert fields(response) == ["observations[2].at"]
    assert not Observation.objects.exists()


def test_external_ids_tell_observations_of_one_moment_apart(send, lead):
    response = send(row(5, external_id="a"), row(5, external_id="b"), row(5))

    assert response.json() == {"created": 3, "updated": 0, "unchanged": 0}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kpi": "nothing"}, "kpi"),
        ({"kpi": None}, "kpi"),
        ({"kpi": ["lead-time"]}, "kpi"),
        ({"product": "nowhere"}, "product"),
        ({"product": {"a": 1}}, "product"),
        ({"subject": "moon:1"}, "subject"),
        ({"at": None}, "at"),
        ({"at": "0000-00-00"}, "at"),
        ({"at": "9999-12-31"}, "at"),
        ({"at": "2026-02-30"}, "at"),
        ({"at": 20260105}, "at"),
        ({"value": None}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1,5"}, "value"),
        ({"value": "١٢"}, "value"),
        ({"value": True}, "value"),
        ({"value": "1e999999"}, "value"),
        ({"value": "9" * 5000}, "value"),
        ({"value": [1]}, "value"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"external_id": "a\tb"}, "external_id"),
        ({"external_id": 7}, "external_id"),
        ({"numerator": 1, "denominator": 2}, "numerator"),
    ],
)
def test_a_hostile_row_refuses_all_and_names_its_field(send, lead, change, field):
    response = send(row(1), row(2) | change)

    assert response.status_code == 422
    assert fields(response) == [f"observations[1].{field}"]
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"observations": {}}',
        b'{"observations": [1]}',
        b'{"observations": [], "x": 1}',
        b'{"observations": [{"kip": 1}]}',
        b'{"observations": [{"kpi": NaN}]}',
        b"{",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_body_of_another_shape_is_a_bad_request(api, ines, body):
    response = api(ines).post(URL, body, content_type="application/json")

    assert response.status_code == 400


def test_a_ratio_wants_its_parts(send):
    KpiVersionFactory(kpi__slug="share", aggregation="ratio")
    parts = {"kpi": "share", "at": "2026-01-05", "numerator": 1, "denominator": 4}

    assert send(parts).json() == {"created": 1, "updated": 0, "unchanged": 0}
    assert fields(send(row(kpi="share"))) == ["observations[0].value"]
    assert fields(send(parts | {"denominator": -1})) == ["observations[0].denominator"]


def test_csv_is_taken_like_json(api, ines, lead, checkout):
    body = "kpi,product,at,value,external_id\nlead-time,checkout,2026-01-05,1.5,a\n"

    response = api(ines).post(URL, body, content_type="text/csv")

    assert response.json() == {"created": 1, "updated": 0, "unchanged": 0}


def test_a_wrong_row_of_csv_is_named_as_the_file_counts(api, ines, lead):
    body = "kpi,at,value\nlead-time,2026-01-05,1\nlead-time,2026-01-06,x\n"

    response = api(ines).post(URL, body, content_type="text/csv")

    assert response.status_code == 422
    assert fields(response) == ["observations[3].value"]


def test_one_key_answers_alike_and_works_once(send, lead):
    first = send(row(), **{"idempotency-key": "k"})
    again = send(row(), **{"idempotency-key": "k"})
    other = send(row(value=2), **{"idempotency-key": "k"})

    assert first.json() == again.json() == {"created": 1, "updated": 0, "unchanged": 0}
    assert other.status_code == 422


def test_a_refused_request_does_not_use_up_its_key(send, lead):
    send(row(value="x"), **{"idempotency-key": "k"})

    response = send(row(), **{"idempotency-key": "k"})

    assert response.status_code == 200


def test_a_pm_writes_only_what_is_theirs(api, mia, lead, checkout, billing):
    client = api(mia)

    def status(**about):
        body = {"observations": [row(**about)]}
        return client.post(URL, body, content_type="application/json").status_code

    assert status(product="checkout") == 200
    assert status(product="billing") == 422
    assert status() == 422


@pytest.mark.parametrize(("scope", "status"), [("ingest", 200), ("write", 200), ("read", 403)])
def test_a_token_needs_the_scope(api, ines, lead, scope, status):
    client = api(ines, ApiToken.Scope(scope))

    response = client.post(URL, {"observations": [row()]}, content_type="application/json")

    assert response.status_code == status


def test_an_executive_reads_only(api, astrid, lead):
    client = api(astrid)

    response = client.post(URL, {"observations": [row()]}, content_type="application/json")

    assert response.status_code == 403
    assert client.get(URL).status_code == 200


def test_more_than_50_000_rows_are_refused(send, lead):
    response = send(*[{} for _ in range(50_001)])

    assert response.status_code == 422
    assert fields(response) == ["observations"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(api, ines, count, django_assert_num_queries):
    weekly_series(range(count))
    client = api(ines)

    with django_assert_num_queries(4):
        response = client.get(URL)

    assert response.json()["count"] == count


def test_the_list_is_narrowed_by_kpi_subject_and_days(api, ines, send, lead, checkout):
    send(row(5), row(6), row(6, product="checkout"))
    client = api(ines)

    def days(query: str) -> list[str]:
        return [found["on"] for found in client.get(f"{URL}?{query}").json()["results"]]

    assert days("kpi=lead-time&product=checkout") == ["2026-01-06"]
    assert days("from=2026-01-06&subject=organisation:organisation") == ["2026-01-06"]
    assert days("to=2026-01-05") == ["2026-01-05"]
    assert client.get(f"{URL}?from=x").status_code == 400
    assert client.get(f"{URL}?form=x").status_code == 400


def test_a_pm_sees_only_what_is_theirs(api, send, mia, lead, checkout, billing):
    send(row(product="checkout"), row(product="billing"))

    found = api(mia).get(URL).json()["results"]

    assert [observation["product"] for observation in found] == ["checkout"]


def test_observations_are_deleted_by_key_and_stay_as_revisions(api, ines, send, lead):
    send(row(5, 1.0), row(6, 2.0))
    body = {
        "observations": [
            {"kpi": "lead-time", "at": "2026-01-05"},
            {"kpi": "lead-time", "at": "2026-01-09"},
        ]
    }

    response = api(ines).delete(URL, body, content_type="application/json")

    assert response.json() == {"deleted": 1}
    assert list(Observation.objects.values_list("value", flat=True)) == [2.0]
    assert list(ObservationRevision.objects.values_list("value", flat=True)) == [1.0]


def test_a_series_is_told_with_limits_points_and_readings(api, ines, checkout):
    values = [10, 12, 11, 13, 9, 11, 12, 10, 11, 30]
    series = weekly_series(
        values, kpi__slug="lead-time", subject=checkout.subject, version__direction="down"
    )

    response = api(ines).get("/api/v1/kpis/lead-time/series/?product=checkout")

    body = response.json()
    assert [point["value"] for point in body["points"]] == values
    assert body["points"][-1]["signals"] == ["outside"]
    assert (body["variation"], body["assurance"], body["pending"]) == ("worse", "none", 0)
    assert body["segments"] == [
        {
            "from": "2026-04-20", "to": None, "cause": "", "centre": 11.0,
            "lower": pytest.approx(11 - 2.66 * 1.875), "upper": pytest.approx(11 + 2.66 * 1.875),
            "mr_centre": 1.875, "mr_upper": pytest.approx(3.268 * 1.875), "provisional": True,
            "locked": False, "n": 9,
        }
    ]  # fmt: skip
    assert body["product"] == "checkout"
    assert body["kpi"] == series.kpi.slug


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?product=checkout", 200),
        ("?subject=product:checkout&from=2026-01-01&to=2026-02-01", 200),
        ("", 404),
        ("?product=nowhere", 404),
        ("?product=checkout&subject=product:checkout", 400),
        ("?product=checkout&from=soon", 400),
        ("?produkt=checkout", 400),
    ],
)
def test_a_series_is_asked_for_in_one_way(api, ines, checkout, query, status):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)

    assert api(ines).get(f"/api/v1/kpis/lead-time/series/{query}").status_code == status


def test_a_stranger_finds_no_series(api, jonas, checkout):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)

    response = api(jonas).get("/api/v1/kpis/lead-time/series/?product=checkout")

    assert response.status_code == 404


@pytest.mark.parametrize("address", ["series", "snapshots"])
@pytest.mark.parametrize("count", [1, 3])
def test_collections_cost_the_same_for_any_number(
    api, ines, address, count, django_assert_num_queries
):
    for _ in range(count):
        weekly_series([1.0])
    client = api(ines)

    with django_assert_num_queries(4):
        response = client.get(f"/api/v1/{address}/")

    assert response.json()["count"] == count


def test_spc_is_computed_of_what_is_sent(api, astrid):
    values = [
        5045,
        4350,
        4350,
        3975,
        4290,
        4430,
        4485,
        4285,
        3980,
        3925,
        3645,
        3760,
        3300,
        3685,
        3463,
        5200,
    ]

    body = (
        api(astrid, ApiToken.Scope.READ)
        .post("/api/v1/analyse/spc/", {"values": values}, content_type="application/json")
        .json()
    )

    assert body["segments"][0]["centre"] == 4135.5
    assert body["segments"][0]["upper"] == pytest.approx(5082.283, abs=0.001)
    assert body["points"][-1]["signals"] == ["outside"]


def test_charts_of_other_kinds_are_computed_with_limits_at_each_point(api, astrid):
    body = {
        "values": [0.2, 0.3, 0.25, 0.2, 0.22, 0.28],
        "denominators": [10, 1000, 40, 40, 40, 90],
        "chart": "p",
    }

    answer = api(astrid, ApiToken.Scope.READ).post(
        "/api/v1/analyse/spc/", body, content_type="application/json"
    )

    points = answer.json()["points"]
    widths = [point["upper"] - point["centre"] for point in points]
    assert widths[0] == pytest.approx(10 * widths[1])
    assert [point["centre"] for point in points] == pytest.approx([354 / 1220] * 6)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"values": [1, 2, 3], "season": 12}, "season"),
        ({"values": [1, 2, 3], "season": 10**15}, "season"),
        ({"values": [1, 2, 3], "chart": "p"}, "denominators"),
        ({"values": [1, 2, 3], "chart": "pie"}, "chart"),
        ({"values": [1, -2, 3], "chart": "t"}, "values"),
    ],
)
def test_what_a_chart_is_not_for_is_refused_naming_the_field(api, astrid, body, field):
    answer = api(astrid, ApiToken.Scope.READ).post(
        "/api/v1/analyse/spc/", body, content_type="application/json"
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_verdict_is_computed_of_what_is_sent(api, astrid):
    before, after = [10, 12, 11, 13, 9, 11, 12, 10], [20, 22, 21, 23, 19, 21, 22, 20]

    body = (
        api(astrid, ApiToken.Scope.READ)
        .post(
            "/api/v1/analyse/verdict/",
            {"before": before, "after": after, "direction": "up"},
            content_type="application/json",
        )
        .json()
    )

    assert body["verdict"] == "improved"
    assert body["effect"] == 10
    assert body["ci"][0] > 0


def test_against_a_control_what_both_feel_is_no_effect(api, astrid):
    before, after = [10, 12, 11, 13, 9, 11, 12, 10], [20, 22, 21, 23, 19, 21, 22, 20]
    noise = [0.2, -0.1, 0.3, -0.2, 0.1, -0.3, 0.2, -0.1]
    body = {
        "before": before,
        "after": after,
        "control_before": [a + b for a, b in zip(before, noise, strict=True)],
        "control_after": [a - b for a, b in zip(after, noise, strict=True)],
        "direction": "up",
    }
    client = api(astrid, ApiToken.Scope.READ)

    told = client.post("/api/v1/analyse/verdict/", body, content_type="application/json").json()

    assert told["verdict"] == "no_change"
    assert abs(told["effect"]) < 0.2


def test_a_control_of_another_length_is_refused_by_name(api, astrid):
    body = {
        "before": [1.0] * 8, "after": [1.0] * 8, "direction": "up",
        "control_before": [1.0] * 8, "control_after": [1.0] * 7,
    }  # fmt: skip
    answer = api(astrid, ApiToken.Scope.READ).post(
        "/api/v1/analyse/verdict/", body, content_type="application/json"
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "control_after"


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("spc", {}, 400),
        ("spc", {"values": "x"}, 422),
        ("spc", {"values": [1, "x"]}, 422),
        ("spc", {"values": [1], "rule_set": "mine"}, 422),
        ("spc", {"values": [1], "colour": "red"}, 400),
        ("spc", {"values": [1] * 10_001}, 422),
        ("spc", [1], 400),
        ("verdict", {"before": [1], "after": [1], "direction": "sideways"}, 422),
        ("verdict", {"before": [1], "after": None, "direction": "up"}, 400),
        ("verdict", {"before": [1], "after": [2], "direction": "up", "control_after": [1]}, 400),
    ],
)
def test_what_cannot_be_analysed_is_refused(api, ines, address, body, status):
    response = api(ines).post(
        f"/api/v1/analyse/{address}/", json.dumps(body), content_type="application/json"
    )

    assert response.status_code == status
