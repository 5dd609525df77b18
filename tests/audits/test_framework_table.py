from pathlib import Path

import pytest

from audits.framework_file import FrameworkRefused, read_content, read_framework_file
from audits.framework_formats import read_frameworks, write_frameworks
from audits.framework_table import is_table, read_tables, write_tables
from tests.audits.test_xlsform import odd_content
from tests.factories.audits import KINDS, SMALL

LIBRARY = [path.read_bytes() for path in sorted(Path("audits/library").resolve().glob("*.yaml"))]
HEAD = "type,key,parent,title,text,target,scale_min,scale_max,choices,weight,relevant,more\n"
WHOLE = "framework,x,,X,,3,0,4,,,,\n"
SECTION = "section,s,,S,,,,,,,,\n"


def table(*lines):
    return (HEAD + "".join(lines)).encode()


def faults(data):
    with pytest.raises(FrameworkRefused) as refused:
        read_tables(data)
    return [(fault.line, fault.key) for fault in refused.value.faults]


@pytest.mark.parametrize("text", [SMALL, KINDS, *LIBRARY])
def test_a_table_comes_back_the_same(text):
    file = read_framework_file(text)

    assert read_tables(write_tables([file.content])) == [file]


@pytest.mark.parametrize("form", ["yaml", "xlsx", "csv"])
def test_several_questionnaires_go_into_one_file_and_come_back(form):
    files = [read_framework_file(text) for text in (SMALL, KINDS)]

    data = write_frameworks([file.content for file in files], form)

    assert read_frameworks(data, f"all.{form}") == files


@pytest.mark.parametrize("form", ["yaml", "xlsx", "csv"])
def test_odd_content_comes_back_the_same(form):
    file = read_content(odd_content())

    assert read_frameworks(write_frameworks([file.content], form), f"odd.{form}") == [file]


def test_a_table_is_read_as_people_write_it():
    rows = (
        ("level,plan,s,,Do you plan?,,,,0 | 0 | Never | Nobody \\| no one.\n4 | 4 | Always,2,,\n")
        .replace(",0 |", ',"0 |')
        .replace("Always,", 'Always",')
    )

    (file,) = read_tables(table(WHOLE, SECTION, rows))

    section = file.content["nodes"][0]
    assert section["children"][0] == {
        "key": "plan",
        "type": "level",
        "text": "Do you plan?",
        "weight": 2,
        "choices": [
            {"value": 0, "score": 0, "name": "Never", "text": "Nobody | no one."},
            {"value": 4, "score": 4, "name": "Always"},
        ],
    }


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ([SECTION], (2, "type")),
        ([], (1, "type")),
        ([WHOLE, ",a,,,A?,,,,,,,\n"], (3, "type")),
        ([WHOLE, "text,a,nowhere,,A?,,,,,,,\n"], (3, "parent")),
        ([WHOLE, SECTION, "text,a,s,,A?,,,,,,,\n", "text,a,s,,B?,,,,,,,\n"], (5, "key")),
        ([WHOLE, SECTION, "text,a,s,,A?,,,,,heavy,,\n"], (4, "weight")),
        ([WHOLE, SECTION, "text,a,s,,A?,,,,,,,{\n"], (4, "more")),
        ([WHOLE, SECTION, "level,a,s,,A?,,,,x | 1 | One,,,\n"], (4, "choices")),
        ([WHOLE, SECTION, "single,a,s,,A?,,,,a | b | c | d | e,,,\n"], (4, "choices")),
        ([WHOLE, SECTION, "text,a,s,,A?,,,,,,${b} = 1,\n"], (4, "relevant")),
        ([WHOLE, SECTION, "colour,a,s,,A?,,,,,,,\n"], (4, "key")),
        ([WHOLE, SECTION], (3, "key")),
    ],
)
def test_a_fault_is_said_with_row_and_column(lines, place):
    assert place in faults(table(*lines))


def test_a_column_that_nothing_reads_is_refused():
    assert faults(b"type,key,parent,colour\nframework,x,,red\n") == [(1, "colour")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"type,key,parent\n", True),
        (b'\xef\xbb\xbf"parent";"key";"type"\r\n', True),
        (b"key: x\n", False),
        (b"survey,,\n,type,name\n", False),
        (b"PK\x03\x04rest", False),
        (b"", False),
    ],
)
def test_a_table_is_told_apart_by_its_header(data, expected):
    assert is_table(data) is expected
