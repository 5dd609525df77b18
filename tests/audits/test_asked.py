from datetime import date

import pytest

from audits.asked import Reply, asked_of
from audits.questionnaire import read_questionnaire
from audits.scoring import score, score_documented

ON = date(2026, 11, 26)
SCALE = {"min": 0, "max": 4}
CONTENT = {
    "key": "x",
    "title": "X",
    "target": 3,
    "scale": SCALE,
    "nodes": [
        {"key": "plans", "type": "level", "text": "Plans?", "documents": True},
        {"key": "how", "type": "level", "text": "How?", "relevant": "${plans} >= 2"},
        {
            "key": "twice",
            "type": "calculated",
            "text": "Twice",
            "calculation": "${plans} * 2",
            **SCALE,
        },
        {
            "key": "tools",
            "title": "Tools",
            "repeat": "tool",
            "children": [
                {"key": "use", "type": "level", "text": "Used?"},
                {"key": "like", "type": "level", "text": "Liked?", "relevant": "${use} > ${plans}"},
            ],
        },
    ],
}


@pytest.fixture(scope="module")
def questionnaire():
    return read_questionnaire(CONTENT)


def says(who, key, number, about=None, **more):
    state = number if isinstance(number, str) else "answered"
    number = None if isinstance(number, str) else float(number)
    return Reply(who, about, key, {"state": state, "number": number, "chosen": [], **more})


def asked(questionnaire, *replies, **more):
    return asked_of(questionnaire, replies, today=ON, **more)


def test_what_one_person_was_not_asked_does_not_count(questionnaire):
    found = asked(
        questionnaire,
        says("mia", "plans", 1),
        says("mia", "how", 4),
        says("rui", "plans", 3),
        says("rui", "how", 2),
    )

    assert found.answers["how"] == [2]
    assert "how" not in found.hidden
    assert [(one.who, one.key) for one in found.counted] == [
        ("mia", "plans"),
        ("rui", "plans"),
        ("rui", "how"),
    ]


def test_what_nobody_was_asked_is_hidden(questionnaire):
    found = asked(questionnaire, says("mia", "plans", 1), says("mia", "how", 4))

    assert found.hidden == {"how", "tools", "use", "like"}
    card = score(CONTENT, found.answers, hidden=found.hidden)
    assert (card.overall.answered, card.overall.expected, card.overall.hidden) == (2, 2, 3)


def test_without_answers_conditions_decide_on_nothing(questionnaire):
    found = asked(questionnaire, repeats={"tools": ["jira"]})

    assert found.answers == {}
    assert found.hidden == {"how", "like"}


def test_a_repeated_section_is_decided_for_each_subject(questionnaire):
    found = asked(
        questionnaire,
        says("mia", "plans", 2),
        says("mia", "use", 3, "jira"),
        says("mia", "like", 4, "jira"),
        says("mia", "use", 1, "miro"),
        says("mia", "like", 0, "miro"),
        repeats={"tools": ["jira", "miro"]},
    )

    assert found.answers["use"] == {"jira": [3], "miro": [1]}
    assert found.answers["like"] == {"jira": [4]}
    assert score(CONTENT, found.answers, hidden=found.hidden)["use"].score == 2


def test_a_subject_that_was_taken_out_does_not_count(questionnaire):
    found = asked(questionnaire, says("mia", "use", 3, "jira"), repeats={"tools": ["miro"]})

    assert "use" not in found.answers
    assert "use" not in found.hidden


def test_a_calculation_scores_like_a_number_of_each_person(questionnaire):
    found = asked(questionnaire, says("mia", "plans", 1), says("rui", "plans", 4))

    assert found.answers["twice"] == [2, 8]
    assert score(CONTENT, found.answers, hidden=found.hidden)["twice"].score == 3  # 8 counts as 4


def test_the_second_layer_takes_what_is_written_down(questionnaire):
    found = asked(
        questionnaire,
        says("mia", "plans", 3, documented=1.0),
        says("rui", "plans", "dont_know", documented=2.0),
        says("rui", "how", 3, documented=2.0),
    )

    assert found.answers["plans"] == [3, "dont_know"]
    assert found.documented == {"plans": [1, 2]}
    assert score_documented(CONTENT, found.documented).overall.score == 1.5
