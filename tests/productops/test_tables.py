import contextlib
import csv
import io
import json
import struct
import time
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from productops.tables import (
    UnreadableTable,
    guarded,
    read_table,
    unguarded,
    write_csv,
    write_json,
    write_xlsx,
)


def read(content, name="table.csv", **options):
    """Header and rows of a file with this content."""
    data = content if isinstance(content, bytes) else content.encode()
    table = read_table(io.BytesIO(data), name, **options)
    return table.header, [(number, tuple(row.values())) for number, row in table.rows]


def refusal_of(content, name="table.csv", **options):
    with pytest.raises(UnreadableTable) as refusal:
        read(content, name, **options)
    return refusal.value


def workbook(*rows, title="Sheet", other=None):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if other:
        book.create_sheet(other).append(["elsewhere"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# Text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    text = "a,b,c\n1,2,3\n4,5,6\n".replace(",", delimiter)

    assert read(text) == (("a", "b", "c"), [(2, ("1", "2", "3")), (3, ("4", "5", "6"))])


def test_decimal_commas_are_no_delimiters():
    assert read("day;value\nMon;2,6\nTue;1,5\n")[0] == ("day", "value")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_will_do_and_quoted_ones_are_kept(ending):
    header, rows = read(ending.join(["a,b", f'"x{ending}y",2', "3,4"]))

    assert rows == [(2, (f"x{ending}y", "2")), (3, ("3", "4"))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"]
)
def test_the_encoding_is_found(encoding):
    text = "name\nGröße\n"
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data

    assert read(data) == (("name",), [(2, ("Größe",))])


def test_a_long_text_in_another_encoding_is_recognised():
    text = "name\n" + "Привет, как дела у вас сегодня; хорошо ли идут ваши дела\n" * 20

    assert read(text.replace(",", "").encode("cp1251"))[1][0][1][0].startswith("Привет")


def test_rows_keep_their_number_and_empty_ones_are_left_out():
    header, rows = read("\n\na,b\n\n1,2\n,\n3\n")

    assert (header, rows) == (("a", "b"), [(5, ("1", "2")), (7, ("3", ""))])


def test_a_preamble_is_passed_over_when_the_header_is_named():
    text = "Category: all\n\nWeek,Visits\n2026-01-04,28\n"

    assert refusal_of(text).row == 3
    assert read(text, header_row=3) == (("Week", "Visits"), [(4, ("2026-01-04", "28"))])


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("", None, "no table"),
        ("\n\n", None, "no table"),
        ("a,,c\n1,2,3\n", 1, "Column 2 has no name"),
        ("a,b,a\n1,2,3\n", 1, "Columns 1 and 3 have the same name"),
        ("a, a \n1,2\n", 1, "same name"),
        ("a,b\n1,2,3\n", 2, "more cells"),
        ("a,b\n1,2\n\n3,4,5\n", 4, "more cells"),
        ('a,b\n1,2\n3,"4\n5,6\n', 3, "never closed"),
        ("a,b\n1," + "x" * 200_000 + "\n", 2, "131,072"),
        (b"a,b\n1,\x00\n", None, "not a table in text"),
        (b"\xef\xbb\xbfa\n\xff\n", None, "encoding"),
        ("a\x1b,b\n1,2\n", 1, "U+001B"),
        (",".join(f"c{n}" for n in range(3000)), 1, "too many columns"),
    ],
)
def test_a_broken_table_is_refused_with_its_place(text, row, words):
    refusal = refusal_of(text)

    assert refusal.row == row
    assert words in str(refusal)


def test_a_blank_after_a_closing_quote_does_no_harm():
    assert read('a,b\n1,"x" \n')[1] == [(2, ("1", "x "))]


def test_columns_without_a_name_at_the_end_are_left_out_while_they_are_empty():
    assert read("a;b;;\n1;2;;\n")[0] == ("a", "b")
    assert refusal_of("a;b;;\n1;2;;3\n").row == 2


@pytest.mark.parametrize(
    ("limits", "words"), [({"limit_rows": 2}, "rows"), ({"limit_bytes": 10}, "larger than")]
)
def test_a_table_has_a_greatest_size(limits, words):
    assert words in str(refusal_of("a\n1\n2\n3\n4\n5\n", **limits))


def test_a_long_table_is_read_row_by_row():
    table = read_table(io.BytesIO(b"a,b\n" + b"1,2\n" * 200_000 + b"1,2,3\n"), "t.csv")

    assert next(table.rows) == (2, {"a": "1", "b": "2"})


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(content):
    with contextlib.suppress(UnreadableTable):
        read(content)


# Spreadsheets --------------------------------------------------------------------------------


def test_a_workbook_is_read_as_people_see_it():
    content = workbook(
        ["name", "value", "on", "is_new"],
        [],
        ["Checkout", 1000.5, date(2026, 3, 31), True],
        ["00123", 7, None, False],
    )

    assert read(content, "t.xlsx") == (
        ("name", "value", "on", "is_new"),
        [(3, ("Checkout", "1000.5", "2026-03-31", "true")), (4, ("00123", "7", "", "false"))],
    )


def test_numbers_of_a_workbook_carry_the_decimal_mark_that_was_asked_for():
    assert read(workbook(["v"], [1.5]), "t.xlsx", decimal=",")[1] == [(2, ("1,5",))]


def test_a_sheet_is_found_by_its_name():
    content = workbook(["a"], [1], other="Second")

    assert read(content, "t.xlsx", sheet="Second")[0] == ("elsewhere",)
    assert "no sheet" in str(refusal_of(content, "t.xlsx", sheet="Third"))


def test_what_a_file_holds_counts_and_not_its_name():
    assert read(workbook(["a"], [1]), "t.csv")[0] == ("a",)
    assert "is none" in str(refusal_of("a,b\n1,2\n", "t.xlsx"))


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def claiming(size, archive):
    """An archive whose only part says that it is so large."""
    entry = archive.index(b"PK\x01\x02")
    return archive[: entry + 24] + struct.pack("<I", size) + archive[entry + 28 :]


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s'
    b"</sheetData></worksheet>"
)


def with_sheet(body):
    """A workbook whose only sheet is replaced."""
    file = io.BytesIO(workbook(["a"], [1]))
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, body if name.endswith("sheet1.xml") else old.read(name))
    return out.getvalue()


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n + 1, *[n] * 8) for n in range(97, 110)
)
HOSTILE = {
    "cut off": lambda: workbook(["a"], [1])[:-200],
    "no workbook at all": lambda: zipped(readme=b"hello"),
    "a bomb of one part": lambda: claiming(2**31, zipped(**{"xl/workbook.xml": b"x"})),
    "thousands of parts": lambda: zipped(**{f"p{n}": b"" for n in range(5001)}),
    "an old spreadsheet of noise": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000),
    "a cell at the far corner": lambda: with_sheet(
        SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "a row beyond all rows": lambda: with_sheet(
        SHEET % b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    ),
    "entities within entities": lambda: with_sheet(
        LAUGHS + b"]>" + SHEET % b'<row r="1"><c r="A1" t="str"><v>&n;</v></c></row>'
    ),
    "a sheet that never ends": lambda: with_sheet(SHEET % (b'<row r="1">' * 2_000_000)),
    "no sheet": lambda: with_sheet(b""),
}


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_spreadsheet_is_refused_or_empty_within_seconds(attack):
    content = attack()
    began = time.monotonic()

    rows = []
    with contextlib.suppress(UnreadableTable):
        _header, rows = read(content, "t.xlsx")

    assert len(rows) < 3
    assert time.monotonic() - began < 10


def test_a_spreadsheet_that_takes_too_long_is_given_up():
    content = workbook(*([n, n + 1, n + 2] for n in range(2)))

    assert "too much time" in str(refusal_of(content, "t.xlsx", limit_seconds=0.001))


# JSON ----------------------------------------------------------------------------------------


def test_a_json_list_of_objects_is_a_table():
    text = json.dumps([{"a": "=1", "b": 2.5, "c": None}, {"a": "x", "b": True}])

    assert read(text, "t.json") == (
        ("a", "b", "c"),
        [(2, ("=1", "2.5", "")), (3, ("x", "true", ""))],
    )


@pytest.mark.parametrize(
    "text",
    ['[{"a": 1}, 2]', "[{", "[" * 100_000, '[{"a": [1]}]', '[{"a": 1}, {"b": 2}]', "[]", "[{}]"],
)
def test_other_json_is_refused(text):
    assert str(refusal_of(text, "t.json"))


# Out -----------------------------------------------------------------------------------------

FORMULAE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1"]
HIDDEN = ["a;=1", 'a"=1', "a;;-1", '"=HYPERLINK(1)']
HARMLESS = ["", "a=1", "5-3", "a-b; c", "it's", "'quoted'", "''", "a,=b"]


@pytest.mark.parametrize("text", FORMULAE + HIDDEN)
def test_no_cell_that_goes_out_starts_a_formula(text):
    out = io.BytesIO()
    write_csv(out, ["a", text], [[text, text]])

    for delimiter in (",", ";"):
        lines = io.StringIO(out.getvalue().decode(), newline="")
        cells = [cell for row in csv.reader(lines, delimiter=delimiter) for cell in row]
        assert not [cell for cell in cells if cell.lstrip('"')[:1] in tuple("=+-@\t\r＝＋－＠")]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_goes_out_as_it_is(text):
    assert guarded(text) == text


@given(st.text(alphabet="=+-@\t\r\n＝'\";ab,", max_size=12))
def test_what_was_made_safe_comes_back_exactly(text):
    assert unguarded(guarded(text)) == text


def test_numbers_go_out_as_numbers():
    out = io.BytesIO()

    write_csv(out, ["a"], [[-5], [-0.1], [Decimal("-1.50")], [date(2026, 1, 2)], [None], [True]])

    assert out.getvalue().decode().split() == [
        *("a", "-5", "-0.1", "-1.50", "2026-01-02", '""', "true")
    ]


@pytest.mark.parametrize(
    ("write", "name"), [(write_csv, "t.csv"), (write_xlsx, "t.xlsx"), (write_json, "t.json")]
)
def test_what_goes_out_comes_in_again_unchanged(write, name):
    rows = [
        (text, -1.5, 10**12, date(2026, 3, 31), "2026-W01")
        for text in (*FORMULAE, *HIDDEN, *HARMLESS[1:])
        if "\r" not in text  # a workbook has none
    ]
    out = io.BytesIO()
    write(out, ["text", "number", "whole", "on", "week"], rows)

    header, found = read(out.getvalue(), name)

    assert [row[0] for _n, row in found] == [row[0] for row in rows]
    assert {row[1:] for _n, row in found} == {("-1.5", "1" + "0" * 12, "2026-03-31", "2026-W01")}


def test_a_workbook_holds_no_formula():
    out = io.BytesIO()
    write_xlsx(out, ["a"], [["=1+1"], ["=cmd|' /C calc'!A0"], ["a\x0bb"]])

    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active

    assert [cell.data_type for cell in sheet["A"]] == ["s"] * 4
