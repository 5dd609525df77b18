"""A draft may have faults; each is told by its node and field."""

import pytest

from audits import drafting
from audits.draft_faults import faults_in
from tests.factories.audits import KINDS, SMALL, read_once

CONTENT = read_once(SMALL).content


def told(content):
    return [(fault.key, fault.field) for fault in faults_in(content)]


@pytest.mark.parametrize("text", [SMALL, KINDS])
def test_what_is_published_has_none(text):
    assert faults_in(read_once(text).content) == []


@pytest.mark.parametrize(
    ("key", "values", "where"),
    [
        ("baseline", {"text": ""}, ("baseline", "text")),
        ("measurement", {"title": ""}, ("measurement", "title")),
        ("baseline", {"type": "nonsense"}, ("baseline", "type")),
        ("baseline", {"target": 9}, ("baseline", "target")),
        ("baseline", {"choices": [{"value": 0, "name": ""}]}, ("baseline", "choices")),
        ("dashboards", {"relevant": "${nobody} > 1"}, ("dashboards", "relevant")),
        ("baseline", {"relevant": "${dashboards} > 1"}, ("baseline", "relevant")),
        ("baseline", {"constraint": ". > ("}, ("baseline", "constraint")),
        ("baseline", {"suggests": {"cause": "luck"}}, ("baseline", "suggests")),
    ],
)
def test_a_fault_is_told_where_it_is(key, values, where):
    assert told(drafting.changed(CONTENT, key, values)) == [where]


def test_all_faults_are_told_at_once():
    content = drafting.changed(CONTENT, "baseline", {"text": "", "relevant": "${x} = 1"})
    content = drafting.changed(content, "interviews", {"text": ""})

    assert told(content) == [
        ("baseline", "text"),
        ("interviews", "text"),
        ("baseline", "relevant"),
    ]


def test_an_empty_section_is_a_fault_of_the_section():
    content = drafting.removed(CONTENT, "interviews")

    assert told(content) == [("discovery", "children")]
