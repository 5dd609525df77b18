from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.models import Consensus
from audits.quality import concerns
from audits.refusals import NotNow
from audits.replies import read_reply
from productops import changelog
from productops.forms import Stale
from tests.factories.audits import InvitationFactory, ScopeFactory, answered

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def node(small):
    return small.nodes.get(key="baseline")


@pytest.fixture
def divided(audit, scope):
    """Three people who do not see Checkout alike."""
    for level in (1, 3, 3):
        invitation = InvitationFactory(audit=audit, scopes=[scope])
        answered(invitation, scope, baseline=level, dashboards=2)
    return scope


def agree(scope, node, by, level="2", **options):
    options = {"subject": scope.subject, "note": "", "now": timezone.now()} | options
    return actions.agree(scope=scope, node=node, content=read_reply(node, level), by=by, **options)


def test_what_is_agreed_stands_beside_the_answers_with_what_was_said_before(
    as_, ines, audit, divided, node
):
    agree(divided, node, ines, note="We measure since May")

    text = as_(ines).get(f"/audits/{audit.pk}/answers/").content.decode()

    assert "Agreed: 2, after talking on" in text
    assert "before: 1, 3, 3" in text
    assert "We measure since May" in text


def test_agreeing_anew_writes_over_and_is_logged_with_both(ines, audit, divided, node):
    agree(divided, node, ines)
    agree(divided, node, ines, level="3")

    newest = changelog.history_of(audit).first()
    assert Consensus.objects.get().number == 3
    assert (newest.verb, newest.before["answer"], newest.after["answer"]) == (
        "agreed",
        "Agreed",
        "Practised",
    )


def test_two_who_write_at_once_are_not_both_right(ines, mia, divided, node):
    agree(divided, node, ines)

    with pytest.raises(Stale):
        agree(divided, node, mia, level="4", known="")

    assert Consensus.objects.get().number == 2


def test_nothing_is_agreed_before_an_audit_opens_or_after_it_closes(ines, audit, divided, node):
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    draft = ScopeFactory(audit__framework_version=audit.framework_version)

    for scope in (divided, draft):
        with pytest.raises(NotNow):
            agree(scope, node, ines)


def test_what_was_agreed_is_taken_back_while_the_audit_is_open(ines, audit, divided, node):
    consensus = agree(divided, node, ines)

    actions.withdraw_consensus(consensus=consensus, by=ines)

    assert not Consensus.objects.exists()
    assert changelog.history_of(audit).first().before["answer"] == "Agreed"


def test_an_audit_that_was_answered_only_together_can_be_closed(ines, audit, scope, node):
    InvitationFactory(audit=audit, scopes=[scope])
    agree(scope, node, ines)

    weights = {concern.weight for concern in concerns(audit)}
    closed = actions.close_audit(audit=audit, by=ines, now=timezone.now())

    assert weights == {"warning"}
    assert closed.is_closed


def test_the_answers_cost_the_same_with_one_consensus_and_with_three(
    as_, ines, audit, divided, small, cost_of
):
    client, address = as_(ines), f"/audits/{audit.pk}/answers/"
    nodes = list(small.nodes.questions())
    agree(divided, nodes[0], ines)
    one = cost_of(client, address)
    other = ScopeFactory(audit=audit)
    answered(InvitationFactory(audit=audit, scopes=[other]), other, baseline=1)
    for node in nodes:
        agree(other, node, ines)

    assert cost_of(client, address) == one <= 20


# API ----------------------------------------------------------------------------------------
def sent(client, scope, /, **body):
    body = {"scope": scope.pk, "question": "baseline", "value": 2} | body
    return client.post("/api/v1/consensus/", body, content_type=JSON)


def test_a_consensus_is_written_read_and_taken_back_by_program(api, mia, divided):
    client = api(mia)

    made = sent(client, divided, note="Talked").json()
    listed = client.get(f"/api/v1/consensus/?scope={divided.pk}").json()
    gone = client.delete(f"/api/v1/consensus/{made['id']}/").status_code

    assert (made["number"], made["answer"], made["by"]) == (2, "Agreed", mia.email)
    assert listed["count"] == 1
    assert gone == 204


def test_an_older_edition_is_refused_by_the_api(api, ines, divided):
    client = api(ines)
    first = sent(client, divided).json()

    late = sent(client, divided, value=4, edition="")
    newer = sent(client, divided, value=4, edition=first["edition"])

    assert (late.status_code, newer.status_code) == (409, 201)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", 9),
        ("value", "dont_know"),
        ("value", None),
        ("question", "nothing"),
        ("scope", 0),
        ("scope", None),
        ("subject", "x"),
        ("state", "answered"),
        ("colour", "red"),
    ],
)
def test_the_api_refuses_hostile_consensus_naming_the_field(api, ines, divided, field, value):
    response = sent(api(ines), divided, **{field: value})

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not Consensus.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("olga", 201), ("mia", 201), ("jonas", 400), ("astrid", 403), ("rui", 403)]
)
def test_who_may_write_down_what_was_agreed(api, divided, who, status, request):
    assert sent(api(request.getfixturevalue(who)), divided).status_code == status


def test_a_closed_audit_takes_no_consensus_by_program(api, ines, audit, divided):
    actions.close_audit(audit=audit, by=ines, now=timezone.now() + timedelta(days=1))

    assert sent(api(ines), divided).status_code == 409
