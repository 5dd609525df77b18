from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.models import Audit, Invitation
from audits.refusals import NotNow
from productops import clock
from productops.models import Link, OutboxMessage
from tests.factories.audits import (
    AuditFactory,
    InvitationFactory,
    ScopeFactory,
    answered,
    token_of,
)
from tests.factories.teams import MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(small, ines, checkout, checkout_team, mia, rui):
    """A draft that looks at Checkout (Mia answers for it) and its team (Rui is in it)."""
    MembershipFactory(person=rui, team=checkout_team, from_on=clock.today() - timedelta(days=9))
    return actions.create_audit(
        framework_version=small,
        title="Product practice, autumn",
        closes_on=clock.today() + timedelta(days=10),
        subjects=[checkout.subject, checkout_team.subject],
        by=ines,
        on=clock.today(),
    )


def asked(audit):
    rows = audit.invitations.values_list("person__name", "assignments__scope__subject__name")
    return sorted(rows)


def test_a_new_audit_asks_who_answers_for_a_product_and_who_is_in_a_team(draft):
    assert asked(draft) == [("Mia Brandt", "Checkout"), ("Rui Costa", "Team Checkout")]
    assert not OutboxMessage.objects.exists()


def test_somebody_who_left_the_team_is_not_asked(draft, checkout_team):
    gone = MembershipFactory(
        team=checkout_team,
        from_on=clock.today() - timedelta(days=90),
        until_on=clock.today() - timedelta(days=1),
    )

    assert gone.person.pk not in {
        person for _s, person in actions.people_of([checkout_team.subject_id], clock.today())
    }


def test_the_form_prepares_a_draft_and_leads_to_the_people(as_, ines, small, checkout, mia):
    response = as_(ines).post(
        "/audits/new/",
        {
            "framework_version": small.pk,
            "title": "Autumn",
            "subjects": [checkout.subject_id],
            "closes_on": (clock.today() + timedelta(days=5)).isoformat(),
        },
    )

    audit = Audit.objects.get()
    assert response.url == f"/audits/{audit.pk}/invitations/"
    assert asked(audit) == [("Mia Brandt", "Checkout")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("title", "a\x0bb"),
        ("closes_on", "2020-01-01"),
        ("closes_on", "9999-12-31"),
        ("closes_on", "soon"),
        ("closes_on", "0000-00-00"),
        ("subjects", ["0"]),
        ("subjects", ["x' OR 1=1"]),
        ("subjects", []),
        ("framework_version", "999999999999999999999999"),
        ("intro", "x" * 2_001),
    ],
)
def test_the_form_refuses_hostile_input_naming_the_field(as_, ines, small, checkout, field, value):
    sent = {
        "framework_version": small.pk,
        "title": "Autumn",
        "subjects": [checkout.subject_id],
        "closes_on": (clock.today() + timedelta(days=5)).isoformat(),
    }

    response = as_(ines).post("/audits/new/", sent | {field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Audit.objects.exists()


def test_sending_mails_each_person_one_link_of_their_own(draft, ines):
    actions.send_invitations(audit=draft, by=ines, now=timezone.now())

    mails = OutboxMessage.objects.order_by("destination")
    assert [mail.destination for mail in mails] == ["mia@halden.example", "rui@halden.example"]
    assert len({mail.payload["link"] for mail in mails}) == 2
    subject = mails[0].payload["subject"]
    assert subject.startswith("Product practice, autumn: 3 questions, 3 minutes, until ")
    assert "with your name" in " ".join(mails[0].payload["context"]["closing"])


def test_no_raw_token_stands_in_the_database(draft, ines):
    actions.send_invitations(audit=draft, by=ines, now=timezone.now())

    token = token_of(draft.invitations.first())
    stored = [
        str(row) for model in (OutboxMessage, Link, Invitation) for row in model.objects.values()
    ]
    assert not any(token in row for row in stored)


def test_sending_twice_is_refused(as_, ines, draft):
    client = as_(ines)

    first = client.post(f"/audits/{draft.pk}/send/")
    second = client.post(f"/audits/{draft.pk}/send/")

    assert (first.status_code, second.status_code) == (302, 409)
    assert OutboxMessage.objects.count() == 2


def test_an_audit_without_people_cannot_be_sent(small, ines):
    audit = AuditFactory(framework_version=small)

    with pytest.raises(NotNow, match="Nobody is invited"):
        actions.send_invitations(audit=audit, by=ines, now=timezone.now())


def test_reminding_mails_only_who_is_missing_and_once_a_day(draft, ines, rui):
    now = timezone.now()
    actions.send_invitations(audit=draft, by=ines, now=now)
    scope = draft.scopes.get(subject__key="team-checkout")
    answered(draft.invitations.get(person=rui), scope, baseline=2)

    counts = [
        actions.remind(audit=draft, by=ines, now=moment).mails
        for moment in (now, now, now + timedelta(days=1))
    ]

    reminders = OutboxMessage.objects.filter(once__startswith="audit-reminder")
    assert counts == [1, 0, 1]
    assert {mail.destination for mail in reminders} == {"mia@halden.example"}
    assert reminders.count() == 2


def test_a_reminder_carries_the_same_link_as_the_invitation(draft, ines):
    actions.send_invitations(audit=draft, by=ines, now=timezone.now())
    actions.remind(audit=draft, by=ines, now=timezone.now())

    links_of_mia = OutboxMessage.objects.filter(destination="mia@halden.example")
    assert len({mail.payload["link"] for mail in links_of_mia}) == 1


def test_somebody_added_later_is_mailed_at_once(as_, draft, ines):
    actions.send_invitations(audit=draft, by=ines, now=timezone.now())
    late = PersonFactory(email="late@halden.example", role="")

    response = as_(ines).post(
        f"/audits/{draft.pk}/invitations/new/",
        {"person": late.pk, "scopes": [draft.scopes.first().pk]},
    )

    assert response.status_code == 302
    assert OutboxMessage.objects.filter(destination="late@halden.example").count() == 1


def test_an_invitation_is_withdrawn_unless_there_are_answers(as_, draft, ines, mia, rui):
    actions.send_invitations(audit=draft, by=ines, now=timezone.now())
    mias, ruis = draft.invitations.get(person=mia), draft.invitations.get(person=rui)
    answered(ruis, draft.scopes.get(subject__key="team-checkout"), submitted=False, baseline=1)
    token = token_of(mias)
    client = as_(ines)

    statuses = [
        client.post(f"/audits/invitations/{one.pk}/withdraw/").status_code for one in (mias, ruis)
    ]

    assert statuses == [302, 409]
    assert (
        client.get(f"/a/{token}/").status_code == 404
        or client.get(f"/a/{token}/").status_code == 410
    )
    assert list(draft.invitations.all()) == [ruis]


def test_moving_the_last_day_moves_the_links(as_, draft, ines):
    actions.send_invitations(audit=draft, by=ines, now=timezone.now())
    later = clock.today() + timedelta(days=30)

    as_(ines).post(
        f"/audits/{draft.pk}/edit/",
        {"title": "New", "closes_on": later.isoformat(), "version": draft.version},
    )

    draft.refresh_from_db()
    link = draft.invitations.first().link
    assert draft.title == "New"
    assert link.expires_at == draft.ends_at == clock.start_of(later + timedelta(days=1))


def test_a_stale_edit_shows_both_and_overwrites_nothing(as_, draft, ines):
    Audit.objects.filter(pk=draft.pk).update(version=draft.version + 1, title="Hers")

    response = as_(ines).post(
        f"/audits/{draft.pk}/edit/",
        {
            "title": "Mine",
            "closes_on": draft.closes_on.isoformat(),
            "framework_version": draft.framework_version_id,
            "subjects": list(draft.scopes.values_list("subject", flat=True)),
            "version": draft.version,
        },
    )

    draft.refresh_from_db()
    text = response.content.decode()
    assert response.status_code == 409
    assert "Mine" in text
    assert "Hers" in text
    assert draft.title == "Hers"


def test_a_draft_keeps_who_was_added_when_its_scopes_change(draft, ines, billing, jonas, checkout):
    actions.change_audit(
        audit=draft,
        fields={"title": "Other"},
        subjects=[checkout.subject, billing.subject],
        by=ines,
        on=clock.today(),
    )

    assert asked(draft) == [("Jonas Falk", "Billing"), ("Mia Brandt", "Checkout")]


def test_deleting_puts_an_audit_into_the_trash_with_undo(as_, draft, ines):
    client = as_(ines)

    client.post(f"/audits/{draft.pk}/delete/")
    gone = client.get(f"/audits/{draft.pk}/").status_code
    client.post(f"/trash/audits.audit/{draft.pk}/restore/")

    assert gone == 404
    assert client.get(f"/audits/{draft.pk}/").status_code == 200


def test_a_person_who_answers_for_two_things_answers_both(small, ines, checkout, billing, client):
    audit = AuditFactory(framework_version=small, state="open", opened_at=timezone.now())
    scopes = [ScopeFactory(audit=audit, subject=one.subject) for one in (billing, checkout)]
    token = token_of(InvitationFactory(audit=audit, scopes=scopes))
    client.post(f"/a/{token}/start/")

    text = client.get(f"/a/{token}/q/4/").content.decode()

    assert "Question 4 of 6" in text
    assert "Checkout · Measurement" in text
    assert "Billing and Checkout" in client.get(f"/a/{token}/").content.decode()
