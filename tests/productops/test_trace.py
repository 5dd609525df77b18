"""The walk over a small chain of made-up nouns: two answers, a gap, two objectives, a verdict."""

import pytest
from django.http import Http404

from productops import trace
from productops.registry import Registry
from productops.trace import Edge, Node, Noun, walk

ROWS = {"answer": {1, 2}, "gap": {10}, "objective": {20, 21}, "verdict": {30}}
PAIRS = {
    ("gap", "answer"): [(10, 1), (10, 2)],
    ("objective", "gap"): [(20, 10), (21, 10)],
    ("verdict", "objective"): [(30, 20)],
}


class Line:
    """Registers the chain, counts its questions and hides what it is told to hide."""

    def __init__(self):
        self.hidden: set[tuple[str, int]] = set()
        self.questions: list[str] = []

    def nodes(self, kind):
        def seen(person, ids):
            self.questions.append(kind)
            rows = ROWS[kind] & ids
            visible = sorted(row for row in rows if (kind, row) not in self.hidden)
            return [Node(kind, row, f"{kind} {row}", f"/{kind}/{row}/") for row in visible]

        return seen

    def pairs(self, newer, older):
        def found(newer_ids, older_ids):
            self.questions.append(f"{newer}->{older}")
            return [
                (new, old)
                for new, old in PAIRS[newer, older]
                if (newer_ids is not None and new in newer_ids)
                or (older_ids is not None and old in older_ids)
            ]

        return found


@pytest.fixture
def line(monkeypatch):
    monkeypatch.setattr(trace, "_nouns", Registry("nouns"))
    monkeypatch.setattr(trace, "_edges", Registry("edges"))
    line = Line()
    for order, kind in enumerate(ROWS):
        trace.noun(Noun(kind, line.nodes(kind), order))
    for newer, older in PAIRS:
        trace.edge(Edge(newer, older, line.pairs(newer, older)))
    return line


def test_the_walk_goes_both_ways_from_answer_to_verdict(line):
    found = walk(None, "objective", 20)

    assert [(noun.kind, [node.id for node in nodes]) for noun, nodes in found.columns()] == [
        ("answer", [1, 2]),
        ("gap", [10]),
        ("objective", [20]),
        ("verdict", [30]),
    ]
    assert found.hidden == 0


def test_what_has_only_a_common_ancestor_is_no_part_of_the_chain(line):
    found = walk(None, "objective", 21)

    assert ("objective", 20) not in found.nodes
    assert ("verdict", 30) not in found.nodes


def test_edges_run_from_the_newer_to_the_older_row(line):
    found = walk(None, "verdict", 30)

    assert found.edges == {
        (("verdict", 30), ("objective", 20)),
        (("objective", 20), ("gap", 10)),
        (("gap", 10), ("answer", 1)),
        (("gap", 10), ("answer", 2)),
    }


def test_a_hidden_row_is_counted_and_nothing_behind_it_is_shown(line):
    line.hidden = {("gap", 10)}

    found = walk(None, "verdict", 30)

    assert set(found.nodes) == {("verdict", 30), ("objective", 20)}
    assert found.hidden == 1
    assert all(end in found.nodes for edge in found.edges for end in edge)


def test_each_kind_of_edge_and_noun_is_asked_once_a_level(line):
    walk(None, "gap", 10)

    assert sorted(line.questions) == [
        "answer",
        "gap",
        "gap->answer",
        "objective",
        "objective->gap",
        "verdict",
        "verdict->objective",
    ]


@pytest.mark.parametrize(("kind", "row"), [("gap", 11), ("nothing", 1), ("gap", 10)])
def test_a_row_that_is_none_or_not_theirs_has_no_trace(line, kind, row):
    line.hidden = {("gap", 10)}

    with pytest.raises(Http404):
        walk(None, kind, row)


def test_a_ring_in_the_data_ends_the_walk(line):
    trace.edge(Edge("answer", "verdict", lambda newer, older: [(1, 30)]))

    found = walk(None, "gap", 10)

    assert ("verdict", 30) in found.nodes


def test_the_page_shows_the_chain_and_says_what_is_hidden(line, as_, ines):
    line.hidden = {("objective", 21)}

    response = as_(ines).get("/trace/gap/10/")
    text = response.content.decode().partition('class="board"')[2]

    assert response.status_code == 200
    assert text.index("answer 1") < text.index("gap 10") < text.index("verdict 30")
    assert "1 more record belongs to others" in text


def test_the_api_gives_nodes_and_edges_by_key(line, api, ines):
    line.hidden = {("objective", 21)}

    body = api(ines).get("/api/v1/trace/gap/10/").json()

    assert body["start"] == "gap:10"
    assert [node["key"] for node in body["nodes"]] == [
        "answer:1",
        "answer:2",
        "gap:10",
        "objective:20",
        "verdict:30",
    ]
    assert {"newer": "gap:10", "older": "answer:2"} in body["edges"]
    assert body["hidden"] == 1


@pytest.mark.parametrize("path", ["gap/11/", "nothing/1/", "gap/99999999999999999999999/"])
def test_a_trace_of_nothing_is_not_found(line, as_, api, ines, path):
    assert as_(ines).get(f"/trace/{path}").status_code == 404
    assert api(ines).get(f"/api/v1/trace/{path}").status_code == 404
