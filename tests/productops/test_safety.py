"""What is refused before any page sees it, what every answer carries, how failing looks."""

import pytest
from django.db import DataError, OperationalError
from django.http import HttpResponse
from django.urls import path

from productops import urls as house
from productops.doors import for_roles, link_page, open_to_all

handler400, handler403 = house.handler400, house.handler403
handler404, handler500 = house.handler404, house.handler500


def away(request):
    raise OperationalError("database or disk is full")


def unknown_table(request):
    raise OperationalError("no such table: gaps")


def too_long(request):
    raise DataError("value too long for type character varying(10)")


def too_large(request):
    raise OverflowError("Python int too large to convert to SQLite INTEGER")


def broken(request):
    raise ZeroDivisionError


@open_to_all
def echo(request):
    return HttpResponse(request.POST.get("text", ""))


@link_page
def linked(request):
    return HttpResponse("yours")


@for_roles("ops", "admin")
def operated(request):
    return HttpResponse("operators")


urlpatterns = [
    path("t/away/", open_to_all(away)),
    path("t/unknown-table/", open_to_all(unknown_table)),
    path("t/too-long/", open_to_all(too_long)),
    path("t/too-large/", open_to_all(too_large)),
    path("t/broken/", open_to_all(broken)),
    path("t/echo/", echo),
    path("t/linked/", linked),
    path("t/operated/", operated),
    *house.urlpatterns,
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def visitor(client):
    """A browser that gets the page of a failure instead of the exception itself."""
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "FOO"])
def test_a_page_takes_no_other_method(client, method):
    response = client.generic(method, "/t/echo/")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("query", ["a=%00", "%00=a", "a=b%00c"])
def test_a_query_with_nul_is_refused(client, query):
    assert client.get(f"/t/echo/?{query}").status_code == 400


def test_a_path_with_nul_is_refused(client):
    assert client.get("/t/echo/%00").status_code == 400


def test_a_form_with_nul_is_refused_and_the_field_is_named(client):
    response = client.post("/t/echo/", {"text": "a\x00b"})

    assert response.status_code == 400
    assert "text" in response.content.decode()


def test_a_form_in_another_charset_is_refused(client):
    kind = "application/x-www-form-urlencoded; charset=utf-7"

    assert client.post("/t/echo/", "text=+2AA-", content_type=kind).status_code == 415


def test_bytes_that_are_no_text_never_reach_a_page_as_half_a_character(client):
    kind = "application/x-www-form-urlencoded"

    response = client.post("/t/echo/", "text=%ED%A0%80", content_type=kind)

    assert response.content.decode() == "\ufffd" * 3


def test_text_of_any_language_is_taken_as_it_is(client):
    text = "Größe ٣ 漢字 👩\u200d🔬 \u202eabc"

    assert client.post("/t/echo/", {"text": text}).content.decode() == text


def test_an_address_that_is_too_long_is_refused(client):
    assert client.get("/t/echo/?" + "a" * 9_000).status_code == 414


def test_a_body_that_is_too_large_is_refused_unread(client):
    response = client.post("/t/echo/", {"text": "a"}, CONTENT_LENGTH=str(26 * 1024 * 1024))

    assert response.status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "9" * 40, "１"])
def test_a_length_that_is_no_number_is_no_fault(visitor, length):
    assert visitor.get("/t/echo/", CONTENT_LENGTH=length).status_code in (200, 400)


def test_too_many_fields_are_refused(client):
    response = client.post("/t/echo/", {f"f{n}": n for n in range(5_001)})

    assert response.status_code == 413


def test_a_multipart_body_that_is_none_is_refused(client):
    response = client.post("/t/echo/", b"nothing", content_type="multipart/form-data; boundary=")

    assert response.status_code == 400


def test_an_unknown_host_is_refused(client):
    assert client.get("/t/echo/", headers={"host": "evil.example"}).status_code == 400


def test_a_database_that_is_away_is_said_so_with_a_time_to_come_back(visitor):
    response = visitor.get("/t/away/")

    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_a_missing_table_is_a_fault_of_ours(visitor):
    assert visitor.get("/t/unknown-table/").status_code == 500


@pytest.mark.parametrize("name", ["too-long", "too-large"])
def test_a_value_that_no_column_holds_is_refused(visitor, name):
    assert visitor.get(f"/t/{name}/").status_code == 400


def test_a_fault_of_ours_tells_a_reference_and_nothing_else(visitor):
    response = visitor.get("/t/broken/")
    text = response.content.decode()

    assert response.status_code == 500
    assert response["X-Request-ID"] in text
    assert "ZeroDivision" not in text


def test_an_answer_tells_browsers_what_they_may_not_do(client):
    response = client.get("/t/echo/")

    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_a_link_page_stays_out_of_caches_indexes_and_referrers(client):
    response = client.get("/t/linked/")

    assert response.content == b"yours"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("who", "status"), [("ines", 200), ("olga", 200), ("mia", 403), ("astrid", 403), ("rui", 403)]
)
def test_a_door_for_roles_lets_in_these_roles(as_, request, who, status):
    assert as_(request.getfixturevalue(who)).get("/t/operated/").status_code == status


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(client, olga):
    response = client.get("/t/operated/?a=1")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/t/operated/%3Fa%3D1"


def test_who_names_no_page_begins_where_their_role_does(client, olga):
    assert client.get("/")["Location"] == "/accounts/login/"


def test_htmx_is_sent_to_sign_in_by_its_header_and_back_to_the_page_it_is_on(client, olga):
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/work/"}

    response = client.get("/t/operated/", headers=headers)

    assert response["HX-Redirect"] == "/accounts/login/?next=/work/"


def test_htmx_is_never_sent_back_to_another_host(client, olga):
    headers = {"hx-request": "true", "hx-current-url": "https://evil.example/work/"}

    response = client.get("/t/operated/", headers=headers)

    assert "evil" not in response["HX-Redirect"]


def test_a_page_that_is_not_there_says_so_in_our_look(client):
    response = client.get("/nothing/")

    assert response.status_code == 404
    assert "focus-page" in response.content.decode()


def test_a_form_without_its_csrf_token_is_refused_in_our_look(client, olga):
    from django.test import Client  # noqa: PLC0415

    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"})

    assert response.status_code == 403
    assert "focus-page" in response.content.decode()
