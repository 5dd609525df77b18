"""What somebody is asked, to its end by program: submit, hand over."""

import pytest

from audits.models import Invitation
from tests.factories.audits import InvitationFactory, OpenAuditFactory, ScopeFactory, answered

pytestmark = pytest.mark.django_db
ALL = {"baseline": 2, "dashboards": 3, "interviews": 1}


@pytest.fixture
def mine(audit, scope, rui):
    return InvitationFactory(audit=audit, person=rui, scopes=[scope])


def post(client, invitation, verb, body=None):
    path = f"/api/v1/own-invitations/{invitation.pk}/{verb}/"
    return client.post(path, body or {}, content_type="application/json")


def fields(response):
    return [error["field"] for error in response.json()["errors"]]


def test_whoever_answered_all_submits(mine, scope, rui, api):
    answered(mine, scope, submitted=False, **ALL)

    response = post(api(rui), mine, "submit")

    assert response.status_code == 200, response.content
    shown = response.json()
    assert (shown["state"], shown["answered"], shown["asked"]) == ("submitted", 3, 3)
    mine.refresh_from_db()
    assert mine.is_submitted


def test_what_is_missing_is_named(mine, scope, rui, api):
    answered(mine, scope, submitted=False, baseline=2)

    response = post(api(rui), mine, "submit")

    assert response.status_code == 400
    assert "Question 2 has no answer yet." in response.content.decode()
    mine.refresh_from_db()
    assert not mine.is_submitted


def test_nothing_is_submitted_to_an_audit_that_is_over(mine, scope, rui, audit, api):
    answered(mine, scope, submitted=False, **ALL)
    audit.closes_on = "2020-01-31"
    audit.save()

    assert post(api(rui), mine, "submit").status_code == 409


@pytest.mark.parametrize("verb", ["submit", "hand-over"])
def test_nobody_speaks_for_somebody_else(verb, mine, ines, mia, api):
    for other in (ines, mia):
        assert post(api(other), mine, verb, {"email": ines.email}).status_code == 404
    mine.refresh_from_db()
    assert mine.state == "invited"


def test_each_finds_their_own_alone(mine, audit, scope, mia, ines, rui, api):
    InvitationFactory(audit=audit, person=mia, scopes=[scope])

    for person, number in ((rui, 1), (mia, 1), (ines, 0)):
        assert api(person).get("/api/v1/own-invitations/").json()["count"] == number


def test_all_of_it_is_handed_over(mine, rui, mia, api):
    response = post(api(rui), mine, "hand-over", {"email": mia.email, "reason": "You know it"})

    assert response.status_code == 200, response.content
    assert response.json()["state"] == "handed_on"
    assert Invitation.objects.get(person=mia).assignments.count() == 1
    assert post(api(rui), mine, "submit").status_code == 409


def test_one_section_is_handed_over_and_the_rest_stays(mine, scope, rui, mia, api):
    body = {"email": mia.email, "scope": scope.pk, "section": "discovery"}

    response = post(api(rui), mine, "hand-over", body)

    assert response.json()["asked"] == 2
    theirs = Invitation.objects.get(person=mia)
    assert [one.node.key for one in theirs.assignments.all()] == ["discovery"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "who"}, "email"),
        ({"email": "x@stranger.example"}, "email"),
        ({"email": "mia@halden.example", "section": "discovery"}, "scope"),
        ({"email": "mia@halden.example", "scope": 1}, "section"),
        ({"email": "mia@halden.example", "scope": 1, "section": "nothing"}, "section"),
        ({"email": "mia@halden.example", "scope": "x", "section": "discovery"}, "scope"),
        ({"email": "mia@halden.example", "reason": 7}, "reason"),
        ({"email": "mia@halden.example", "how": "fast"}, "how"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(body, field, mine, rui, mia, api):
    if body.get("email") == "mia@halden.example":
        body = body | {"email": mia.email}

    response = post(api(rui), mine, "hand-over", body)

    assert response.status_code == 400
    assert field in fields(response)
    assert mine.assignments.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(count, rui, ines, checkout, api, django_assert_max_num_queries):
    for _one in range(count):
        audit = OpenAuditFactory(owner=ines)
        scopes = [ScopeFactory(audit=audit, subject=checkout.subject)]
        InvitationFactory(audit=audit, person=rui, scopes=scopes)
    client = api(rui)
    client.get("/api/v1/own-invitations/")

    with django_assert_max_num_queries(9):
        found = client.get("/api/v1/own-invitations/").json()

    assert found["count"] == count
