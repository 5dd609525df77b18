import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import actions
from audits.models import Answer, Invitation, progress_of, sheet_of
from audits.progress import Progress
from audits.replies import read_reply
from tests.factories.audits import (
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    framework_version,
)
from tests.factories.questionnaires import asks, level, repeat, section, version_of

pytestmark = pytest.mark.django_db


def invited(version, ines, person, *subjects, repeats=()):
    audit = OpenAuditFactory(framework_version=version, owner=ines)
    scopes = [ScopeFactory(audit=audit, subject=subject) for subject in subjects]
    for key, *names in repeats:
        for scope in scopes:
            repeat(scope, key, *names)
    return InvitationFactory(audit=audit, person=person, scopes=scopes)


def said(sheet):
    return [(place.number, place.node.key, str(place.subject)) for place in sheet.visible]


def give(invitation, number, value):
    sheet = sheet_of(invitation)
    place = sheet.at(number)
    actions.save_answer(
        sheet=sheet,
        place=place,
        content=read_reply(place.node, value),
        known=place.revision,
        now=timezone.now(),
    )


@pytest.fixture
def tools(ines, rui, checkout):
    """A questionnaire whose middle section is asked for each tool, and branches within it."""
    version = version_of(
        section("plan", level("plans"), level("how", relevant="${plans} >= 2")),
        section(
            "kit",
            asks("note", "read-this"),
            level("used"),
            level("trained", relevant="${used} >= 2"),
            level("planned", relevant="${plans} >= 3"),
            repeat="tool",
        ),
        section("end", level("last")),
    )
    return invited(version, ines, rui, checkout.subject, repeats=[("kit", "Jira", "Figma")])


def test_every_question_of_a_repeated_section_is_asked_for_each_subject(tools):
    places = [(p.number, p.node.key, p.subject.name) for p in sheet_of(tools).places]

    assert places == [
        (1, "plans", "Checkout"),
        (2, "how", "Checkout"),
        (3, "used", "Figma"),
        (4, "trained", "Figma"),
        (5, "planned", "Figma"),
        (6, "used", "Jira"),
        (7, "trained", "Jira"),
        (8, "planned", "Jira"),
        (9, "last", "Checkout"),
    ]


def test_what_is_hidden_keeps_its_number_and_is_not_asked(tools):
    assert [number for number, *_rest in said(sheet_of(tools))] == [1, 3, 6, 9]

    give(tools, 1, 2)

    assert [number for number, *_rest in said(sheet_of(tools))] == [1, 2, 3, 6, 9]


def test_within_a_repetition_the_same_subjects_answer_counts_else_the_scopes(tools):
    give(tools, 1, 3)
    give(tools, 6, 2)

    assert [number for number, *_rest in said(sheet_of(tools))] == [1, 2, 3, 5, 6, 7, 8, 9]


def test_an_answer_that_is_hidden_again_is_kept_and_not_counted(tools):
    give(tools, 1, 2)
    give(tools, 2, 1)
    give(tools, 1, 0)

    sheet = sheet_of(tools)
    assert Answer.objects.count() == 2
    assert (sheet.answered, sheet.total) == (1, 4)


def test_the_way_leads_to_the_next_that_is_asked_and_back(tools):
    sheet = sheet_of(tools)

    assert sheet.after(sheet.at(1)).number == 3
    assert sheet.before(sheet.at(6)).number == 3
    assert sheet.after(sheet.at(9)) is None
    assert sheet.rank(sheet.at(6)) == 3


def test_the_first_open_question_is_where_one_goes_on(tools):
    give(tools, 1, 0)

    assert sheet_of(tools).first_open.number == 3


def test_texts_to_read_stand_above_the_next_question(tools):
    sheet = sheet_of(tools)

    assert [note.key for note in sheet.notes_above(sheet.at(3))] == ["read-this"]
    assert sheet.notes_above(sheet.at(4)) == []


def test_the_number_varies_until_all_is_answered(tools, ines, mia, checkout):
    plain = invited(framework_version(), ines, mia, checkout.subject)

    assert sheet_of(tools).varies
    assert not sheet_of(plain).varies


def test_whoever_is_asked_about_two_scopes_goes_through_both(small, ines, rui, checkout, billing):
    invitation = invited(small, ines, rui, billing.subject, checkout.subject)

    assert [place.subject.name for place in sheet_of(invitation).places] == (
        ["Billing"] * 3 + ["Checkout"] * 3
    )


def test_a_section_that_is_assigned_is_all_that_is_asked(small, ines, rui, checkout):
    invitation = invited(small, ines, rui, checkout.subject)
    invitation.assignments.update(node=small.nodes.get(key="discovery"))

    assert [place.node.key for place in sheet_of(invitation).places] == ["interviews"]


@pytest.mark.parametrize("count", [1, 3])
def test_progress_of_many_costs_the_same(count, tools, ines, checkout, django_assert_num_queries):
    invitations = [tools]
    for scope in [tools.assignments.get().scope] * (count - 1):
        invitations.append(InvitationFactory(audit=tools.audit, scopes=[scope]))
    give(tools, 1, 0)
    unknown = {one.pk: None for one in invitations}
    progress_of(unknown)  # a process reads what a version asks once

    with django_assert_num_queries(1):
        progress = progress_of(unknown)

    assert (progress[tools.pk].answered, progress[tools.pk].asked) == (1, 4)
    assert len(progress) == count


def test_progress_of_nobody_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert progress_of({}) == {}


def test_an_invitation_without_assignments_has_an_empty_sheet(tools):
    tools.assignments.all().delete()

    sheet = sheet_of(Invitation.objects.get(pk=tools.pk))
    assert (sheet.answered, sheet.total, sheet.first_open) == (0, 0, None)
    assert progress_of({tools.pk: None}) == {tools.pk: Progress()}


@pytest.mark.parametrize("questions", [3, 200])
def test_a_sheet_is_read_in_one_statement(questions, ines, rui, checkout):
    version = version_of(
        section(
            "long", *[level(f"q{n}", relevant="${q0} > 1" if n else "") for n in range(questions)]
        ),
        section("kit", level("used"), repeat="tool"),
    )
    invitation = invited(version, ines, rui, checkout.subject, repeats=[("kit", "Jira", "Figma")])
    assert sheet_of(invitation).total  # compiles the version once for the process

    with CaptureQueriesContext(connection) as queries:
        sheet = sheet_of(invitation)
        assert sheet.total == 3
        assert len(sheet.places) == questions + 2

    assert len(queries) == 1
    assert not any('"content"' in query["sql"].split("audits_answer")[0] for query in queries)
