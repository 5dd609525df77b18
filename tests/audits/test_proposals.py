from datetime import date

import pytest
from django.utils import timezone

from audits import actions
from audits.models import Answer, AnswerRevision, Gap
from productops import clock
from tests.factories.audits import InvitationFactory, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(audit, scope, rui):
    """Rui finds that Checkout looks at a figure at times."""
    answered(InvitationFactory(audit=audit, person=rui, scopes=[scope]), scope, baseline=1)
    return Answer.objects.get()


def make(client, answer):
    return client.post(f"/audits/answers/{answer.pk}/gap/")


def close(answer, by):
    actions.close_audit(audit=answer.scope.audit, by=by, now=timezone.now())


def test_an_answer_becomes_a_gap_in_one_click(as_, mia, answer):
    response = make(as_(mia), answer)

    gap = Gap.objects.get()
    assert response.url == gap.get_absolute_url()
    assert (gap.title, gap.cause, gap.source) == ("No baseline before a change", "data", "answer")
    assert (gap.level, gap.target, gap.subject) == (1, 3, answer.subject)
    assert gap.formula == "2 × 0.5 × 2 × 100% ÷ 3"
    assert gap.answers.get().revision == AnswerRevision.objects.get()


def test_a_second_click_leads_to_the_gap_that_is_there(as_, ines, answer):
    client = as_(ines)

    addresses = {make(client, answer).url for _again in range(2)}

    assert len(addresses) == 1
    assert Gap.objects.count() == 1


def test_after_it_was_closed_the_same_answer_makes_a_new_one(as_, ines, answer):
    make(as_(ines), answer)
    Gap.objects.get().close(by=ines, because="Done")

    make(as_(ines), answer)

    assert sorted(Gap.objects.values_list("state", flat=True)) == ["closed", "identified"]


@pytest.mark.parametrize(
    ("who", "status"), [("mia", 302), ("jonas", 404), ("astrid", 403), ("rui", 403)]
)
def test_who_may_make_a_gap_of_an_answer(as_, answer, who, status, request):
    assert make(as_(request.getfixturevalue(who)), answer).status_code == status


def test_what_is_not_submitted_is_nobodys_to_act_on(as_, ines, audit, scope, invitation):
    answered(invitation, scope, submitted=False, baseline=1)

    assert make(as_(ines), Answer.objects.get()).status_code == 404


def test_the_gap_shows_the_answer_as_it_was_and_what_stands_there_now(as_, ines, answer):
    make(as_(ines), answer)
    Answer.objects.filter(pk=answer.pk).update(number=3, chosen=["3"], revision=2)
    answer.refresh_from_db()
    AnswerRevision.objects.create(
        answer=answer, number=2, content=answer.content, at=timezone.now()
    )

    page = as_(ines).get(Gap.objects.get().get_absolute_url()).content.decode()

    assert "Sometimes" in page
    assert "Now: Practised" in page


def test_proposals_become_gaps_when_the_audit_closes(answer, ines):
    Answer.objects.filter(pk=answer.pk).update(
        proposal="Record a week before each release", proposal_due=date(2099, 1, 31), number=3
    )

    close(answer, ines)

    gap = Gap.objects.get(source="answer")
    assert (gap.description, gap.due_on) == (
        "Record a week before each release",
        date(2099, 1, 31),
    )


def test_two_who_propose_something_for_the_same_make_one_gap(answer, audit, scope, mia, ines):
    other = InvitationFactory(audit=audit, person=mia, scopes=[scope])
    answered(other, scope, baseline=1)
    for one, text in zip(Answer.objects.order_by("pk"), ("First", "Second"), strict=True):
        Answer.objects.filter(pk=one.pk).update(proposal=text)

    close(answer, ines)

    gap = Gap.objects.get(source="answer")
    assert sorted(gap.description.splitlines()) == ["First", "Second"]
    assert gap.answers.count() == 2


@pytest.mark.parametrize("how", [{"gap_rule": "none"}, {"is_anonymous": True}])
def test_no_proposal_becomes_a_gap_by_itself_where_none_should(answer, ines, how):
    Answer.objects.filter(pk=answer.pk).update(proposal="Record a week")
    audit = answer.scope.audit
    type(audit).objects.filter(pk=audit.pk).update(**how)
    audit.refresh_from_db()

    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    assert not Gap.objects.filter(source="answer").exists()


def test_a_gap_is_made_of_an_answer_by_program(api, mia, jonas, answer):
    address = "/api/v1/gaps/from-answer/"
    body = {"answer": answer.pk}

    made = api(mia).post(address, body, content_type="application/json")
    foreign = api(jonas).post(address, body, content_type="application/json")

    assert (made.json()["title"], made.json()["source"]) == (
        "No baseline before a change",
        "answer",
    )
    assert foreign.status_code == 400


def test_what_was_raised_on_today_is_found_today(answer, ines):
    gap = actions.raise_from_answer(answer=answer, by=ines, on=clock.today())

    assert gap.found_on == clock.today()
