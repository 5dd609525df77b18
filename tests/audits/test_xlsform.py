import io

import pytest
from openpyxl import Workbook

from audits.framework_file import FrameworkRefused
from audits.xlsform import is_workbook, read_xlsform


def workbook(survey, choices=(), settings=()):
    book = Workbook()
    book.remove(book.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = ["type", "name", "label", "hint", "required"]


def test_groups_become_sections_and_lists_become_choices():
    data = workbook(
        [
            HEAD,
            ["begin group", "work", "Your work", "", ""],
            ["select_one yes_no", "remote", "Remote?", "Think of last week", "yes"],
            ["end group", "", "", "", ""],
            ["integer", "people", "How many?", "", ""],
        ],
        [["list_name", "name", "label"], ["yes_no", "y", "Yes"], ["yes_no", "n", "No"]],
        [["form_title", "form_id"], ["My form", "my_form"]],
    )

    content = read_xlsform(data, "form.xlsx").content

    first, second = content["nodes"]
    question = first["children"][0]
    assert (content["key"], content["title"], first["title"]) == ("my-form", "My form", "Your work")
    assert (question["type"], question["required"]) == ("single", True)
    assert [choice["name"] for choice in question["choices"]] == ["Yes", "No"]
    assert second["children"][0]["type"] == "number"


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (["geopoint", "where", "Where?", "", ""], (2, "type")),
        (["begin repeat", "each", "Each", "", ""], (2, "type")),
        (["select_one nothing", "a", "A?", "", ""], (2, "type")),
        (["end group", "", "", "", ""], (2, "type")),
    ],
)
def test_what_would_change_the_meaning_is_refused_with_its_row(row, place):
    with pytest.raises(FrameworkRefused) as refused:
        read_xlsform(workbook([HEAD, row]), "form.xlsx")

    assert place in [(fault.line, fault.key) for fault in refused.value.faults]


def test_conditions_are_refused_and_not_dropped():
    survey = [[*HEAD, "relevant"], ["text", "a", "A?", "", "", "${b} = 1"]]

    with pytest.raises(FrameworkRefused) as refused:
        read_xlsform(workbook(survey), "form.xlsx")

    assert [(fault.line, fault.key) for fault in refused.value.faults] == [(2, "relevant")]


def test_a_workbook_without_a_survey_is_refused():
    with pytest.raises(FrameworkRefused) as refused:
        read_xlsform(workbook([], [["list_name", "name"], ["a", "b"]]), "form.xlsx")

    assert refused.value.faults[0].key == "survey"


def test_a_yaml_file_is_no_workbook():
    assert not is_workbook(b"key: x")


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
    (questions,) = published(shared_data, "xlsform_or_other.xlsx").values()

    assert questions == [("fav-color", "single", 6), ("fav-pastel", "single", 2)]


@pytest.mark.reference
def test_a_published_form_in_the_old_format_is_read(shared_data):
    found = published(shared_data, "xlsform_table-list.xls")

    assert found["Table (made with an easier method)"] == [
        ("table-list-3", "single", 2),
        ("table-list-4", "single", 2),
    ]
