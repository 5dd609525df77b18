"""Files that are broken, or made to break us: each is refused with a reason, and nothing stays."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from audits.framework_file import FrameworkRefused
from audits.framework_formats import read_frameworks
from audits.models import Framework
from productops.exchange import kind_named
from productops.imports import run_import
from tests.audits.test_xlsform import ANSWERS, HEAD, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
YAML = """key: x
title: X
target: 3
scale: {min: 0, max: 4}
nodes:
  - key: s
    title: S
    children:
"""
GROUP = ["begin group", "g", "G"]


def refusals(data, name):
    with pytest.raises(FrameworkRefused) as refused:
        read_frameworks(data, name)
    return [(fault.key, fault.reason) for fault in refused.value.faults]


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def repacked(data, **changed):
    """The workbook with some of its parts exchanged; ``__`` stands for a slash."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | {name.replace("__", "/"): part for name, part in changed.items()})


def survey(*rows, **sheets):
    return workbook([HEAD, *rows], ANSWERS, **sheets)


def zip_bomb():
    return packed({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b" " * (80 << 20)})


def claims_little():
    """The directory says that the part is small; what comes out of it is not."""
    data = bytearray(packed({"xl/worksheets/sheet1.xml": b"0" * 5_000_000}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def many_rows():
    book = Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    sheet.append(HEAD)
    for number in range(10_001):
        sheet.append(["text", f"a{number}", "A?"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def far_cell():
    """One cell in the last row of a million."""
    book = Workbook()
    book.active.title = "survey"
    book.active.append(HEAD)
    book.active["A1048576"] = "text"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def circle():
    rows = [["type", "name", "label", "relevant"]]
    rows += [["text", "a", "A?", "${b} = 1"], ["text", "b", "B?", "${a} = 1"]]
    return workbook(rows)


def entities():
    """Each entity ten times the one before: a few lines that would become gigabytes."""
    lines = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)]
    text = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "lol">{"".join(lines)}]><w>&e11;</w>'
    return repacked(survey(["text", "a", "A?"]), **{"xl__workbook.xml": text})


WORKBOOKS = {
    "zip bomb": (zip_bomb, "file", "too large"),
    "zip that lies about its size": (claims_little, "file", "damaged"),
    "ten thousand rows": (many_rows, "file", "too many rows"),
    "a cell in the last of a million rows": (far_cell, "file", "too many rows"),
    "entities within entities": (entities, "file", "damaged"),
    "wrong sheet": (lambda: workbook([], ANSWERS, [["form_title"], ["X"]]), "survey", "no sheet"),
    "encrypted workbook": (lambda: OLE + b"EncryptedPackage" * 64, "file", "password"),
    "a picture by another name": (lambda: b"PK\x03\x04" + b"\x89PNG" * 40, "file", "damaged"),
    "macros": (
        lambda: repacked(survey(["text", "a", "A?"]), **{"xl__vbaProject.bin": b"x"}),
        "file",
        "macros",
    ),
    "formula": (lambda: survey(["text", "a", "=1+1"]), "survey!C2", "formula"),
    "formula in choices": (
        lambda: workbook([HEAD, ["select_one l", "a", "A?"]], [ANSWERS[0], ["l", "=A1", "X"]]),
        "choices!B2",
        "formula",
    ),
    "conditions in a circle": (circle, "survey!D2", "comes later"),
    "forward reference": (
        lambda: workbook(
            [["type", "name", "label", "calculation"], ["calculate", "a", "A", "${b} + 1"]]
            + [["integer", "b", "B?", ""]]
        ),
        "survey!D2",
        "comes later",
    ),
    "groups that overlap": (
        lambda: survey(GROUP, ["begin repeat", "r", "R"], ["end group"], ["end repeat"]),
        "survey!A4",
        "would end",
    ),
    "a group without an end": (lambda: survey(GROUP, ["text", "a", "A?"]), "survey!A2", "never"),
    "a repeat within a repeat": (
        lambda: survey(
            ["begin repeat", "r", "R"],
            ["begin repeat", "s", "S"],
            ["text", "a", "A?"],
            ["end repeat"],
            ["end repeat"],
        ),
        "survey!A3",
        "repeats already",
    ),
    "missing list": (lambda: survey(["select_one no", "a", "A?"]), "survey!A2", "no list"),
    "duplicate names": (
        lambda: survey(GROUP, ["text", "a", "A?"], ["end group"], ["text", "a", "B?"]),
        "survey!B5",
        "already",
    ),
    "duplicate columns": (
        lambda: workbook([["type", "name", "label", "Label"], ["text", "a", "A?", "B?"]]),
        "survey!D1",
        "same column",
    ),
    "an empty group": (lambda: survey(GROUP, ["end group"]), "survey!A2", "empty"),
    "code in an expression": (
        lambda: workbook(
            [["type", "name", "label", "constraint"], ["text", "a", "A?", "__import__('os')"]]
        ),
        "survey!D2",
        "no function",
    ),
    "an expression that is too long": (
        lambda: workbook(
            [["type", "name", "label", "constraint"], ["text", "a", "A?", ". = 1 and " * 400 + "1"]]
        ),
        "survey!D2",
        "longer than",
    ),
    "a pattern that never ends": (
        lambda: workbook(
            [["type", "name", "label", "constraint"], ["text", "a", "A?", "regex(., '(a+)+$')"]]
        ),
        "survey!D2",
        "several ways",
    ),
}
TEXTS = {
    "NUL in YAML": (b"key: x\x00\n", "x.yaml", "file", "UTF-8"),
    "UTF-16": ("key: x\n".encode("utf-16") + b"\xd8", "x.yaml", "file", ""),
    "Latin-1": (b"key: x\ntitle: caf\xe9\n", "x.yaml", "file", "UTF-8"),
    "YAML bomb": (b"a: &a [1]\nb: &b [*a,*a]\n", "x.yaml", "*", "references"),
    "YAML with a program": (b"!!python/object/apply:os.system [ls]", "x.yaml", "file", ""),
    "nested without end": (b"[" * 50_000, "x.yaml", "file", ""),
    "too large": (b"key: x\n" + b"#" * 2_100_000, "x.yaml", "file", "2 MB"),
    "a key twice": (b"key: x\nkey: y\n", "x.yaml", "key", "twice"),
    "NUL in a form": (b"survey,\n,type,name\n,text,a\x00\n", "x.csv", "file", "UTF-8"),
    "a form in Latin-1": (b"survey,\n,type,name\n,text,\xe9\n", "x.csv", "file", "UTF-8"),
    "a quote that never closes": (b'survey,\n,type,name\n,text,"a\n', "x.csv", "file", ""),
    "NUL in a table": (b"type,key,parent\nframework,x\x00,\n", "x.csv", "file", ""),
    "more cells than columns": (b"type,key,parent\nframework,x,,1\n", "x.csv", "file", "more"),
    "a table with a circle": (
        b"type,key,parent,title,target,scale_min,scale_max\nframework,x,,X,3,0,4\n"
        b"section,a,b,A,,,\nsection,b,a,B,,,\n",
        "x.csv",
        "parent",
        "stands above",
    ),
    "deeper than anyone reads": (
        (
            "type,key,parent,title,target,scale_min,scale_max\nframework,x,,X,3,0,4\n"
            + "".join(f"section,s{n},{f's{n - 1}' if n else ''},S,,,\n" for n in range(60))
        ).encode(),
        "x.csv",
        "key",
        "",
    ),
}


@pytest.mark.parametrize("what", WORKBOOKS)
def test_a_hostile_workbook_is_refused_with_a_reason(what):
    make, key, reason = WORKBOOKS[what]

    found = refusals(make(), "form.xlsx")

    assert any(place == key and reason in said for place, said in found), found


@pytest.mark.parametrize("what", TEXTS)
def test_a_hostile_text_is_refused_with_a_reason(what):
    data, name, key, reason = TEXTS[what]

    found = refusals(data, name)

    assert any(place == key and reason in said for place, said in found), found


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["formula", "conditions in a circle", "zip bomb"])
def test_nothing_of_a_refused_file_is_kept(what):
    kind, data = kind_named("framework"), WORKBOOKS[what][0]()

    _run, report = run_import(kind=kind, file=io.BytesIO(data), name="form.xlsx", options={})

    assert report.refused
    assert not Framework.objects.exists()


@pytest.mark.django_db
def test_one_bad_questionnaire_of_a_pack_refuses_the_others_too():
    good = YAML + "      - {key: a, type: text, text: 'A?'}\n"
    pack = f"---\n{good}---\n{good.replace('key: x', 'key: y').replace('text: ', 'txt: ')}"

    _run, report = run_import(
        kind=kind_named("framework"), file=io.BytesIO(pack.encode()), name="x.yaml", options={}
    )

    assert report.refused
    assert not Framework.objects.exists()
