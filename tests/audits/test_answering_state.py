"""Whether somebody can answer, and one sentence why not, alike on link page and audit page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.answering_state import State, of_audit, of_invitation
from audits.models import Audit, Invitation
from productops import clock
from tests.factories.audits import InvitationFactory, token_of

pytestmark = pytest.mark.django_db


def fresh(invitation):
    related = ("audit", "link", "person", "handed_to__person")
    return Invitation.objects.select_related(*related).get(pk=invitation.pk)


CHANGES = {
    State.NOT_SENT: {"state": "draft", "opened_at": None},
    State.OVER: {"closes_on": clock.today() - timedelta(days=1)},
    State.CLOSED: {"state": "closed", "closed_at": timezone.now()},
    State.CANCELLED: {"deleted_at": timezone.now()},
    State.CAN: {},
}


@pytest.mark.parametrize("state", CHANGES)
def test_an_audit_says_whether_people_can_answer(audit, state):
    Audit.objects.filter(pk=audit.pk).update(**CHANGES[state])

    found = of_audit(Audit.with_trash.get(pk=audit.pk), timezone.now())

    assert found.state == state
    assert found.can_answer is (state == State.CAN)
    assert found.sentence.endswith(".")


def test_who_handed_over_is_told_to_whom(audit, scope, invitation, mia):
    theirs = InvitationFactory(audit=audit, person=mia, scopes=[scope])
    Invitation.objects.filter(pk=invitation.pk).update(state="handed_on", handed_to=theirs)

    found = of_invitation(fresh(invitation), timezone.now())

    assert found.state == State.HANDED_OVER
    assert "Mia Brandt" in found.sentence


def test_a_link_that_ends_on_submitting_and_one_that_just_ended_are_told_apart(invitation):
    now = timezone.now()
    invitation.link.revoke()
    ended = of_invitation(fresh(invitation), now).state
    Audit.objects.update(is_single_use=True)
    Invitation.objects.update(state="submitted", submitted_at=now)

    assert (ended, of_invitation(fresh(invitation), now).state) == (
        State.LINK_OVER,
        State.USED_UP,
    )


@pytest.mark.parametrize("state", [State.OVER, State.CLOSED])
def test_the_link_page_and_the_audit_page_say_the_same(client, as_, ines, invitation, state):
    Audit.objects.update(**CHANGES[state])
    sentence = of_audit(fresh(invitation).audit, timezone.now()).sentence

    link = client.get(f"/a/{token_of(invitation)}/")
    page = as_(ines).get(f"/audits/{invitation.audit_id}/invitations/")

    assert link.status_code == 410
    assert sentence in link.content.decode()
    assert sentence in page.content.decode()
