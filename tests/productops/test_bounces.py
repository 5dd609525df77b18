import pytest
from django.utils import timezone

from productops import outbox
from productops.bounces import clear_bounce, note_bounce
from productops.models import ApiToken, Bounce, ChangeEntry, OutboxMessage
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.django_db
GONE = "gone@halden.example"


@pytest.fixture
def mail_server(settings):
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield server
    server.close()


def post(once="one", to=GONE):
    return outbox.post_mail(
        to=to, subject="Hi", template="mail/message", context={"paragraphs": ["x"]}, once=once
    )


def test_a_recipient_refused_for_good_is_noted_and_not_tried_again(mail_server):
    mail_server.refusals[GONE] = "550 5.1.1 No such user here"
    message, fine = post(), post("two", "mia@halden.example")

    sent = outbox.work_slice(5)

    message.refresh_from_db()
    bounce = Bounce.objects.get()
    assert sent == 1
    assert [recipient for recipient, _lines in mail_server.taken] == [fine.destination]
    assert (bounce.address, bounce.reason) == (GONE, "550 5.1.1 No such user here")
    assert not OutboxMessage.objects.due(timezone.now() + timezone.timedelta(days=9)).exists()
    assert outbox.stuck() == 0  # it waits on the page of addresses, not for the operator


@pytest.mark.parametrize(
    "answer",
    [
        "451 4.3.0 Try later",
        "450 mailbox busy",
        "552 5.2.2 Mailbox full",
        "550 5.7.1 Relaying denied",
        "550 5.7.1 We do not like you",
        "554 5.7.1 Blocked",
        "530 5.7.0 Authentication required",
    ],
)
def test_what_passes_or_is_about_us_says_nothing_about_an_address(mail_server, answer):
    mail_server.refusals[GONE] = answer
    message = post()

    outbox.work_slice(5)

    message.refresh_from_db()
    assert not Bounce.objects.exists()
    assert message.attempts == 1
    assert message.next_try_at is not None


def test_a_hostile_reason_is_kept_short(mail_server):
    mail_server.refusals[GONE] = "550 <script>alert(1)</script> " + "x" * 900

    post()
    outbox.work_slice(5)

    assert len(Bounce.objects.get().reason) <= 500


def test_told_again_a_bounce_counts_and_stands_again(olga):
    bounce = note_bounce(address="Gone@Halden.example", reason="No", now=timezone.now())
    clear_bounce(bounce, by=olga, now=timezone.now())

    note_bounce(address=GONE, reason="Still no", now=timezone.now())

    bounce.refresh_from_db()
    assert (bounce.times, bounce.reason, bounce.cleared_at) == (2, "Still no", None)


def test_what_waited_goes_out_once_the_address_works_again(as_, ines, mail_server):
    mail_server.refusals[GONE] = "550 No"
    post()
    outbox.work_slice(5)
    del mail_server.refusals[GONE]

    as_(ines).post(f"/settings/bounces/{Bounce.objects.get().pk}/clear/")
    sent = outbox.work_slice(5)

    assert sent == 1
    assert not Bounce.objects.standing().exists()
    assert ChangeEntry.objects.filter(verb="works again", by=ines).count() == 1


def test_what_is_no_news_any_more_is_dropped_instead(ines, mail_server):
    mail_server.refusals[GONE] = "550 No"
    message = post()
    outbox.work_slice(5)
    long_ago = timezone.now() - timezone.timedelta(days=20)
    OutboxMessage.objects.filter(pk=message.pk).update(created_at=long_ago)

    clear_bounce(Bounce.objects.get(), by=ines, now=timezone.now())

    assert not OutboxMessage.objects.exists()


def test_an_operator_enters_an_address_by_hand_and_sees_it(as_, ines):
    client = as_(ines)

    wrong = client.post("/settings/bounces/", {"address": "no address"})
    client.post("/settings/bounces/", {"address": GONE})
    text = client.get("/settings/bounces/").content.decode()

    assert wrong.status_code == 422
    assert GONE in text
    assert "Entered by hand" in text


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
def test_others_see_no_addresses(as_, api, who, request):
    person = request.getfixturevalue(who)
    note_bounce(address=GONE, reason="No", now=timezone.now())

    assert as_(person).get("/settings/bounces/").status_code == 403
    assert api(person).get("/api/v1/bounces/").json()["count"] == 0
    told = api(person).post("/api/v1/bounces/", {"address": GONE}, content_type="application/json")
    assert told.status_code == 403


def test_a_program_tells_of_a_bounce_and_only_operators_clear_it(api, ines):
    teller = api(ines, ApiToken.Scope.INGEST)

    told = teller.post("/api/v1/bounces/", {"address": GONE}, content_type="application/json")
    address = f"/api/v1/bounces/{told.json()['id']}/clear/"
    refused = teller.post(address, {}, content_type="application/json")
    cleared = api(ines).post(address, {}, content_type="application/json")

    assert (told.status_code, refused.status_code, cleared.status_code) == (201, 403, 200)
    assert told.json()["times"] == 1
    assert cleared.json()["cleared_at"]


@pytest.mark.parametrize(
    "body", [{}, {"address": ""}, {"address": "x"}, {"address": GONE, "reason": "a\x00b"},
             {"address": GONE, "colour": "red"}, {"address": [GONE]}],
)  # fmt: skip
def test_hostile_bounces_are_refused(api, ines, body):
    told = api(ines).post("/api/v1/bounces/", body, content_type="application/json")

    assert told.status_code == 400
    assert not Bounce.objects.exists()


def test_the_page_of_addresses_costs_the_same_for_any_number(as_, ines, cost_of):
    client = as_(ines)
    note_bounce(address=GONE, reason="No", now=timezone.now())
    one = cost_of(client, "/settings/bounces/")
    for number in range(2):
        note_bounce(address=f"{number}{GONE}", reason="No", now=timezone.now())

    assert cost_of(client, "/settings/bounces/") == one <= 20
