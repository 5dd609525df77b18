"""Answers that come as one row a respondent, or with all that a reply may have."""

import io

import pytest

from audits.models import Answer, Audit, Invitation, Repeat
from audits.response_table import given_of, mapping_of
from productops.exchange import kind_named
from productops.imports import run_import
from productops.models import StoredFile
from productops.tables import write_csv
from teams.models import Person
from tests.factories.audits import OpenAuditFactory, ScopeFactory, framework_version
from tests.factories.teams import ProductFactory

pytestmark = pytest.mark.django_db

BRANCHING = """
key: branching
title: Branching
target: 3
scale: {min: 0, max: 4}
nodes:
  - key: about-you
    title: About you
    children:
      - key: tools-used
        type: multiple
        text: Which tools, if any?
        other: true
        required: false
        weight: 0
        choices:
          - {value: board, name: 'A board, on a wall or a screen'}
          - {value: chat, name: Chat}
      - key: planned
        type: level
        text: Do you plan?
        documents: true
        choices: [{value: 0, name: Rarely}, {value: 4, name: Weekly}]
      - {key: share, type: number, text: 'How much?', min: 0, max: 100, weight: 0, required: false,
         constraint: '. <= 50 or selected(${tools-used}, "chat")', constraint_message: Too much.}
      - {key: ours, type: subject, catalogue: product, text: 'Which product?', weight: 0,
         required: false}
      - {key: paper, type: file, text: 'Show it', weight: 0, required: false}
  - key: each
    title: Each product
    repeat: product
    children:
      - {key: goal, type: level, text: 'Is there a goal?', choices: [{value: 0, name: None},
         {value: 4, name: All}]}
"""
LONG = "email,subject,question,value,about,other,documented,proposal,proposal_due\n"


@pytest.fixture
def audit(ines, checkout):
    made = OpenAuditFactory(framework_version=framework_version(BRANCHING), owner=ines)
    ScopeFactory(audit=made, subject=checkout.subject)
    return made


def take(content, **options):
    _run, report = run_import(
        kind=kind_named("responses"),
        file=io.BytesIO(content.encode()),
        name="answers.csv",
        options=options,
    )
    return report


def counts(report):
    assert report.refused == []
    return report.created, report.updated, report.unchanged


def places(report):
    return [(refusal.row, refusal.column) for refusal in report.refused]


def test_a_reply_comes_with_all_that_belongs_to_it_and_goes_out_the_same(audit, rui, checkout):
    sha = "a" * 64
    StoredFile.objects.create(sha256=sha, name="board.png", size=1)
    who = "rui@halden.example,product:checkout"
    file = LONG + (
        f"{who},tools-used,board;other,,A notebook; two of them,,,\n"
        f"{who},planned,4,,,0,Write it down,2027-01-31\n"
        f"{who},share,33.333333333333336,,,,,\n"
        f"{who},ours,product:checkout,,,,,\n"
        f"{who},paper,{sha},,,,,\n"
        f"{who},goal,4,product:checkout,,,,\n"
    )

    first = take(file, audit=str(audit.pk))
    header, *lines = kind_named("responses").give(None, {})
    page = io.BytesIO()
    write_csv(page, header, lines)

    assert counts(first) == (6, 0, 0)
    assert counts(take(page.getvalue().decode(), audit=str(audit.pk))) == (0, 0, 6)
    planned = Answer.objects.get(node__key="planned")
    assert (planned.documented, planned.proposal) == (0, "Write it down")
    assert Answer.objects.get(node__key="tools-used").text == "A notebook; two of them"
    assert Repeat.objects.get().subject == checkout.subject


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("planned,4,organisation:organisation,,,,", "about"),
        ("goal,4,organisation:organisation,,,,", "about"),
        ("goal,4,product:nothing,,,,", "about"),
        ("share,60,,,,,", "value"),
        ("planned,5,,,,,", "value"),
        ("planned,4,,,5,,", "value"),
        ("ours,product:nothing,,,,,", "value"),
        ("paper,abc,,,,,", "value"),
        ("share,4,,,1,,", "value"),
        ("planned,4,,,,,2027-01-31", "value"),
    ],
)
def test_what_may_not_be_is_refused_with_row_and_column(audit, rui, line, column):
    file = LONG + f"rui@halden.example,product:checkout,{line}\n"

    report = take(file, audit=str(audit.pk))

    assert places(report) == [(2, column)]
    assert not Answer.objects.exists()


def test_what_is_asked_of_each_product_has_to_say_of_which(audit, rui):
    whole = take(
        LONG + "rui@halden.example,organisation:organisation,goal,4,,,,,\n", audit=str(audit.pk)
    )
    product = take(LONG + "rui@halden.example,product:checkout,goal,4,,,,,\n", audit=str(audit.pk))

    assert places(whole) == [(2, "about")]
    assert counts(product) == (1, 0, 0)


def test_a_check_may_ask_the_other_answers_of_the_same_file(audit, rui):
    who = "rui@halden.example,product:checkout"
    file = LONG + f"{who},tools-used,chat,,,,,\n{who},share,60,,,,,\n"

    assert counts(take(file, audit=str(audit.pk))) == (2, 0, 0)


def test_a_row_a_respondent_has_its_questions_in_columns(audit, rui, mia):
    file = (
        'email,"Which tools, if any?",planned,goal@product:checkout\n'
        'rui@halden.example,"A board, on a wall or a screen, Chat",Weekly,0\n'
        "mia@halden.example,,0,\n"
    )

    report = take(file, audit=str(audit.pk), subject="product:checkout")

    assert counts(report) == (4, 0, 0)
    assert Answer.objects.get(node__key="tools-used").chosen == ["board", "chat"]
    assert Invitation.objects.submitted().count() == 2


def test_columns_are_mapped_left_out_and_named_where_they_are_nothing(audit, rui):
    file = "Mail,Plan A,Score\nrui@halden.example,4,9\n"

    refused = take(file, audit=str(audit.pk), subject="product:checkout")
    taken = take(
        file,
        audit=str(audit.pk),
        subject="product:checkout",
        map=["email=Mail,planned=Plan A"],
        leave_out=["Score"],
    )

    assert [column for _row, column in places(refused)] == ["Mail", "Plan A", "Score"]
    assert counts(taken) == (1, 0, 0)


def test_people_are_created_only_where_that_was_asked_for(audit):
    file = "email,name,planned\nnew@x.example,New One,4\nnobody,Nobody,4\n"

    refused = take(file, audit=str(audit.pk))
    wrong = take(file, audit=str(audit.pk), create_people=True)
    taken = take(file.replace("nobody,", "no@x.example,"), audit=str(audit.pk), create_people=True)

    assert places(refused) == [(2, "email"), (3, "email")]
    assert places(wrong) == [(3, "email")]
    assert counts(taken) == (2, 0, 0)
    made = Person.objects.get(email="new@x.example")
    assert (made.name, made.role, made.has_usable_password()) == ("New One", "", False)


def test_people_without_an_address_stay_unnamed_and_are_the_same_again(audit):
    file = "respondent,planned\n2026-01-01 10:00,4\n2026-01-02 10:00,0\n"

    refused = take(file, audit=str(audit.pk))
    first = take(file, audit=str(audit.pk), nameless=True)
    second = take(file, audit=str(audit.pk), nameless=True)

    assert places(refused) == [(2, "email"), (3, "email")]
    assert (counts(first), counts(second)) == ((2, 0, 0), (0, 0, 2))
    assert not Person.objects.filter(email__endswith=".invalid", is_active=True).exists()


def test_a_new_audit_of_people_without_an_address_is_anonymous(ines):
    framework_version(BRANCHING)

    report = take("planned\n4\n0\n", framework="branching", closed_on="2026-03-31", nameless=True)

    audit = Audit.objects.get()
    assert counts(report) == (2, 0, 0)
    assert (audit.is_anonymous, audit.is_closed) == (True, True)
    assert not Answer.objects.exclude(invitation=None).exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A board, on a wall or a screen", (["board"], "")),
        ("chat; A board, on a wall or a screen", (["chat", "board"], "")),
        ("Chat, A notebook, with lines", (["chat", "other"], "A notebook, with lines")),
        ("Chats", (["other"], "Chats")),
        ("na", ("na", "")),
    ],
)
def test_names_of_choices_may_hold_what_stands_between_them(text, expected):
    node = framework_version(BRANCHING).nodes.get(key="tools-used")

    assert given_of(node, text, "") == expected


def test_names_of_columns_may_hold_commas():
    assert mapping_of(["email=Your mail, please,planned=Plan"]) == {
        "Your mail, please": "email",
        "Plan": "planned",
    }


def test_a_product_of_another_scope_may_be_what_a_row_is_about(audit, rui):
    ProductFactory(slug="billing-2", name="Billing 2")
    file = LONG + "rui@halden.example,product:checkout,goal,4,product:billing-2,,,,\n"

    assert counts(take(file, audit=str(audit.pk))) == (1, 0, 0)
