"""One's own answers by program: every kind of question, with all that comes beside an answer."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.models import Answer
from productops.models import StoredFile
from tests.factories.audits import InvitationFactory, OpenAuditFactory, ScopeFactory
from tests.factories.questionnaires import asks, level, repeat, section, version_of
from tests.factories.teams import ProductFactory

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
NODES = (
    section(
        "practice",
        level("plans", documents=True),
        level("how", relevant="${plans} >= 2"),
        asks("number", "weeks", constraint=". > 0", constraint_message="At least one."),
        asks("number", "days", constraint=". < 99", constraint_message="Many.", soft=True),
        asks("subject", "best", catalogue="product"),
        asks("file", "photo"),
        asks("single", "one", other=True, choices=[{"value": "a", "name": "A"}]),
    ),
    section("tools", level("used"), repeat="tool"),
)


@pytest.fixture
def answer(api, ines, rui, checkout):
    """``answer("plans", 3, ...)``: what Rui's program is told."""
    audit = OpenAuditFactory(framework_version=version_of(*NODES), owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    repeat(scope, "tools", "Jira", "Miro")
    invitation = InvitationFactory(audit=audit, person=rui, scopes=[scope])
    client = api(rui)

    def send(question, value=None, *, multipart=False, **more):
        body = {"invitation": invitation.pk, "scope": scope.pk, "question": question} | more
        if value is not None:
            body["value"] = json.dumps(value) if multipart else value
        kind = {} if multipart else {"content_type": "application/json"}
        return client.post("/api/v1/answers/", body, **kind)

    return send


def fields(response):
    assert response.status_code == 400, response.content
    return [error["field"] for error in response.json()["errors"]]


def test_an_answer_comes_with_how_far_it_is_written_down_and_what_one_would_do(answer):
    beside = {"documented": 1, "proposal": "Write it down", "proposal_due": "2026-12-24"}

    response = answer("plans", 3, **beside)

    assert response.status_code == 201
    assert {name: response.json()[name] for name in beside} == beside
    assert response.json()["warning"] == ""


def test_a_question_that_is_left_out_takes_no_answer(answer):
    assert fields(answer("how", 3)) == ["question"]
    answer("plans", 3)
    assert answer("how", 3).status_code == 201


def test_a_hard_check_refuses_and_a_soft_one_warns(answer):
    assert fields(answer("weeks", 0)) == ["value"]
    response = answer("days", 120)
    assert (response.status_code, response.json()["warning"]) == (201, "Many.")
    assert Answer.objects.get().number == 120


def test_a_repeated_question_is_answered_for_one_subject(answer):
    assert fields(answer("used", 3)) == ["subject"]
    assert fields(answer("used", 3, subject="tool:loom")) == ["subject"]

    response = answer("used", 3, subject="tool:miro")

    assert (response.status_code, response.json()["subject"]) == (201, "tool:miro")
    assert Answer.objects.get().subject.key == "miro"


def test_subjects_come_from_the_catalogue_of_the_scope(answer, checkout):
    foreign = ProductFactory().subject.reference

    assert fields(answer("best", [foreign])) == ["value"]
    response = answer("best", [checkout.subject.reference])
    assert response.json()["chosen"] == [checkout.subject.reference]


def test_a_file_is_the_answer_or_stands_beside_it(answer):
    photo = SimpleUploadedFile("wall.png", PNG)
    response = answer("photo", multipart=True, file=photo)

    assert (response.status_code, response.json()["file"]) == (201, "wall.png")
    photo = SimpleUploadedFile("wall.png", PNG)
    response = answer("plans", 3, multipart=True, file=photo)
    assert (response.json()["number"], response.json()["file"]) == (3, "wall.png")


def test_hostile_files_and_fields_are_refused_by_name(answer):
    page = SimpleUploadedFile("wall.png", b"<script>alert(1)</script>")
    assert fields(answer("photo", multipart=True, file=page)) == ["file"]
    assert fields(answer("photo")) == ["value"]
    assert fields(answer("photo", 1)) == ["value"]
    assert fields(answer("one", "other")) == ["other"]
    assert fields(answer("weeks", 1, documented=3)) == ["documented"]
    assert fields(answer("weeks", 1, proposal_due="2026-12-24")) == ["proposal"]
    assert fields(answer("weeks", 1, file=7)) == ["file"]
    assert not Answer.objects.exists()
    assert not StoredFile.objects.exists()


def test_another_choice_comes_with_its_words(answer):
    response = answer("one", "other", other="Linear")

    assert (response.json()["chosen"], response.json()["text"]) == (["other"], "Linear")
