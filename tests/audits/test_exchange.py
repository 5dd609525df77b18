import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audits import actions
from audits.models import Answer, Audit, FrameworkVersion, Gap
from productops.exchange import kind_named
from productops.imports import run_import
from tests.factories.audits import (
    KINDS,
    SMALL,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)

pytestmark = pytest.mark.django_db


def take(kind, content, name="file.csv", **options):
    data = content if isinstance(content, bytes) else content.encode()
    _run, report = run_import(
        kind=kind_named(kind), file=io.BytesIO(data), name=name, options=options
    )
    return report


def counts(report):
    return report.created, report.updated, report.unchanged, len(report.refused)


def test_a_framework_is_created_then_unchanged_then_updated():
    reports = [
        take("framework", text, "small.yaml")
        for text in (SMALL, SMALL, SMALL.replace("How often", "How seldom"))
    ]

    assert [counts(report) for report in reports] == [(1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0)]
    numbers = FrameworkVersion.objects.values_list("number", "state").order_by("number")
    assert list(numbers) == [(1, "retired"), (2, "published")]


def test_a_version_never_changes_when_a_newer_one_comes():
    old = framework_version()
    before = list(old.nodes.values())

    take("framework", SMALL.replace("How often", "How seldom"), "small.yaml")

    assert list(old.nodes.values()) == before


def test_a_wrong_framework_is_refused_with_line_and_key():
    report = take("framework", "key: x\ncolour: red\n", "x.yaml")

    places = [(refusal.row, refusal.column) for refusal in report.refused]
    assert (2, "colour") in places
    assert not FrameworkVersion.objects.exists()


def test_frameworks_go_out_and_come_back_unchanged(capsysbinary):
    for text in (SMALL, KINDS):
        framework_version(text)

    pieces = b"".join(kind_named("framework").give(None, {}))

    assert counts(take("framework", pieces, "all.yaml")) == (0, 0, 2, 0)


def rows(*lines):
    return "email,subject,question,value,comment\n" + "\n".join(lines) + "\n"


@pytest.fixture
def product(checkout):
    return "product:checkout"


def test_responses_go_into_an_open_audit(audit, rui, product):
    file = rows(
        f"rui@halden.example,{product},baseline,1,Seen in two teams",
        f"RUI@halden.example,{product},dashboards,dont_know,",
    )

    first = take("responses", file, audit=str(audit.pk))
    second = take("responses", file, audit=str(audit.pk))

    assert (counts(first), counts(second)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    said = Answer.objects.order_by("pk").values_list("state", "number", "comment")
    assert list(said) == [("answered", 1, "Seen in two teams"), ("dont_know", None, "")]
    assert audit.invitations.get().is_submitted


def test_a_changed_response_keeps_what_it_was(audit, rui, product):
    for value in (1, 3):
        report = take(
            "responses",
            rows(f"rui@halden.example,{product},baseline,{value},"),
            audit=str(audit.pk),
        )

    assert counts(report) == (0, 1, 0, 0)
    kept = Answer.objects.get().revisions.values_list("content__number", flat=True)
    assert list(kept) == [1, 3]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("nobody@x.example,product:checkout,baseline,1,", "email"),
        ("rui@halden.example,product:nowhere,baseline,1,", "subject"),
        ("rui@halden.example,product:checkout,nothing,1,", "question"),
        ("rui@halden.example,product:checkout,baseline,9,", "value"),
        ("rui@halden.example,product:checkout,baseline,NaN,", "value"),
        ("rui@halden.example,product:checkout,baseline,,", "value"),
        ("rui@halden.example,product:checkout,baseline,٢,", "value"),
        ("rui@halden.example,product:checkout,measurement,1,", "question"),
    ],
)
def test_one_wrong_row_refuses_the_whole_file(audit, rui, product, line, column):
    good = "rui@halden.example,product:checkout,dashboards,1,"

    report = take("responses", rows(good, line), audit=str(audit.pk))

    assert [(refusal.row, refusal.column) for refusal in report.refused] == [(3, column)]
    assert not Answer.objects.exists()


def test_the_same_question_twice_in_one_file_is_refused(audit, rui, product):
    line = f"rui@halden.example,{product},baseline,1,"

    report = take("responses", rows(line, line), audit=str(audit.pk))

    assert report.refused[0].reason == "Answered in row 2 already."


@pytest.mark.parametrize("audit", ["", "0", "x", "99999999999999999999999", "-1"])
def test_an_audit_that_is_not_there_is_refused(db, audit):
    assert take("responses", rows(), audit=audit).refused[0].column == "audit"


@pytest.mark.parametrize(
    ("header", "column"), [("email,subject,question", "value"), ("email,colour", "colour")]
)
def test_a_column_that_is_missing_or_unknown_is_named(audit, header, column):
    report = take("responses", header + "\n", audit=str(audit.pk))

    assert column in [refusal.column for refusal in report.refused]


def test_a_closed_audit_takes_no_responses(audit, scope, invitation, ines, rui):
    answered(invitation, scope, baseline=1)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    line = "rui@halden.example,product:checkout,baseline,4,"

    report = take("responses", rows(line), audit=str(audit.pk))

    assert "closed" in report.refused[0].reason
    assert Answer.objects.get().number == 1


def test_an_audit_of_an_earlier_year_is_made_and_closed_in_one_go(small, ines, rui, checkout):
    file = rows(
        "rui@halden.example,product:checkout,baseline,1,",
        "rui@halden.example,product:checkout,interviews,4,",
    )

    report = take("responses", file, framework="small", title="Spring 2025", closed_on="2025-05-13")

    audit = Audit.objects.get()
    assert counts(report) == (2, 0, 0, 0)
    assert (audit.title, audit.is_closed, audit.closed_at.date().isoformat()) == (
        "Spring 2025",
        True,
        "2025-05-13",
    )
    assert Gap.objects.get().found_on.isoformat() == "2025-05-13"


def test_responses_go_out_and_come_back_unchanged(audit, scope, invitation):
    answered(invitation, scope, baseline=1, dashboards="na", interviews=3)

    header, *lines = kind_named("responses").give(None, {})
    file = "\r\n".join(
        ",".join(str("" if cell is None else cell) for cell in line) for line in [header, *lines]
    )

    assert counts(take("responses", file, audit=str(audit.pk))) == (0, 0, 3, 0)


def test_every_kind_of_answer_comes_back_unchanged(ines, checkout, rui):
    version = framework_version(KINDS)
    audit = OpenAuditFactory(framework_version=version, owner=ines)
    ScopeFactory(audit=audit, subject=checkout.subject)
    values = {
        "share-strategy": "12.5",
        "planned": "4",
        "away": "reports;tools",
        "one": "b",
        "remote": "no",
        "since": "2026-03-31",
        "else": "More quiet hours",
    }
    file = rows(*(f"rui@halden.example,product:checkout,{q},{v}," for q, v in values.items()))
    take("responses", file, audit=str(audit.pk))

    _header, *lines = kind_named("responses").give(None, {})

    assert {line[0]: line[3] for line in lines} == values


def test_answers_of_an_anonymous_audit_do_not_go_out(small, ines, checkout):
    audit = OpenAuditFactory(framework_version=small, owner=ines, is_anonymous=True)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1)

    assert len(list(kind_named("responses").give(None, {}))) == 1


def test_the_command_line_says_what_it_did(tmp_path, capsys):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)

    call_command("import", "framework", str(path), "--json")

    assert json.loads(capsys.readouterr().out)["created"] == 1


def test_the_command_line_fails_where_something_was_refused(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text("key: x")

    with pytest.raises(CommandError):
        call_command("import", "framework", str(path))
