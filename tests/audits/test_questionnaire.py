from datetime import date

import pytest

from audits.questionnaire import (
    BadQuestionnaire,
    faults_of_expressions,
    read_questionnaire,
    value_of,
)

ON = date(2026, 11, 26)


def level(key, **more):
    return {"key": key, "type": "level", "text": f"{key}?", **more}


def section(key, *children, **more):
    return {"key": key, "title": key, "children": list(children), **more}


def content(*nodes):
    return {
        "key": "x",
        "title": "X",
        "target": 3,
        "scale": {"min": 0, "max": 4},
        "nodes": list(nodes),
    }


BRANCHING = content(
    section(
        "first",
        level("plans"),
        level("how", relevant="${plans} >= 2"),
        level("why", relevant="${how} >= 2"),
        {"key": "twice", "type": "calculated", "text": "Twice", "calculation": "${plans} * 2"},
    ),
    section("second", level("a"), section("deep", level("b")), relevant="${twice} > 5"),
    level("last", relevant="${b} = '' or ${b} > 1"),
)


@pytest.fixture
def branching():
    return read_questionnaire(BRANCHING)


def test_items_stand_in_order_with_their_places(branching):
    assert [(item.key, item.order, item.last, item.parent) for item in branching.items] == [
        ("first", 1, 5, "all"),
        ("plans", 2, 2, "first"),
        ("how", 3, 3, "first"),
        ("why", 4, 4, "first"),
        ("twice", 5, 5, "first"),
        ("second", 6, 9, "all"),
        ("a", 7, 7, "second"),
        ("deep", 8, 9, "second"),
        ("b", 9, 9, "deep"),
        ("last", 10, 10, "all"),
    ]


def test_a_question_is_hidden_where_its_condition_does_not_hold(branching):
    assert "how" in branching.hidden({"plans": 1.0}, today=ON)
    assert "how" not in branching.hidden({"plans": 2.0}, today=ON)


def test_a_hidden_section_hides_all_beneath(branching):
    hidden = branching.hidden({"plans": 2.0, "b": 4.0}, today=ON)

    assert hidden == {"second", "a", "deep", "b", "why"}


def test_the_answer_to_a_hidden_question_counts_as_empty(branching):
    assert "why" in branching.hidden({"plans": 1.0, "how": 4.0}, today=ON)
    assert "why" not in branching.hidden({"plans": 2.0, "how": 4.0}, today=ON)


def test_calculations_follow_from_answers_and_may_be_asked(branching):
    assert branching.calculated({"plans": 3.0}, today=ON) == {"twice": 6.0}
    assert branching.known({"plans": 3.0, "why": 2.0}, today=ON) == {"plans": 3.0, "twice": 6.0}
    assert branching.calculated({}, today=ON) == {"twice": None}


def test_only_conditions_make_the_number_of_questions_vary(branching):
    note = {"key": "n", "type": "note", "text": "Read", "relevant": "${plans} > 1"}

    assert branching.varies
    assert not read_questionnaire(content(section("s", level("plans"), note))).varies


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([level("a", relevant="${b} > 1"), level("b")], ("a", "relevant", "comes later")),
        ([level("a", relevant="${zz} > 1")], ("a", "relevant", "no question of this")),
        ([level("a", relevant="${a} > 1")], ("a", "relevant", "the question itself")),
        ([level("a", relevant=". > 1")], ("a", "relevant", "its own answer")),
        ([level("a"), level("b", relevant="${a} >")], ("b", "relevant", "character 6")),
        (
            [section("s", level("a"), relevant="${a} > 1")],
            ("s", "relevant", "comes later"),
        ),
        (
            [section("s", level("a")), level("b", relevant="${s} > 1")],
            ("b", "relevant", "it is a section"),
        ),
        (
            [section("s", level("a"), repeat="tool"), level("b", relevant="${a} > 1")],
            ("b", "relevant", "once for each tool"),
        ),
        (
            [section("s", section("t", level("a"), repeat="tool"), repeat="tool")],
            ("t", "repeat", "repeats already"),
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(nodes, expected):
    key, field, reason = expected

    faults = list(faults_of_expressions(content(*nodes)))

    assert [(fault.key, fault.field) for fault in faults] == [(key, field)]
    assert reason in faults[0].reason
    with pytest.raises(BadQuestionnaire):
        read_questionnaire(content(*nodes))


def test_a_check_may_ask_its_own_answer_and_a_repeated_section_its_own_questions():
    found = read_questionnaire(
        content(
            level("a", constraint=". > 1 and ${a} < 4"),
            section("s", level("b"), level("c", relevant="${b} > ${a}"), repeat="tool"),
            section("t", level("d", relevant="${b} > 1"), repeat="tool"),
        )
    )

    assert [item.key for item in found.repeats] == ["s", "t"]
    assert found.repeat_of("c").key == "s"
    assert found.repeat_of("a") is None


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("level", {"number": 3}, 3.0),
        ("boolean", {"number": 0.0}, 0.0),
        ("single", {"chosen": [2]}, "2"),
        ("single", {"chosen": []}, None),
        ("multiple", {"chosen": ["a", 1.0]}, ("a", "1")),
        ("subject", {"chosen": ["tool:jira"]}, ("tool:jira",)),
        ("text", {"text": "hello"}, "hello"),
        ("text", {"text": ""}, None),
        ("date", {"day": "2026-03-31"}, date(2026, 3, 31)),
        ("file", {"file": 7}, "7"),
        ("note", {"text": "x"}, None),
    ],
)
def test_answers_are_read_by_kind(kind, said, value):
    assert value_of(kind, {"state": "answered"} | said) == value
    assert value_of(kind, {"state": "na"} | said) is None
    assert value_of(kind, None) is None


def test_published_versions_are_compiled_once_and_drafts_anew(small):
    assert small.questionnaire is small.questionnaire
    assert [item.key for item in small.questionnaire.items][:2] == ["measurement", "baseline"]
    small.state = "draft"
    assert small.questionnaire is not small.questionnaire
