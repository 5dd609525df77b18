import pytest
from django.utils import timezone

from audits.actions import publish
from audits.framework_file import (
    FrameworkRefused,
    flat,
    read_content,
    read_framework_file,
    read_framework_files,
    write_framework_file,
    write_framework_files,
)
from audits.models import FrameworkVersion
from tests.factories.audits import KINDS, SMALL, framework_version

HEAD = "key: x\ntitle: X\ntarget: 3\nscale: {min: 0, max: 4}\nnodes:\n"
QUESTION = " - {key: q, title: Q, children: [{key: a, type: level, text: 'A?'}]}\n"


ALL_FIELDS = """
key: full
title: Full
target: 3
unanswered: lowest
not_applicable: target
scale: {min: 0, max: 4}
nodes:
  - {key: read-me, type: note, text: Read this first.}
  - key: practice
    title: Practice
    children:
      - key: plans
        type: level
        text: Do you plan?
        documents: true
        measure: audits.open-gaps
        fact: {levels: [20, 10, 5, 2, 0], tolerance: 1, days: 90}
        maps:
          - {framework: samm-2, key: g-sm-a-1-1, relation: subset, strength: 6}
      - key: how
        title: How
        relevant: ${plans} >= 2
        children:
          - {key: shares, type: number, text: 'How much?', min: 0, max: 100,
             constraint: '. > 0 and . <= 10 * ${plans}', constraint_message: Too much., soft: true}
          - {key: twice, type: calculated, text: Twice, calculation: '${shares} * 2', weight: 0}
      - key: tools
        title: Tools
        repeat: tool
        children:
          - key: liked
            type: single
            text: Liked?
            other: true
            choices: [{value: a, name: Yes it is}, {value: b, name: Not so}]
          - {key: best, type: subject, text: 'Which one instead?', catalogue: tool, at_most: 1}
          - {key: photo, type: file, text: 'Show it', required: false}
"""
ONE = HEAD + " - {key: q, type: level, text: q, %s}"


def faults(text):
    with pytest.raises(FrameworkRefused) as refused:
        read_framework_file(text)
    return [(fault.line, fault.key) for fault in refused.value.faults]


@pytest.mark.parametrize("text", [SMALL, KINDS, ALL_FIELDS])
def test_what_is_written_reads_back_the_same(text):
    file = read_framework_file(text)

    assert read_framework_file(write_framework_file(file.content)) == file


def test_a_pack_holds_several_questionnaires():
    files = [read_framework_file(text) for text in (SMALL, KINDS)]

    pack = "".join(write_framework_files(file.content for file in files))

    assert read_framework_files(pack.encode()) == files


def test_the_fingerprint_ignores_the_number_and_the_order_of_fields():
    one = read_framework_file(HEAD + QUESTION)
    other = read_framework_file("version: 7\ntitle: X\nkey: x\n" + HEAD[16:] + QUESTION)

    assert one.sha256 == other.sha256


def test_the_fingerprint_changes_with_one_word():
    one = read_framework_file(HEAD + QUESTION)

    assert read_framework_file((HEAD + QUESTION).replace("A?", "B?")).sha256 != one.sha256


def test_places_are_depth_first_and_say_where_a_section_ends():
    nodes = flat(read_framework_file(SMALL).content)

    assert [(node["key"], parent, order, last) for node, parent, order, last in nodes] == [
        ("measurement", "all", 1, 3),
        ("baseline", "measurement", 2, 2),
        ("dashboards", "measurement", 3, 3),
        ("discovery", "all", 4, 5),
        ("interviews", "discovery", 5, 5),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "file")]),
        ("a: [", [(1, "file")]),
        ("key: x\nkey: y", [(2, "key")]),
        ("a: &a [1]\nb: *a", [(2, "*")]),
        ("!!python/object:os.system x", [(1, "file")]),
        (HEAD, [(1, "nodes")]),
        (HEAD + " []", [(5, "nodes")]),
        (HEAD + QUESTION + "colour: red", [(7, "colour")]),
        (HEAD + " - {key: A b, type: level, text: q}", [(6, "key")]),
        (HEAD + " - {key: all, type: level, text: q}", [(6, "key")]),
        (HEAD + " - {key: q, type: levle, text: q}", [(6, "q")]),
        (HEAD + " - {key: q, type: level}", [(6, "text")]),
        (HEAD + " - {key: q, type: level, text: q, weight: heavy}", [(6, "weight")]),
        (HEAD + " - {key: q, type: level, text: q, weight: -1}", [(6, "q")]),
        (HEAD + " - {key: q, type: level, text: q, target: 9}", [(6, "q")]),
        (HEAD + " - {key: q, type: level, text: q, suggests: {cause: fate}}", [(6, "cause")]),
        (HEAD + QUESTION + QUESTION, [(7, "key"), (7, "key")]),
        (HEAD.replace("max: 4", "max: 0") + QUESTION, [(4, "max")]),
        (HEAD.replace("target: 3", "target: .nan") + QUESTION, [(3, "target")]),
        ("unanswered: zero\n" + HEAD + QUESTION, [(1, "unanswered")]),
        ("not_applicable: 0\n" + HEAD + QUESTION, [(1, "not_applicable")]),
        (ONE % "relevant: '${zz} > 1'", [(6, "relevant")]),
        (ONE % "relevant: 5", [(6, "relevant")]),
        (ONE % "constraint: '. >'", [(6, "constraint")]),
        (ONE % "soft: true", [(6, "soft")]),
        (ONE % "constraint_message: x", [(6, "constraint_message")]),
        (ONE % "calculation: '1'", [(6, "calculation")]),
        (ONE % "repeat: tool", [(6, "repeat")]),
        (ONE % "catalogue: tool", [(6, "catalogue")]),
        (ONE % "other: true", [(6, "other")]),
        (ONE % "fact: {levels: [1, 2]}", [(6, "fact")]),
        (ONE % "measure: m, fact: {levels: [1, 3, 2]}", [(6, "levels")]),
        (ONE % "measure: m, fact: {levels: [a]}", [(6, "levels")]),
        (ONE % "measure: m, fact: {tolerance: 1}", [(6, "levels")]),
        (ONE % "maps: [{framework: f, key: k, relation: like, strength: 5}]", [(6, "relation")]),
        (ONE % "maps: [{framework: f, key: k, relation: equal, strength: 11}]", [(6, "strength")]),
        (ONE % "maps: [{framework: f}]", [(6, "key"), (6, "relation"), (6, "strength")]),
        (HEAD + " - {key: q, type: calculated, text: q}", [(6, "calculation")]),
        (HEAD + " - {key: q, type: subject, text: q}", [(6, "catalogue")]),
        (HEAD + " - {key: q, type: subject, text: q, catalogue: cat}", [(6, "catalogue")]),
        (HEAD + " - {key: q, type: note, text: q, constraint: '1'}", [(6, "constraint")]),
        (HEAD + " - {key: q, type: text, text: q, documents: true}", [(6, "documents")]),
    ],
)
def test_a_file_is_refused_with_line_and_key(text, expected):
    assert faults(text) == expected


def test_all_faults_are_told_at_once():
    text = HEAD + " - {key: q, type: level}\n - {type: level, text: t}\n - 3\n"

    assert faults(text) == [(6, "text"), (7, "key"), (5, "nodes")]


@pytest.mark.parametrize("text", ["[" * 20_000, "a: " * 9_999, "\x00", b"\xff\xfe\x00", "a: 1e999"])
def test_hostile_files_are_refused_and_nothing_worse(text):
    assert faults(text)


@pytest.mark.parametrize("levels", [25, 500])
def test_content_that_is_nested_too_deeply_is_refused(levels):
    node = {"key": "q", "type": "level", "text": "q"}
    for level in range(levels):
        node = {"key": f"s{level}", "title": "s", "children": [node]}
    content = read_framework_file(HEAD + QUESTION).content | {"nodes": [node]}

    with pytest.raises(FrameworkRefused, match="deep"):
        read_content(content)


def test_a_file_larger_than_any_questionnaire_is_refused_unread():
    assert faults("#" * 2_000_001) == [(None, "file")]


def test_a_fault_of_an_expression_says_at_which_character():
    with pytest.raises(FrameworkRefused) as refused:
        read_framework_file(ONE % "constraint: '. >= foo(1)'")

    assert str(refused.value.faults[0]) == (
        "line 6, constraint: character 6: 'foo' is no function of expressions."
    )


def test_a_questionnaire_has_sections_in_sections():
    text = HEAD + (
        " - {key: a, title: A, children: [{key: b, title: B, children:"
        " [{key: c, type: level, text: 'C?'}, {key: d, title: D, children:"
        " [{key: e, type: level, text: 'E?'}]}]}]}\n"
    )

    nodes = flat(read_framework_file(text).content)

    assert [(node["key"], parent, order, last) for node, parent, order, last in nodes] == [
        ("a", "all", 1, 5),
        ("b", "a", 2, 5),
        ("c", "b", 3, 3),
        ("d", "b", 4, 5),
        ("e", "d", 5, 5),
    ]


def test_every_field_becomes_a_column_of_its_node(db):
    nodes = {node.key: node for node in framework_version(ALL_FIELDS).nodes.all()}

    assert nodes["read-me"].kind == "note"
    plans, shares = nodes["plans"], nodes["shares"]
    assert (plans.documents, plans.measure) == (True, "audits.open-gaps")
    assert plans.fact == {"levels": [20, 10, 5, 2, 0], "tolerance": 1, "days": 90}
    assert plans.maps == [
        {"framework": "samm-2", "key": "g-sm-a-1-1", "relation": "subset", "strength": 6}
    ]
    assert (nodes["how"].relevant, nodes["how"].parent.key) == ("${plans} >= 2", "practice")
    assert shares.constraint == ". > 0 and . <= 10 * ${plans}"
    assert (shares.constraint_message, shares.is_soft) == ("Too much.", True)
    assert nodes["twice"].calculation == "${shares} * 2"
    assert nodes["tools"].repeat == "tool"
    assert nodes["liked"].has_other
    assert (nodes["best"].catalogue, nodes["best"].at_most) == ("tool", 1)


def test_publishing_retires_the_former_version_and_says_what_changed(small, ines):
    draft = FrameworkVersion.objects.create(
        framework=small.framework, number=2, state="draft", content={}, sha256=""
    )
    file = read_framework_file(SMALL.replace("Small practice", "Larger practice"))

    version = publish(
        framework=small.framework,
        file=file,
        by=ines,
        now=timezone.now(),
        summary="New",
        draft=draft,
    )

    small.refresh_from_db()
    assert (small.state, version.pk, version.number) == ("retired", draft.pk, 2)
    assert (version.state, version.summary, version.nodes.count()) == ("published", "New", 6)
    assert (version.framework.title, str(version.root())) == ("Larger practice", "Larger practice")
    assert version.sha256 == file.sha256


def test_a_file_that_is_loaded_leaves_the_draft_alone(small):
    draft = FrameworkVersion.objects.create(
        framework=small.framework, number=2, state="draft", content={}, sha256=""
    )

    version = framework_version(SMALL.replace("Small practice", "Larger practice"))

    draft.refresh_from_db()
    version.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", 2)
    assert (version.state, version.number) == ("published", 3)
