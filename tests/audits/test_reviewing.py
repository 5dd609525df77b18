"""Asking about single answers, and opening closed audits again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.actions.reviewing import ask_to_look_again
from audits.models import Answer, Audit, Gap, GapScope, ReviewNote, Score
from productops import clock
from productops.bounces import note_bounce
from productops.models import ChangeEntry, OutboxMessage
from productops.work import tasks_of
from tests.factories.audits import GapFactory, answered, token_of

pytestmark = pytest.mark.django_db
LATER = (clock.today() + timedelta(days=3)).isoformat()


@pytest.fixture
def submitted(audit, scope, invitation):
    answered(invitation, scope, baseline=1, dashboards=2, interviews=4)
    return invitation


@pytest.fixture
def answer(submitted):
    return Answer.objects.get(node__key="baseline")


def test_a_reviewer_asks_about_one_answer_and_the_others_still_count(
    as_, ines, answer, submitted, rui
):
    as_(ines).post(f"/audits/answers/{answer.pk}/look-again/", {"text": "Really?"})

    submitted.refresh_from_db()
    mail = OutboxMessage.objects.get(once__startswith="audit-review:")
    assert submitted.state == "changes"
    assert Answer.objects.counted().count() == 3
    assert (mail.destination, mail.payload["link"]) == (rui.email, submitted.link_id)
    assert "Really?" in " ".join(mail.payload["context"]["paragraphs"])
    assert [task.title for task in tasks_of(rui, clock.today())] == ["Look again at “Practice”"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("ines", 302), ("olga", 302), ("mia", 302), ("jonas", 404), ("astrid", 403), ("rui", 403)],
)
def test_who_may_send_an_answer_back(as_, answer, who, status, request):
    person = request.getfixturevalue(who)

    response = as_(person).post(f"/audits/answers/{answer.pk}/look-again/", {"text": "Really?"})

    assert response.status_code == status
    assert ReviewNote.objects.exists() is (status == 302)


@pytest.mark.parametrize("text", ["", "x" * 1_001, "a\x0bb"])
def test_a_note_says_something(as_, ines, answer, text):
    response = as_(ines).post(f"/audits/answers/{answer.pk}/look-again/", {"text": text})

    assert response.status_code == 422
    assert not ReviewNote.objects.exists()


def test_nobody_is_asked_about_what_is_closed(as_, ines, answer, audit):
    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    response = as_(ines).post(f"/audits/answers/{answer.pk}/look-again/", {"text": "Really?"})

    assert response.status_code == 409


def test_a_note_that_is_taken_back_leaves_everything_submitted(as_, ines, answer, submitted):
    ask_to_look_again(answer=answer, text="Really?", by=ines, now=timezone.now())

    as_(ines).post(f"/audits/review-notes/{ReviewNote.objects.get().pk}/withdraw/")

    submitted.refresh_from_db()
    assert submitted.is_submitted
    assert not ReviewNote.objects.open().exists()


def test_a_link_that_ended_on_submitting_works_for_the_note(ines, answer, submitted, client):
    Audit.objects.update(is_single_use=True)
    submitted.link.revoke()

    ask_to_look_again(answer=answer, text="Really?", by=ines, now=timezone.now())

    assert client.get(f"/a/{token_of(submitted)}/").status_code == 200


def test_no_mail_goes_to_an_address_that_does_not_work(ines, answer, rui):
    note_bounce(address=rui.email, reason="No", now=timezone.now())

    ask_to_look_again(answer=answer, text="Really?", by=ines, now=timezone.now())

    assert not OutboxMessage.objects.exists()


def test_notes_go_by_program(api, mia, jonas, answer):
    body = {"answer": answer.pk, "text": "Really?"}

    foreign = api(jonas).post("/api/v1/review-notes/", body, content_type="application/json")
    made = api(mia).post("/api/v1/review-notes/", body, content_type="application/json")
    gone = api(mia).delete(f"/api/v1/review-notes/{made.json()['id']}/")

    assert (foreign.status_code, made.status_code, gone.status_code) == (400, 201, 204)


def test_whoever_is_asked_again_is_reminded(ines, answer, audit):
    ask_to_look_again(answer=answer, text="Really?", by=ines, now=timezone.now())

    assert actions.remind(audit=audit, by=ines, now=timezone.now()).mails == 1


# Opening again ------------------------------------------------------------------------------
@pytest.fixture
def closed(audit, submitted, ines):
    return actions.close_audit(audit=audit, by=ines, now=timezone.now())


def reopen(client, audit, **fields):
    body = {"reason": "Two teams were missing", "closes_on": LATER} | fields
    return client.post(f"/audits/{audit.pk}/reopen/", body)


def test_an_administrator_opens_a_closed_audit_with_a_reason(as_, olga, closed, client, submitted):
    token = token_of(submitted)
    over = client.get(f"/a/{token}/").status_code

    reopen(as_(olga), closed)

    closed.refresh_from_db()
    assert (over, client.get(f"/a/{token}/").status_code) == (410, 200)
    assert (closed.state, closed.closed_at, closed.seal) == ("open", None, "")
    assert not Score.objects.exists()
    assert not Gap.objects.exists()
    entry = ChangeEntry.objects.get(verb="reopened")
    assert (entry.by, entry.after["reason"]) == (olga, "Two teams were missing")


@pytest.mark.parametrize("who", ["ines", "mia", "astrid", "rui"])
def test_nobody_else_opens_it(as_, api, closed, who, request):
    person = request.getfixturevalue(who)

    page = reopen(as_(person), closed).status_code
    told = api(person).post(
        f"/api/v1/audits/{closed.pk}/reopen/",
        {"reason": "x", "closes_on": LATER},
        content_type="application/json",
    )

    closed.refresh_from_db()
    assert page == 403
    assert told.status_code in (403, 404)
    assert closed.is_closed


@pytest.mark.parametrize(
    ("field", "value"), [("reason", ""), ("reason", "x" * 1_001), ("closes_on", "2020-01-01")]
)
def test_without_a_reason_or_a_day_it_stays_closed(as_, olga, closed, field, value):
    response = reopen(as_(olga), closed, **{field: value})

    closed.refresh_from_db()
    assert response.status_code == 422
    assert closed.is_closed


def test_gaps_that_are_planned_or_older_stay(olga, closed, checkout):
    found = Gap.objects.get()
    found.plan(by=olga)
    own = GapFactory(subject=checkout.subject, audit=closed)

    actions.reopen_audit(
        audit=closed, reason="x", closes_on=clock.today(), by=olga, now=timezone.now()
    )

    assert set(Gap.objects.all()) >= {found}
    assert Gap.objects.filter(pk=own.pk).exists() is False  # found by rule, as the factory says
    assert not GapScope.objects.exists()


def test_what_was_opened_again_is_closed_again(olga, ines, closed):
    for _ in range(2):
        actions.reopen_audit(
            audit=closed, reason="x", closes_on=clock.today(), by=olga, now=timezone.now()
        )
        actions.close_audit(audit=closed, by=ines, now=timezone.now())

    assert Gap.objects.count() == 1
    assert Score.objects.exists()


def test_an_anonymous_audit_stays_closed(as_, olga, audit, submitted, ines):
    Audit.objects.update(is_anonymous=True)
    audit.refresh_from_db()
    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    response = reopen(as_(olga), audit)

    audit.refresh_from_db()
    assert response.status_code == 409
    assert audit.is_closed


@pytest.mark.parametrize("state", ["draft", "open"])
def test_only_what_is_closed_is_opened(as_, olga, audit, state):
    if state == "draft":
        Audit.objects.update(state="draft", opened_at=None)

    assert reopen(as_(olga), audit).status_code == 409
