"""Subscriptions on pages, by links in mails, and in the API."""

import pytest
from django.urls import reverse
from django.utils import timezone

from metrics.actions.dashboards import add_row, make_dashboard
from metrics.models import Subscription
from productops import clock, links
from productops.models import ChangeEntry, OutboxMessage
from tests.factories.metrics import weekly_series
from tests.factories.objectives import SeriesFactory
from tests.factories.telling import AlertFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
LIST = "/subscriptions/"
HABITS = {"alerts": "now", "is_weekly": "on", "weekday": "0", "hour": "8"}


@pytest.fixture
def board(ines):
    return make_dashboard(title="Product health", slug="health", chair=None, by=ines)


def way_of(subscription) -> str:
    return f"/m/{links.token_of(subscription.link)}/"


# Pages -------------------------------------------------------------------------------------
def test_a_reader_subscribes_to_a_dashboard_for_themself(as_, astrid, board):
    client = as_(astrid)
    page = client.get(reverse("metrics:subscription-new"), {"dashboard": "health"})
    assert page.context["form"].initial["dashboard"] == board

    response = client.post(
        reverse("metrics:subscription-new"), HABITS | {"dashboard": board.pk, "person": "1"}
    )

    assert response.status_code == 302
    [one] = Subscription.objects.all()
    assert (one.person, one.dashboard, one.by) == (astrid, board, astrid)
    assert (one.confirmed_at is not None, one.next_at > timezone.now()) == (True, True)
    assert ChangeEntry.objects.get(kind="metrics.subscription").verb == "subscribed"


def test_operations_adds_an_address_which_is_asked_first(as_, ines, board):
    sent = HABITS | {"address": "board@investor.example", "dashboard": board.pk}

    as_(ines).post(reverse("metrics:subscription-new"), sent)

    [one] = Subscription.objects.all()
    [message] = OutboxMessage.objects.all()
    assert one.confirmed_at is None
    assert message.destination == "board@investor.example"
    assert message.payload["link"] == one.link.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "nonsense"}, "address"),
        ({"address": "a@b.example"}, "dashboard"),
        ({"address": "mia@halden.example", "dashboard": "it"}, "address"),
        ({}, "person"),
        ({"person": "me", "address": "a@b.example"}, "person"),
        ({"person": "me", "dashboard": "it", "series": "it"}, "series"),
        ({"person": "me", "alerts": "sometimes"}, "alerts"),
        ({"person": "me", "alerts": "never", "is_weekly": ""}, "alerts"),
        ({"person": "me", "weekday": "7"}, "weekday"),
        ({"person": "me", "hour": "24"}, "hour"),
        ({"person": "me", "quiet_from": "20"}, "quiet_until"),
        ({"person": "me", "dashboard": "999999"}, "dashboard"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(as_, ines, mia, board, changes, field):
    given = {"person": {"me": ines.pk}, "dashboard": {"it": board.pk}, "series": {"it": "it"}}
    given["series"]["it"] = SeriesFactory().pk
    sent = HABITS | {name: given.get(name, {}).get(value, value) for name, value in changes.items()}

    response = as_(ines).post(reverse("metrics:subscription-new"), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field], response.context["form"].errors
    assert not Subscription.objects.exists()


def test_the_same_twice_is_refused(as_, astrid, board):
    SubscriptionFactory(person=astrid, dashboard=board)

    response = as_(astrid).post(
        reverse("metrics:subscription-new"), HABITS | {"dashboard": board.pk}
    )

    assert response.status_code == 422
    assert Subscription.objects.count() == 1


def test_habits_are_changed_and_a_stale_change_is_refused(as_, astrid, board):
    one = SubscriptionFactory(person=astrid, dashboard=board)
    client, address = as_(astrid), reverse("metrics:subscription-edit", args=[one.pk])
    sent = HABITS | {"hour": "17", "quiet_from": "20", "quiet_until": "7", "version": one.version}

    statuses = [client.post(address, sent).status_code for _time in range(2)]

    one.refresh_from_db()
    assert statuses == [302, 409]
    assert (one.hour, one.quiet_from, one.quiet_until, one.version) == (17, 20, 7, 2)
    assert one.next_at.astimezone(clock.zone()).hour == 17


@pytest.mark.parametrize("verb", ["edit", "preview", "pause", "resume", "end"])
def test_other_peoples_subscriptions_are_not_there(as_, mia, astrid, board, verb):
    one = SubscriptionFactory(person=astrid, dashboard=board)
    method = "get" if verb in ("edit", "preview") else "post"

    response = getattr(as_(mia), method)(reverse(f"metrics:subscription-{verb}", args=[one.pk]))

    assert response.status_code == 404
    assert Subscription.objects.filter(pk=one.pk, paused_at=None).exists()


def test_a_subscription_is_paused_resumed_and_ended_by_its_buttons(as_, astrid, board):
    one = SubscriptionFactory(person=astrid, dashboard=board)
    client = as_(astrid)

    def press(verb):
        client.post(reverse(f"metrics:subscription-{verb}", args=[one.pk]))
        return Subscription.objects.filter(pk=one.pk).values_list("paused_at", flat=True).first()

    assert press("pause") is not None
    assert press("resume") is None
    press("end")
    assert not Subscription.objects.exists()


def test_the_preview_shows_the_digest_as_it_would_go_out(as_, astrid, ines, board):
    series = weekly_series([10.0, 11.0] * 8, clock.today())
    add_row(dashboard=board, series=series, group="", by=ines)
    one = SubscriptionFactory(person=astrid, dashboard=board)

    page = as_(astrid).get(reverse("metrics:subscription-preview", args=[one.pk]))

    assert page.context["mail"].subject == "Product health: nothing left its usual range"
    assert series.kpi.name in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_any_number_of_rows(as_, ines, cost_of, count):
    for _number in range(count):
        series = weekly_series([10.0, 11.0] * 8, clock.today())
        AlertFactory(series=series, since=clock.today())
        SubscriptionFactory(series=series)
    client = as_(ines)

    assert cost_of(client, LIST) == 5
    assert cost_of(client, "/alerts/?over=1") == 8


def test_signals_are_listed_that_last_and_all_when_asked(as_, astrid):
    series = weekly_series([10.0, 11.0] * 8, clock.today())
    lasting = AlertFactory(series=series, since=clock.today())
    over = AlertFactory(series=series, over_at=timezone.now())
    client = as_(astrid)

    def listed(asked=""):
        return {line.alert for line in client.get(f"/alerts/{asked}").context["lines"]}

    assert listed() == {lasting}
    assert listed("?over=1") == {lasting, over}


# The link in each mail ---------------------------------------------------------------------
def test_looking_at_the_link_changes_nothing(client, board):
    one = SubscriptionFactory(address="board@investor.example", dashboard=board, confirmed_at=None)

    page = client.get(way_of(one))

    one.refresh_from_db()
    assert page.status_code == 200
    assert (one.confirmed_at, one.paused_at) == (None, None)


def test_the_button_says_yes_and_the_other_ends_it(client, board):
    one = SubscriptionFactory(address="board@investor.example", dashboard=board, confirmed_at=None)

    client.post(way_of(one), {"answer": "yes"})
    one.refresh_from_db()
    assert (one.confirmed_at is not None, one.paused_at) == (True, None)

    client.post(way_of(one), {"answer": "no"})
    one.refresh_from_db()
    assert (one.confirmed_at, one.paused_at is not None) == (None, True)


def test_a_mail_program_ends_it_by_one_post_without_a_cookie(board):
    from django.test import Client  # noqa: PLC0415  one that insists on CSRF

    one = SubscriptionFactory(address="board@investor.example", dashboard=board)

    response = Client(enforce_csrf_checks=True).post(way_of(one), {"List-Unsubscribe": "One-Click"})

    one.refresh_from_db()
    assert response.status_code == 200
    assert one.paused_at is not None


def test_the_link_of_a_subscription_that_was_ended_is_over(client, as_, ines, board):
    one = SubscriptionFactory(address="board@investor.example", dashboard=board)
    as_(ines).post(reverse("metrics:subscription-end", args=[one.pk]))

    assert client.get(way_of(one)).status_code == 410
    assert client.get("/m/nonsense/").status_code == 404


# API ---------------------------------------------------------------------------------------
def test_the_api_makes_changes_and_ends_subscriptions(api, astrid, board):
    client = api(astrid)
    made = client.post(
        "/api/v1/subscriptions/",
        {"dashboard": "health", "alerts": "daily", "weekday": 4, "hour": 16},
        content_type="application/json",
    )
    pk = made.json()["id"]
    changed = client.patch(
        f"/api/v1/subscriptions/{pk}/", {"hour": 9}, content_type="application/json"
    )

    assert (made.status_code, changed.status_code) == (201, 200)
    assert made.json()["person"] == astrid.pk
    assert changed.json()["hour"] == 9
    assert client.get(f"/api/v1/subscriptions/{pk}/preview/").json()["subject"].startswith("Prod")
    assert client.post(f"/api/v1/subscriptions/{pk}/pause/").json()["paused_at"]
    assert client.post(f"/api/v1/subscriptions/{pk}/resume/").json()["paused_at"] is None
    assert client.delete(f"/api/v1/subscriptions/{pk}/").status_code == 204


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"dashboard": "nobody"}, "dashboard"),
        ({"dashboard": "health", "hour": 24}, "hour"),
        ({"dashboard": "health", "weekday": -1}, "weekday"),
        ({"dashboard": "health", "alerts": "never", "is_weekly": False}, "alerts"),
        ({"address": "a@b.example"}, "dashboard"),
        ({"address": "mia@halden.example", "dashboard": "health"}, "address"),
        ({"dashboard": "health", "quiet_from": 3}, "quiet_until"),
        ({"dashboard": "health", "nothing": 3}, "nothing"),
    ],
)
def test_the_api_names_the_field_that_it_refuses(api, ines, mia, board, body, field):
    response = api(ines).post("/api/v1/subscriptions/", body, content_type="application/json")

    assert response.status_code == 400
    assert field in str(response.json())
    assert not Subscription.objects.exists()


def test_the_api_lets_nobody_subscribe_others(api, mia, astrid, board):
    body = {"person": astrid.pk, "dashboard": "health"}

    response = api(mia).post("/api/v1/subscriptions/", body, content_type="application/json")

    assert response.status_code == 403
    assert not Subscription.objects.exists()


def test_the_api_gives_alerts_of_ones_own_series(api, mia, checkout):
    mine = AlertFactory(series=SeriesFactory(subject=checkout.subject))
    AlertFactory()
    over = AlertFactory(series=mine.series, since="2026-01-05", over_at=timezone.now())

    def ids(asked=""):
        found = api(mia).get(f"/api/v1/alerts/{asked}").json()["results"]
        return {row["id"] for row in found}

    assert ids() == {mine.pk, over.pk}
    assert ids("?open=true") == {mine.pk}
    assert ids("?product=billing") == set()


def test_ending_mails_ends_all_that_one_mail_may_tell_of_and_nobody_elses(client, board, astrid):
    series = SeriesFactory()
    mine = [
        SubscriptionFactory(address="board@investor.example", dashboard=board),
        SubscriptionFactory(address="board@investor.example", series=series),
    ]
    other = SubscriptionFactory(person=astrid, dashboard=board)

    client.post(way_of(mine[0]), {"List-Unsubscribe": "One-Click"})

    paused = Subscription.objects.exclude(paused_at=None)
    assert set(paused) == set(mine)
    assert Subscription.objects.get(paused_at=None) == other
