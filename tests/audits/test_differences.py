from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.models import Audit, Consensus
from audits.quality import concerns
from productops import clock
from productops.work import count_of, tasks_of
from tests.factories.audits import (
    KINDS,
    AnswerFactory,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)
from tests.factories.teams import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def node(small):
    return small.nodes.get(key="baseline")


def say(audit, scope, *levels, key="baseline", **names):
    """One more person for each level."""
    for level in levels:
        invitation = InvitationFactory(audit=audit, scopes=[scope], **names)
        answered(invitation, scope, **{key: level})


@pytest.fixture
def divided(audit, scope):
    """Three people who do not see Checkout alike."""
    say(audit, scope, 1, 3, 4)
    return scope


def page(client, audit, query=""):
    return client.get(f"/audits/{audit.pk}/differences/{query}")


def places(response):
    return [(one["scope"].subject.name, one["node"].key) for one in response.context["cards"]]


def write(client, audit, scope, node, /, **fields):
    body = {"scope": scope.pk, "node": node.pk, "subject": scope.subject_id, "answer": "3"}
    return client.post(f"/audits/{audit.pk}/differences/agree/", body | fields)


def test_the_most_divided_places_come_first_with_who_said_what(as_, ines, audit, scope, billing):
    other = ScopeFactory(audit=audit, subject=billing.subject)
    say(audit, scope, 1, 3, key="dashboards")
    say(audit, scope, 2, 2, key="baseline")
    say(audit, other, 0, 4, person__name="Tom Bauer")

    response = page(as_(ines), audit)

    text = response.content.decode()
    assert places(response) == [("Billing", "baseline"), ("Checkout", "dashboards")]
    assert "4 levels apart" in text
    assert "2 from 0 to 4, middle 2" in text
    assert "Tom Bauer" in text


def test_agreement_is_put_in_words_from_five_answers_on(as_, ines, audit, scope):
    say(audit, scope, 0, 2, 3, 4)
    few = page(as_(ines), audit).context["cards"][0]["words"]
    say(audit, scope, 4)

    many = page(as_(ines), audit).context["cards"][0]["words"]

    assert "agreement" not in few.replace("counts as agreement", "")
    assert many.endswith("hardly any agreement")


def test_what_was_agreed_leaves_the_queue_and_counts(as_, ines, audit, divided, node):
    client = as_(ines)

    response = write(client, audit, divided, node, note="Since May")

    shown = page(client, audit)
    consensus = Consensus.objects.get()
    assert response.status_code == 302
    assert (consensus.number, consensus.note, consensus.by) == (3, "Since May", ines)
    assert shown.context["waiting"] == 0
    assert "1, 3, 4" in shown.content.decode()


@pytest.mark.parametrize("answer", ["", "9", "dont_know", "<b>"])
def test_an_answer_that_does_not_stand_there_is_refused_beside_the_field(
    as_, ines, audit, divided, node, answer
):
    response = write(as_(ines), audit, divided, node, answer=answer)

    assert response.status_code == 422
    assert "Error:" in response.content.decode()
    assert not Consensus.objects.exists()


def test_who_is_slower_sees_what_was_written_down_meanwhile(as_, ines, mia, audit, divided, node):
    write(as_(mia), audit, divided, node, known="")

    response = write(as_(ines), audit, divided, node, answer="1", known="")

    assert response.status_code == 409
    assert "Written down meanwhile" in response.content.decode()
    assert Consensus.objects.get().number == 3


def test_what_was_agreed_can_be_taken_back(as_, mia, audit, divided, node):
    client = as_(mia)
    write(client, audit, divided, node)

    client.post(f"/audits/consensus/{Consensus.objects.get().pk}/withdraw/")

    assert page(client, audit).context["waiting"] == 1


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("olga", 200, 302),
        ("ines", 200, 302),
        ("mia", 200, 302),
        ("astrid", 200, 403),
        ("jonas", 404, 404),
        ("rui", 403, 403),
    ],
)
def test_who_reads_and_who_writes(as_, audit, divided, node, who, reads, writes, request):
    client = as_(request.getfixturevalue(who))

    assert page(client, audit).status_code == reads
    assert write(client, audit, divided, node).status_code == writes


def test_a_pm_sees_only_their_own_products(as_, mia, audit, divided, billing, node):
    other = ScopeFactory(audit=audit, subject=billing.subject)
    say(audit, other, 0, 4)
    client = as_(mia)

    shown = page(client, audit)

    assert places(shown) == [("Checkout", "baseline")]
    assert "Billing" not in shown.content.decode()
    assert write(client, audit, other, node).status_code in (403, 404)


def test_places_of_another_audit_or_questionnaire_are_not_there(as_, ines, audit, divided, node):
    foreign = ScopeFactory(audit=OpenAuditFactory(framework_version=audit.framework_version))
    client = as_(ines)

    statuses = [
        write(client, audit, foreign, node).status_code,
        write(client, audit, divided, node, subject=foreign.subject_id).status_code,
        write(client, audit, divided, node, node=audit.framework_version.root().pk).status_code,
        write(client, audit, divided, node, scope="x" * 40).status_code,
    ]

    assert statuses == [404, 404, 404, 404]


def test_an_anonymous_audit_shows_places_of_five_and_nobody(as_, ines, audit, scope):
    audit.is_anonymous = True
    audit.save()
    client = as_(ines)
    say(audit, scope, 0, 4, 4, 4, person__name="Tom Bauer")
    few = page(client, audit)
    say(audit, scope, 4)
    early = page(client, audit)
    Audit.objects.update(closes_on=clock.today() - timedelta(days=1))

    many = page(client, audit)

    assert (places(few), places(early)) == ([], [])
    assert places(many) == [("Checkout", "baseline")]
    assert "Tom Bauer" not in many.content.decode()


def test_a_closed_audit_shows_what_differed_and_takes_nothing(as_, ines, audit, divided, node):
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    client = as_(ines)

    assert places(page(client, audit)) == [("Checkout", "baseline")]
    assert "What did you agree upon?" not in page(client, audit).content.decode()
    assert write(client, audit, divided, node).status_code == 409


def test_what_was_not_submitted_and_what_nobody_knows_differ_from_nothing(as_, ines, audit, scope):
    say(audit, scope, 1, "dont_know")
    begun = InvitationFactory(audit=audit, scopes=[scope])
    answered(begun, scope, submitted=False, baseline=4)

    assert places(page(as_(ines), audit)) == []


def test_the_queue_is_narrowed_to_a_scope_and_hostile_filters_narrow_nothing(
    as_, ines, audit, divided, billing
):
    say(audit, ScopeFactory(audit=audit, subject=billing.subject), 0, 4)
    client = as_(ines)

    assert places(page(client, audit, f"?scope={divided.pk}")) == [("Checkout", "baseline")]
    assert len(places(page(client, audit, "?scope=%27&page=x"))) == 2


def test_the_queue_costs_the_same_with_one_place_and_with_three(
    as_, ines, audit, divided, small, cost_of
):
    client, address = as_(ines), f"/audits/{audit.pk}/differences/"
    write(client, audit, divided, small.nodes.get(key="interviews"))
    one = cost_of(client, address)
    for _ in range(2):
        other = ScopeFactory(audit=audit)
        say(audit, other, 0, 4)
        say(audit, other, 0, 4, key="dashboards")
        write(client, audit, other, small.nodes.get(key="interviews"))

    assert cost_of(client, address) == one <= 20


def test_yes_and_no_differ_and_choices_without_an_order_do_not(as_, ines, small):
    version = framework_version(KINDS)
    audit = OpenAuditFactory(framework_version=version, owner=ines)
    scope = ScopeFactory(audit=audit)
    nodes = {node.key: node for node in version.nodes.questions()}
    for number, value in ((1, "a"), (0, "b")):
        invitation = InvitationFactory(audit=audit, person=PersonFactory(), scopes=[scope])
        answered(invitation, scope, remote=number)
        AnswerFactory(
            invitation=invitation, scope=scope, node=nodes["one"], number=None, chosen=[value]
        )

    response = page(as_(ines), audit)

    assert [key for _scope, key in places(response)] == ["one", "remote"]
    assert "1 level apart" in response.content.decode()


# Skip logic and My work ---------------------------------------------------------------------
BRANCHING = """
key: branching
title: Branching
minutes: 3
target: 3
scale: {min: 0, max: 4}
nodes:
  - key: talk
    title: Talking
    children:
      - key: meets
        type: boolean
        text: Do you meet customers?
      - key: often
        type: level
        text: How often?
        relevant: ${meets} = 1
        choices:
          - {value: 0, score: 0, name: Never}
          - {value: 2, score: 2, name: Now and then}
          - {value: 4, score: 4, name: Weekly}
"""


def test_what_was_said_before_a_question_was_hidden_differs_from_nothing(as_, ines):
    audit = OpenAuditFactory(framework_version=framework_version(BRANCHING), owner=ines)
    scope = ScopeFactory(audit=audit)
    for meets, often in ((1, 4), (1, 4), (0, 0)):
        answered(InvitationFactory(audit=audit, scopes=[scope]), scope, meets=meets, often=often)
    client = as_(ines)
    hidden = places(page(client, audit))
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, meets=1, often=0)

    assert "often" not in [key for _scope, key in hidden]
    assert "often" in [key for _scope, key in places(page(client, audit))]


def test_the_owner_is_asked_to_talk_about_what_waits_before_the_end(
    as_, ines, mia, audit, divided, node
):
    before = [tasks(ines), tasks(mia)]
    write(as_(mia), audit, divided, node)

    assert before == [["Talk about 1 difference"], []]
    assert tasks(ines) == []


def test_the_check_before_closing_names_what_nobody_talked_about(as_, mia, audit, divided, node):
    before = [concern.text for concern in concerns(audit)]
    write(as_(mia), audit, divided, node)

    told = "In 1 place people are far apart, and nothing was agreed upon."
    assert told in before
    assert told not in [concern.text for concern in concerns(audit)]


def tasks(person):
    asked = tasks_of(person, clock.today())
    assert count_of(person, clock.today()) == len(asked)
    return [task.title for task in asked if task.kind == "talk"]


def test_my_work_costs_the_same_for_one_audit_and_for_three(
    ines, audit, divided, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as one:
        tasks_of(ines, clock.today())
    for _ in range(2):
        other = OpenAuditFactory(framework_version=audit.framework_version, owner=ines)
        say(other, ScopeFactory(audit=other), 0, 4)

    with django_assert_max_num_queries(len(one)):
        assert len([t for t in tasks_of(ines, clock.today()) if t.kind == "talk"]) == 3
