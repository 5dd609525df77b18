import pytest
from django.test import Client

from audits.choices import InvitationState
from audits.models import Answer, Invitation
from productops.models import ChangeEntry, OutboxMessage
from teams.models import Person
from tests.factories.audits import InvitationFactory, answered, token_of
from tests.factories.teams import PersonFactory

pytestmark = pytest.mark.django_db


def hand_over(token, **given):
    fields = {"who": "else", "what": "all", "email": "", "name": "", "reason": ""}
    return Client().post(f"/a/{token}/hand-over/", fields | given)


def asked(invitation):
    rows = invitation.assignments.order_by("node__order")
    return list(rows.values_list("node__key", flat=True))


def part(scope, key):
    return f"{scope.pk}-{scope.audit.framework_version.nodes.get(key=key).pk}"


def test_all_goes_to_somebody_known(token, invitation, jonas):
    response = hand_over(token, email=jonas.email, reason="You run it 100 %")

    invitation.refresh_from_db()
    theirs = Invitation.objects.get(person=jonas)
    mail = OutboxMessage.objects.get()
    assert response.status_code == 302
    assert (invitation.state, invitation.handed_to) == (InvitationState.HANDED_OVER, theirs)
    assert (asked(invitation), asked(theirs)) == ([], ["all"])
    assert (mail.destination, mail.payload["link"]) == (jonas.email, theirs.link_id)
    assert "Rui Costa" in mail.payload["subject"]
    assert "You run it 100 %" in mail.payload["context"]["paragraphs"]
    assert ChangeEntry.objects.get(verb="handed_over").after["to"] == "Jonas Falk"


def test_the_page_says_to_whom_it_went(token, jonas):
    hand_over(token, email=jonas.email)

    text = Client().get(f"/a/{token}/").content.decode()
    assert "You handed this over to <strong>Jonas Falk</strong>" in text
    assert "Start" not in text
    assert Client().post(f"/a/{token}/start/").status_code == 302
    assert Invitation.objects.get(person__name="Rui Costa").state == InvitationState.HANDED_OVER


def test_one_section_goes_and_the_others_stay(token, invitation, scope, jonas):
    answered(invitation, scope, submitted=False, baseline=2, interviews=1)

    hand_over(token, email=jonas.email, what=part(scope, "discovery"))

    invitation.refresh_from_db()
    assert invitation.state != InvitationState.HANDED_OVER
    assert asked(invitation) == ["measurement"]
    assert asked(Invitation.objects.get(person=jonas)) == ["discovery"]
    assert [answer.node.key for answer in Answer.objects.all()] == ["baseline"]


def test_the_last_section_that_goes_ends_the_invitation(token, invitation, scope, jonas, mia):
    hand_over(token, email=jonas.email, what=part(scope, "discovery"))
    hand_over(token, email=mia.email, what="all")

    invitation.refresh_from_db()
    assert invitation.state == InvitationState.HANDED_OVER


def test_it_may_come_back_again_and_is_logged_each_time(token, invitation, jonas):
    hand_over(token, email=jonas.email)
    hand_over(token_of(Invitation.objects.get(person=jonas)), email="rui@halden.example")

    invitation.refresh_from_db()
    assert (invitation.state, invitation.handed_to) == (InvitationState.INVITED, None)
    assert asked(invitation) == ["all"]
    assert ChangeEntry.objects.filter(verb="handed_over").count() == 2


def test_a_new_address_at_the_domain_of_an_account_is_asked(token):
    response = hand_over(token, email="New.Person@halden.example", name="New Person")

    person = Person.objects.get(email="new.person@halden.example")
    assert response.status_code == 302
    assert (person.name, person.role, person.has_usable_password()) == ("New Person", "", False)


@pytest.mark.parametrize(
    "email",
    ["stranger@elsewhere.example", "x@halden.example.evil.example", "x@gmail.com", "nothing", ""],
)
def test_nobody_else_gets_mail_in_our_name(token, email):
    PersonFactory(email="boss@gmail.com", role="exec")
    people = Person.objects.count()

    response = hand_over(token, email=email)

    assert response.status_code == 422
    assert Person.objects.count() == people
    assert not OutboxMessage.objects.exists()


def test_somebody_who_left_cannot_be_named(token):
    left = PersonFactory(email="left@halden.example", is_active=False)

    assert hand_over(token, email=left.email).status_code == 422


def test_the_domain_of_a_mere_respondent_opens_nothing(token):
    PersonFactory(email="helper@agency.example", role="")

    assert hand_over(token, email="other@agency.example").status_code == 422
    assert hand_over(token, email="helper@agency.example").status_code == 302


def test_five_times_a_day_is_enough(audit, scope, rui, invitation, token, small):
    for number in range(5):
        invitation.assignments.get_or_create(scope=scope, node=small.root())
        assert hand_over(token, email=f"p{number}@halden.example").status_code == 302
    invitation.assignments.create(scope=scope, node=small.root())

    response = hand_over(token, email="p9@halden.example")

    assert response.status_code == 422
    assert "5 times today" in response.content.decode()
    assert OutboxMessage.objects.count() == 5


@pytest.mark.parametrize("email", ["rui@halden.example", "mia@halden.example"])
def test_neither_to_oneself_nor_to_somebody_who_is_done(token, audit, scope, mia, email):
    theirs = InvitationFactory(audit=audit, person=mia, scopes=[scope])
    answered(theirs, scope, baseline=2)

    assert hand_over(token, email=email).status_code == 422
    assert not OutboxMessage.objects.exists()


def test_people_of_the_same_scope_are_offered_by_name(token, audit, scope, mia, jonas):
    InvitationFactory(audit=audit, person=jonas, scopes=[scope])

    text = Client().get(f"/a/{token}/hand-over/").content.decode()

    assert "Jonas Falk" in text
    assert "Rui Costa</label>" not in text
    assert hand_over(token, who=str(jonas.pk)).status_code == 302


def test_opening_the_page_changes_nothing(token, invitation):
    Client().get(f"/a/{token}/hand-over/")

    assert asked(invitation) == ["all"]
    assert Client(enforce_csrf_checks=True).post(f"/a/{token}/hand-over/").status_code == 403


def test_who_has_which_section_is_said_where_it_is_split(token, scope, jonas):
    assert "Who has which section" not in Client().get(f"/a/{token}/").content.decode()

    hand_over(token, email=jonas.email, what=part(scope, "discovery"))

    text = Client().get(f"/a/{token}/").content.decode()
    assert "Jonas Falk" in text.split("Customer discovery")[1].split("</li>")[0]
    assert "0 of 2" in text.split("Measurement")[1].split("</li>")[0]


def test_names_of_an_anonymous_audit_stay_unsaid(token, audit, scope, jonas):
    audit.is_anonymous = True
    audit.save()
    hand_over(token, email=jonas.email, what=part(scope, "discovery"))

    text = Client().get(f"/a/{token}/").content.decode()
    assert "Somebody else" in text
    assert "Jonas Falk" not in text
