"""What every collection of the API holds to, shown on a collection made of products."""

import json

import pytest
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from productops import urls as house
from productops.api import routes
from productops.api.fields import AmountField, DateField, MomentField, NumberField, WholeField
from productops.api.idempotency import idempotent
from productops.api.serializers import RecordSerializer, StrictSerializer, Visible
from productops.api.views import RecordViewSet
from productops.models import ChangeEntry, IdempotencyKey
from teams.models import Product, Subject
from tests.factories.teams import ProductFactory

handler400, handler403 = house.handler400, house.handler403
handler404, handler500 = house.handler404, house.handler500


class ProductSerializer(RecordSerializer):
    class Meta:
        model = Product
        fields = ["id", "slug", "name", "description", "criticality", "version"]
        read_only_fields = ["id", "version"]

    def create(self, validated_data):
        validated_data.pop("by")
        return Product.objects.create(**validated_data)

    def update(self, instance, validated_data):
        validated_data.pop("by")
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save()
        return instance


class ProductViewSet(RecordViewSet):
    queryset = Product.objects.all()
    serializer_class = ProductSerializer
    filterset_fields = ["slug"]


class SampleSerializer(StrictSerializer):
    number = NumberField(required=False)
    whole = WholeField(required=False, low=0, high=100)
    amount = AmountField(required=False)
    day = DateField(required=False)
    moment = MomentField(required=False)
    subject = Visible(key="key", queryset=Subject.objects.all(), required=False)


class Sample(APIView):
    takes_ingest = True

    @idempotent
    def post(self, request):
        serializer = SampleSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        ProductFactory()
        return Response(
            {"products": Product.objects.count(), **{k: str(v) for k, v in serializer.data.items()}}
        )


class Broken(APIView):
    def get(self, request):
        raise ZeroDivisionError


router = SimpleRouter()
router.register("products", ProductViewSet)
urlpatterns = [
    path("api/test/", include(router.urls)),
    path("api/test/sample/", Sample.as_view()),
    path("api/test/broken/", Broken.as_view()),
    *house.urlpatterns,
]

URL = "/api/test/products/"
pytestmark = pytest.mark.urls(__name__)


def send(client, url, body, method="post", **headers):
    call = getattr(client, method)
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return call(url, data=data, content_type="application/json", headers=headers)


def fields_of(response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


def test_nobody_reads_without_signing_in(client, organisation):
    response = client.get(URL)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"


def test_a_session_writes_only_with_its_csrf_token(olga):
    from django.test import Client  # noqa: PLC0415

    client = Client(enforce_csrf_checks=True)
    client.force_login(olga)

    response = send(client, URL, {"slug": "search", "name": "Search"})

    assert response.status_code == 403
    assert not Product.objects.exists()


def test_a_pm_sees_their_own_products_and_others_are_not_there(api, mia, checkout, billing):
    client = api(mia)

    listed = client.get(URL).json()
    other = client.get(f"{URL}{billing.pk}/")

    assert [row["slug"] for row in listed["results"]] == ["checkout"]
    assert other.status_code == 404


def test_who_sees_a_row_and_may_not_change_it_is_told_so(api, mia, checkout):
    response = send(api(mia), f"{URL}{checkout.pk}/", {"name": "Mine"}, "patch")

    checkout.refresh_from_db()
    assert response.status_code == 403
    assert checkout.name == "Checkout"


@pytest.mark.parametrize(
    ("scope", "status"), [("read", 403), ("ingest", 403), ("write", 201), ("admin", 201)]
)
def test_a_scope_limits_what_a_token_may_write(api, olga, scope, status):
    response = send(api(olga, scope), URL, {"slug": "search", "name": "Search"})

    assert response.status_code == status


@pytest.mark.parametrize(("scope", "status"), [("read", 200), ("ingest", 403), ("write", 200)])
def test_a_scope_limits_what_a_token_may_read(api, olga, scope, status):
    assert api(olga, scope).get(URL).status_code == status


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("ingest", 200), ("write", 200)])
def test_an_ingest_token_sends_observations_and_nothing_else(api, olga, scope, status):
    assert send(api(olga, scope), "/api/test/sample/", {}).status_code == status


@pytest.mark.parametrize("who", ["astrid", "rui"])
def test_who_only_reads_writes_nothing(api, request, who):
    person = request.getfixturevalue(who)

    response = send(api(person), URL, {"slug": "search", "name": "Search"})

    assert response.status_code == 403


def test_a_token_dies_with_its_person(api, olga):
    client = api(olga)
    olga.is_active = False
    olga.save()

    assert client.get(URL).status_code == 401


def test_a_revoked_token_opens_nothing_from_the_next_request_on(api, olga):
    client = api(olga)
    olga.tokens.get().revoke()

    assert client.get(URL).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer po_wrong", "Bearer ü"])
def test_a_wrong_token_is_refused(client, organisation, header):
    assert client.get(URL, headers={"authorization": header}).status_code == 401


def test_no_secret_of_a_token_stands_in_the_database(api, olga):
    secret = api(olga).defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer ")

    token = olga.tokens.get()

    assert secret not in str(vars(token))
    assert secret.startswith(token.prefix)


@pytest.mark.parametrize("field", ["id", "version_x", "owner", "role", "is_staff", "updated_at"])
def test_unknown_and_read_only_fields_are_refused_by_name(api, olga, field):
    response = send(api(olga), URL, {"slug": "search", "name": "Search", field: 1})

    assert response.status_code == 400
    assert fields_of(response) == [field]
    assert not Product.objects.exists()


def test_a_stale_version_is_refused_and_nothing_is_overwritten(api, olga, checkout):
    client = api(olga)
    first = send(client, f"{URL}{checkout.pk}/", {"name": "Pay"}, "patch", if_match='"1"')

    second = send(client, f"{URL}{checkout.pk}/", {"name": "Till"}, "patch", if_match='"1"')
    third = send(client, f"{URL}{checkout.pk}/", {"name": "Till", "version": 1}, "patch")

    checkout.refresh_from_db()
    assert (first.status_code, first["ETag"], first.json()["version"]) == (200, '"2"', 2)
    assert (second.status_code, second.json()["version"]) == (412, 2)
    assert (third.status_code, fields_of(third)) == (409, ["version"])
    assert (checkout.name, checkout.version) == ("Pay", 2)


def test_a_read_tells_the_version_that_a_write_must_match(api, olga, checkout):
    client = api(olga)
    tag = client.get(f"{URL}{checkout.pk}/")["ETag"]

    response = send(client, f"{URL}{checkout.pk}/", {"name": "Pay"}, "patch", if_match=tag)

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("number", "status"),
    [("1", 200), ("2", 404), ("0", 404), ("-1", 404), ("x", 404), ("9" * 5000, 404), ("١", 404)],
)
def test_a_page_that_is_not_there_is_not_found(api, olga, checkout, number, status):
    assert api(olga).get(URL, {"page": number}).status_code == status


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "", "１０"])
def test_a_page_size_that_is_no_whole_number_is_refused(api, olga, size):
    response = api(olga).get(URL, {"page_size": size})

    assert response.status_code == 400
    assert fields_of(response) == ["page_size"]


def test_a_page_holds_at_most_500_rows(api, olga):
    ProductFactory.create_batch(3)

    response = api(olga).get(URL, {"page_size": "9" * 30})

    assert response.status_code == 200
    assert len(response.json()["results"]) == 3


def test_a_filter_that_is_misspelt_is_refused_by_name(api, olga, checkout, billing):
    client = api(olga)

    right = client.get(URL, {"slug": "checkout"}).json()
    wrong = client.get(URL, {"slgu": "checkout"})

    assert right["count"] == 1
    assert (wrong.status_code, fields_of(wrong)) == (400, ["slgu"])


BAD_JSON = [
    b'{"slug": NaN}',
    b'{"slug": Infinity}',
    b'{"criticality": 1e999}',
    b'{"criticality": 99999999999999999999}',
    b'{"slug": "a", "slug": "b"}',
    b'{"slug": "\\ud800"}',
    b'{"slug": "\\u0000"}',
    b'{"slug": "\xff"}',
    b'{"slug": "a"',
    b"",
    b"[" * 100_000,
    b'{"a":' * 50 + b"1" + b"}" * 50,
    b'{"criticality": ' + b"9" * 6000 + b"}",
]


@pytest.mark.parametrize("body", BAD_JSON, ids=range(len(BAD_JSON)))
def test_json_that_nobody_can_mean_is_refused(api, olga, body):
    response = send(api(olga), URL, body)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not Product.objects.exists()


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null"])
def test_a_body_of_another_shape_is_refused(api, olga, body):
    assert send(api(olga), URL, body).status_code == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "1,5"),
        ("number", "١٢"),
        ("number", "9" * 5000),
        ("number", True),
        ("number", []),
        ("number", {}),
        ("number", ""),
        ("whole", 1.5),
        ("whole", -1),
        ("whole", 101),
        ("amount", "1.234"),
        ("amount", 1e12),
        ("day", "0000-00-00"),
        ("day", "9999-12-31"),
        ("day", "2026-02-30"),
        ("day", 20260101),
        ("moment", "2026-03-29T02:30"),
        ("moment", "yesterday"),
        ("subject", "nobody"),
        ("subject", 7),
        ("subject", ["organisation"]),
        ("subject", "x" * 5000),
        ("subject", True),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(api, olga, field, value):
    response = send(api(olga), "/api/test/sample/", {field: value})

    assert response.status_code == 400
    assert fields_of(response) == [field]


def test_a_record_that_one_may_not_see_does_not_exist_for_them(api, mia, billing):
    response = send(api(mia), "/api/test/sample/", {"subject": "billing"})

    assert response.status_code == 400
    assert fields_of(response) == ["subject"]


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x", "-1", "1%00"])
def test_a_key_that_no_row_has_is_not_found(api, olga, pk):
    assert api(olga).get(f"{URL}{pk}/").status_code in (400, 404)


def test_a_twin_of_a_unique_row_is_refused(api, olga, checkout):
    response = send(api(olga), URL, {"slug": "checkout", "name": "Checkout"})

    assert response.status_code == 400
    assert fields_of(response) == ["slug"]


def test_another_media_type_is_refused(api, olga):
    response = api(olga).post(URL, data="<a/>", content_type="application/xml")

    assert response.status_code == 415
    assert response["Content-Type"] == "application/problem+json"


def test_another_method_is_refused(api, olga):
    response = api(olga).delete(URL)

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"


def test_a_fault_of_ours_is_a_problem_with_a_reference(api, olga):
    response = api(olga).get("/api/test/broken/")

    assert response.status_code == 500
    assert len(response.json()["reference"]) == 36


def test_an_address_below_api_that_is_none_is_a_problem(client, organisation, olga):
    response = client.get("/api/v1/nothing/")

    assert response.status_code == 404
    assert response.json() == {
        "type": "about:blank",
        "title": "There is nothing here",
        "status": 404,
    }


def test_the_same_key_and_body_do_the_work_once(api, olga):
    client = api(olga)

    first = send(client, "/api/test/sample/", {"number": 1}, idempotency_key="k")
    second = send(client, "/api/test/sample/", {"number": 1}, idempotency_key="k")

    assert first.json() == second.json()
    assert second["Idempotent-Replay"] == "true"
    assert Product.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(api, olga):
    client = api(olga)
    send(client, "/api/test/sample/", {"number": 1}, idempotency_key="k")

    response = send(client, "/api/test/sample/", {"number": 2}, idempotency_key="k")

    assert response.status_code == 422
    assert fields_of(response) == ["Idempotency-Key"]


def test_a_key_belongs_to_its_token(api, olga):
    send(api(olga), "/api/test/sample/", {"number": 1}, idempotency_key="k")

    response = send(api(olga), "/api/test/sample/", {"number": 2}, idempotency_key="k")

    assert response.status_code == 200


def test_what_was_refused_may_be_sent_again_under_its_key(api, olga):
    client = api(olga)
    refused = send(client, "/api/test/sample/", {"number": "x"}, idempotency_key="k")

    response = send(client, "/api/test/sample/", {"number": 1}, idempotency_key="k")

    assert (refused.status_code, response.status_code) == (400, 200)


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_that_is_no_key_is_refused(api, olga, key):
    response = send(api(olga), "/api/test/sample/", {}, idempotency_key=key)

    assert response.status_code == 400
    assert not IdempotencyKey.objects.exists()


def test_making_a_token_is_written_into_the_change_log(api, olga):
    api(olga, "read")

    entry = ChangeEntry.objects.get(verb="create")

    assert (entry.by, entry.after) == (olga, {"scope": "read", "name": "test"})


def test_a_number_that_its_column_cannot_hold_is_refused_by_name(api, olga):
    body = {"slug": "search", "name": "Search", "criticality": 40_000}

    response = send(api(olga), URL, body)

    assert response.status_code == 400
    assert fields_of(response) == ["criticality"]


def test_the_schema_names_every_collection_and_needs_no_token(client, db):
    schema = client.get("/api/v1/schema/", {"format": "json"}).json()

    served = {path for path in schema["paths"] if "{" not in path}
    assert schema["openapi"].startswith("3.")
    assert {f"/api/v1/{name}/" for name in routes.collections()} <= served
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_the_root_leads_to_every_collection(api, olga):
    client = api(olga)

    found = client.get("/api/v1/").json()

    assert sorted(found) == routes.collections()
    assert {client.get(address).status_code for address in found.values()} == {200}
