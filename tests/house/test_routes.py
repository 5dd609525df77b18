"""House rules for addresses: hostile keys and parameters never cost more than a refusal."""

import json
import re

import pytest
from django.core.management import call_command

from productops.routes import all_routes
from tests.house.test_doors import address

ROUTES = all_routes()
KEYED = [route for route in ROUTES if re.search(r"<\w*:?\w+>|\(\?P", route.path)]
HOSTILE = {"page": "9" * 40, "q": "%00'\"<script>" + "x" * 500, "sort": "-nothing", "status": "x"}


def ids(route) -> str:
    return route.name or route.path


def with_numbers(path: str, number: str) -> str:
    """The path with one number in each of its gaps."""
    path = re.sub(r"\(\?P<\w+>[^)]*\)", number, path)
    return re.sub(r"<(?:\w+:)?\w+>", number, path)


def test_the_command_lists_every_route_with_methods_and_principals(capsys):
    call_command("routes", "--json")
    listed = json.loads(capsys.readouterr().out)

    assert [entry["path"] for entry in listed] == [route.path for route in ROUTES]
    assert {tuple(sorted(entry)) for entry in listed} == {("methods", "name", "path", "principals")}
    assert listed[0] == {
        "path": "/",
        "name": "home",
        "methods": ["GET", "HEAD"],
        "principals": ["respondent", "pm", "exec", "ops", "admin"],
    }


@pytest.mark.parametrize("route", KEYED, ids=ids)
def test_a_key_of_any_length_is_refused_and_no_fault(route, olga, as_, api):
    client = api(olga) if route.path.startswith("/api/") else as_(olga)
    method = "get" if "GET" in route.methods else "post"
    paths = [with_numbers(route.path, number) for number in ("0", "9" * 18, "9" * 40)]

    statuses = [getattr(client, method)(path).status_code for path in paths]

    assert max(statuses) < 500


@pytest.mark.parametrize("route", ROUTES, ids=ids)
def test_nonsense_is_refused_or_left_out_and_no_answer_is_kept_by_caches(route, olga, as_, api):
    path = address(route.path)
    client = api(olga) if path.startswith("/api/") else as_(olga)

    response = client.get(path, HOSTILE)

    assert response.status_code < 500 or route.name == "health-ready"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("route", [r for r in ROUTES if "POST" in r.methods], ids=ids)
def test_a_post_of_nothing_or_of_nonsense_is_no_fault(route, olga, as_, api):
    path = address(route.path)
    in_api = path.startswith("/api/")
    client = api(olga) if in_api else as_(olga)
    bodies = ["{}", '{"x": [[]]}', "[1]"] if in_api else [{}, {"name": "x" * 9000, "pk": "9" * 40}]

    for body in bodies:
        kind = {"content_type": "application/json"} if in_api else {}
        response = client.post(path, body, **kind)

        assert response.status_code < 500
