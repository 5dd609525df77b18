"""Alerts reach those who asked for them: once, when they want it, and of what is theirs alone."""

from datetime import UTC, datetime, timedelta

import pytest

from metrics.actions import subscriptions
from metrics.actions.dashboards import add_row, make_dashboard
from metrics.actions.telling import work_batch
from metrics.models import Alert, Subscription
from metrics.queues import alerts_pending
from productops.models import OutboxMessage
from tests.factories.metrics import NOW, TODAY, weekly_series
from tests.factories.objectives import KpiFactory, KpiVersionFactory
from tests.factories.telling import AlertFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
SIGNAL = [*[10.0, 11.0] * 8, 20.0]


def series_of(name: str, owner=None, **kwargs):
    kpi = KpiFactory(name=name, owner=owner)
    KpiVersionFactory(kpi=kpi, direction="down", unit="d")
    return weekly_series(SIGNAL, kpi=kpi, **kwargs)


def tell(now=NOW) -> None:
    work_batch(today=TODAY, now=now)


def mails() -> list[tuple[str, str]]:
    sent = OutboxMessage.objects.order_by("pk")
    return [(mail.destination, mail.payload["subject"]) for mail in sent]


def test_who_watches_a_series_is_told_of_its_signal_once(astrid, checkout):
    series = series_of("Lead time", subject=checkout.subject)
    SubscriptionFactory(person=astrid, series=series)

    tell()
    tell()

    assert mails() == [("astrid@halden.example", "Lead time is above its usual range")]
    [said] = OutboxMessage.objects.get().payload["context"]["sentences"]
    assert said["text"] == ("20\xa0d in 22–28 Jun, usual 7.8–13.2: outside the usual range.")
    assert Alert.objects.get().told_at == NOW


def test_who_watches_a_dashboard_or_owns_the_kpi_is_told(ines, astrid, mia, checkout):
    series = series_of("Lead time", owner=mia, subject=checkout.subject)
    board = make_dashboard(title="Health", slug="health", chair=None, by=ines)
    add_row(dashboard=board, series=series, group="", by=ines)
    SubscriptionFactory(person=astrid, dashboard=board)
    SubscriptionFactory(person=mia)
    SubscriptionFactory(person=ines)  # who owns nothing

    tell()

    assert sorted(to for to, _subject in mails()) == ["astrid@halden.example", "mia@halden.example"]


def test_one_reader_gets_one_message_however_many_subscriptions_and_signals(ines, astrid):
    both = [series_of("Lead time"), series_of("Unplanned work")]
    board = make_dashboard(title="Health", slug="health", chair=None, by=ines)
    for series in both:
        add_row(dashboard=board, series=series, group="", by=ines)
        SubscriptionFactory(person=astrid, series=series)
    SubscriptionFactory(person=astrid, dashboard=board)

    tell()

    assert [subject for _to, subject in mails()] == [
        "Lead time is above its usual range, and 1 more"
    ]


def test_a_stranger_to_the_product_hears_nothing_of_it(jonas, ines, checkout):
    series = series_of("Lead time", subject=checkout.subject)
    board = make_dashboard(title="Health", slug="health", chair=None, by=ines)
    add_row(dashboard=board, series=series, group="", by=ines)
    SubscriptionFactory(person=jonas, series=series)
    SubscriptionFactory(person=jonas, dashboard=board)

    tell()

    assert mails() == []
    assert Alert.objects.get().told_at == NOW


@pytest.mark.parametrize(
    "change",
    [
        {"paused_at": NOW},
        {"confirmed_at": None},
        {"alerts": "daily"},
        {"alerts": "never"},
    ],
)
def test_who_did_not_ask_for_it_now_is_not_told(astrid, change):
    SubscriptionFactory(person=astrid, series=series_of("Lead time"), **change)

    tell()

    assert mails() == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": ""}])
def test_who_has_left_is_not_told(astrid, change):
    SubscriptionFactory(person=astrid, series=series_of("Lead time"))
    type(astrid).objects.filter(pk=astrid.pk).update(**change)

    tell()

    assert mails() == []


def test_quiet_hours_let_the_message_wait_until_they_end(astrid):
    astrid.time_zone = "America/New_York"
    astrid.save()
    SubscriptionFactory(
        person=astrid, series=series_of("Lead time"), quiet_from=20, quiet_until=9
    )  # NOW is 8 o'clock there

    tell()

    assert OutboxMessage.objects.get().not_before == datetime(2026, 6, 30, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "hour", "waits_until"),
    [
        ((20, 7), 19, None),
        ((20, 7), 20, (1, 7)),
        ((20, 7), 23, (1, 7)),
        ((20, 7), 0, (0, 7)),
        ((20, 7), 7, None),
        ((12, 14), 13, (0, 14)),
        ((12, 14), 14, None),
        ((8, 8), 8, None),
        ((None, None), 3, None),
    ],
)
def test_quiet_hours_may_lie_across_midnight(quiet, hour, waits_until):
    one = Subscription(quiet_from=quiet[0], quiet_until=quiet[1], address="x@y.example")
    moment = datetime(2026, 3, 10, hour, 30, tzinfo=one.zone)

    found = one.loud_from(moment)

    day = datetime(2026, 3, 10, tzinfo=one.zone)
    expected = waits_until and day + timedelta(days=waits_until[0], hours=waits_until[1])
    assert found == expected


def test_a_withdrawn_signal_is_told_to_those_who_were_told_of_it(astrid):
    series = series_of("Lead time")
    SubscriptionFactory(person=astrid, series=series)
    tell()

    Alert.objects.update(over_at=NOW, is_withdrawn=True)
    tell()
    tell()

    assert [subject for _to, subject in mails()] == [
        "Lead time is above its usual range",
        "Lead time: the signal is withdrawn",
    ]


def test_a_signal_that_was_over_before_anybody_was_told_is_not_told(astrid):
    AlertFactory(over_at=NOW)
    AlertFactory(over_at=NOW, is_withdrawn=True)

    assert alerts_pending().count == 0


def test_beyond_twenty_signals_the_rest_is_counted(astrid):
    for number in range(23):
        AlertFactory(series=series_of(f"KPI {number}", owner=astrid), since=TODAY)
    SubscriptionFactory(person=astrid)
    Alert.objects.exclude(since=TODAY).delete()

    tell()

    context = OutboxMessage.objects.get().payload["context"]
    assert (len(context["sentences"]), context["more"]) == (20, "… and 3 more.")


def test_an_address_without_an_account_gets_no_link_that_needs_one(ines):
    one = SubscriptionFactory(address="board@investor.example", series=series_of("Lead time"))

    tell()

    message = OutboxMessage.objects.get()
    assert message.destination == "board@investor.example"
    assert "link_url" not in message.payload["context"]
    assert message.payload["unsubscribe"] == one.link.pk


def test_one_alert_that_cannot_be_told_holds_up_no_other(astrid):
    good, bad = series_of("Lead time", owner=astrid), series_of("Unplanned work", owner=astrid)
    SubscriptionFactory(person=astrid)
    Alert.objects.filter(series=bad).update(variation="nonsense")

    tell()

    assert [subject for _to, subject in mails()] == ["Lead time is above its usual range"]
    failed = Alert.objects.get(series=bad)
    assert (failed.attempts, failed.told_at, failed.next_try_at > NOW) == (1, None, True)
    assert Alert.objects.get(series=good).told_at == NOW


# Asked for ---------------------------------------------------------------------------------
def test_an_address_hears_nothing_until_it_said_yes(ines):
    series = series_of("Lead time")
    one = subscriptions.subscribe(
        by=ines, address="board@investor.example", series=series, alerts="now"
    )
    tell()
    assert [subject for _to, subject in mails()] == [
        f"Do you want mails about {series}?"
    ]  # fmt: skip

    subscriptions.confirm(subscription=one)
    Alert.objects.update(told_at=None)
    tell()

    assert mails()[-1] == ("board@investor.example", "Lead time is above its usual range")


def test_an_address_that_said_no_is_asked_again_before_it_hears_anything(ines):
    one = SubscriptionFactory(address="board@investor.example", series=series_of("Lead time"))
    subscriptions.stop(subscription=one)
    one.refresh_from_db()
    subscriptions.resume(subscription=one, by=ines)

    tell()

    assert [subject for _to, subject in mails()] == [f"Do you want mails about {one.series}?"]


@pytest.mark.parametrize(
    ("hour", "moment", "slot"),
    [
        (8, "2026-06-29T05:59:00+00:00", "2026-06-29T06:00:00+00:00"),  # a Monday, Berlin
        (8, "2026-06-29T06:00:00+00:00", "2026-07-06T06:00:00+00:00"),
        (2, "2026-10-19T12:00:00+00:00", "2026-10-26T01:00:00+00:00"),  # after the clocks changed
    ],
)
def test_the_weekly_slot_is_an_hour_of_the_readers_own_clock(astrid, hour, moment, slot):
    astrid.time_zone = "Europe/Berlin"
    one = Subscription(person=astrid, weekday=0, hour=hour, alerts="now", is_weekly=True)

    found = one.slot_after(datetime.fromisoformat(moment))

    assert found == datetime.fromisoformat(slot)
