"""Reviews in the API: all that the pages can do."""

import pytest

from metrics.actions import reviews as actions
from metrics.actions.dashboards import add_row, make_dashboard
from metrics.models import Review
from productops import clock
from tests.factories.metrics import weekly_series
from tests.factories.objectives import SeriesFactory

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
ALL = "/api/v1/reviews/"


@pytest.fixture
def review(ines, checkout):
    board = make_dashboard(title="Health", slug="health", chair=None, by=ines)
    series = weekly_series([10.0, 11.0] * 8, clock.today(), subject=checkout.subject)
    add_row(dashboard=board, series=series, group="Flow", by=ines)
    return actions.open_review(dashboard=board, on=clock.today(), by=ines, chair=ines)


def series_of(review):
    return review.dashboard.rows.get().series


def test_a_review_is_opened_written_in_closed_and_read_as_it_was(api, ines, mia, review):
    client, mine = api(ines), f"{ALL}{review.pk}/"
    series = series_of(review)
    said = client.post(f"{mine}notes/", {"text": "Calm", "series": series.pk}, **JSON)
    asked = client.post(
        f"{mine}follow-ups/", {"title": "Look", "series": series.pk, "owner": mia.pk}, **JSON
    )
    open_deck = client.get(f"{mine}deck/").json()
    closed = client.post(f"{mine}close/")

    assert (said.status_code, asked.status_code, closed.status_code) == (201, 201, 200)
    assert [one["text"] for one in open_deck["said"]] == ["Calm"]
    assert [one["text"] for one in open_deck["tasks"]] == ["Look"]
    assert client.get(f"{mine}deck/").json() == open_deck
    assert (closed.json()["state"], len(closed.json()["sha256"])) == ("closed", 64)


def test_what_is_closed_takes_nothing_more(api, ines, review):
    client, mine = api(ines), f"{ALL}{review.pk}/"
    client.post(f"{mine}close/")

    statuses = [
        client.post(f"{mine}notes/", {"text": "Late"}, **JSON).status_code,
        client.post(f"{mine}close/").status_code,
        client.patch(mine, {"chair": None}, **JSON).status_code,
        client.delete(mine).status_code,
    ]

    assert statuses == [409, 409, 409, 405]


def test_operations_opens_one_a_week(api, ines, astrid, review):
    body = {"dashboard": "health", "on": clock.today().isoformat()}
    Review.objects.all().delete()

    statuses = [api(who).post(ALL, body, **JSON).status_code for who in (astrid, ines, ines)]

    assert statuses == [403, 201, 400]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"dashboard": "nobody", "on": "2026-11-23"}, "dashboard"),
        ("", {"dashboard": "health", "on": "2999-01-01"}, "on"),
        ("", {"dashboard": "health", "on": "soon"}, "on"),
        ("notes/", {"text": ""}, "text"),
        ("notes/", {"text": "x", "series": 999999}, "series"),
        ("follow-ups/", {"title": "x", "owner": 999999, "series": 1}, "owner"),
        ("follow-ups/", {"title": "x", "nothing": 1}, "nothing"),
    ],
)
def test_the_field_that_is_refused_is_named(api, ines, review, path, body, field):
    address = f"{ALL}{review.pk}/{path}" if path else ALL

    response = api(ines).post(address, body, **JSON)

    assert response.status_code == 400
    assert field in str(response.json())


def test_readers_read_and_do_not_write(api, astrid, jonas, review):
    mine = f"{ALL}{review.pk}/"

    assert api(astrid).post(f"{mine}notes/", {"text": "x"}, **JSON).status_code == 403
    assert len(api(astrid).get(f"{mine}deck/").json()["blocks"]) == 1
    assert api(jonas).get(f"{mine}deck/").json()["blocks"] == []


def test_a_note_is_taken_back(api, ines, review):
    note = actions.say(review=review, text="Wrong", by=ines)

    assert api(ines).delete(f"{ALL}{review.pk}/notes/{note.pk}/").status_code == 204
    assert api(ines).delete(f"{ALL}{review.pk}/notes/{note.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(api, ines, cost_of, count):
    for number in range(count):
        board = make_dashboard(title="x", slug=f"x-{number}", chair=None, by=ines)
        add_row(dashboard=board, series=SeriesFactory(), group="", by=ines)
        actions.open_review(dashboard=board, on=clock.today(), by=ines)

    assert cost_of(api(ines), ALL) == 4
