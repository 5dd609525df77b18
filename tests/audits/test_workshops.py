import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from audits import actions
from audits.models import Consensus, Participant, Vote, Workshop
from productops import links
from productops.models import OutboxMessage
from tests.factories.audits import InvitationFactory, answered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried():
    """Nobody has tried anything yet."""
    cache.clear()


@pytest.fixture
def divided(audit, scope):
    """Three people who see two questions about Checkout differently."""
    for low, high in ((1, 0), (3, 4), (4, 4)):
        invitation = InvitationFactory(audit=audit, scopes=[scope])
        answered(invitation, scope, baseline=low, interviews=high, dashboards=2)
    return scope


@pytest.fixture
def workshop(as_, ines, divided):
    as_(ines).post(f"/audits/scopes/{divided.pk}/workshop/")
    return Workshop.objects.get()


class Screen:
    """The facilitator's browser."""

    def __init__(self, client, workshop):
        self.client, self.workshop = client, workshop

    @property
    def text(self) -> str:
        return self.client.get(f"/audits/workshops/{self.workshop.pk}/").content.decode()

    def press(self, verb, /, **fields):
        self.workshop.refresh_from_db()
        body = {"edition": self.workshop.edition} | fields
        return self.client.post(f"/audits/workshops/{self.workshop.pk}/{verb}/", body)

    def votes(self, seen=""):
        address = f"/audits/workshops/{self.workshop.pk}/votes/?seen={seen}"
        return self.client.get(address, headers={"hx-request": "true"})


class Phone:
    """A phone that has scanned the code."""

    def __init__(self, workshop, name=None):
        self.client, self.workshop = Client(), workshop
        self.way = f"/w/{links.token_of(workshop.link)}/"
        if name is not None:
            self.client.post(self.way, {"name": name})

    @property
    def text(self) -> str:
        return self.client.get(self.way).content.decode()

    def tap(self, answer, **fields):
        self.workshop.refresh_from_db()
        stands = {
            "node": self.workshop.node_id,
            "subject": self.workshop.subject_id,
            "round": self.workshop.round,
            "answer": answer,
        }
        return self.client.post(f"{self.way}vote/", stands | fields)

    def now(self, seen=""):
        return self.client.get(f"{self.way}now/?seen={seen}", headers={"hx-request": "true"})


@pytest.fixture
def screen(as_, ines, workshop):
    return Screen(as_(ines), workshop)


def phones(workshop, *votes, names=("Ana", "Ben", "Cem", "Dana", "Ema")):
    joined = [Phone(workshop, name) for name, _vote in zip(names, votes, strict=False)]
    for phone, vote in zip(joined, votes, strict=True):
        if vote is not None:
            phone.tap(vote)
    return joined


# The way through ----------------------------------------------------------------------------
def test_a_workshop_takes_up_the_differences_most_divided_first(workshop, divided):
    keys = {node.pk: node.key for node in divided.audit.framework_version.nodes.questions()}

    assert [keys[node] for node, _subject in workshop.places] == ["baseline", "interviews"]
    assert keys[workshop.node_id] == "baseline"


def test_a_workshop_about_all_questions_takes_them_in_order(as_, ines, scope):
    as_(ines).post(f"/audits/scopes/{scope.pk}/workshop/", {"about": "all"})

    assert len(Workshop.objects.get().places) == 3


def test_from_votes_to_consensus_and_minutes(screen, workshop, audit, mia):
    audit.owner = mia
    audit.save()
    phones(workshop, "1", "2", "4")

    before = screen.text
    screen.press("reveal")
    after = screen.text
    screen.press("again")
    for vote in Vote.objects.filter(round=1):
        actions.vote(
            participant=vote.participant,
            place=(vote.node_id, vote.subject_id),
            round=2,
            content={"state": "answered", "number": 2.0, "chosen": []},
            now=timezone.now(),
        )
    screen.press("reveal")
    screen.press("agree", answer="2", note="Since May")
    screen.press("next")
    last = screen.text
    screen.press("end")

    assert ("Ana" in before, "Reveal" in before) == (False, True)
    assert "3 from 1 to 4, middle 2" in after
    assert re.search(r"Ana.*Cem", after, re.DOTALL)
    consensus = Consensus.objects.get()
    assert (consensus.number, consensus.note) == (2, "Since May")
    assert "That was the last question" in last
    assert "<b>1</b> agreed, <b>1</b> changed, <b>1</b> open" in last
    mails = OutboxMessage.objects.filter(payload__subject__startswith="Workshop about Checkout")
    assert set(mails.values_list("destination", flat=True)) == {
        "ines@halden.example",
        "mia@halden.example",
    }


def test_the_former_round_is_shown_faintly_while_the_next_is_voted_on(screen, workshop):
    phones(workshop, "1", "4")
    screen.press("reveal")

    screen.press("again")

    assert "Rings: the round before" in screen.text
    assert screen.text.count('class="c-ex"') == 2


def test_agreeing_begins_with_the_median_of_the_votes(screen, workshop):
    phones(workshop, "0", "1", "4", "4")
    screen.press("reveal")

    assert re.search(r'value="1" checked', screen.text)


def test_a_skipped_question_can_be_taken_up_again(screen, workshop):
    first = workshop.place
    screen.press("next")
    node, subject = first

    screen.press("go", node=node, subject=subject)

    workshop.refresh_from_db()
    assert workshop.place == first


def test_a_question_of_another_workshop_is_not_taken_up(screen, workshop, small):
    stray = small.nodes.get(key="dashboards")

    response = screen.press("go", node=stray.pk, subject=workshop.subject_id)

    assert response.status_code == 409


# What nobody may see ------------------------------------------------------------------------
def test_votes_are_in_no_page_poll_or_api_before_they_are_revealed(screen, workshop, api, ines):
    _voter, other = phones(workshop, "4", None)
    program = api(ines)

    def told():
        texts = (
            screen.text,
            screen.votes().content.decode(),
            other.text,
            other.now().content.decode(),
            program.get(f"/api/v1/workshops/{workshop.pk}/").content.decode(),
        )
        # Masked tokens against forgery differ from page to page.
        return [re.sub(r'[A-Za-z0-9]{64}|nonce="[^"]*"', "", text) for text in texts]

    before = told()
    Vote.objects.update(number=1)

    assert told() == before
    assert "1 of 2" in re.sub("</?b>", "", before[0])


def test_votes_that_were_never_shown_are_forgotten(screen, workshop):
    first = workshop.place
    phones(workshop, "4")

    screen.press("next")
    screen.press("go", node=first[0], subject=first[1])

    assert not Vote.objects.exists()


def test_an_anonymous_audit_keeps_no_names_and_reveals_from_five_votes(screen, workshop, audit):
    audit.is_anonymous = True
    audit.save()
    four = phones(workshop, "1", "2", "3", "4")
    early = screen.press("reveal")
    Phone(workshop, "Ema").tap("4")

    screen.press("reveal")

    assert early.status_code == 409
    assert "votes are shown from 5 on" in early.content.decode()
    assert set(Participant.objects.values_list("name", flat=True)) == {""}
    assert "Ana" not in screen.text
    assert "5 from 1 to 4" in screen.text
    assert 'name="name"' not in Phone(workshop).text
    assert "Ana" not in four[0].text


# Phones -------------------------------------------------------------------------------------
def test_opening_the_link_changes_nothing(workshop):
    Phone(workshop).client.get(Phone(workshop).way)

    assert not Participant.objects.exists()


def test_a_phone_joins_votes_and_changes_its_vote_until_all_are_shown(screen, workshop):
    phone = Phone(workshop, "Ana")

    phone.tap("1")
    phone.tap("3")
    screen.press("reveal")
    late = phone.tap("4")

    assert late.status_code == 409
    assert Vote.objects.get().number == 3


def test_a_phone_is_who_it_was_after_a_reload_and_may_have_no_name(workshop):
    phone = Phone(workshop, "")
    phone.tap("2")

    again = phone.text

    assert Participant.objects.get().name == ""
    assert re.search(r'value="2" aria-pressed="true"', again)


def test_two_phones_of_one_name_are_two(workshop):
    phones(workshop, "1", "4", names=("Ana", "Ana"))

    assert Vote.objects.count() == 2


def test_the_cookie_is_kept_only_as_a_digest(workshop):
    phone = Phone(workshop, "Ana")

    held = phone.client.cookies["workshop"]

    assert held.value not in Participant.objects.get().mark
    assert (held["httponly"], held["path"]) == (True, phone.way)


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "9"},
        {"answer": ""},
        {"answer": "<b>"},
        {"node": "x"},
        {"node": 9**20},
        {"subject": 0},
        {"round": ""},
    ],
)
def test_hostile_votes_are_refused(workshop, fields):
    phone = Phone(workshop, "Ana")

    response = phone.tap("1", **fields) if "answer" not in fields else phone.tap(**fields)

    assert response.status_code in (409, 422)
    assert not Vote.objects.exists()


def test_a_vote_for_the_question_before_is_not_counted_for_this_one(screen, workshop):
    phone = Phone(workshop, "Ana")
    stands = {"node": workshop.node_id, "subject": workshop.subject_id}
    screen.press("next")

    response = phone.tap("1", **stands)

    assert response.status_code == 409
    assert not Vote.objects.exists()


def test_without_having_joined_nobody_votes(workshop):
    response = Phone(workshop).tap("1")

    assert response.status_code == 302
    assert not Vote.objects.exists()


def test_a_cookie_of_somebody_elses_making_is_nobodys(workshop):
    stranger = Phone(workshop)
    stranger.client.cookies["workshop"] = "0" * 32

    assert stranger.tap("1").status_code == 302
    assert "Join" in stranger.text


def test_a_workshop_takes_two_hundred_phones_and_no_more(workshop):
    now = timezone.now()
    Participant.objects.bulk_create(
        Participant(workshop=workshop, mark=str(n), joined_at=now) for n in range(200)
    )

    response = Phone(workshop).client.post(Phone(workshop).way, {"name": "Late"})

    assert response.status_code == 409
    assert Participant.objects.count() == 200


def test_who_joins_or_votes_too_often_is_slowed_down(workshop, monkeypatch):
    monkeypatch.setattr("audits.views.phones.JOINS", {"most": 1, "seconds": 60})
    monkeypatch.setattr("audits.views.phones.VOTES", {"most": 1, "seconds": 60})
    phone = Phone(workshop, "Ana")

    joined = Phone(workshop).client.post(phone.way, {"name": "Ben"})
    votes = [phone.tap("1").status_code, phone.tap("2").status_code]

    assert joined.status_code == 429
    assert votes == [302, 429]


def test_the_code_on_the_screen_leads_to_the_same_page(workshop):
    code = links.code_of(workshop.link)

    response = Client().get(f"/w/{code.lower()}/")

    assert response.url == Phone(workshop).way
    assert Client().get("/w/222222/").status_code == 404


def test_codes_are_not_to_be_guessed(workshop, monkeypatch):
    monkeypatch.setattr("audits.views.phones.CODES", {"most": 2, "seconds": 60})

    statuses = [Client().get(f"/w/22222{n}/").status_code for n in range(2, 6)]

    assert statuses == [404, 404, 429, 429]


def test_the_poll_of_a_phone_says_nothing_until_something_changed(screen, workshop):
    phone = Phone(workshop, "Ana")

    same = phone.now(seen=workshop.edition)
    screen.press("next")
    other = phone.now(seen=workshop.edition)

    assert same.status_code == 204
    assert "How often do you talk to customers?" in other.content.decode()
    assert "<html" not in other.content.decode()


def test_polls_are_cheap(screen, workshop, django_assert_max_num_queries):
    phone = phones(workshop, "1", "2", "3")[0]
    seen = re.search(r"seen=([\d.]+)", screen.text)[1]

    with django_assert_max_num_queries(2):
        phone.now(seen=workshop.edition)
    with django_assert_max_num_queries(6):
        assert screen.votes(seen).status_code == 204


# The end ------------------------------------------------------------------------------------
def test_after_the_end_links_are_over_and_polls_lead_to_that_page(screen, workshop):
    phone = Phone(workshop, "Ana")

    screen.press("end")

    assert phone.client.get(phone.way).status_code == 410
    assert phone.now()["HX-Refresh"] == "true"
    assert screen.votes()["HX-Refresh"] == "true"
    assert "This workshop is over" in screen.text


def test_an_audit_that_closes_meanwhile_ends_the_workshop(screen, workshop, audit, ines):
    phone = Phone(workshop, "Ana")

    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    assert phone.client.get(phone.way).status_code == 410
    assert phone.tap("1").status_code == 410
    assert screen.press("reveal").status_code == 409
    assert "This workshop is over" in screen.text


# Who leads ----------------------------------------------------------------------------------
def test_two_facilitators_are_not_both_right(screen, workshop, as_, mia):
    other = Screen(as_(mia), workshop)
    phones(workshop, "1", "4")
    edition = workshop.edition

    first = screen.press("reveal", edition=edition)
    second = other.press("next", edition=edition)

    workshop.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert workshop.is_revealed
    assert "Somebody else led on meanwhile" in second.content.decode()


@pytest.mark.parametrize("edition", ["", "x", "-1", "9" * 30])
def test_a_step_without_its_edition_is_refused(screen, workshop, edition):
    assert screen.press("next", edition=edition).status_code in (409, 422)


def test_an_agreement_that_does_not_stand_there_is_refused_beside_the_field(screen, workshop):
    phones(workshop, "1", "4")
    screen.press("reveal")

    response = screen.press("agree", answer="7")

    assert response.status_code == 422
    assert not Consensus.objects.exists()


def test_nothing_is_revealed_before_somebody_voted(screen, workshop):
    assert screen.press("reveal").status_code == 409


def test_a_second_start_leads_to_the_workshop_that_runs(as_, mia, workshop, divided):
    response = as_(mia).post(f"/audits/scopes/{divided.pk}/workshop/")

    assert response.url == workshop.get_absolute_url()
    assert Workshop.objects.count() == 1


def test_without_differences_there_is_nothing_to_start(as_, ines, scope):
    assert as_(ines).post(f"/audits/scopes/{scope.pk}/workshop/").status_code == 409


@pytest.mark.parametrize(
    ("who", "status"),
    [("olga", 200), ("mia", 200), ("jonas", 404), ("astrid", 403), ("rui", 403)],
)
def test_who_may_lead(as_, workshop, who, status, request):
    client = as_(request.getfixturevalue(who))

    assert client.get(f"/audits/workshops/{workshop.pk}/").status_code == status


@pytest.mark.parametrize("is_revealed", [False, True])
def test_the_screen_costs_the_same_with_two_phones_and_with_five(
    screen, workshop, cost_of, is_revealed
):
    address = f"/audits/workshops/{workshop.pk}/"
    phones(workshop, "1", "4")
    if is_revealed:
        screen.press("reveal")
    few = cost_of(screen.client, address)
    if is_revealed:
        screen.press("again")
    phones(workshop, "1", "2", "3")
    if is_revealed:
        screen.press("reveal")
        few += 1  # the round before

    assert cost_of(screen.client, address) <= few <= 20


# API ----------------------------------------------------------------------------------------
def call(client, path, **body):
    return client.post(f"/api/v1/{path}/", body, content_type="application/json")


def test_a_workshop_is_led_by_program(api, mia, divided):
    client = api(mia)
    made = call(client, "workshops", scope=divided.pk).json()
    workshop = Workshop.objects.get()
    phones(workshop, "1", "2")
    way = f"workshops/{made['id']}"

    hidden = client.get(f"/api/v1/{way}/").json()
    shown = call(client, f"{way}/reveal", edition=1).json()
    again = call(client, f"{way}/vote-again", edition=2).json()
    agreed = call(client, f"{way}/agree", edition=3, value=2, note="Talked").json()
    skipped = call(client, f"{way}/next", edition=4).json()
    late = call(client, f"{way}/reveal", edition=4)
    ended = call(client, f"{way}/end", edition=5).json()

    assert made["link"].endswith(f"/w/{links.token_of(workshop.link)}/")
    assert (hidden["participants"], hidden["votes"], hidden["spread"]) == (2, 2, None)
    assert [one["votes"] for one in shown["spread"]] == [0, 1, 1, 0, 0]
    assert (again["round"], again["votes"]) == (2, 0)
    assert (agreed["question"], skipped["question"]) == ("interviews", None)
    assert Consensus.objects.get().number == 2
    assert late.status_code == 409
    assert (ended["ended_at"] is None, ended["link"]) == (False, "")


@pytest.mark.parametrize(
    ("who", "status"), [("olga", 201), ("mia", 201), ("jonas", 400), ("astrid", 403), ("rui", 403)]
)
def test_who_may_start_by_program(api, divided, who, status, request):
    response = call(api(request.getfixturevalue(who)), "workshops", scope=divided.pk)

    assert response.status_code == status


@pytest.mark.parametrize(
    ("field", "value"),
    [("edition", None), ("edition", "x"), ("value", 9), ("value", "dont_know"), ("colour", "red")],
)
def test_hostile_steps_are_refused_naming_the_field(api, ines, workshop, field, value):
    body = {"edition": 1, "value": 2} | {field: value}

    response = call(api(ines), f"workshops/{workshop.pk}/agree", **body)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not Consensus.objects.exists()


def test_disagreements_are_told_to_programs_most_divided_first(api, ines, mia, jonas, divided):
    address = f"/api/v1/audits/{divided.audit_id}/disagreements/"

    told = api(ines).get(address).json()

    assert [one["question"] for one in told] == ["baseline", "interviews"]
    assert (told[0]["answers"], told[0]["range"], told[0]["is_agreed"]) == (3, 3, False)
    assert api(mia).get(address).json() == told
    assert api(jonas).get(address).status_code == 404
