"""Preparing: lists, who answers what, what repeats, and asking again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.models import Assignment, Audit, Repeat, sheet_of
from audits.pages.response import expected_response
from audits.refusals import NotNow
from productops import clock
from teams.models import Subject
from tests.factories.audits import (
    SMALL,
    AuditFactory,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)
from tests.factories.teams import PersonFactory, ProductFactory

pytestmark = pytest.mark.django_db
TODAY = {"closes_on": (clock.today() + timedelta(days=5)).isoformat(), "title": "Autumn"}
REPEATING = SMALL.replace("key: small", "key: repeating").replace(
    "  - key: discovery\n    title: Customer discovery\n",
    "  - key: discovery\n    title: Customer discovery\n    repeat: product\n",
)


def new(client, small, **fields):
    return client.post("/audits/new/", TODAY | {"framework_version": small.pk} | fields)


def looked_at():
    return sorted(Audit.objects.get().scopes.values_list("subject__name", flat=True))


def test_every_team_or_product_is_chosen_with_one_tick(
    as_, ines, small, checkout, billing, checkout_team
):
    ProductFactory(name="Gone", archived_at=timezone.now())

    new(as_(ines), small, every=["product", "team"])

    assert looked_at() == ["Billing", "Checkout", "Team Checkout"]


def test_a_list_is_pasted_from_a_spreadsheet(as_, ines, small, checkout, checkout_team):
    new(as_(ines), small, pasted="checkout\r\n\r\n  Team Checkout \n")

    assert looked_at() == ["Checkout", "Team Checkout"]


def test_a_line_that_names_nothing_or_several_is_refused_by_its_number(as_, ines, small, checkout):
    ProductFactory(name="Checkout", slug="other")

    response = new(as_(ines), small, pasted="Nothing\nCheckout\nproduct:other")

    errors = response.context["form"].errors["pasted"]
    assert response.status_code == 422
    assert [text[:7] for text in errors] == ["Line 1:", "Line 2:"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reminder_days", "soon"),
        ("reminder_days", "61"),
        ("reminder_days", "-1"),
        ("reminder_days", "1,2,3,4,5,6"),
        ("reminder_days", "1.5"),
        ("gap_rule", "all"),
        ("gap_level", "NaN"),
        ("pasted", "x" * 20_001),
        ("every", "tool"),
    ],
)
def test_hostile_settings_are_refused_at_their_field(as_, ines, small, checkout, field, value):
    response = new(as_(ines), small, **{"subjects": [checkout.subject_id], field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_the_settings_of_an_audit_are_kept(as_, ines, small, checkout):
    new(
        as_(ines),
        small,
        subjects=[checkout.subject_id],
        reminder_days="2, 7; 2",
        gap_rule="question",
        gap_level="1",
        is_single_use="on",
        carries_over="on",
    )

    audit = Audit.objects.get()
    assert (audit.reminder_days, audit.gap_rule, audit.gap_level) == ([7, 2], "question", 1)
    assert (audit.is_single_use, audit.carries_over, audit.is_anonymous) == (True, True, False)


def test_an_open_audit_keeps_its_privacy(audit, scope, ines):
    with pytest.raises(NotNow):
        actions.change_audit(audit=audit, fields={"is_anonymous": True}, by=ines, on=clock.today())

    actions.change_audit(audit=audit, fields={"reminder_days": [3]}, by=ines, on=clock.today())
    assert audit.reminder_days == [3]


def test_several_people_are_invited_by_a_list_of_addresses(as_, ines, audit, scope):
    people = [PersonFactory(role="") for _ in range(2)]
    addresses = "\n".join(person.email.upper() for person in people)
    client = as_(ines)
    address = f"/audits/{audit.pk}/invitations/new/"
    measurement = audit.framework_version.nodes.get(key="measurement")

    wrong = client.post(address, {"pasted": "nobody@x.example", "scopes": [scope.pk]})
    right = client.post(
        address, {"pasted": addresses, "scopes": [scope.pk], "sections": [measurement.pk]}
    )

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "Line 1" in wrong.context["form"].errors["pasted"][0]
    assert {one.person for one in audit.invitations.all()} == set(people)
    assert {one.node for one in Assignment.objects.all()} == {measurement}


# Who answers what ---------------------------------------------------------------------------
@pytest.fixture
def pair(invitation, scope):
    return invitation, scope


def boxes(invitation, scope, *sections):
    return {
        "row": [f"{invitation.pk}.{scope.pk}"],
        "box": [f"{invitation.pk}.{scope.pk}.{section.pk}" for section in sections],
    }


def held(invitation):
    return sorted(invitation.assignments.values_list("node__key", flat=True))


def test_a_person_answers_the_sections_that_are_ticked(as_, ines, audit, pair):
    invitation, scope = pair
    nodes = {node.key: node for node in audit.framework_version.nodes.sections()}
    client = as_(ines)

    client.post(f"/audits/{audit.pk}/assign/", boxes(invitation, scope, nodes["discovery"]))
    some = held(invitation)
    page = client.get(f"/audits/{audit.pk}/assign/").content.decode()
    client.post(
        f"/audits/{audit.pk}/assign/",
        boxes(invitation, scope, nodes["discovery"], nodes["measurement"]),
    )

    assert some == ["discovery"]
    assert "Nobody answers: Measurement" in page
    assert held(invitation) == ["all"]


def test_what_was_answered_is_not_taken_away(as_, ines, audit, pair):
    invitation, scope = pair
    answered(invitation, scope, submitted=False, baseline=1)
    discovery = audit.framework_version.nodes.get(key="discovery")

    response = as_(ines).post(f"/audits/{audit.pk}/assign/", boxes(invitation, scope, discovery))

    assert response.status_code == 409
    assert held(invitation) == ["all"]


def test_nobody_is_left_with_nothing_in_an_open_audit_but_leaves_a_draft(ines, small, pair, audit):
    invitation, scope = pair
    with pytest.raises(NotNow, match="nothing left"):
        actions.assign(audit=audit, wanted={(invitation.pk, scope.pk): []}, by=ines)

    draft = AuditFactory(framework_version=small)
    other = ScopeFactory(audit=draft)
    idle = InvitationFactory(audit=draft, scopes=[other])
    actions.assign(audit=draft, wanted={(idle.pk, other.pk): []}, by=ines)

    assert not draft.invitations.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"row": ["x"]},
        {"row": ["1.2.3"]},
        {"row": ["999999.999999"]},
        {"row": ["1.1"], "box": ["1.1.999999"]},
        {"row": ["-1.1"]},
        {"row": ["9" * 30 + ".1"]},
    ],
)
def test_hostile_boxes_change_nothing(as_, ines, audit, pair, sent):
    response = as_(ines).post(f"/audits/{audit.pk}/assign/", sent)

    assert response.status_code == 409
    assert held(pair[0]) == ["all"]


def test_everyone_in_a_role_answers_a_section(as_, ines, audit, scope, mia, rui):
    mias, ruis = (InvitationFactory(audit=audit, person=p, scopes=[scope]) for p in (mia, rui))
    nodes = {node.key: node for node in audit.framework_version.nodes.sections()}
    client = as_(ines)

    for section in ("measurement", "discovery"):
        client.post(
            f"/audits/{audit.pk}/assign/role/", {"role": "pm", "section": nodes[section].pk}
        )
        if section == "measurement":
            first = held(mias)
    wrong = client.post(f"/audits/{audit.pk}/assign/role/", {"role": "role:x", "section": "0"})

    assert (first, held(mias), held(ruis)) == (["measurement"], ["all"], ["all"])
    assert wrong.status_code == 422


def test_assignments_go_by_program(api, ines, mia, audit, pair):
    invitation, scope = pair
    address = f"/api/v1/audits/{audit.pk}/assignments/"
    body = {"invitation": invitation.pk, "scope": scope.pk, "sections": ["measurement"]}
    client = api(ines)

    told = client.post(address, {"assignments": [body]}, content_type="application/json")
    wrong = client.post(
        address, {"assignments": [body | {"sections": ["x"]}]}, content_type="application/json"
    )

    assert told.json() == {"assignments": [body]}
    assert wrong.status_code == 409
    assert api(mia).get(address).status_code == 403


@pytest.mark.parametrize("page", ["assign", "repeats", "invitations"])
def test_pages_of_preparing_cost_the_same_for_one_and_for_three(as_, ines, audit, cost_of, page):
    client, address = as_(ines), f"/audits/{audit.pk}/{page}/"
    InvitationFactory(audit=audit, scopes=[ScopeFactory(audit=audit)])
    one = cost_of(client, address)
    for _ in range(2):
        InvitationFactory(audit=audit, scopes=[ScopeFactory(audit=audit)])

    assert cost_of(client, address) == one <= 20


# Repeats ------------------------------------------------------------------------------------
@pytest.fixture
def repeating(ines, checkout, billing, checkout_team, rui):
    version = framework_version(REPEATING)
    draft = AuditFactory(framework_version=version, owner=ines)
    scopes = [ScopeFactory(audit=draft, subject=one.subject) for one in (checkout, checkout_team)]
    whole = ScopeFactory(audit=draft, subject=Subject.organisation())
    InvitationFactory(audit=draft, person=rui, scopes=[*scopes, whole])
    return draft


def asked_for(audit):
    rows = Repeat.objects.filter(scope__audit=audit)
    return sorted(rows.values_list("scope__subject__name", "subject__name"))


def test_opening_asks_for_what_belongs_to_each_scope(repeating, ines, rui):
    actions.open_audit(audit=repeating, by=ines, now=timezone.now())

    assert asked_for(repeating) == [
        ("Checkout", "Checkout"),
        ("Organisation", "Billing"),
        ("Organisation", "Checkout"),
        ("Team Checkout", "Checkout"),
    ]
    assert sheet_of(repeating.invitations.get()).total == 2 * 3 + 4


def test_what_was_trimmed_before_stays_trimmed(as_, repeating, ines, checkout):
    node = repeating.framework_version.nodes.get(key="discovery")
    whole = repeating.scopes.get(subject__kind="organisation")
    client, address = as_(ines), f"/audits/{repeating.pk}/repeats/"

    none = client.post(address, {"row": [f"{whole.pk}.{node.pk}"]})
    client.post(
        address,
        {
            "row": [f"{whole.pk}.{node.pk}"],
            "box": [f"{whole.pk}.{node.pk}.{checkout.subject_id}"],
        },
    )
    actions.open_audit(audit=repeating, by=ines, now=timezone.now())
    late = client.post(address, {"row": [f"{whole.pk}.{node.pk}"]})

    assert none.status_code == late.status_code == 409
    assert ("Organisation", "Billing") not in asked_for(repeating)
    assert ("Team Checkout", "Checkout") in asked_for(repeating)


def test_repeats_go_by_program(api, ines, repeating, checkout):
    address = f"/api/v1/audits/{repeating.pk}/repeats/"
    client = api(ines)
    proposed = client.get(address).json()["repeats"]
    body = proposed[0] | {"subjects": [checkout.subject_id]}

    told = client.post(address, {"repeats": [body]}, content_type="application/json")

    assert len(proposed) == 3
    assert body in told.json()["repeats"]


# Asking again -------------------------------------------------------------------------------
@pytest.fixture
def closed(audit, scope, mia, rui, ines):
    for person in (mia, rui):
        answered(InvitationFactory(audit=audit, person=person, scopes=[scope]), scope, baseline=1)
    return actions.close_audit(audit=audit, by=ines, now=timezone.now())


def test_asking_again_takes_over_who_is_still_there_and_what_they_answer(
    as_, closed, ines, mia, rui
):
    section = closed.framework_version.nodes.get(key="measurement")
    Assignment.objects.filter(invitation__person=mia).update(node=section)
    type(rui).objects.filter(pk=rui.pk).update(is_active=False)
    client = as_(ines)

    page = client.get(f"/audits/{closed.pk}/again/").content.decode()
    client.post(f"/audits/{closed.pk}/again/", TODAY)

    made = closed.clones.get()
    assert "Rui Costa" in page
    assert (made.state, made.carries_over, made.title) == ("draft", True, "Autumn")
    assert [one.person for one in made.invitations.all()] == [mia]
    assert held(made.invitations.get()) == ["measurement"]
    assert [scope.subject.name for scope in made.scopes.all()] == ["Checkout"]


def test_asking_again_tells_which_questions_differ_and_takes_the_newest(as_, closed, ines):
    framework_version(
        SMALL.replace("How often do you", "How seldom do you").replace(
            "key: dashboards", "key: boards"
        )
    )
    client = as_(ines)

    page = client.get(f"/audits/{closed.pk}/again/").context["difference"]
    client.post(f"/audits/{closed.pk}/again/", TODAY)

    keys = [[node.key for node in rows] for rows in (page.new, page.changed, page.removed)]
    assert keys == [["boards"], ["interviews"], ["dashboards"]]
    assert closed.clones.get().framework_version.number == 2


def test_an_anonymous_audit_is_asked_again_without_answers(small, ines, scope, audit):
    Audit.objects.filter(pk=audit.pk).update(is_anonymous=True)
    audit.refresh_from_db()
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    made = actions.ask_again(audit=audit, title="X", closes_on=clock.today(), by=ines)

    assert (made.is_anonymous, made.carries_over) == (True, False)


def test_only_a_closed_audit_is_asked_again(api, as_, ines, audit, mia):
    body = TODAY

    assert as_(ines).post(f"/audits/{audit.pk}/again/", body).status_code == 409
    told = api(ines).post(
        f"/api/v1/audits/{audit.pk}/clone/", body, content_type="application/json"
    )
    assert told.status_code == 409


def test_an_audit_is_asked_again_by_program(api, ines, mia, closed):
    address = f"/api/v1/audits/{closed.pk}/clone/"

    made = api(ines).post(address, TODAY, content_type="application/json")
    refused = api(mia).post(address, TODAY, content_type="application/json")

    assert (made.status_code, made.json()["cloned_from"]) == (201, closed.pk)
    assert refused.status_code == 403


def test_the_live_part_is_a_fragment_for_htmx_and_the_page_without(as_, ines, audit, scope):
    InvitationFactory(audit=audit, scopes=[scope])
    client, address = as_(ines), f"/audits/{audit.pk}/invitations/response/"

    plain = client.get(address)
    live = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert plain.url == f"/audits/{audit.pk}/invitations/"
    assert live.strip().startswith('<div id="response"')
    assert "<html" not in live


def test_the_expected_response_follows_the_pace(small, ines):
    now = timezone.now()
    audit = OpenAuditFactory(
        framework_version=small,
        opened_at=now - timedelta(days=5),
        closes_on=clock.day_of(now) + timedelta(days=5),
    )

    day = clock.day_of(now)
    assert [expected_response(audit, n, 10, day) for n in (0, 2, 9)] == [None, 4, 10]


def test_chosen_people_are_taken_away_together_or_not_at_all(as_, ines, audit, scope):
    one = InvitationFactory(audit=audit, scopes=[scope])
    two = InvitationFactory(audit=audit, scopes=[scope])
    answered(two, scope, submitted=False, baseline=1)
    client, address = as_(ines), f"/audits/{audit.pk}/invitations/choose/"

    both = client.post(address, {"then": "withdraw", "invitation": [one.pk, two.pk]})
    still = audit.invitations.count()
    client.post(address, {"then": "withdraw", "invitation": [one.pk]})

    assert (both.status_code, still) == (409, 2)
    assert list(audit.invitations.all()) == [two]
