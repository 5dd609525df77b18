import io
from copy import deepcopy
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from audits.framework_file import FrameworkRefused, read_content, read_framework_file
from audits.xlsform import is_xlsform, read_xlsform, write_xlsform
from tests.factories.audits import KINDS, SMALL

LIBRARY = sorted(Path("audits/library").resolve().glob("*.yaml"))
HEAD = ["type", "name", "label", "hint", "required"]
ANSWERS = [["list_name", "name", "label"], ["yes_no", "y", "Yes"], ["yes_no", "n", "No"]]


def workbook(survey, choices=(), settings=(), **others):
    book = Workbook()
    book.remove(book.active)
    sheets = {"survey": survey, "choices": choices, "settings": settings} | others
    for name, rows in sheets.items():
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(data, name="form.xlsx"):
    with pytest.raises(FrameworkRefused) as refused:
        read_xlsform(data, name)
    return {fault.key: fault.reason for fault in refused.value.faults}


def questions(data, name="form.xlsx"):
    content = read_xlsform(data, name).content
    return [one for section in content["nodes"] for one in section["children"]]


def test_groups_become_sections_and_lists_become_choices():
    data = workbook(
        [
            HEAD,
            ["begin group", "work", "Your work", "", ""],
            ["select_one yes_no", "remote", "Remote?", "Think of last week", "yes"],
            ["end group", "", "", "", ""],
            ["decimal", "people", "How many?", "", ""],
        ],
        ANSWERS,
        [["form_title", "form_id"], ["My form", "my_form"]],
    )

    content = read_xlsform(data, "form.xlsx").content

    first, second = content["nodes"]
    question = first["children"][0]
    assert (content["key"], content["title"], first["title"]) == ("my-form", "My form", "Your work")
    assert (question["type"], question["required"]) == ("single", True)
    assert [choice["name"] for choice in question["choices"]] == ["Yes", "No"]
    assert second["children"][0]["type"] == "number"


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_what_is_shipped_goes_out_as_a_form_and_comes_back_the_same(path):
    file = read_framework_file(path.read_bytes())

    assert read_xlsform(write_xlsform(file.content), "x.xlsx") == file


@pytest.mark.parametrize("text", [SMALL, KINDS], ids=["small", "kinds"])
def test_every_kind_of_question_comes_back_the_same(text):
    file = read_framework_file(text)

    assert read_xlsform(write_xlsform(file.content), "x.xlsx") == file


def odd_content():
    """What a workbook cannot say plainly: types of numbers, spaces, signs, names that clash."""
    content = deepcopy(read_framework_file(KINDS).content)
    content["description"] = " =1+1\r\nwith ${planned} and \x1f signs "
    content["target"] = 3.0
    one = content["nodes"][1]["children"][2]
    one["choices"] = [{"value": 1, "name": "One"}, {"value": "1", "name": "Other one"}]
    several = content["nodes"][1]["children"][1]
    several["choices"][0] |= {"value": "two words", "score": 0.0}
    content["nodes"][1] |= {"key": "9-lives--of-it", "title": "-1"}
    content["nodes"][0] |= {"key": "meta", "weight": 1e-7}
    content["nodes"].append({"key": "outside", "type": "text", "text": "Outside?"})
    return content


def test_what_a_workbook_cannot_say_plainly_comes_back_the_same():
    file = read_content(odd_content())

    assert read_xlsform(write_xlsform(file.content), "x.xlsx") == file


def test_a_written_form_is_one_for_other_programs_too():
    found = convert(write_xlsform(read_framework_file(KINDS).content))

    assert "<h:title>All kinds of questions</h:title>" in found.xform
    assert found.warnings == []


def test_a_text_that_begins_with_a_sign_is_no_formula():
    content = read_framework_file(SMALL).content | {"title": "=HYPERLINK(1)"}

    book = load_workbook(io.BytesIO(write_xlsform(content)))

    cell = book["settings"]["A2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_what_cannot_be_taken_over_is_refused_with_its_cell():
    rows = {
        "A2": (["geopoint", "a1", "Where?"], "map"),
        "A3": (["time", "a2", "When?"], "time of day"),
        "A4": (["rank yes_no", "a3", "A?"], "not a kind"),
        "A5": (["select_one_from_file x.csv", "a4", "A?"], "another file"),
        "A6": (["select_one nothing", "a5", "A?"], "no list"),
        "A7": (["colour", "a6", "A?"], "not a kind"),
        "B8": (["text", "A5", "B?"], "already"),
        "C9": (["text", "a8", "Hello ${a1}"], "within a text"),
        "E10": (["text", "a9", "A?", "", "maybe"], "yes or no"),
        "A11": (["", "a10", "A?"], "missing"),
        "A12": (["end group", "", ""], "never began"),
        "A13": (["begin group", "b1", "B"], "never ended"),
        "A14": (["end repeat", "", ""], "would end"),
    }

    found = faults(workbook([HEAD, *(row for row, _reason in rows.values())], ANSWERS))

    for cell, (_row, reason) in rows.items():
        assert reason in found[f"survey!{cell}"], cell


@pytest.mark.parametrize(
    ("row", "cell", "reason"),
    [
        (["text", "", "A?"], "A2", "no name"),
        (["text", "1a", "A?"], "B2", "begin with a letter"),
        (["text", "a", "A?", "", "", "${nobody} = 1"], "F2", "nobody"),
        (["begin loop over yes_no", "a", "A"], "A2", "not a kind"),
    ],
)
def test_what_pyxform_refuses_is_refused_with_its_cell(row, cell, reason):
    found = faults(workbook([[*HEAD, "relevant"], row], ANSWERS))

    assert reason in found[f"survey!{cell}"]


def test_a_column_that_cannot_be_taken_over_is_refused_with_its_cell():
    columns = {
        "default": "x",
        "trigger": "${a}",
        "read_only": "yes",
        "media::image": "a.png",
        "choice_filter": "position() < 3",
        "weight": "heavy",
        "soft": "perhaps",
        "more": "{",
    }
    rows = [
        ["type", "name", "label", *columns],
        ["select_one yes_no", "b", "B?", *columns.values()],
        ["begin repeat", "c", "C"],
    ]

    found = faults(workbook(rows, ANSWERS))

    assert set(found) >= {f"survey!{letter}2" for letter in "DEFGHIJK"}


def test_a_number_of_repeats_and_a_column_that_is_nearly_known_are_refused():
    rows = [
        ["type", "name", "label", "repeat_count", "relevent"],
        ["begin repeat", "each", "Each", "3", ""],
        ["text", "a", "A?", "", "1 = 1"],
        ["end repeat"],
    ]

    found = faults(workbook(rows))

    assert "catalogue" in found["survey!D2"]
    assert "do you mean relevant" in found["survey!E1"]


def test_everything_that_is_wrong_is_said_at_once():
    rows = [HEAD, ["geopoint", "a", "A?"], ["text", "b", "B?", "", "maybe"], ["video", "c", "C?"]]

    assert list(faults(workbook(rows))) == ["survey!A2", "survey!E3", "survey!A4"]


def test_a_repeat_is_asked_for_each_product_unless_it_says_otherwise():
    survey = [
        ["type", "name", "label", "subject_kind"],
        ["begin_repeat", "each_product", "Product", ""],
        ["text", "a", "A?", ""],
        ["end_repeat", "", "", ""],
        ["begin_repeat", "each_tool", "Tool", "tool"],
        ["text", "b", "B?", ""],
        ["end_repeat", "", "", ""],
    ]

    sections = read_xlsform(workbook(survey), "x.xlsx").content["nodes"]

    assert [section["repeat"] for section in sections] == ["product", "tool"]


def test_conditions_checks_and_calculations_come_with_the_names_of_ours():
    survey = [
        ["type", "name", "label", "relevant", "constraint", "constraint_message", "calculation"],
        ["integer", "Years_here", "How long?", "", ". >= 0", "Not less than nothing", ""],
        ["text", "why", "Why?", "${Years_here} > 3", "", "", ""],
        ["calculate", "months", "", "", "", "", "${Years_here} * 12"],
        ["note", "", "Thank you", "", "", "", ""],
    ]

    years, why, months, note = questions(workbook(survey))

    assert (years["constraint"], years["constraint_message"]) == (
        "(. >= 0) and . mod 1 = 0",
        "Not less than nothing",
    )
    assert why["relevant"] == "${years-here} > 3"
    assert (months["type"], months["calculation"]) == ("calculated", "${years-here} * 12")
    assert (note["key"], note["type"]) == ("note-5", "note")


def test_scores_weights_and_targets_come_from_columns_of_their_own():
    survey = [
        ["type", "name", "label", "weight", "target", "importance", "kind"],
        ["select_one rungs", "plan", "Do you plan?", 2, 3, "mandatory", "level"],
    ]
    choices = [
        ["list_name", "name", "label", "score", "text"],
        ["rungs", 0, "Never", 0, "Nobody does."],
        ["rungs", 4, "Always", 4, "Everybody does."],
    ]

    (plan,) = questions(workbook(survey, choices))

    assert (plan["type"], plan["weight"], plan["target"], plan["importance"]) == (
        "level",
        2,
        3,
        "mandatory",
    )
    assert plan["choices"][1] == {
        "value": 4,
        "score": 4,
        "name": "Always",
        "text": "Everybody does.",
    }


def test_a_fault_of_the_content_is_led_back_to_its_cell():
    survey = [
        ["type", "name", "label", "weight", "area"],
        ["text", "a", "A?", "", ""],
        ["text", "b", "B?", "", "nowhere"],
    ]

    areas = [["key", "name"], ["here", "Here"]]

    assert "not among areas" in faults(workbook(survey, areas=areas))["survey!E3"]


def test_a_text_in_the_forms_own_language_is_taken():
    survey = [
        ["type", "name", "label::French", "label::English (en)"],
        ["text", "a", "Quoi?", "What?"],
    ]

    (question,) = questions(workbook(survey, (), [["default_language"], ["English (en)"]]))

    assert question["text"] == "What?"


def test_sheets_below_each_other_in_a_csv_keep_their_rows():
    text = "survey,,,\n,type,name,label\n,text,a,A?\n\n,geopoint,b,B?\n"

    assert "map" in faults(text.encode(), "x.csv")["survey!B5"]


def test_a_yaml_file_is_no_form():
    assert not is_xlsform(b"key: x\nsurvey: y")


def published(shared_data, name):
    """{section: [(question, kind, number of choices)]} of a form that others have published."""
    data = (shared_data / "questionnaires" / name).read_bytes()
    return {
        section["title"]: [
            (one["key"], one["type"], len(one.get("choices", ()))) for one in section["children"]
        ]
        for section in read_xlsform(data, name).content["nodes"]
    }


@pytest.mark.reference
def test_a_published_form_with_a_group_is_read(shared_data):
    assert published(shared_data, "xlsform_group.xlsx") == {
        "xlsform_group": [("family-name", "text", 0)],
        "Father": [("phone-number", "text", 0), ("age", "number", 0)],
    }


@pytest.mark.reference
def test_a_published_form_with_filtered_choices_and_others_is_read(shared_data):
    (found,) = published(shared_data, "xlsform_or_other.xlsx").values()

    assert found == [("fav-color", "single", 5), ("fav-pastel", "single", 2)]


@pytest.mark.reference
def test_a_published_form_in_the_old_format_is_read(shared_data):
    found = published(shared_data, "xlsform_table-list.xls")

    assert found["Table (made with an easier method)"] == [
        ("table-list-3", "single", 2),
        ("table-list-4", "single", 2),
    ]


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xlsform_specify_other.csv", [("sex", "single", 2)]),
        ("xlsform_text_and_integer.csv", [("your-name", "text", 0), ("your-age", "number", 0)]),
    ],
)
def test_a_published_form_in_text_is_read(shared_data, name, expected):
    (found,) = published(shared_data, name).values()

    assert found == expected
