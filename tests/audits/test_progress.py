"""How far somebody is, kept beside their invitation: always what their answers come to."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import actions
from audits.actions.keeping import keep_progress_of
from audits.differing import differences_in
from audits.models import Answer, AnswerRevision, Invitation, Node, progress_of, sheet_of
from audits.progress import from_kept
from audits.quality import concerns
from audits.replies import read_reply
from audits.verify import frameworks, progress, revisions
from tests.factories.audits import (
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    token_of,
)
from tests.factories.questionnaires import asks, level, repeat, section, version_of

pytestmark = pytest.mark.django_db
together = pytest.mark.skipif(
    not connection.features.has_select_for_update, reason="one writer at a time"
)


def give(invitation, number, value, sheet=None):
    sheet = sheet or sheet_of(invitation)
    place = sheet.at(number)
    content = read_reply(place.node, value)
    return actions.save_answer(
        sheet=sheet, place=place, content=content, known=place.revision, now=timezone.now()
    )


def kept(invitation):
    return Invitation.objects.get(pk=invitation.pk).progress


def agree(invitation):
    """Whether what is kept is what the answers come to."""
    return kept(invitation) == sheet_of(invitation).kept_progress


def asked(version, ines, people, scopes=1, tools=()):
    audit = OpenAuditFactory(framework_version=version, owner=ines)
    made = [ScopeFactory(audit=audit) for _one in range(scopes)]
    for scope in made if tools else []:
        repeat(scope, "kit", *tools)
    return [InvitationFactory(audit=audit, person=one, scopes=made) for one in people]


@pytest.fixture
def branching(ines, rui, mia):
    version = version_of(
        section("plan", level("plans"), level("how", relevant="${plans} >= 2")),
        section(
            "kit",
            level("used"),
            level("trained", required=False, relevant="${used} >= 2"),
            level("planned", relevant="${plans} >= 3 and ${used} < 4"),
            repeat="tool",
        ),
        level("last", required=False),
    )
    return asked(version, ines, [rui, mia], tools=["Jira", "Figma"])


# Always the same ----------------------------------------------------------------------------
def condition(luck, earlier):
    if not earlier or luck.random() < 0.4:
        return {}
    key, other = luck.choice(earlier), luck.choice(earlier)
    return {
        "relevant": luck.choice(
            [f"${{{key}}} >= 2", f"${{{key}}} = ''", f"${{{key}}} > 1 or ${{{other}}} = 0"]
        )
    }


def questionnaire(luck):
    """Sections of questions under conditions, one of them for each tool, a question beside them."""
    shared, nodes = [], []
    for at in range(luck.randint(1, 4)):
        questions = [f"s{at}q{n}" for n in range(luck.randint(1, 5))]
        inside = []
        for key in questions:
            more = condition(luck, shared + inside) | {"required": luck.random() < 0.7}
            nodes.append((at, level(key, **more)))
            inside.append(key)
        shared += inside if at != 1 else []
    sections = []
    for at in sorted({at for at, _node in nodes}):
        more = condition(luck, [key for key in shared if key < f"s{at}"])
        more |= {"repeat": "tool"} if at == 1 else {}
        name = "kit" if at == 1 else f"s{at}"
        sections.append(section(name, *[node for one, node in nodes if one == at], **more))
    return version_of(*sections, level("beside", required=False))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_what_the_answers_come_to(seed, ines, rui, mia):
    luck = Random(seed)
    version = questionnaire(luck)
    repeated = version.nodes.filter(key="kit").exists()
    people = asked(version, ines, [rui, mia], scopes=2, tools=["Jira", "Figma"] * repeated)

    for _step in range(25):
        mine = luck.choice(people)
        sheet = sheet_of(mine)
        place = luck.choice(sheet.places)
        if place.is_answered and luck.random() < 0.3:
            actions.take_back(sheet=sheet, place=place, now=timezone.now())
        else:
            give(mine, place.number, luck.choice([0, 1, 2, 3, 4]), sheet)
        assert agree(mine)

    assert list(progress()) == []


def test_what_was_kept_says_the_same_as_the_sheet(branching):
    rui = branching[0]
    for number, value in ((1, 3), (2, 1), (3, 4), (1, 0)):
        give(rui, number, value)

    sheet, found = sheet_of(rui), from_kept(kept(rui))
    assert (found.answered, found.asked) == (sheet.answered, sheet.total)
    assert {key[1] for key in found.unasked} == {Node.objects.get(key="how").pk}
    assert not found.is_complete


def test_a_sheet_is_complete_when_nothing_that_has_to_be_answered_is_left(branching):
    rui = branching[0]
    for number in (1, 3, 6):
        give(rui, number, 0)

    assert from_kept(kept(rui)).is_complete
    assert not sheet_of(rui).missing


# Two at once --------------------------------------------------------------------------------
def test_of_two_who_save_from_one_reading_none_keeps_what_is_wrong(branching):
    rui = branching[0]
    first, second = sheet_of(rui), sheet_of(rui)
    give(rui, 1, 3, first)
    give(rui, 3, 2, second)

    assert kept(rui) is None
    assert progress_of({rui.pk: None})[rui.pk] == sheet_of(rui).progress

    give(rui, 2, 1)

    assert kept(rui) == sheet_of(rui).kept_progress


def test_one_after_the_other_from_the_sheet_that_came_back_is_kept(branching):
    rui = branching[0]
    sheet = give(rui, 1, 3)
    give(rui, 2, 2, sheet)

    assert kept(rui) == sheet_of(rui).kept_progress


def test_what_depends_on_the_day_is_worked_out_anew(ines, rui):
    version = version_of(
        section("a", asks("date", "since"), level("q", relevant="today() >= ${since}"))
    )
    (mine,) = asked(version, ines, [rui])
    give(mine, 1, "2020-01-31")

    assert kept(mine) is None
    assert progress_of({mine.pk: None})[mine.pk].asked == 2


@pytest.mark.django_db(transaction=True)
@together
def test_two_windows_of_one_person_never_keep_what_is_wrong(ines, rui):
    many = [level(f"q{n}", relevant="${q0} > 1" if n else "") for n in range(12)]
    (mine,) = asked(version_of(section("a", *many)), ines, [rui])
    barrier = Barrier(2)

    def window(numbers):
        try:
            barrier.wait(timeout=20)
            for number in numbers:
                give(mine, number, number % 4)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(window, [[1, 3, 5, 7, 9, 11], [2, 4, 6, 8, 10, 12]]))

    assert Answer.objects.count() == 12
    assert list(progress()) == []
    give(mine, 1, 2)
    assert kept(mine) == sheet_of(mine).kept_progress


# Verbs --------------------------------------------------------------------------------------
def test_handing_a_section_over_keeps_both_anew(branching, astrid):
    rui = branching[0]
    give(rui, 1, 3)
    sheet = sheet_of(rui)
    part = actions.Part(sheet.places[0].scope, Node.objects.get(key="plan"))

    theirs = actions.hand_over(sheet=sheet, to=astrid, part=part, reason="", now=timezone.now())

    assert all(map(agree, [rui, theirs]))
    assert (from_kept(kept(rui)).asked, from_kept(kept(theirs)).asked) == (3, 1)


def test_assigning_and_inviting_keep_it(branching, ines, astrid):
    rui, audit = branching[0], branching[0].audit
    scope, plan = audit.scopes.get(), Node.objects.get(key="plan")
    keep_progress_of(audit)
    actions.assign(audit=audit, wanted={(rui.pk, scope.pk): [plan]}, by=ines)
    theirs = actions.invite(audit=audit, person=astrid, scopes=[scope], by=ines, now=timezone.now())

    assert from_kept(kept(rui)).asked == 1
    assert from_kept(kept(theirs)).asked == 4
    assert list(progress()) == []


def test_closing_keeps_what_was_not_known(branching, ines):
    audit = branching[0].audit
    scope = audit.scopes.get()
    for one in branching:
        answered(one, scope, plans=3)

    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    assert all(agree(one) and kept(one) for one in branching)


def test_nothing_of_it_is_left_in_a_closed_anonymous_audit(branching, ines):
    audit = branching[0].audit
    audit.is_anonymous = True
    audit.save()
    for one in branching:
        give(one, 1, 3)
        give(one, 1, 2)
    Invitation.objects.update(state="submitted", submitted_at=timezone.now())

    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    assert set(Invitation.objects.values_list("progress", "edition")) == {(None, 0)}
    assert list(progress()) == []


# Questions beside the sections ----------------------------------------------------------------
@pytest.mark.parametrize("page", ["q/2/", "check/", "hand-over/"])
def test_a_question_beside_the_sections_has_its_pages(page, client, ines, rui):
    version = version_of(section("a", level("q1")), level("last"))
    path = f"/a/{token_of(asked(version, ines, [rui])[0])}/"
    client.post(f"{path}start/")

    assert client.get(path + page).status_code == 200


# Pages --------------------------------------------------------------------------------------
def shown(client, audit):
    """What the pages of an audit say of its people."""
    response = client.get(f"/audits/{audit.pk}/invitations/")
    lines = [(line.scope.pk, line.people, line.cells) for line in response.context["lines"]]
    rows = [(row.answered, row.asked, row.answers_for) for row in response.context["rows"]]
    return lines, rows


def test_pages_say_the_same_kept_or_not(branching, as_, ines):
    audit, client = branching[0].audit, as_(ines)
    for one, value in zip(branching, (3, 1), strict=True):
        give(one, 1, value)
        give(one, 3, value)
    there = shown(client, audit)
    Invitation.objects.update(progress=None)

    assert shown(client, audit) == there
    assert sorted(row[:2] for row in there[1]) == [(2, 4), (2, 7)]


@pytest.mark.parametrize("path", ["", "invitations/", "close/"])
def test_no_page_reads_what_everybody_answered(path, branching, as_, ines):
    audit, client = branching[0].audit, as_(ines)
    for one in branching:
        give(one, 1, 3)
    client.get(f"/audits/{audit.pk}/{path}")

    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/audits/{audit.pk}/{path}").status_code == 200

    everything = 'SELECT "audits_answer"."id"'
    assert not [one["sql"] for one in queries if one["sql"].startswith(everything)]


def test_what_is_not_asked_any_more_divides_nobody(branching):
    audit = branching[0].audit
    for one, value in zip(branching, (0, 4), strict=True):
        give(one, 1, 3)
        give(one, 2, value)
    Invitation.objects.update(state="submitted", submitted_at=timezone.now())
    scopes = list(audit.scopes.values_list("pk", flat=True))
    assert len(differences_in(audit, scopes)) == 1

    give(branching[1], 1, 0)
    divided = [one.said.place[1] for one in differences_in(audit, scopes)]
    Invitation.objects.update(progress=None)

    assert divided == [Node.objects.get(key="plans").pk]
    assert [one.said.place[1] for one in differences_in(audit, scopes)] == divided
    assert any("far apart" in one.text for one in concerns(audit))


# Verify -------------------------------------------------------------------------------------
def test_verify_names_whose_progress_is_not_what_the_answers_come_to(branching):
    rui = branching[0]
    give(rui, 1, 3)
    Answer.objects.update(number=0)

    (found,) = progress()

    assert found.check == "progress"
    assert f"invitation {rui.pk} ({rui.person})" in found.row


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"text": "Other?"}, "plans, text"),
        ({"relevant": "1 = 1"}, "plans, relevant"),
        ({"weight": 5}, "plans, weight"),
        ({"required": False}, "plans, required"),
        ({"order": 90, "last": 95}, "plans, last"),
        ({"choices": []}, "plans, choices"),
        ({"key": "other"}, "plans"),
    ],
)
def test_verify_names_the_node_that_was_changed(branching, change, row):
    assert list(frameworks()) == []

    Node.objects.filter(key="plans").update(**change)

    assert f"Branching v1, {row}" in [one.row for one in frameworks()]


def test_verify_names_the_revision_that_was_changed(branching):
    rui = branching[0]
    give(rui, 1, 3)
    give(rui, 1, 2)
    assert list(revisions()) == []

    older = AnswerRevision.objects.get(number=1)
    older.content = older.content | {"number": 1.0}
    older.save()

    (found,) = revisions()
    assert found.row == f"answer {older.answer_id}, revision 1"


@pytest.mark.parametrize("number", [0.1 + 0.2, 1 / 3, 1e15, 123456.789, 0.0, 2.5e-7])
def test_a_figure_is_read_back_with_all_its_digits(number, ines, rui):
    version = version_of(section("a", asks("number", "share", min=0, max=1e15)))
    (mine,) = asked(version, ines, [rui])
    give(mine, 1, number)

    assert sheet_of(mine).places[0].content["number"] == number
    assert list(revisions()) == []
