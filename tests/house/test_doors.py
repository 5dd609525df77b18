"""House rules: which views are open, and that every door lets in whom it names and nobody else."""

import re

import pytest

from productops.doors import Principal
from productops.routes import all_routes
from teams.choices import AccountRole
from tests.factories.teams import PersonFactory

OPEN_TO_ALL = {
    "appearance",
    "health-live",
    "health-ready",
    "health-freshness",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "teams:set-up",
    # Let in by a signature over what is sent, and by nothing else.
    "metrics:source-hook",
}
ROUTES = all_routes()
PAGES = [route for route in ROUTES if not route.path.startswith("/api/")]
API = [route for route in ROUTES if route.path.startswith("/api/")]
# The schema says what the API is, and nothing of what is in it.
OPEN_API = {"api:schema"}
CLOSED_API = [route for route in API if route.name not in OPEN_API]
# What stands for each part of an address: a key that no row has.
NOBODY = {"int": "999999999", "slug": "nobody", "str": "nobody", "path": "nobody", "uuid": "0" * 32}
# What sign-in makes of its own routes is its own affair; they are open or about oneself.
GUARDED = [route for route in PAGES if not route.path.startswith("/accounts/")]
FOR_PEOPLE = [
    route for route in PAGES if not {Principal.ANONYMOUS, Principal.LINK} & set(route.principals)
]
SCOPES = ("read", "write", "ingest", "admin")
REFUSED = {403, 404}
LET_IN = {200, 204, 302, 401, 404, 405, 410, 422, 503}


def address(path: str) -> str:
    """The path with something in each of its gaps that opens nothing."""
    path = re.sub(r"\(\?P<uidb36>[^)]*\)-\(\?P<key>[^)]*\)", "1-nobody", path)
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "999999999", path)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: NOBODY.get(found[1] or "str", "nobody"), path)


def ids(route) -> str:
    return f"{route.name or route.path}"


@pytest.fixture
def cast(organisation):
    """One person of each role, by role."""
    people = {role.value: PersonFactory(role=role) for role in AccountRole}
    return people | {Principal.RESPONDENT: PersonFactory(role="")}


def test_only_named_pages_are_open_to_all():
    opened = {route.name for route in PAGES if Principal.ANONYMOUS in route.principals}

    assert opened == OPEN_TO_ALL


def test_every_route_has_a_name_that_no_other_has():
    named = [route.name for route in ROUTES if route.name]

    assert len(named) == len(ROUTES)
    assert sorted({name for name in named if named.count(name) > 1}) == []


def test_every_route_says_who_may_use_it():
    silent = [route.path for route in ROUTES if not route.principals or not route.methods]

    assert silent == []


def test_the_api_is_open_to_nobody_without_a_name_but_for_its_schema():
    opened = {route.name for route in API if Principal.ANONYMOUS in route.principals}

    assert opened == OPEN_API


@pytest.mark.parametrize("route", GUARDED, ids=ids)
def test_a_page_lets_in_whom_it_names_and_nobody_else(route, cast, as_, client):
    method = "get" if "GET" in route.methods else "post"
    wrong = {}

    for role, person in cast.items():
        status = getattr(as_(person), method)(address(route.path)).status_code
        if status not in (LET_IN if open_to(route, role) else REFUSED):
            wrong[role] = status

    assert wrong == {}


def open_to(route, role: str) -> bool:
    return role in route.principals or Principal.LINK in route.principals


@pytest.mark.parametrize("route", FOR_PEOPLE, ids=ids)
def test_a_stranger_is_asked_to_sign_in_at_every_page_that_is_not_open(route, rui, client):
    response = client.get(address(route.path))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("route", CLOSED_API, ids=ids)
def test_a_stranger_gets_401_from_every_route_of_the_api(route, client, rui):
    for method in route.methods:
        if method in ("HEAD", "OPTIONS"):
            continue

        response = client.generic(method, address(route.path), content_type="application/json")

        assert (method, response.status_code) == (method, 401)


@pytest.mark.parametrize("route", [route for route in API if "GET" in route.methods], ids=ids)
def test_the_api_lets_in_the_roles_it_names_and_no_other(route, cast, api):
    wrong = {}

    for role, person in cast.items():
        status = api(person).get(address(route.path)).status_code
        # A collection asks for its own parameters: 400 is an answer to somebody let in.
        if status not in ({200, 400, 404} if role in route.principals else {403}):
            wrong[role] = status

    assert wrong == {}


@pytest.mark.parametrize("route", CLOSED_API, ids=ids)
def test_the_api_refuses_tokens_of_a_scope_that_a_route_does_not_name(route, olga, api):
    unnamed = [scope for scope in SCOPES if f"token:{scope}" not in route.principals]

    statuses = {
        call(api(olga, scope), method, route).status_code
        for scope in unnamed
        for method in route.methods
    }

    assert statuses <= {403}


@pytest.mark.parametrize("route", CLOSED_API, ids=ids)
def test_a_reading_token_changes_nothing_anywhere(route, olga, api):
    client = api(olga, "read")
    unsafe = set(route.methods) & {"PUT", "PATCH", "DELETE"}

    statuses = {call(client, method, route).status_code for method in unsafe}

    assert statuses <= {403}


def call(client, method: str, route):
    return client.generic(method, address(route.path), "{}", "application/json")


def test_no_page_answers_trace(client, db):
    statuses = {client.trace(address(route.path)).status_code for route in PAGES}

    assert statuses == {405}
