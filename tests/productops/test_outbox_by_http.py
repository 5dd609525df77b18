"""Chat and webhooks in the outbox: signed, in order, and nobody waits for a dead receiver."""

import hashlib
import hmac
import socket
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from productops import outbox
from productops.egress import asking
from productops.models import OutboxMessage
from productops.vault import lock

pytestmark = pytest.mark.django_db
SECRET = "canary-of-the-webhook"


@pytest.fixture
def silence(settings):
    """A host that takes every call and never answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        settings.EGRESS_ALLOW = [*settings.EGRESS_ALLOW, place]
        yield place


@pytest.fixture
def hook(server):
    """A webhook's locked address and secret: the same lock for all of its messages."""
    return {"url_locked": lock(server.url("/hook?key=q")), "secret_locked": lock(SECRET)}


def post_webhook(hook, once="signal-1", **event):
    return outbox.post_webhook(**hook, event=event or {"kpi": "lead-time"}, once=once)


def pretend(message, **fields):
    OutboxMessage.objects.filter(pk=message.pk).update(**fields)


def test_a_webhook_goes_out_once_and_proves_who_sent_it(server, hook):
    server.gives("/hook", "thanks", status=202)
    post_webhook(hook, name="Größe")

    counts = [outbox.work_slice(5), outbox.work_slice(5)]

    [asked] = server.asked
    signed = f"{asked.headers['x-timestamp']}.".encode() + asked.body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert counts == [1, 0]
    assert asked.json == {"name": "Größe"}
    assert asked.headers["x-signature"] == f"sha256={expected}"
    assert abs(int(asked.headers["x-timestamp"]) - time.time()) < 60


def test_a_webhook_that_comes_twice_has_the_same_event_id(server, hook):
    server.gives("/hook", "busy", status=503)
    message = post_webhook(hook)
    outbox.work_slice(5)
    pretend(message, next_try_at=None)
    server.gives("/hook", "thanks")

    assert outbox.work_slice(5) == 1

    first, second = (asked.headers["x-event-id"] for asked in server.asked)
    assert first == second
    assert len(first) == 32


def test_the_same_event_makes_one_webhook(hook):
    assert post_webhook(hook) == post_webhook(hook, again=True)


def test_neither_address_nor_secret_stands_in_the_database_or_in_an_error(server, hook, caplog):
    server.gives("/hook", "no", status=500)
    message = post_webhook(hook)

    outbox.work_slice(5)

    stored = str(OutboxMessage.objects.values().get())
    message.refresh_from_db()
    assert message.last_error == "The receiver answers with status 500."
    for secret in (SECRET, "/hook", server.place):
        assert secret not in stored
        assert secret not in caplog.text


def test_a_chat_message_goes_out_by_the_channels_address(server):
    server.gives("/", {"id": "x"})
    address = lock(f"ntfy://{server.place}/ops")
    outbox.post_chat(
        address_locked=address, title="Lead\ntime", text="Longer than usual.", once="a"
    )

    assert outbox.work_slice(5) == 1

    assert server.asked[0].json["title"] == "Lead time"
    assert server.asked[0].json["message"] == "Longer than usual."


def test_a_channel_that_is_not_allowed_is_noted_with_its_reason(server, settings):
    settings.EGRESS_ALLOW = []
    address = lock(f"ntfy://{server.place}/ops")
    message = outbox.post_chat(address_locked=address, title="a", text="b", once="a")

    outbox.work_slice(5)

    message.refresh_from_db()
    assert "private network" in message.last_error
    assert message.attempts == 1
    assert server.asked == []


def test_an_address_locked_with_another_key_is_noted_with_its_reason(hook, settings):
    message = post_webhook(hook)
    settings.SECRET_KEY = "another-key-that-nobody-locked-anything-with"

    outbox.work_slice(5)

    message.refresh_from_db()
    assert message.last_error == "This secret was locked with another SECRET_KEY."


def test_messages_to_one_receiver_go_out_in_their_order_one_at_a_time(server, hook):
    at_once, most = [], []

    def slow(asked):
        at_once.append(asked)
        most.append(len(at_once))
        time.sleep(0.05)
        at_once.pop()
        return 200, {}, b""

    server.answers["/hook"] = slow
    for number in range(6):
        post_webhook(hook, once=f"signal-{number}", number=number)

    assert outbox.work_slice(10) == 6

    assert [asked.json["number"] for asked in server.asked] == list(range(6))
    assert max(most) == 1


def test_a_receiver_that_never_answers_holds_up_nobody_else(server, hook, silence, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 3.0)
    server.gives("/hook", "thanks")
    dead = {"url_locked": lock(f"http://{silence}/"), "secret_locked": lock(SECRET)}
    slow = [post_webhook(dead, once=f"dead-{number}") for number in range(3)]
    outbox.post_mail(
        to="rui@halden.example",
        subject="Hello",
        template="mail/message",
        context={"paragraphs": ["Hello."]},
        once="mail",
    )
    post_webhook(hook, once="live")

    started = time.monotonic()
    moments = {}
    server.answers["/hook"] = lambda asked: (
        moments.setdefault("live", time.monotonic() - started) and (200, {}, b"")
    )
    sent = outbox.work_slice(30)

    took = time.monotonic() - started
    assert sent == 2
    assert [letter.subject for letter in mail.outbox] == ["Hello"]
    assert moments["live"] < 2
    assert took < 6  # the dead one's three seconds, once: the next to it waits behind it
    for message in slow:
        message.refresh_from_db()
    assert [message.attempts for message in slow] == [1, 0, 0]
    assert outbox.pending().count == 0  # nothing that could be done now


def test_a_message_that_its_receiver_rejects_lets_the_next_one_pass(server, hook):
    server.answers["/hook"] = lambda asked: (400 if asked.json["number"] == 1 else 200, {}, b"")
    first, second = (post_webhook(hook, once=f"s{n}", number=n) for n in (1, 2))

    assert outbox.work_slice(5) == 1

    for message in (first, second):
        message.refresh_from_db()
    assert first.sent_at is None
    assert second.sent_at is not None


def test_a_receiver_that_is_down_gets_its_messages_in_order_when_it_is_back(server, hook):
    server.gives("/hook", "", status=502)
    first, second = (post_webhook(hook, once=f"s{n}", number=n) for n in (1, 2))
    assert outbox.work_slice(5) == 0
    server.gives("/hook", "")
    pretend(first, next_try_at=timezone.now() - timedelta(seconds=1))

    assert outbox.work_slice(5) == 2

    assert [asked.json["number"] for asked in server.asked] == [1, 1, 2]


def test_a_message_for_later_holds_up_nothing_before_its_time(server, hook):
    server.gives("/hook", "")
    outbox.post_webhook(
        **hook, event={"n": 1}, once="later", not_before=timezone.now() + timedelta(hours=1)
    )
    post_webhook(hook, once="now", n=2)

    assert outbox.work_slice(5) == 1

    assert [asked.json for asked in server.asked] == [{"n": 2}]


def test_a_message_given_up_on_after_ten_tries_lets_the_next_one_pass(server, hook):
    server.gives("/hook", "")
    given_up = post_webhook(hook, once="first")
    pretend(given_up, attempts=10)
    post_webhook(hook, once="second")

    assert outbox.work_slice(5) == 1
    assert outbox.stuck() == 1
