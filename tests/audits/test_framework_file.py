import pytest

from audits.framework_file import (
    FrameworkRefused,
    flat,
    read_framework_file,
    read_framework_files,
    write_framework_file,
    write_framework_files,
)
from tests.factories.audits import KINDS, SMALL

HEAD = "key: x\ntitle: X\ntarget: 3\nscale: {min: 0, max: 4}\nnodes:\n"
QUESTION = " - {key: q, title: Q, children: [{key: a, type: level, text: 'A?'}]}\n"


def faults(text):
    with pytest.raises(FrameworkRefused) as refused:
        read_framework_file(text)
    return [(fault.line, fault.key) for fault in refused.value.faults]


@pytest.mark.parametrize("text", [SMALL, KINDS])
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


def test_a_file_larger_than_any_questionnaire_is_refused_unread():
    assert faults("#" * 2_000_001) == [(None, "file")]
