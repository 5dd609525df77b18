"""Digests: at the reader's hour, one mail a day, once a week whatever runs twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics import digest
from metrics.actions import digests
from metrics.actions.dashboards import add_row, make_dashboard
from metrics.models import FrozenPeriod, Subscription
from productops import outbox
from productops.models import OutboxMessage
from tests.factories.metrics import TODAY, weekly_series
from tests.factories.objectives import KpiFactory, KpiVersionFactory, SeriesFactory, TargetFactory
from tests.factories.telling import AlertFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
CALM = [10.0, 11.0] * 8
MONDAY = datetime(2026, 6, 29, 6, 0, tzinfo=UTC)  # 8 o'clock in Berlin
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"


def series_of(name: str, values=CALM, **kwargs):
    kpi = KpiFactory(name=name)
    KpiVersionFactory(kpi=kpi, direction="down", unit="d")
    series = SeriesFactory(kpi=kpi, **kwargs)
    TargetFactory(series=series, from_on=date(2026, 1, 1), low=None, high=9.0)
    return weekly_series(values, series=series)


@pytest.fixture
def board(ines):
    dashboard = make_dashboard(title="Product health", slug="health", chair=None, by=ines)
    for name, values in (("Lead time", CALM), ("Unplanned work", [*CALM, 20.0])):
        series = series_of(name, values)
        add_row(dashboard=dashboard, series=series, group="Flow", by=ines)
    return dashboard


def subscribed(**fields) -> Subscription:
    """A weekly subscription for Mondays at eight, due from the week of MONDAY on."""
    before = MONDAY - timedelta(days=3)
    fields = {"alerts": "never", "weekly_until": before, "told_until": before} | fields
    one = SubscriptionFactory(**fields)
    Subscription.objects.filter(pk=one.pk).update(next_at=one.slot_after(before))
    return one


def run(now: datetime) -> int:
    return digests.send_due(now=now, until=FAR, compose=digest.to_send)


def subjects() -> list[str]:
    return [one.payload["subject"] for one in OutboxMessage.objects.order_by("pk")]


def test_the_digest_counts_what_happened_and_tells_every_kpi_with_its_age(board, astrid):
    told = digest.weekly(subscribed(person=astrid, dashboard=board), TODAY)

    [section] = told.context["sections"]
    assert told.subject == "Product health: 1 signal"
    assert section["lead"] == "One new signal. One KPI stayed in its usual range."
    assert [one["title"] for one in section["sentences"]] == [
        "Unplanned work is above its usual range"
    ]
    assert [row[1:] for row in section["rows"]] == [
        ["11\xa0d", "+1", "As usual", "≤ 9, hit or miss", "1 day old"],
        ["20\xa0d", "+9", "Worse than usual", "≤ 9, hit or miss", "1 day old"],
    ]


def test_a_week_in_which_nothing_happened_is_told_as_one(astrid, ines):
    dashboard = make_dashboard(title="Product health", slug="health", chair=None, by=ines)
    add_row(dashboard=dashboard, series=series_of("Lead time"), group="", by=ines)

    told = digest.weekly(subscribed(person=astrid, dashboard=dashboard), TODAY)

    assert told.subject == "Product health: nothing left its usual range"


def test_beyond_twenty_kpis_what_is_unusual_is_told_and_the_rest_counted(astrid, ines, board):
    for number in range(21):
        row = add_row(dashboard=board, series=series_of(f"KPI {number}"), group="Flow", by=ines)
        row.order = 0
        row.save()

    [section] = digest.weekly(subscribed(person=astrid, dashboard=board), TODAY).context["sections"]

    assert (len(section["rows"]), section["more"]) == (20, "… and 3 more.")
    assert section["rows"][0][0].startswith("Unplanned work")


def test_a_reader_without_an_account_gets_the_same_without_links_into_the_house(board, ines):
    mine = digest.weekly(subscribed(person=ines, dashboard=board), TODAY)
    theirs = digest.weekly(subscribed(address="board@investor.example", dashboard=board), TODAY)

    outbox.post_mail(to="x@y.example", subject=theirs.subject, template=theirs.template,
                     context=theirs.context, once="1")  # fmt: skip
    outbox.work_slice(5)

    text, page = mail.outbox[0].body, mail.outbox[0].alternatives[0][0]
    assert mine.subject == theirs.subject
    assert ["Unplanned work · Product" in form for form in (text, page)] == [True, True]
    assert [found for found in ("/d/", "/metrics/") if found in text + page] == []


def test_a_pm_is_told_of_their_own_products_only(board, mia, checkout, ines):
    series = series_of("Defects", subject=checkout.subject)
    add_row(dashboard=board, series=series, group="", by=ines)

    [section] = digest.weekly(subscribed(person=mia, dashboard=board), TODAY).context["sections"]

    assert [row[0] for row in section["rows"]] == ["Defects · Checkout"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_digest_costs_the_same_for_any_number_of_kpis(board, astrid, ines, count):
    for number in range(count):
        add_row(dashboard=board, series=series_of(f"KPI {number}"), group="", by=ines)
    one = Subscription.objects.with_names().get(pk=subscribed(person=astrid, dashboard=board).pk)

    with CaptureQueriesContext(connection) as captured:
        digest.weekly(one, TODAY)

    assert len(captured) == 5


def test_readers_without_an_account_get_a_link_to_the_page_as_it_was_kept(client, board):
    for name in ("board", "advisor"):
        subscribed(address=f"{name}@investor.example", dashboard=board)
    run(MONDAY)
    outbox.work_slice(5)

    [kept] = FrozenPeriod.objects.all()
    found = [link for letter in mail.outbox for link in letter.body.split() if "/share/" in link]
    pages = [client.get(link.removeprefix("http://testserver")) for link in found]
    assert (len(set(found)), [page.status_code for page in pages]) == (2, [200, 200])
    assert kept.dashboard == board
    assert "/share/" not in str([one.payload for one in OutboxMessage.objects.all()])


# When --------------------------------------------------------------------------------------
def test_it_goes_out_at_its_hour_and_once_however_often_the_job_runs(board, astrid):
    subscribed(person=astrid, dashboard=board)

    sent = [run(MONDAY - timedelta(seconds=1)), run(MONDAY), run(MONDAY), run(MONDAY)]

    assert sent == [0, 1, 0, 0]
    assert run(MONDAY + timedelta(weeks=1)) == 1


def test_weeks_that_were_missed_are_caught_up_with_once(board, astrid):
    subscribed(person=astrid, dashboard=board)

    sent = [run(MONDAY + timedelta(weeks=3, days=2, hours=hours)) for hours in range(48)]

    assert sum(sent) == 1
    assert run(MONDAY + timedelta(weeks=4)) == 1


def test_one_reader_gets_one_mail_a_day_with_all_that_is_due(board, astrid):
    subscribed(person=astrid, dashboard=board, hour=7)
    subscribed(person=astrid, dashboard=None, hour=9)  # all she owns

    sent = [run(MONDAY + timedelta(hours=hours)) for hours in range(-1, 12)]

    assert sum(sent) == 1
    [message] = OutboxMessage.objects.all()
    assert [one["title"] for one in message.payload["context"]["sections"]] == [
        "Product health", "All KPIs that one owns",
    ]  # fmt: skip


def test_what_comes_due_after_todays_mail_is_told_tomorrow(board, astrid):
    subscribed(person=astrid, dashboard=board)
    run(MONDAY)
    subscribed(person=astrid, dashboard=None, hour=11)

    sent = [run(MONDAY + timedelta(hours=hours)) for hours in range(1, 30)]

    assert sum(sent) == 1
    assert subjects() == ["Product health: 1 signal", "All KPIs that one owns: nothing left its "
                          "usual range"]  # fmt: skip


def test_signals_of_a_day_come_together_and_a_day_without_any_brings_no_mail(astrid):
    series = series_of("Lead time")
    one = SubscriptionFactory(person=astrid, series=series, alerts="daily", is_weekly=False)
    Subscription.objects.filter(pk=one.pk).update(next_at=MONDAY, told_until=MONDAY)
    run(MONDAY)
    AlertFactory(series=series, raised_at=MONDAY + timedelta(hours=1))
    AlertFactory(series=series, since=date(2026, 1, 5), is_withdrawn=True,
                 raised_at=MONDAY + timedelta(hours=1))  # fmt: skip

    sent = [run(MONDAY + timedelta(days=days)) for days in (1, 2, 3)]

    assert sent == [1, 0, 0]
    assert subjects() == ["1 new signal"]


def test_a_digest_that_cannot_be_made_holds_up_no_other_and_is_tried_again(
    board, astrid, ines, monkeypatch
):
    bad, _good = (
        subscribed(person=astrid, dashboard=board),
        subscribed(person=ines, dashboard=board),
    )

    def broken(weekly, alerts, today):
        if weekly[0].person == astrid:
            raise RuntimeError("no")
        return digest.compose(weekly, alerts, today)

    sent = digests.send_due(now=MONDAY, until=FAR, compose=broken)

    bad.refresh_from_db()
    assert (sent, bad.last_error) == (1, "RuntimeError: no")
    assert bad.next_at == MONDAY + timedelta(hours=1)
    assert run(MONDAY + timedelta(hours=1)) == 1


@pytest.mark.parametrize("change", [{"paused_at": MONDAY}, {"confirmed_at": None}])
def test_who_paused_or_never_said_yes_gets_none(board, astrid, change):
    subscribed(person=astrid, dashboard=board, **change)

    assert run(MONDAY) == 0
