import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.actions.frameworks import LIBRARY
from audits.choices import AuditState
from audits.models import Answer, AnswerRevision, Audit, Invitation
from productops.models import ChangeEntry, OutboxMessage
from tests.factories.audits import (
    KINDS,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
    token_of,
)

pytestmark = pytest.mark.django_db


def question(token, number):
    return f"/a/{token}/q/{number}/"


def answer(client, token, number, value, revision=0, **more):
    return client.post(question(token, number), {"answer": value, "revision": revision, **more})


def everything():
    models = (Invitation, Answer, AnswerRevision, Audit, ChangeEntry, OutboxMessage)
    return [list(model.objects.values()) for model in models]


def test_opening_the_link_changes_nothing(client, token):
    before = everything()

    responses = [client.get(f"/a/{token}/") for _ in range(3)] + [client.head(f"/a/{token}/")]

    assert {response.status_code for response in responses} == {200}
    assert everything() == before


def test_the_intro_says_for_whom_and_until_when(client, token, audit):
    text = client.get(f"/a/{token}/").content.decode()

    assert "Checkout" in text
    assert "Rui Costa" in text
    assert "3 questions" in text
    assert "Start" in text


def test_start_begins_at_the_first_question(client, token, invitation):
    response = client.post(f"/a/{token}/start/")

    invitation.refresh_from_db()
    assert response.url == question(token, 1)
    assert invitation.is_started


def test_start_without_the_token_of_the_form_is_refused(token):
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(f"/a/{token}/start/").status_code == 403


def test_a_question_cannot_be_reached_without_start(client, token):
    assert client.get(question(token, 1)).url == f"/a/{token}/"
    assert answer(client, token, 1, "2").url == f"/a/{token}/"
    assert not Answer.objects.exists()


def test_continue_saves_and_leads_on(sitting, token):
    response = answer(sitting, token, 1, "2", comment="In two teams")

    saved = Answer.objects.get()
    assert response.url == question(token, 2)
    assert (saved.number, saved.comment, saved.revision) == (2, "In two teams", 1)
    assert saved.revisions.get().content["number"] == 2


def test_saving_costs_at_most_six_queries(sitting, token):
    with CaptureQueriesContext(
        connection,
    ) as first:
        answer(sitting, token, 1, "2")
    with CaptureQueriesContext(connection) as second:
        answer(sitting, token, 1, "3", revision=1)

    assert len(first) <= 6
    assert len(second) <= 6


def test_saving_costs_the_same_for_a_large_questionnaire(client, ines, checkout, rui):
    large = framework_version((LIBRARY / "product-practice.yaml").read_bytes())
    audit = OpenAuditFactory(framework_version=large, owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    token = token_of(InvitationFactory(audit=audit, person=rui, scopes=[scope]))
    client.post(f"/a/{token}/start/")

    with CaptureQueriesContext(connection) as queries:
        answer(client, token, 20, "2")

    assert len(queries) <= 6
    assert Answer.objects.count() == 1


def test_the_same_answer_again_leaves_no_revision(sitting, token):
    answer(sitting, token, 1, "2")
    answer(sitting, token, 1, "2", revision=1)

    assert AnswerRevision.objects.count() == 1


def test_a_changed_answer_keeps_what_it_was(sitting, token):
    answer(sitting, token, 1, "2")
    answer(sitting, token, 1, "3", revision=1)

    kept = AnswerRevision.objects.values_list("number", "content__number")
    assert list(kept) == [(1, 2.0), (2, 3.0)]
    assert Answer.objects.get().number == 3


def test_continue_without_a_choice_is_told_at_the_question(sitting, token):
    response = sitting.post(question(token, 1), {"revision": 0})

    text = response.content.decode()
    assert response.status_code == 422
    assert text.count("Choose the statement that is closest to your team") == 2
    assert "<title>Error:" in text


@pytest.mark.parametrize("value", ["9", "abc", "NaN", "1e999", "-1", "2.5", "٢", "3' OR 1=1"])
def test_a_level_that_is_not_there_is_refused(sitting, token, value):
    response = answer(sitting, token, 1, value)

    assert response.status_code == 422
    assert not Answer.objects.exists()


def test_i_do_not_know_and_not_applicable_are_different_answers(sitting, token):
    answer(sitting, token, 1, "dont_know")
    answer(sitting, token, 2, "na")

    states = Answer.objects.order_by("node__order").values_list("state", "number")
    assert list(states) == [("dont_know", None), ("na", None)]


def test_two_windows_lose_no_answer_in_silence(sitting, token):
    answer(sitting, token, 1, "2")

    response = answer(sitting, token, 1, "4", revision=0)

    text = response.content.decode()
    assert response.status_code == 409
    assert "Agreed" in text.split("Saved in the other window")[1].split("</div>")[0]
    assert Answer.objects.get().number == 2
    assert answer(sitting, token, 1, "4", revision=1).status_code == 302
    assert Answer.objects.get().number == 4


def test_coming_back_continues_at_the_first_open_question(sitting, token):
    answer(sitting, token, 1, "2")

    again = Client()

    assert "Continue at question 2" in again.get(f"/a/{token}/").content.decode()
    assert again.post(f"/a/{token}/start/").url == question(token, 2)


def test_save_and_come_back_later_saves(sitting, token):
    response = answer(sitting, token, 1, "2", then="later")

    assert response.url == f"/a/{token}/"
    assert Answer.objects.get().number == 2


def test_come_back_later_without_a_choice_is_no_error(sitting, token):
    response = sitting.post(question(token, 1), {"revision": 0, "then": "later"})

    assert response.url == f"/a/{token}/"


def test_what_was_said_last_time_stands_beside_its_level(sitting, token, small, ines, scope, rui):
    former = OpenAuditFactory(framework_version=small, owner=ines)
    old_scope = ScopeFactory(audit=former, subject=scope.subject)
    answered(InvitationFactory(audit=former, person=rui, scopes=[old_scope]), old_scope, baseline=1)
    Audit.objects.filter(pk=former.pk).update(state=AuditState.CLOSED, closed_at=timezone.now())

    text = sitting.get(question(token, 1)).content.decode()

    chosen = text.split("Sometimes")[1].split("</label>")[0]
    assert "Your answer in" in chosen


def test_the_check_page_lists_all_answers_with_a_way_back(sitting, token):
    answer(sitting, token, 1, "2")

    text = sitting.get(f"/a/{token}/check/").content.decode()

    assert "2 Agreed" in " ".join(text.split())
    assert f"{question(token, 2)}?return=check" in text


def test_change_leads_back_to_the_check_page(sitting, token):
    response = sitting.post(question(token, 1) + "?return=check", {"answer": "2", "revision": 0})

    assert response.url == f"/a/{token}/check/"


def test_submitting_with_open_questions_names_them(sitting, token, invitation):
    response = sitting.post(f"/a/{token}/check/")

    invitation.refresh_from_db()
    assert response.status_code == 422
    assert "Question 3 has no answer yet." in response.content.decode()
    assert not invitation.is_submitted


def finish(client, token, total=3):
    for number in range(1, total + 1):
        answer(client, token, number, "2")
    return client.post(f"/a/{token}/check/")


def test_submitting_sends_one_receipt_and_says_what_happens_next(sitting, token, invitation):
    response = finish(sitting, token)
    sitting.post(f"/a/{token}/check/")

    invitation.refresh_from_db()
    receipt = OutboxMessage.objects.get()
    assert response.url == f"/a/{token}/done/"
    assert invitation.is_submitted
    assert receipt.destination == "rui@halden.example"
    assert receipt.payload["context"]["rows"][0] == ["What do you know before a change?", "Agreed"]
    assert token not in str(receipt.payload)
    assert "What happens next" in sitting.get(response.url).content.decode()


def test_after_submitting_answers_can_be_changed_until_the_end(sitting, token, invitation):
    finish(sitting, token)

    answer(sitting, token, 1, "4", revision=1)

    invitation.refresh_from_db()
    assert Answer.objects.get(node__key="baseline").number == 4
    assert invitation.is_submitted


def test_a_closed_audit_answers_410_and_takes_nothing(sitting, token, audit):
    Audit.objects.filter(pk=audit.pk).update(state=AuditState.CLOSED, closed_at=timezone.now())

    assert sitting.get(f"/a/{token}/").status_code == 410
    assert sitting.post(f"/a/{token}/check/").status_code == 410
    assert answer(sitting, token, 1, "2").status_code == 410
    assert not Answer.objects.exists()


def test_a_revoked_link_offers_a_fresh_one_to_the_stored_address(client, token, invitation):
    invitation.link.revoke()

    text = client.get(f"/a/{token}/")
    client.post(f"/a/{token}/renew/")
    client.post(f"/a/{token}/renew/")

    invitation.refresh_from_db()
    assert text.status_code == 410
    assert "Mail me a fresh link" in text.content.decode()
    mail = OutboxMessage.objects.get()
    assert mail.destination == "rui@halden.example"
    assert mail.payload["link"] == invitation.link_id
    assert client.get(f"/a/{token_of(invitation)}/").status_code == 200
    assert client.get(f"/a/{token}/").status_code == 410


def test_asking_for_a_link_does_not_end_the_one_that_is_good(client, token, invitation):
    for _ in range(2):
        client.post(f"/a/{token}/renew/")

    assert client.get(f"/a/{token}/").status_code == 200
    assert OutboxMessage.objects.get().payload["link"] == invitation.link_id


def test_an_unknown_token_is_not_found(client, token):
    wrong = "y" if token.endswith("x") else "x"

    assert client.get(f"/a/{token[:-1]}{wrong}/").status_code == 404
    assert client.get("/a/x/").status_code == 404


def test_a_place_beyond_the_end_is_not_found(sitting, token):
    assert sitting.get(question(token, 4)).status_code == 404
    assert sitting.get(question(token, 0)).status_code == 404


def test_pages_behind_a_link_are_kept_out_of_caches_and_indexes(client, token):
    response = client.get(f"/a/{token}/")

    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store, private"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_cookie_of_one_link_opens_no_other(sitting, audit, scope, mia):
    others = token_of(InvitationFactory(audit=audit, person=mia, scopes=[scope]))
    cookie = sitting.cookies["answering"].value
    stranger = Client()
    stranger.cookies["answering"] = cookie

    assert stranger.get(question(others, 1)).url == f"/a/{others}/"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc", "no"]
)
def test_evidence_is_a_web_address(sitting, token, address):
    response = answer(sitting, token, 1, "2", evidence_url=address)

    assert response.status_code == 422
    assert "https://" in response.content.decode()
    assert not Answer.objects.exists()


def test_hostile_text_of_a_comment_is_shown_as_text(sitting, token):
    answer(sitting, token, 1, "2", comment="<script>alert(1)</script>")

    text = sitting.get(f"/a/{token}/check/").content.decode()

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.fixture
def kinds(client, ines, checkout, rui):
    audit = OpenAuditFactory(framework_version=framework_version(KINDS), owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    token = token_of(InvitationFactory(audit=audit, person=rui, scopes=[scope]))
    client.post(f"/a/{token}/start/")
    return token


@pytest.mark.parametrize("number", range(1, 9))
def test_every_kind_of_question_has_a_page(client, kinds, number):
    assert client.get(question(kinds, number)).status_code == 200


@pytest.mark.parametrize(
    ("number", "value", "kept"),
    [
        (1, "12.5", {"number": 12.5}),
        (3, "4", {"number": 4}),
        (4, ["tools", "reports"], {"chosen": ["reports", "tools"], "number": 0}),
        (5, "b", {"chosen": ["b"], "number": 1}),
        (6, "false", {"number": 0}),
        (8, "More quiet\nhours", {"text": "More quiet\nhours"}),
    ],
)
def test_every_kind_of_question_keeps_its_answer(client, kinds, number, value, kept):
    response = answer(client, kinds, number, value)

    saved = Answer.objects.get()
    assert response.status_code == 302
    assert {name: getattr(saved, name) for name in kept} == kept


@pytest.mark.parametrize(
    ("number", "value", "sentence"),
    [
        (1, "101", "from 0 to 100"),
        (1, "1,500", "two ways"),
        (1, "lots", "is not a number"),
        (4, ["reports", "tools", "launch"], "at most 2"),
        (4, ["reports", "dont_know"], "not both"),
        (7, "31.12.2026", "is not a date"),
        (7, "0000-00-00", "not"),
    ],
)
def test_every_kind_of_question_refuses_what_it_cannot_be(client, kinds, number, value, sentence):
    response = answer(client, kinds, number, value)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Answer.objects.exists()


def test_a_question_that_is_not_required_may_be_passed_over(client, kinds):
    response = client.post(question(kinds, 8), {"revision": 0, "answer": ""})

    assert response.url == f"/a/{kinds}/check/"
    assert not Answer.objects.exists()


def test_an_answer_that_is_not_required_can_be_taken_back(client, kinds):
    answer(client, kinds, 8, "Nothing")

    client.post(question(kinds, 8), {"revision": 1, "answer": ""})

    assert not Answer.objects.exists()


def test_shares_that_make_no_whole_stand_in_the_way_of_submitting(client, kinds):
    answer(client, kinds, 1, "60")
    answer(client, kinds, 2, "30")
    answer(client, kinds, 3, "4")

    response = client.post(f"/a/{kinds}/check/")

    assert response.status_code == 422
    assert "make 90 together; they should make 100" in response.content.decode()


def test_the_page_says_how_far_the_shares_are(client, kinds):
    answer(client, kinds, 1, "60")

    assert "make 60 of 100 so far" in client.get(question(kinds, 2)).content.decode()


def test_a_signed_in_person_answers_by_the_same_pages(as_, rui, invitation, audit, token):
    response = as_(rui).get(f"/audits/{audit.pk}/answer/")

    assert response.url.endswith(f"/a/{token}/")


def test_nobody_else_is_led_to_somebodys_link(as_, ines, invitation, audit):
    assert as_(ines).get(f"/audits/{audit.pk}/answer/").status_code == 404
