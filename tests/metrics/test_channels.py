"""Channels of chat programs: their address is kept locked, used, and never shown again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from metrics import digest
from metrics.actions import channels, digests
from metrics.actions.telling import work_batch
from metrics.models import Alert, Channel, Comment, Subscription
from productops import outbox, work
from productops.models import ChangeEntry, OutboxMessage
from tests.factories.metrics import NOW, TODAY, weekly_series
from tests.factories.objectives import KpiFactory, KpiVersionFactory
from tests.factories.telling import AlertFactory

pytestmark = pytest.mark.django_db
ALL = "/api/v1/channels/"
JSON = {"content_type": "application/json"}
SECRET = "TIiajkdnlazkcOXrIdevi7FQ"
SLACK = f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{SECRET}"


@pytest.fixture
def room(ines, server):
    return channels.make_channel(
        name="Ops room", address=f"ntfy://{server.place}/ops", owner=ines, by=ines
    )


def test_a_channel_is_made_and_its_address_is_shown_nowhere(as_, ines):
    client = as_(ines)

    client.post(reverse("metrics:channel-new"), {"name": "Ops", "secret": SLACK, "owner": ines.pk})

    channel = Channel.objects.get()
    edit = reverse("metrics:channel-edit", args=[channel.pk])
    shown = [client.get(path).content.decode() for path in ("/subscriptions/", edit)]
    kept = f"{channel.locked_address} {ChangeEntry.objects.get(kind='metrics.channel').after}"
    assert channel.address == SLACK
    assert [SECRET in text for text in (*shown, kept)] == [False, False, False]


@pytest.mark.parametrize("address", ["", "nonsense", "file:///etc/passwd", "http://10.0.0.1/x"])
def test_an_address_that_is_none_is_refused_without_repeating_it(as_, ines, address):
    sent = {"name": "Ops", "secret": address, "owner": ines.pk}

    response = as_(ines).post(reverse("metrics:channel-new"), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["secret"]
    assert not Channel.objects.exists()


def test_without_a_new_address_the_kept_one_stays(as_, ines, room):
    before = room.address

    as_(ines).post(
        reverse("metrics:channel-edit", args=[room.pk]),
        {"name": "Another", "secret": "", "owner": ines.pk, "version": room.version},
    )

    room.refresh_from_db()
    assert (room.name, room.address) == ("Another", before)


def test_trying_it_sends_a_message_that_arrives(as_, ines, room, server):
    server.gives("/", {"id": "x"})

    as_(ines).post(reverse("metrics:channel-try", args=[room.pk]))
    outbox.work_slice(5)

    [asked] = server.asked
    assert asked.json["title"] == "ProductOps can write here"
    assert Channel.objects.get().tested_at is not None


def test_a_signal_reaches_the_channel_with_a_way_to_its_chart(ines, room, server):
    server.gives("/", {"id": "x"})
    kpi = KpiFactory(name="Lead time")
    KpiVersionFactory(kpi=kpi, direction="down")
    series = weekly_series([*[10.0, 11.0] * 8, 20.0], kpi=kpi)
    Subscription.objects.create(channel=room, series=series, by=ines, confirmed_at=NOW)

    work_batch(today=TODAY, now=NOW)
    outbox.work_slice(5)

    [asked] = server.asked
    assert asked.json["title"] == "Lead time is above its usual range"
    assert asked.json["message"].endswith(f"http://testserver{series.get_absolute_url()}")


def test_a_channel_gets_the_sentences_of_the_weekly_digest(ines, room):
    kpi = KpiFactory(name="Lead time")
    KpiVersionFactory(kpi=kpi, direction="down")
    series = weekly_series([*[10.0, 11.0] * 8, 20.0], kpi=kpi)
    Subscription.objects.create(
        channel=room, series=series, by=ines, confirmed_at=NOW, alerts="never",
        next_at=NOW, weekly_until=NOW - timedelta(days=9),
    )  # fmt: skip

    digests.send_due(now=NOW, until=NOW + timedelta(days=9999), compose=digest.to_send)

    message = OutboxMessage.objects.get()
    assert message.kind == "chat"
    assert message.payload["title"] == f"{series}: 1 signal"
    assert "Lead time is above its usual range. 20 in 22–28 Jun" in message.payload["text"]


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
def test_only_operations_looks_after_channels(as_, room, who, request):
    client = as_(request.getfixturevalue(who))

    statuses = {
        client.post(reverse(f"metrics:channel-{verb}", args=[room.pk])).status_code
        for verb in ("edit", "try", "remove")
    }

    assert statuses == {403}
    assert not OutboxMessage.objects.exists()


def test_what_a_removed_channel_heard_ends_with_it(as_, ines, room):
    series = weekly_series([10.0, 11.0] * 8)
    Subscription.objects.create(channel=room, series=series, by=ines, confirmed_at=NOW)

    as_(ines).post(reverse("metrics:channel-remove", args=[room.pk]))

    assert (Channel.objects.count(), Subscription.objects.count()) == (0, 0)


def test_the_api_takes_an_address_and_never_gives_it(api, ines):
    client = api(ines)

    made = client.post(ALL, {"name": "Ops", "address": SLACK}, **JSON)
    refused = client.post(ALL, {"name": "Other", "address": "nonsense"}, **JSON)

    pk = made.json()["id"]
    changed = client.patch(f"{ALL}{pk}/", {"name": "Room"}, **JSON)
    told = [answer.content.decode() for answer in (made, refused, changed, client.get(ALL))]
    assert (made.status_code, refused.status_code, changed.status_code) == (201, 400, 200)
    assert [text for text in told if SECRET in text] == []
    assert Channel.objects.get().address == SLACK


# What waits for an owner -------------------------------------------------------------------
def signals_of(person) -> list[str]:
    return [task.title for task in work.tasks_of(person, TODAY) if task.kind == "signal"]


def test_a_signal_waits_for_its_owner_until_they_have_looked(as_, mia, checkout, ines):
    series = weekly_series([10.0] * 3, kpi__name="Lead time", owner=mia, subject=checkout.subject)
    alert = AlertFactory(series=series)
    page = as_(mia).get(alert.get_absolute_url())

    assert (signals_of(mia), signals_of(ines)) == (["Signal: Lead time"], [])
    assert page.context["may_say"] is True

    as_(mia).post(reverse("metrics:alert-see", args=[alert.pk]))

    assert signals_of(mia) == []


@pytest.mark.parametrize("how", ["over", "said"])
def test_it_waits_no_longer_when_it_is_over_or_the_owner_has_said_something(mia, checkout, how):
    series = weekly_series([10.0] * 3, owner=mia, subject=checkout.subject)
    alert = AlertFactory(series=series)
    if how == "over":
        Alert.objects.update(over_at=NOW)
    else:
        Comment.objects.create(series=series, period=alert.since, text="Seen", author=mia)

    assert signals_of(mia) == []


def test_others_see_a_signal_and_do_not_answer_for_it(as_, api, astrid, mia, checkout):
    series = weekly_series([10.0] * 3, owner=mia, subject=checkout.subject)
    alert = AlertFactory(series=series)

    page = as_(astrid).get(alert.get_absolute_url())

    assert page.context["may_say"] is False
    assert as_(astrid).post(reverse("metrics:alert-see", args=[alert.pk])).status_code == 403
    assert api(astrid).post(f"/api/v1/alerts/{alert.pk}/see/").status_code == 403
    assert api(mia).post(f"/api/v1/alerts/{alert.pk}/see/").status_code == 200
