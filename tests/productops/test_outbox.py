from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from productops import links, outbox
from productops.models import Link, OutboxMessage
from productops.outbox.mails import mail_of

pytestmark = pytest.mark.django_db


def post(once="invitation-1", **changes):
    letter = {
        "to": "rui@halden.example",
        "subject": "Your view of Checkout",
        "template": "mail/message",
        "context": {"paragraphs": ["Twelve questions & six minutes."], "button": "Start"},
        "once": once,
    }
    return outbox.post_mail(**letter | changes)


def pretend(message, **fields):
    """Set the clock of one row."""
    OutboxMessage.objects.filter(pk=message.pk).update(**fields)


def test_a_mail_goes_out_once_in_both_forms():
    post()

    counts = [outbox.work_slice(5), outbox.work_slice(5)]

    [letter] = mail.outbox
    assert counts == [1, 0]
    assert letter.to == ["rui@halden.example"]
    assert "Twelve questions & six minutes." in letter.body
    [(page, kind)] = letter.alternatives
    assert kind == "text/html"
    assert "Twelve questions &amp; six minutes." in page


def test_the_same_event_makes_one_mail_however_often_it_is_posted(rui):
    first, second = post(to=rui), post(to=rui, subject="Again")

    assert first == second
    assert OutboxMessage.objects.get().payload["subject"] == "Your view of Checkout"
    assert first.destination == "rui@halden.example"


def test_a_very_long_event_name_is_still_one_event():
    assert post(once="x" * 5000) == post(once="x" * 5000)


def test_a_mail_vanishes_with_the_change_that_caused_it():
    with transaction.atomic():
        post()
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


def test_the_address_of_a_link_is_written_only_when_the_mail_goes_out(rui):
    link = links.make(Link.Purpose.ANSWER, person=rui)
    post(link=link)
    stored = str(OutboxMessage.objects.values().get())

    outbox.work_slice(5)

    assert links.token_of(link) not in stored
    assert links.url_of(link) in mail.outbox[0].body
    assert links.url_of(link) in mail.outbox[0].alternatives[0][0]


def test_a_mail_can_be_recognised_and_unsubscribed_from():
    message = post(unsubscribe="/settings/account/")

    first = mail_of(message, None).message()
    second = mail_of(message, None).message()

    assert first["Message-ID"] == second["Message-ID"]
    assert first["List-Unsubscribe"] == "<http://testserver/settings/account/>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_link_that_ends_mails_is_kept_as_its_id_and_taken_by_one_post_of_a_mail_program():
    link = links.make(Link.Purpose.MAILS)
    message = post(unsubscribe=link)

    letter = mail_of(message, None).message()

    assert links.token_of(link) not in str(message.payload)
    assert letter["List-Unsubscribe"] == f"<{links.url_of(link)}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links.url_of(link) in letter.get_payload()[0].get_payload()


def test_a_subject_cannot_smuggle_a_header():
    post(subject="Hello\r\nBcc: all@example.org")

    outbox.work_slice(5)

    assert mail.outbox[0].subject == "Hello Bcc: all@example.org"


def test_a_mail_for_later_waits():
    post(not_before=timezone.now() + timedelta(hours=1))

    assert outbox.work_slice(5) == 0
    assert outbox.pending().count == 0


def test_a_mail_that_fails_is_tried_again_after_a_pause_and_then_waits_for_a_person():
    message = post(template="mail/no_such_template")

    for attempt in range(1, 11):
        assert outbox.work_slice(5) == 0
        message.refresh_from_db()
        assert (message.attempts, message.lease_until) == (attempt, None)
        assert message.next_try_at > timezone.now()
        pretend(message, next_try_at=None)

    assert outbox.work_slice(5) == 0
    message.refresh_from_db()
    assert message.attempts == 10
    assert message.last_error.startswith("TemplateDoesNotExist")
    assert (outbox.stuck(), outbox.pending().count) == (1, 0)


def test_one_mail_that_fails_does_not_hold_up_the_next():
    post(template="mail/no_such_template", once="bad")
    post(once="good")

    outbox.work_slice(5)

    assert [letter.subject for letter in mail.outbox] == ["Your view of Checkout"]


def test_a_stuck_mail_can_be_sent_again_by_hand():
    message = post()
    pretend(message, attempts=10)
    message.refresh_from_db()

    message.try_again()

    assert outbox.work_slice(5) == 1


def test_a_sender_that_died_is_replaced_when_its_lease_is_over():
    message = post()
    assert outbox.claim(timezone.now()) == message
    assert outbox.claim(timezone.now()) is None

    pretend(message, lease_until=timezone.now() - timedelta(seconds=1))

    assert outbox.work_slice(5) == 1


def test_the_bell_is_rung_once_and_unclaimed_mail_is_counted():
    message = post()

    assert [outbox.ring(), outbox.ring()] == [1, 0]
    assert outbox.unclaimed(10) == 0
    pretend(message, rung_at=timezone.now() - timedelta(seconds=11))
    assert outbox.unclaimed(10) == 1
    assert outbox.pending().count == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_senders_share_the_mails_without_sending_one_twice():
    for number in range(30):
        post(once=f"mail-{number}", subject=f"Mail {number}")

    def send(_number):
        try:
            return outbox.work_slice(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as senders:
        sent = sum(senders.map(send, range(20)))

    assert sent == 30
    assert sorted(letter.subject for letter in mail.outbox) == sorted(
        f"Mail {number}" for number in range(30)
    )


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_of_one_event_make_one_mail():
    def write(_number):
        try:
            return post().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as writers:
        made = set(writers.map(write, range(20)))

    assert len(made) == 1
