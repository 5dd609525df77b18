"""Edits of a draft: nothing is lost, nothing is changed behind somebody's back."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits import drafting
from audits.drafting import ROOT, CannotEdit
from tests.factories.audits import SMALL, read_once

SMALL_CONTENT = read_once(SMALL).content


def keys(content):
    return drafting.keys_of(content)


@st.composite
def contents(draw):
    """Trees of up to twenty nodes, sections in sections."""
    content = {"key": "tree", "title": "Tree", "target": 3, "nodes": []}
    for number in range(draw(st.integers(1, 20))):
        sections = [spot.key for spot in drafting.spots(content) if spot.is_section]
        into = draw(st.sampled_from([ROOT, *sections]))
        is_section = draw(st.booleans())
        node = {"key": f"n{number}"} | ({"children": []} if is_section else {"type": "level"})
        content = drafting.added(content, node, into=into)
    return content


@given(contents(), st.data())
@settings(max_examples=150, deadline=None)
def test_moves_never_lose_or_double_a_node_and_leave_what_was_given(content, data):
    before, given_content = sorted(keys(content)), deepcopy(content)
    edited = content

    for _ in range(data.draw(st.integers(1, 8))):
        key = data.draw(st.sampled_from(keys(edited)))
        sections = [spot.key for spot in drafting.sections_for(edited, key)]
        where = data.draw(st.sampled_from([ROOT, *sections]))
        step = data.draw(st.sampled_from([-1, 1]))
        edited = data.draw(
            st.sampled_from(
                [drafting.moved(edited, key, step), drafting.moved_into(edited, key, where)]
            )
        )

    assert sorted(keys(edited)) == before
    assert content == given_content


@given(contents(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_copy_adds_as_many_nodes_as_stand_beneath_and_every_key_stays_single(content, data):
    key = data.draw(st.sampled_from(keys(content)))
    beneath = len(keys({"nodes": [drafting.spot_of(content, key).node]}))

    edited, copy = drafting.duplicated(content, key)

    assert len(keys(edited)) == len(keys(content)) + beneath
    assert len(set(keys(edited))) == len(keys(edited))
    assert keys(edited).index(copy) == keys(content).index(key) + beneath


@given(contents(), st.data())
@settings(max_examples=100, deadline=None)
def test_up_and_down_again_is_where_it_was(content, data):
    key = data.draw(st.sampled_from(keys(content)))

    spot = drafting.spot_of(content, key)

    if not spot.is_first:
        assert drafting.moved(drafting.moved(content, key, -1), key, 1) == content
    else:
        assert drafting.moved(content, key, -1) == content


def test_a_section_cannot_stand_inside_itself():
    content = drafting.added(SMALL_CONTENT, {"key": "inner", "children": []}, into="discovery")

    with pytest.raises(CannotEdit):
        drafting.moved_into(content, "discovery", "inner")


@pytest.mark.parametrize("verb", ["moved", "removed", "duplicated"])
def test_what_is_not_there_is_not_edited(verb):
    arguments = ["nobody", 1] if verb == "moved" else ["nobody"]

    with pytest.raises(CannotEdit):
        getattr(drafting, verb)(SMALL_CONTENT, *arguments)


def test_a_question_holds_nothing():
    with pytest.raises(CannotEdit):
        drafting.added(SMALL_CONTENT, {"key": "x"}, into="baseline")


def test_empty_values_leave_a_field_out_and_others_are_put():
    edited = drafting.changed(
        SMALL_CONTENT, "baseline", {"hint": "", "weight": 0, "suggests": {}, "text": "What?"}
    )

    node = drafting.spot_of(edited, "baseline").node
    assert "hint" not in node
    assert "suggests" not in node
    assert (node["weight"], node["text"]) == (0, "What?")


def test_conditions_follow_a_new_key():
    content = drafting.changed(
        SMALL_CONTENT, "dashboards", {"relevant": "${baseline} > 2 and ${baseline-x} = 1"}
    )

    edited = drafting.changed(content, "baseline", {"key": "knowledge"})

    node = drafting.spot_of(edited, "dashboards").node
    assert node["relevant"] == "${knowledge} > 2 and ${baseline-x} = 1"


@pytest.mark.parametrize("taken", ["interviews", "measurement", ROOT])
def test_no_two_places_have_one_key(taken):
    with pytest.raises(CannotEdit):
        drafting.changed(SMALL_CONTENT, "baseline", {"key": taken})


def test_the_copy_of_a_section_asks_inside_itself():
    content = drafting.changed(SMALL_CONTENT, "dashboards", {"relevant": "${baseline} > 2"})

    edited, copy = drafting.duplicated(content, "measurement")

    copied = drafting.spot_of(edited, copy).node["children"]
    assert [child["key"] for child in copied] == ["baseline-2", "dashboards-2"]
    assert copied[1]["relevant"] == "${baseline-2} > 2"


def test_a_condition_may_name_only_questions_before_it():
    before = [spot.key for spot in drafting.askable_before(SMALL_CONTENT, "dashboards")]

    assert before == ["baseline"]


def test_a_new_level_begins_with_the_levels_of_the_whole():
    node = drafting.new_node(SMALL_CONTENT, "level")

    assert [choice["name"] for choice in node["choices"]] == ["Absent", "Improving"]
    assert node["key"] not in keys(SMALL_CONTENT)


@pytest.mark.parametrize(
    ("key", "words", "becomes"),
    [
        ("question-4", "How do you plan?", "how-do-you-plan"),
        ("question-4", "Baseline", "baseline-2"),
        ("question-4", "???", "question-4"),
        ("chosen", "How do you plan?", "chosen"),
    ],
)
def test_words_make_the_key_that_nobody_chose(key, words, becomes):
    assert drafting.key_for(SMALL_CONTENT, {"key": key}, words) == becomes


def test_long_words_make_a_key_that_ends_with_a_whole_word():
    key = drafting.key_from("measure " * 20, "x")

    assert len(key) <= drafting.LONGEST_KEY
    assert set(key.split("-")) == {"measure"}


def test_a_new_questionnaire_has_named_levels_and_nothing_to_ask():
    content = drafting.new_content(
        key="mine", title="Mine", low=0, high=2, target=1, names=["No", "", "Yes"]
    )

    assert content["scale"] == {
        "min": 0,
        "max": 2,
        "levels": [{"value": 0, "name": "No"}, {"value": 2, "name": "Yes"}],
    }
    assert content["nodes"] == []


def test_rows_move_and_stay_at_the_ends():
    assert drafting.row_moved(["a", "b", "c"], 1, 1) == ["a", "c", "b"]
    assert drafting.row_moved(["a", "b"], 0, -1) == ["a", "b"]
    assert drafting.row_moved(["a", "b"], 7, 1) == ["a", "b"]
    assert drafting.row_removed(["a", "b"], 0) == ["b"]
