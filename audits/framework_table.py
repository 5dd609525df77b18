"""A questionnaire as a table: one row for the whole, for each section and for each question.

``type`` says what a row is (``framework``, ``section``, or the kind of question), ``parent`` under
which section it stands. Choices are the lines of one cell: value | score | name | text. What has
no column stands as JSON in ``more``, so that a table reads back to the very same content.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audits.framework_file import Fault, FrameworkFile, FrameworkRefused
from audits.placing import read_placed
from audits.xlsform import fields
from productops.parsing import Unreadable
from productops.tables import UnreadableTable, read_table, write_csv

COLUMNS = (
    *("type", "key", "parent", "title", "text", "description", "hint", "required", "choices"),
    *("other", "repeat", "catalogue"),
    *(name for name in fields.NODE if name != "title"),
    *(f"suggests_{name}" for name in fields.SUGGESTS),
    *(
        "minutes",
        "anonymous",
        "unanswered",
        "not_applicable",
        "version",
        "language",
        "scale_min",
        "scale_max",
        "levels",
    ),
    *("areas", "more"),
)
Writer = Callable[[io.BytesIO, Sequence[str], Iterable[Sequence[Any]]], None]
NODE = {
    "title": fields.TEXT,
    "text": fields.TEXT,
    "description": fields.TEXT,
    "hint": fields.TEXT,
    "required": fields.FLAG,
    "other": fields.FLAG,
    "repeat": fields.TEXT,
    "catalogue": fields.TEXT,
} | fields.NODE
WHOLE = fields.HEAD | {
    "title": fields.TEXT,
    "version": fields.NUMBER,
    "language": fields.TEXT,
}
ENDS = {"scale_min": fields.NUMBER, "scale_max": fields.NUMBER}
NEEDED = ("type", "key", "parent")
BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and XLS begin so
MOST_BYTES, MOST_ROWS = 5 << 20, 20_000
PARTS = ("value", "score", "name", "text")


def is_table(data: bytes) -> bool:
    """Whether the first line, of a workbook that of its first sheet, names the columns needed."""
    if data.startswith(BOOKS):
        return _is_table_in_book(data)
    first = data.lstrip(b"\xef\xbb\xbf\r\n\t ").split(b"\n", 1)[0][:4_000].lower()
    names = {name.strip(b' \r"') for name in re.split(rb"[,;\t|]", first)}
    return {name.encode() for name in NEEDED} <= names


def _is_table_in_book(data: bytes) -> bool:
    try:
        table = read_table(
            io.BytesIO(data), "book.xlsx", limit_bytes=MOST_BYTES, limit_rows=MOST_ROWS
        )
    except Unreadable:
        return False  # whoever reads it as a form says what is wrong
    return set(NEEDED) <= set(table.header)


# In -----------------------------------------------------------------------------------------
@dataclass
class _Whole:
    """One questionnaire of a table: its content, its rows by key, and what is wrong with it."""

    number: int
    content: dict[str, Any]
    sections: dict[str, dict] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def read_tables(data: bytes) -> list[FrameworkFile]:
    """The questionnaires of a table. Raises FrameworkRefused with row, column and reason."""
    faults: list[Fault] = []
    wholes: list[_Whole] = []
    try:
        table = read_table(
            io.BytesIO(data), "framework.csv", limit_bytes=MOST_BYTES, limit_rows=MOST_ROWS
        )
        _check_header(table.header)
        for number, row in table.rows:
            _read_row(wholes, faults, number, row)
    except UnreadableTable as problem:
        raise _refused(problem) from problem
    if not wholes and not faults:
        faults.append(Fault(table.header_row, "type", "no row is of type framework."))
    if faults:
        raise FrameworkRefused(faults)
    return [read_placed(whole.content, _place_in(whole)) for whole in wholes]


def _refused(problem: UnreadableTable) -> FrameworkRefused:
    return FrameworkRefused([Fault(problem.row, problem.column or "file", str(problem))])


def _check_header(header: tuple[str, ...]) -> None:
    faults = [
        Fault(1, name, "is not a column that anything reads.")
        for name in header
        if name not in COLUMNS
    ]
    if faults:
        raise FrameworkRefused(faults)


def _place_in(whole: _Whole):
    def place(key: str, name: str) -> tuple[int, str]:
        column = {"children": "key", "nodes": "key", "suggests": "suggests_gap"}.get(name, name)
        if not key and name in ("scale", "min", "max"):
            column = "scale_min"
        return whole.rows.get(key, whole.number), column

    return place


def _read_row(wholes: list[_Whole], faults: list[Fault], number: int, row: dict[str, str]) -> None:
    kind = row["type"].strip()
    if kind == "framework":
        wholes.append(_whole(faults, number, row))
    elif not wholes:
        faults.append(Fault(number, "type", "a row of type framework has to come first."))
    elif not kind:
        faults.append(Fault(number, "type", "is missing."))
    else:
        _add(wholes[-1], faults, number, row, kind)


def _add(whole: _Whole, faults: list[Fault], number: int, row: dict[str, str], kind: str) -> None:
    node = _node(faults, number, row, kind)
    parent = row["parent"].strip()
    key = str(node.get("key", ""))
    if key in whole.rows:
        reason = f"{key!r:.40} was used before, in row {whole.rows[key]}."
        faults.append(Fault(number, "key", reason))
    if parent and parent not in whole.sections:
        faults.append(Fault(number, "parent", f"no section {parent!r:.40} stands above."))
        return
    whole.rows.setdefault(key, number)
    (whole.sections[parent] if parent else whole.content).setdefault(
        "children" if parent else "nodes", []
    ).append(node)
    if "children" in node:
        whole.sections[key] = node


def _node(faults: list[Fault], number: int, row: dict[str, str], kind: str) -> dict[str, Any]:
    node: dict[str, Any] = {"key": row["key"].strip()}
    own: dict[str, Any] = {"children": []} if kind == "section" else {"type": kind}
    node |= own
    node |= _cells(faults, number, row, NODE)
    if suggests := _cells(faults, number, row, fields.SUGGESTS, "suggests_"):
        node["suggests"] = suggests
    if row.get("choices", "").strip():
        node["choices"] = _lines(faults, number, "choices", row["choices"], kind == "level")
    return _with_more(faults, number, row, node)


def _whole(faults: list[Fault], number: int, row: dict[str, str]) -> _Whole:
    content: dict[str, Any] = {"key": row["key"].strip()} | _cells(faults, number, row, WHOLE)
    ends = _cells(faults, number, row, ENDS)
    scale: dict[str, Any] = {name.removeprefix("scale_"): end for name, end in ends.items()}
    if row.get("levels", "").strip():
        scale["levels"] = _lines(faults, number, "levels", row["levels"], True)
    if scale:
        content["scale"] = scale
    if row.get("areas", "").strip():
        pairs = [_parts(line, 2) for line in row["areas"].splitlines() if line.strip()]
        content["areas"] = {pair[0]: pair[1] for pair in pairs}
    return _Whole(number, _with_more(faults, number, row, content) | {"nodes": []})


def _cells(
    faults: list[Fault],
    number: int,
    row: dict[str, str],
    known: Mapping[str, str],
    before: str = "",
) -> dict[str, Any]:
    found = {}
    for name, kind in known.items():
        if text := row.get(before + name, "").strip():
            try:
                found[name] = fields.told(kind, text)
            except Unreadable as problem:
                faults.append(Fault(number, before + name, str(problem)))
    return found


def _with_more(
    faults: list[Fault], number: int, row: dict[str, str], node: dict[str, Any]
) -> dict[str, Any]:
    try:
        return fields.with_more(node, row.get("more", ""))
    except Unreadable as problem:
        faults.append(Fault(number, "more", str(problem)))
        return node


def _lines(
    faults: list[Fault], number: int, column: str, text: str, is_level: bool
) -> list[dict[str, Any]]:
    """Choices, one a line: value | score | name | text. Values of levels are numbers."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            found.append(_choice(_parts(line, 4), is_level))
        except Unreadable as problem:
            faults.append(Fault(number, column, f"{line!r:.40}: {problem}"))
    return found


def _choice(parts: list[str], is_level: bool) -> dict[str, Any]:
    value, score, name, text = parts
    choice: dict[str, Any] = {"value": fields.told(fields.NUMBER, value) if is_level else value}
    if score:
        choice["score"] = fields.told(fields.NUMBER, score)
    return choice | {key: said for key, said in (("name", name), ("text", text)) if said}


def _parts(line: str, most: int) -> list[str]:
    """The parts between bars; a bar within a part stands behind a backslash."""
    parts = [part.strip() for part in re.split(r"(?<!\\)\|", line)]
    if len(parts) > most:
        raise Unreadable(f"has more than {most} parts; write \\| for a bar within one.")
    return [part.replace("\\|", "|") for part in parts] + [""] * (most - len(parts))


# Out ----------------------------------------------------------------------------------------
def write_tables(contents: Iterable[Mapping[str, Any]], *, write: Writer = write_csv) -> bytes:
    """Questionnaires below each other, which ``read_tables`` gives back unchanged."""
    rows = [row for content in contents for row in _rows(content)]
    used = {name for row in rows for name, cell in row.items() if cell not in (None, "")}
    header = [name for name in COLUMNS if name in used or name in NEEDED]
    out = io.BytesIO()
    write(out, header, ([row.get(name) for name in header] for row in rows))
    return out.getvalue()


def _rows(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    said = {name: value for name, value in content.items() if name != "nodes"}
    scale = content.get("scale") or {}
    row = {
        "type": "framework",
        "key": content["key"],
        **{name: fields.written(content.get(name)) for name in WHOLE},
        "scale_min": fields.written(scale.get("min")),
        "scale_max": fields.written(scale.get("max")),
        "levels": _written(scale.get("levels"), True),
        "areas": "\n".join(
            f"{_barred(key)} | {_barred(name)}" for key, name in content.get("areas", {}).items()
        ),
    }
    yield _complete(row, said)
    for node in content["nodes"]:
        yield from _rows_of(node, "")


def _rows_of(node: Mapping[str, Any], parent: str) -> Iterator[dict[str, Any]]:
    is_section = "children" in node
    suggests = node.get("suggests") if isinstance(node.get("suggests"), dict) else {}
    row = {
        "type": "section" if is_section else node["type"],
        "key": node["key"],
        "parent": parent,
        **{name: fields.written(node.get(name)) for name in NODE},
        **{f"suggests_{name}": fields.written(suggests.get(name)) for name in fields.SUGGESTS},
        "choices": _written(node.get("choices"), node.get("type") == "level"),
    }
    yield _complete(row, {name: value for name, value in node.items() if name != "children"})
    for child in node.get("children", []):
        yield from _rows_of(child, node["key"])


def _complete(row: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The row with what its cells do not say, found by reading them."""
    row = {name: fields.clean(cell) for name, cell in row.items()}
    cells = {name: "" if cell is None else str(cell) for name, cell in row.items()}
    if row["type"] == "framework":
        told = _whole([], 0, cells).content
        told.pop("nodes")
    else:
        told = _node([], 0, cells, row["type"])
        told.pop("children", None)
    return row | {"more": fields.to_more(told, said)}


def _written(choices: list | None, is_level: bool) -> str:
    """The choices as lines, or nothing where lines cannot say them: then ``more`` does."""
    rows = choices or []
    lines = "\n".join(
        " | ".join(_barred(_cell(choice.get(part))) for part in PARTS).rstrip(" |")
        for choice in rows
    )
    faults: list[Fault] = []
    told = _lines(faults, 0, "choices", lines, is_level)
    return lines if not faults and json.dumps(told) == json.dumps(_sorted(rows)) else ""


def _sorted(choices: list[dict]) -> list[dict]:
    return [{part: one[part] for part in PARTS if part in one} for one in choices]


def _cell(value: Any) -> str:
    cell = fields.written(value)
    return "" if cell is None else str(cell)


def _barred(text: str) -> str:
    return text.replace("|", "\\|")
