from dataclasses import dataclass, field
from datetime import date

import pytest

from audits.questionnaire import read_questionnaire
from audits.replies import Unfit, check_reply, read_reply
from productops.parsing import Unreadable

ON = date(2026, 11, 26)


@dataclass
class Asked:
    kind: str
    choices: list = field(default_factory=list)
    low: float | None = None
    high: float | None = None
    at_most: int | None = None
    has_other: bool = False
    documents: bool = False


LEVELS = [{"value": level, "name": f"L{level}", "score": level} for level in range(5)]
CHOICES = [{"value": "a", "name": "A", "score": 1}, {"value": "b", "name": "B", "score": 2}]
TOOLS = ("tool:jira", "tool:miro")


def said(content):
    """What differs from an answer that says nothing."""
    nothing = {"state": "answered", "comment": "", "evidence_url": "", "proposal": "", "text": ""}
    empty = nothing | dict.fromkeys(("number", "day", "documented", "proposal_due", "file"))
    return {
        name: value for name, value in content.items() if value != (empty | {"chosen": []})[name]
    }


@pytest.mark.parametrize(
    ("question", "given", "beside", "expected"),
    [
        (Asked("level", LEVELS), "3", {}, {"number": 3.0}),
        (Asked("number", low=0, high=10), "7.5", {}, {"number": 7.5}),
        (Asked("boolean"), "no", {}, {"number": 0.0}),
        (Asked("single", CHOICES), "b", {}, {"chosen": ["b"], "number": 2}),
        (
            Asked("single", CHOICES, has_other=True),
            "other",
            {"other": " Linear "},
            {"chosen": ["other"], "text": "Linear"},
        ),
        (
            Asked("multiple", CHOICES, has_other=True),
            ["other", "b"],
            {"other": "Linear"},
            {"chosen": ["b", "other"], "number": 2, "text": "Linear"},
        ),
        (
            Asked("subject"),
            ["tool:miro", "tool:jira", "tool:miro"],
            {"catalogue": TOOLS},
            {"chosen": ["tool:miro", "tool:jira"]},
        ),
        (Asked("subject"), "tool:jira", {"catalogue": TOOLS}, {"chosen": ["tool:jira"]}),
        (Asked("file"), "7", {"files": {7}}, {"file": 7}),
        (Asked("text"), "words", {"file": 7, "files": {7}}, {"text": "words", "file": 7}),
        (Asked("text"), "dont_know", {}, {"state": "dont_know"}),
        (
            Asked("level", LEVELS, documents=True),
            4,
            {"documented": "1"},
            {"number": 4.0, "documented": 1.0},
        ),
        (
            Asked("boolean", documents=True),
            True,
            {"documented": "yes"},
            {"number": 1.0, "documented": 1.0},
        ),
        (
            Asked("number", low=0, high=10, documents=True),
            "na",
            {"documented": 10},
            {"state": "na", "documented": 10.0},
        ),
        (
            Asked("text"),
            "words",
            {"proposal": "Buy it", "proposal_due": "2026-12-24"},
            {"text": "words", "proposal": "Buy it", "proposal_due": "2026-12-24"},
        ),
    ],
)
def test_a_reply_is_read_by_the_kind_of_its_question(question, given, beside, expected):
    assert said(read_reply(question, given, **beside)) == expected


@pytest.mark.parametrize(
    ("question", "given", "beside", "reason"),
    [
        (Asked("single", CHOICES), "other", {"other": "x"}, "Choose one"),
        (Asked("single", CHOICES, has_other=True), "other", {}, "which other"),
        (Asked("multiple", CHOICES, has_other=True, at_most=1), ["a", "other"], {}, "at most 1"),
        (Asked("multiple", CHOICES, has_other=True), ["other"], {"other": "x" * 201}, "at most"),
        (Asked("subject"), "tool:jira", {}, "not in the catalogue"),
        (Asked("subject"), "product:secret", {"catalogue": TOOLS}, "not in the catalogue"),
        (Asked("subject"), [], {"catalogue": TOOLS}, "at least one"),
        (Asked("subject"), [{"a": 1}], {"catalogue": TOOLS}, "at least one"),
        (Asked("subject", at_most=1), list(TOOLS), {"catalogue": TOOLS}, "at most 1"),
        (Asked("file"), "8", {"files": {7}}, "not sent"),
        (Asked("file"), "", {"files": {7}}, "Choose a file"),
        (Asked("file"), "7.5", {"files": {7}}, "whole number"),
        (Asked("text"), "words", {"file": 7}, "not sent"),
        (Asked("level", LEVELS), 4, {"documented": 1}, "does not ask"),
        (Asked("level", LEVELS, documents=True), 4, {"documented": 9}, "Choose one"),
        (Asked("text"), "words", {"proposal_due": "2026-12-24"}, "what should be done"),
        (Asked("text"), "words", {"proposal": "x", "proposal_due": "soon"}, "not a date"),
        (Asked("note"), "words", {}, "Nobody"),
        (Asked("calculated"), 3, {}, "Nobody"),
        (Asked("section"), 3, {}, "Nobody"),
    ],
)
def test_what_cannot_be_a_reply_is_refused_in_words(question, given, beside, reason):
    with pytest.raises(Unreadable, match=reason):
        read_reply(question, given, **beside)


def questionnaire(**checks):
    return read_questionnaire(
        {
            "nodes": [
                {"key": "teams", "type": "number", "text": "Teams?"},
                {
                    "key": "members",
                    "type": "number",
                    "text": "Members?",
                    "constraint": ". >= ${teams}",
                    **checks,
                },
            ]
        }
    )


def number(value):
    return {"state": "answered", "number": value}


def test_an_answer_that_does_not_fulfil_its_check_is_refused_in_the_frameworks_words():
    asked = questionnaire(constraint_message="Each team has a member.")

    with pytest.raises(Unreadable, match="Each team has a member"):
        check_reply(asked, "members", number(2), {"teams": 3.0}, today=ON)
    with pytest.raises(Unreadable, match="does not fit"):
        check_reply(questionnaire(), "members", number(2), {"teams": 3.0}, today=ON)


def test_a_soft_check_only_warns():
    asked = questionnaire(constraint_message="Each team has a member.", soft=True)

    assert check_reply(asked, "members", number(2), {"teams": 3.0}, today=ON)
    assert check_reply(asked, "members", number(3), {"teams": 3.0}, today=ON) == ""


@pytest.mark.parametrize("content", [{"state": "dont_know"}, {"state": "na", "number": None}])
def test_without_a_value_there_is_nothing_to_check(content):
    assert check_reply(questionnaire(), "members", content, {"teams": 3.0}, today=ON) == ""


@pytest.mark.parametrize(
    ("question", "beside", "field"),
    [
        (Asked("text"), {"comment": "x" * 5_001}, "comment"),
        (Asked("text"), {"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        (Asked("text"), {"proposal": "\x00"}, "proposal"),
        (Asked("text"), {"proposal": "x", "proposal_due": "2026-02-30"}, "proposal_due"),
        (Asked("text"), {"file": 7}, "file"),
        (Asked("text"), {"documented": 7}, "documented"),
        (Asked("single", CHOICES, has_other=True), {"other": "x" * 201}, "other"),
    ],
)
def test_what_comes_beside_an_answer_is_refused_by_its_name(question, beside, field):
    with pytest.raises(Unfit) as refused:
        read_reply(question, "other", **beside)

    assert refused.value.field == field
