"""What a new version changes, and what that means for comparisons."""

from hypothesis import given, settings

from audits import drafting
from audits.version_diff import Change, difference, marked
from tests.audits.test_drafting import contents
from tests.factories.audits import SMALL, read_once

SMALL_CONTENT = read_once(SMALL).content


def changes(found):
    return [(one.key, one.change.value) for one in found.shown]


def node(content, key):
    return drafting.spot_of(content, key).node


@given(contents())
@settings(max_examples=50, deadline=None)
def test_a_content_does_not_differ_from_itself(content):
    assert difference(content, content).is_empty


@given(contents(), contents())
@settings(max_examples=100, deadline=None)
def test_what_one_way_adds_the_other_way_removes(one, other):
    there, back = difference(one, other), difference(other, one)

    assert there.count(Change.ADDED) == back.count(Change.REMOVED)
    assert sorted(c.key for c in there.nodes) == sorted(c.key for c in back.nodes)


def test_words_of_a_node_are_told_field_by_field():
    edited = drafting.changed(SMALL_CONTENT, "baseline", {"text": "What did you know?"})

    (change,) = difference(SMALL_CONTENT, edited).shown

    assert change.key == "baseline"
    assert change.section == "Measurement"
    assert [(one.name, one.before, one.after) for one in change.fields] == [
        (("text",), "What do you know before a change?", "What did you know?")
    ]
    assert not change.measures_otherwise


def test_one_move_is_one_move():
    edited = drafting.moved(SMALL_CONTENT, "measurement", 1)

    assert changes(difference(SMALL_CONTENT, edited)) in (
        [("measurement", "moved")],
        [("discovery", "moved")],
    )


def test_a_question_in_another_section_has_moved():
    edited = drafting.moved_into(SMALL_CONTENT, "baseline", "discovery")

    assert changes(difference(SMALL_CONTENT, edited)) == [("baseline", "moved")]


def test_a_removed_node_stands_where_it_stood():
    edited = drafting.removed(SMALL_CONTENT, "baseline")

    found = difference(SMALL_CONTENT, edited)

    assert [one.key for one in found.nodes][:3] == ["measurement", "baseline", "dashboards"]
    assert changes(found) == [("baseline", "removed")]


def test_what_is_usual_may_be_said_or_left_out():
    edited = drafting.changed(
        SMALL_CONTENT, "interviews", {"weight": 1, "required": True, "hint": ""}
    )

    assert difference(SMALL_CONTENT, edited).is_empty


def test_required_no_more_is_a_change():
    edited = drafting.changed(SMALL_CONTENT, "interviews", {"required": False})

    (change,) = difference(SMALL_CONTENT, edited).shown
    assert [(one.name, one.before, one.after) for one in change.fields] == [
        (("required",), True, False)
    ]


def test_another_score_measures_otherwise_and_another_name_does_not():
    choices = [dict(choice) for choice in node(SMALL_CONTENT, "baseline")["choices"]]
    choices[4]["name"] = "Best"
    named = drafting.changed(SMALL_CONTENT, "baseline", {"choices": choices})
    fewer = drafting.changed(SMALL_CONTENT, "baseline", {"choices": choices[:4]})

    assert difference(SMALL_CONTENT, named).measured_otherwise == []
    assert [one.key for one in difference(SMALL_CONTENT, fewer).measured_otherwise] == ["baseline"]


def test_another_order_of_choices_is_told():
    choices = node(SMALL_CONTENT, "baseline")["choices"]
    edited = drafting.changed(SMALL_CONTENT, "baseline", {"choices": choices[::-1]})

    (change,) = difference(SMALL_CONTENT, edited).shown
    assert change.fields[0].name == ("choices", "order")
    assert not change.measures_otherwise


def test_what_keeps_its_history_is_counted():
    edited = drafting.added(
        drafting.removed(SMALL_CONTENT, "interviews"),
        drafting.new_node(SMALL_CONTENT, "level"),
        into="discovery",
    )

    found = difference(SMALL_CONTENT, edited)

    assert [one.key for one in found.keeping] == ["baseline", "dashboards"]
    assert len(found.questions(Change.ADDED)) == len(found.questions(Change.REMOVED)) == 1


def test_the_head_is_compared_but_for_the_number():
    edited = drafting.head_changed(SMALL_CONTENT, {"target": 4, "version": 7})

    found = difference(SMALL_CONTENT, edited)
    assert [(one.name, one.after) for one in found.head] == [(("target",), 4)]


def test_words_are_marked():
    assert marked("How do you plan?", "How do we plan?") == [
        ("same", "How do "),
        ("gone", "you "),
        ("new", "we "),
        ("same", "plan?"),
    ]
    assert marked("", "New") == [("new", "New")]
    assert marked("Old", "") == [("gone", "Old")]
