"""Questions that branch, repeat, doubt, carry over, take files and more than one layer."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.choices import AuditState, InvitationState
from audits.models import Answer, AnswerRevision, Audit, Invitation, ReviewNote
from productops.models import OutboxMessage, StoredFile
from teams.models import Subject
from tests.factories.audits import (
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    token_of,
)
from tests.factories.questionnaires import LEVELS, asks, level, repeat, section, version_of

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class Sitting:
    """A browser in which Start was pressed."""

    def __init__(self, invitation):
        self.client, self.invitation = Client(), invitation
        self.token = token_of(invitation)
        self.client.post(f"/a/{self.token}/start/")

    def url(self, number):
        return f"/a/{self.token}/q/{number}/"

    def page(self, number):
        return self.client.get(self.url(number)).content.decode()

    def say(self, number, value="", **more):
        return self.client.post(self.url(number), {"answer": value, "revision": 0, **more})

    def check(self):
        return self.client.post(f"/a/{self.token}/check/")


@pytest.fixture
def sit(ines, rui, checkout):
    """``sit(section(...), ...)``: Rui answers these questions about Checkout."""

    def begin(*nodes, repeats=(), **more):
        audit = OpenAuditFactory(
            title="Practice", framework_version=version_of(*nodes), owner=ines, **more
        )
        scope = ScopeFactory(audit=audit, subject=checkout.subject)
        for key, *names in repeats:
            repeat(scope, key, *names)
        return Sitting(InvitationFactory(audit=audit, person=rui, scopes=[scope]))

    return begin


def photo(name="board.png", content=PNG):
    return SimpleUploadedFile(name, content)


# Skip logic and repeats ------------------------------------------------------------------------
def test_continue_passes_over_what_is_not_asked(sit):
    rui = sit(section("a", level("q1"), level("q2", relevant="${q1} > 2"), level("q3")))

    assert rui.say(1, "1").url == rui.url(3)
    assert rui.say(1, "3", revision=1).url == rui.url(2)


def test_the_count_says_about_where_it_can_vary(sit):
    rui = sit(section("a", level("q1"), level("q2", relevant="${q1} > 2"), level("q3")))

    assert "Question 1, about 1 more" in rui.page(1)


def test_an_answer_that_is_hidden_does_not_stand_in_the_way(sit):
    rui = sit(section("a", level("q1"), level("q2", relevant="${q1} > 2")))
    rui.say(1, "1")

    assert rui.check().status_code == 302


def test_a_repeated_section_names_its_subject(sit):
    rui = sit(section("kit", level("used"), repeat="tool"), repeats=[("kit", "Figma", "Jira")])
    rui.say(1, "2")
    rui.say(2, "4")

    assert "Figma · Kit" in rui.page(1)
    assert "Answering for <strong>Jira</strong>" in rui.page(2)
    kept = Answer.objects.order_by("subject__name").values_list("subject__name", "number")
    assert list(kept) == [("Figma", 2), ("Jira", 4)]


def test_texts_to_read_stand_above_the_question_and_are_never_asked(sit):
    rui = sit(section("a", asks("note", "hello"), level("q1")))

    text = rui.page(1)
    assert text.index("hello?") < text.index("<form")
    assert "Question 1 of 1" in text


def test_calculations_are_never_asked(sit):
    twice = asks("calculated", "twice", calculation="${q1} * 2")
    rui = sit(section("a", level("q1"), twice, level("q2", relevant="${twice} > 4")))

    assert rui.say(1, "3").url == rui.url(2)
    assert "Question 2 of 2" in rui.page(2)


@pytest.mark.parametrize("questions", [3, 200])
def test_saving_costs_six_statements_whatever_branches_and_repeats(sit, questions):
    many = [level(f"q{n}", relevant="${q0} > 1" if n else "") for n in range(questions)]
    rui = sit(
        section("long", *many),
        section("kit", level("used"), level("how", relevant="${used} > 1"), repeat="tool"),
        repeats=[("kit", "Figma", "Jira")],
    )
    for number in range(1, questions):
        if number % 50 == 1:
            rui.say(number, "2")

    with CaptureQueriesContext(connection) as first:
        assert rui.say(questions, "3").status_code == 302
    with CaptureQueriesContext(connection) as second:
        assert rui.say(questions, "4", revision=1).status_code == 302
    with CaptureQueriesContext(connection) as reading:
        assert rui.client.get(rui.url(2)).status_code == 200

    assert (len(first), len(second)) == (6, 6)
    assert len(reading) == 2
    assert not any('."content" FROM' in query["sql"] for query in [*first, *reading])


# Kinds --------------------------------------------------------------------------------------
def test_something_else_needs_its_words(sit):
    choices = [{"value": "a", "score": 0, "name": "First"}]
    rui = sit(section("a", asks("single", "q", choices=choices, other=True)))

    assert rui.say(1, "other").status_code == 422
    assert rui.say(1, "other", other="A third way").status_code == 302
    saved = Answer.objects.get()
    assert (saved.chosen, saved.text) == (["other"], "A third way")
    assert 'value="A third way"' in rui.page(1)


def test_several_choices_and_something_else(sit):
    choices = [{"value": "a", "score": 1, "name": "First"}]
    rui = sit(section("a", asks("multiple", "q", choices=choices, other=True)))

    rui.say(1, ["a", "other"], other="A third way")

    saved = Answer.objects.get()
    assert (saved.chosen, saved.text, saved.number) == (["a", "other"], "A third way", 1)


@pytest.mark.parametrize(("at_most", "drawn"), [(1, "<select"), (None, 'type="checkbox"')])
def test_a_question_for_subjects_offers_the_catalogue(sit, at_most, drawn):
    for name in ("Jira", "Figma"):
        Subject.objects.create(kind="tool", key=name.lower(), name=name)
    rui = sit(section("a", asks("subject", "q", catalogue="tool", at_most=at_most)))

    text = rui.page(1)
    assert drawn in text
    assert text.index("Figma") < text.index("Jira")
    assert rui.say(1, "tool:jira").status_code == 302
    assert Answer.objects.get().chosen == ["tool:jira"]
    assert rui.say(1, "tool:other", revision=1).status_code == 422


def test_products_and_teams_of_others_are_not_offered(sit, billing):
    rui = sit(section("a", asks("subject", "q", catalogue="product", at_most=1)))

    text = rui.page(1)
    assert "product:checkout" in text
    assert "Billing" not in text
    assert rui.say(1, billing.subject.reference).status_code == 422


def test_a_photo_from_the_phone_is_an_answer(sit):
    rui = sit(section("a", asks("file", "q")))

    assert rui.say(1).status_code == 422
    assert rui.say(1, file=photo()).status_code == 302
    answer = Answer.objects.get()
    assert answer.file.name == "board.png"
    assert "The file that you sent" in rui.page(1)
    assert rui.say(1, comment="The same still", revision=1).status_code == 302
    assert Answer.objects.get().file == answer.file


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (photo("page.html", b"<script>"), "is none of these"),
        (photo("photo.png", b"<script>"), "is none of these"),
        (photo("photo.png", b""), "This file is empty."),
    ],
)
def test_a_file_that_is_none_is_told_at_the_field(sit, file, sentence):
    rui = sit(section("a", level("q")))

    response = rui.say(1, "2", file=file)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Answer.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_photo_beside_the_answer_can_be_taken_away(sit):
    rui = sit(section("a", level("q")))
    rui.say(1, "2", file=photo())

    rui.say(1, "2", revision=1, drops_file="on")

    assert Answer.objects.get().file is None
    assert [bool(kept.content["file"]) for kept in AnswerRevision.objects.all()] == [True, False]


def test_a_file_is_read_by_whoever_may_see_the_answer(sit, as_, mia, ines, jonas):
    rui = sit(section("a", level("q")))
    rui.say(1, "2", file=photo())
    answer, file = Answer.objects.get(), f"{rui.url(1)}file/"

    response = rui.client.get(file)
    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "no-store, private"
    assert Client().get(file).status_code == 302
    page = f"/audits/answers/{answer.pk}/file/"
    assert as_(ines).get(page).status_code == 404  # not before it is submitted
    rui.check()
    assert as_(ines).get(page).status_code == 200
    assert as_(jonas).get(page).status_code == 404
    assert as_(mia).get(page).status_code == 200


def test_a_file_of_an_anonymous_answer_is_read_by_nobody_else(sit, as_, ines):
    rui = sit(section("a", level("q")), is_anonymous=True)
    rui.say(1, "2", file=photo())
    rui.check()

    assert as_(ines).get(f"/audits/answers/{Answer.objects.get().pk}/file/").status_code == 404


# Checks -------------------------------------------------------------------------------------
def share(**more):
    return asks("number", "share", constraint=". <= 100", constraint_message="Too much", **more)


def test_a_hard_check_stops(sit):
    rui = sit(section("a", share()))

    response = rui.say(1, "120")

    assert response.status_code == 422
    assert response.content.decode().count("Too much") == 2
    assert not Answer.objects.exists()


def test_a_soft_check_is_told_once_and_continue_keeps_the_answer(sit):
    rui = sit(section("a", share(soft=True)))

    response = rui.say(1, "120")
    text = response.content.decode()
    sure = text.split('name="sure" value="')[1].split('"')[0]

    assert response.status_code == 422
    assert "Too much" in text
    assert rui.say(1, "130", sure=sure).status_code == 422  # another answer is looked at again
    assert rui.say(1, "120", sure=sure).status_code == 302
    assert Answer.objects.get().number == 120


def test_a_check_that_a_later_change_breaks_stands_in_the_way_of_submitting(sit):
    rest = asks("number", "rest", constraint=". + ${share} <= 100", constraint_message="Too much")
    rui = sit(section("a", asks("number", "share"), rest))
    rui.say(1, "40")
    rui.say(2, "60")
    rui.say(1, "90", revision=1)

    response = rui.check()

    assert response.status_code == 422
    assert "Question 2: Too much" in response.content.decode()


# The other layers ------------------------------------------------------------------------------
def test_how_far_it_is_written_down_is_asked_apart(sit):
    rui = sit(section("a", level("q", documents=True), level("plain")))

    rui.say(1, "3", documented="1")

    saved = Answer.objects.get()
    assert (saved.number, saved.documented) == (3, 1)
    assert "Is it written down?" in rui.page(1)
    assert "Is it written down?" not in rui.page(2)
    assert rui.say(1, "3", revision=1, documented="9").status_code == 422


def test_what_one_would_do_about_it_is_kept(sit):
    rui = sit(section("a", level("q")))

    rui.say(1, "1", proposal="Ask three customers", proposal_due="2026-12-24")

    saved = Answer.objects.get()
    assert (saved.proposal, saved.proposal_due) == ("Ask three customers", date(2026, 12, 24))


@pytest.mark.parametrize("due", ["24.12.2026", "2026-12-24"])
def test_a_day_without_a_proposal_or_no_day_is_told_at_the_field(sit, due):
    rui = sit(section("a", level("q")))

    assert rui.say(1, "1", proposal_due=due).status_code == 422
    assert not Answer.objects.exists()


def test_weak_answers_are_marked_for_the_proposal(sit):
    rui = sit(section("a", level("q")))

    text = rui.page(1)
    assert [value for value in "01234" if f'value="{value}" data-weak' in text] == ["0", "1", "2"]


# What was said before ---------------------------------------------------------------------------
def closed_before(sitting, **levels):
    """The same audit, half a year ago."""
    audit = sitting.invitation.audit
    former = OpenAuditFactory(framework_version=audit.framework_version, owner=audit.owner)
    subject = audit.scopes.get().subject
    scope = ScopeFactory(audit=former, subject=subject)
    before = InvitationFactory(audit=former, person=sitting.invitation.person, scopes=[scope])
    answered(before, scope, **levels)
    Audit.objects.filter(pk=former.pk).update(state=AuditState.CLOSED, closed_at=timezone.now())


def test_last_answers_are_chosen_already_where_the_audit_says_so(sit):
    rui = sit(section("a", level("q")), carries_over=True)
    closed_before(rui, q=3)

    text = rui.page(1)

    there = text.split('id="answer-3"')[1].split("</label>")[0]
    assert there.startswith(' value="3" checked')
    assert "still true?" in there
    assert not Answer.objects.filter(invitation=rui.invitation).exists()
    assert rui.say(1, "3").status_code == 302
    assert "still true?" not in rui.page(1)


def test_last_answers_are_only_shown_elsewhere(sit):
    rui = sit(section("a", level("q")))
    closed_before(rui, q=3)

    assert "checked" not in rui.page(1)
    assert "Your answer in" in rui.page(1)


def test_an_anonymous_audit_remembers_nobody(sit):
    rui = sit(section("a", level("q")), carries_over=True, is_anonymous=True)
    closed_before(rui, q=3)

    assert "checked" not in rui.page(1)
    assert "Your answer in" not in rui.page(1)


# Asked again ----------------------------------------------------------------------------------
@pytest.fixture
def asked_again(sit, ines):
    rui = sit(section("a", level("q1"), level("q2"), level("q3")))
    for number in (1, 2, 3):
        rui.say(number, "2")
    rui.check()
    Invitation.objects.filter(pk=rui.invitation.pk).update(
        state=InvitationState.CHANGES, submitted_at=None
    )
    answer = Answer.objects.get(node__key="q2")
    ReviewNote.objects.create(answer=answer, text="Which tool?", by=ines, at=timezone.now())
    return rui


def test_what_a_reviewer_asks_comes_first_and_stands_at_its_question(asked_again):
    start = asked_again.client.post(f"/a/{asked_again.token}/start/")

    assert start.url == asked_again.url(2)
    assert "Which tool?" in asked_again.page(2)
    assert "Ines Keller asks you to look at this again" in asked_again.page(2)
    assert "Which tool?" not in asked_again.page(1)


@pytest.mark.parametrize("value", ["2", "4"])
def test_answering_anew_settles_the_note_also_with_the_same(asked_again, value):
    response = asked_again.say(2, value, revision=1)

    assert response.url.endswith("/check/")
    assert not ReviewNote.objects.open().exists()
    assert asked_again.check().status_code == 302
    assert Invitation.objects.get().is_submitted


def test_a_note_that_nobody_looked_at_stands_in_the_way(asked_again):
    response = asked_again.check()

    assert response.status_code == 422
    assert "Question 2 was asked once more." in response.content.decode()


# The end ----------------------------------------------------------------------------------------
def test_a_link_for_one_use_ends_on_submitting(sit):
    rui = sit(section("a", level("q")), is_single_use=True)
    rui.say(1, "2")

    done = rui.check()
    after = rui.client.get(f"/a/{rui.token}/")

    assert done.status_code == 200
    assert "Your answers are in" in done.content.decode()
    assert after.status_code == 410
    assert "with that the link has ended" in after.content.decode()
    mail = OutboxMessage.objects.get()
    assert mail.payload["link"] is None
    rui.client.post(f"/a/{rui.token}/renew/")
    assert OutboxMessage.objects.count() == 1


def test_two_windows_show_both_answers(sit):
    rui = sit(section("a", level("q")))
    rui.say(1, "2", comment="From the phone")

    response = rui.say(1, "4", comment="From the desk")

    text = response.content.decode()
    assert response.status_code == 409
    there = text.split("Saved in the other window")[1].split("Chosen on this page")
    assert LEVELS[2]["name"] in there[0]
    assert "From the phone" in there[0]
    assert LEVELS[4]["name"] in there[1]
    assert "From the desk" in there[1]


def test_a_program_that_asks_by_script_is_led_by_a_header(sit):
    rui = sit(section("a", level("q1"), level("q2")))

    response = rui.client.post(
        rui.url(1), {"answer": "2", "revision": 0}, headers={"HX-Request": "true"}
    )

    assert (response.status_code, response["HX-Redirect"]) == (200, rui.url(2))
