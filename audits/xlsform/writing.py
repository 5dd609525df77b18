"""A questionnaire as an XLSForm workbook, which reads back to the very same content.

What XLSForm has no word for stands in columns of ours that other programs pass over. Whether that
says everything is not assumed: the sheets are read as they stand, and where that tells another
content, the difference is written into the column ``more``.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from audits.xlsform import fields
from audits.xlsform.book import Book, Row
from audits.xlsform.reading import MARK, NAMED, UNASKED, USUAL, read_form
from productops.parsing import Unreadable, to_slug

FIRST = (
    *("type", "name", "label", "hint", "required", "relevant", "constraint"),
    *("constraint_message", "calculation", "kind", "subject_kind"),
)
LAST = ("key", "more")
SURVEY = (
    *FIRST,
    *(name for name in fields.NODE if name not in FIRST),
    *(f"suggests_{name}" for name in fields.SUGGESTS),
    *LAST,
)
TAKEN = ("meta",)  # names that pyxform needs itself
YES_NO = "yes-no"  # a list for questions that are answered by yes or no
PLAIN = {
    "number": "decimal",
    "date": "date",
    "file": "file",
    "note": "note",
    "calculated": "calculate",
}
LISTED = {"level": "select_one", "single": "select_one", "multiple": "select_multiple"}
EXPRESSIONS = ("relevant", "constraint", "calculation")
WIDTHS = {"label": 50, "hint": 36, "text": 60, "list_name": 26, "name": 26, "type": 26}
USUAL_WIDTH, MORE_WIDTH = 14, 24

Cells = dict[str, Any]


def write_xlsform(content: Mapping[str, Any]) -> bytes:
    """The workbook, made so that ``read_xlsform`` gives the content back."""
    sheets = _sheets(content)
    told, _form = read_form(_book(sheets), "")
    _say_the_rest(sheets, content, told)
    return _workbook({name: rows for name, rows in sheets.items() if rows})


def _sheets(content: Mapping[str, Any]) -> dict[str, list[Cells]]:
    survey: list[Cells] = []
    choices: list[Cells] = []
    for node in content["nodes"]:
        _write_node(node, survey, choices)
    scale = content.get("scale") or {}
    return {
        "survey": survey,
        "choices": choices,
        "settings": [_settings(content, scale)],
        "levels": [_level(level) for level in scale.get("levels") or []],
        "areas": [
            {"key": key, "name": _shown(name)} for key, name in (content.get("areas") or {}).items()
        ],
    }


def _settings(content: Mapping[str, Any], scale: Mapping[str, Any]) -> Cells:
    return {
        "form_title": _shown(content["title"]),
        "form_id": content["key"],
        "version": content.get("version"),
        "default_language": content.get("language"),
        **_own(content, fields.HEAD),
        "scale_min": fields.written(scale.get("min")),
        "scale_max": fields.written(scale.get("max")),
        MARK: "as_written",
        "more": "",
    }


def _level(level: Mapping[str, Any]) -> Cells:
    return {
        "value": fields.written(level.get("value")),
        "name": _shown(level.get("name", "")),
        **_own(level, fields.CHOICE),
    }


def _write_node(node: Mapping[str, Any], survey: list[Cells], choices: list[Cells]) -> None:
    if "children" not in node:
        survey.append(_question(node, choices))
        return
    what = "repeat" if node.get("repeat") else "group"
    name = _name(node["key"])
    survey.append(
        {
            "type": f"begin_{what}",
            **_common(node, name),
            "label": _shown(node["title"]),
            "hint": _shown(node.get("description", "")),
            "title": None,
            "subject_kind": node.get("repeat"),
        }
    )
    for child in node["children"]:
        _write_node(child, survey, choices)
    survey.append({"type": f"end_{what}", "name": name})


def _question(node: Mapping[str, Any], choices: list[Cells]) -> Cells:
    name, kind = _name(node["key"]), node["type"]
    asked = kind not in UNASKED
    return {
        "type": _type(node, name, choices),
        **_common(node, name),
        "label": _shown(node["text"]),
        "hint": _shown(node.get("hint", "")),
        "required": fields.written(node.get("required", USUAL if asked else None)),
        "kind": kind if kind in ("level", "boolean", "subject") or not _is_plain(node) else None,
        "subject_kind": node.get("catalogue"),
    }


def _is_plain(node: Mapping[str, Any]) -> bool:
    """Whether its type in the form tells the kind already."""
    return node["type"] in (*PLAIN, "text") or bool(node.get("choices"))


def _type(node: Mapping[str, Any], name: str, choices: list[Cells]) -> str:
    kind = node["type"]
    if kind == "boolean":
        if not any(row["list_name"] == YES_NO for row in choices):
            choices.append({"list_name": YES_NO, "name": "1", "label": "Yes"})
            choices.append({"list_name": YES_NO, "name": "0", "label": "No"})
        return f"select_one {YES_NO}"
    if kind in LISTED and node.get("choices"):
        choices.extend(_choices(node, name))
        return f"{LISTED[kind]} {name}{' or_other' if node.get('other') else ''}"
    return "decimal" if kind == "level" else PLAIN.get(kind, "text")


def _choices(node: Mapping[str, Any], name: str) -> Iterator[Cells]:
    used: set[str] = set()
    for choice in node["choices"]:
        value = re.sub(r"\s", "_", _shown(str(choice["value"]))) or "_"
        while value in used:
            value += "_"
        used.add(value)
        yield {
            "list_name": name,
            "name": value,
            "label": _shown(choice.get("name", "")) or value,
            **_own(choice, fields.CHOICE),
        }


def _common(node: Mapping[str, Any], name: str) -> Cells:
    """Name and the columns that questions and sections share."""
    try:
        is_plain = to_slug(name).strip("-") == node["key"]
    except Unreadable:
        is_plain = False
    suggests = node.get("suggests") if isinstance(node.get("suggests"), dict) else {}
    cells = {
        "name": name,
        "key": None if is_plain else node["key"],
        **_own(node, fields.NODE),
        **{f"suggests_{field}": value for field, value in _own(suggests, fields.SUGGESTS).items()},
    }
    for field in EXPRESSIONS:
        if cells[field]:
            cells[field] = NAMED.sub(lambda found: f"${{{_name(found[1])}}}", str(cells[field]))
    return cells


def _name(key: str) -> str:
    """A key as an XLSForm name: words joined by underscores, not beginning with a digit."""
    name = key.replace("-", "_")
    return f"_{name}" if name[:1].isdigit() or name in TAKEN else name


def _own(said: Mapping[str, Any], known: Mapping[str, str]) -> Cells:
    return {field: fields.clean(fields.written(said.get(field))) for field in known}


def _shown(text: Any) -> str:
    """A text that neither the format nor pyxform takes for something else."""
    return fields.clean(str(text)).replace("${", "$ {")


# What the cells do not say ------------------------------------------------------------------
def _book(sheets: dict[str, list[Cells]]) -> Book:
    headers, rows = {}, {}
    for sheet, lines in sheets.items():
        letters = {name: name for line in lines for name in line}
        headers[sheet] = Row(sheet, 1, letters, letters)
        rows[sheet] = [
            Row(sheet, number, _filled(line), letters) for number, line in enumerate(lines, 2)
        ]
    return Book(headers, rows)


def _filled(line: Cells) -> dict[str, str]:
    return {name: str(cell) for name, cell in line.items() if cell not in (None, "")}


def _say_the_rest(
    sheets: dict[str, list[Cells]], content: Mapping[str, Any], told: Mapping[str, Any]
) -> None:
    nodes = {node["key"]: node for node in _nodes(content["nodes"])}
    read = {node["key"]: node for node in _nodes(told["nodes"])}
    for cells in sheets["survey"]:
        key = cells.get("key") or str(cells["name"]).replace("_", "-").strip("-")
        if not cells["type"].startswith("end_"):
            cells["more"] = fields.to_more(_alone(read[key]), _alone(nodes[key]))
    head = {name: value for name, value in told.items() if name != "nodes"}
    said = {name: value for name, value in content.items() if name != "nodes"}
    sheets["settings"][0]["more"] = fields.to_more(head, said)


def _nodes(nodes: list) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from _nodes(node.get("children") or [])


def _alone(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name != "children"}


# The file -----------------------------------------------------------------------------------
def _workbook(sheets: dict[str, list[Cells]]) -> bytes:
    # It brings NumPy along: 25 MB that a web process without an export never needs.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        _write_sheet(book.create_sheet(name), rows, _columns(name, rows))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(sheet: str, rows: list[Cells]) -> list[str]:
    """Columns in which something stands, in the order in which they are read best."""
    used = {name for row in rows for name, cell in row.items() if cell not in (None, "")}
    every = SURVEY if sheet == "survey" else dict.fromkeys(name for row in rows for name in row)
    return [name for name in every if name in used]


def _write_sheet(sheet: Any, rows: list[Cells], columns: list[str]) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  as above
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415  as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  as above

    def cell(value: Any, **look: Any) -> Any:
        made = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            made.data_type = "s"  # a text is never a formula, whatever it begins with
        for name, style in look.items():
            setattr(made, name, style)
        return made

    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns, 1):
        width = MORE_WIDTH if name == "more" else WIDTHS.get(name, USUAL_WIDTH)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([cell(name, font=Font(bold=True)) for name in columns])
    for row in rows:
        look = {"alignment": Alignment(vertical="top", wrap_text=True)}
        sheet.append(
            [
                cell(row[name], **look) if row.get(name) not in (None, "") else None
                for name in columns
            ]
        )
