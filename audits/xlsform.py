"""XLSForm: questionnaires as workbooks (xlsform.org), as far as an audit can ask them.

Sections are groups, ``select_one`` and ``select_multiple`` become choices. What would change the
meaning if it were left out (conditions, calculations, repeats) is refused with its row.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audits.framework_file import Fault, FrameworkFile, FrameworkRefused, read_content
from productops.parsing import Unreadable, to_number, to_slug
from productops.tables import read_table

BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and XLS begin so
PLAIN = {
    "text": "text",
    "string": "text",
    "phone": "text",
    "barcode": "text",
    "integer": "number",
    "int": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "acknowledge": "boolean",
}
# Filled by a device, not by a person: nothing is lost without them.
BY_DEVICE = (
    *("start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid"),
    *("email", "audit", "start-geopoint"),
)
MEANING = ("relevant", "relevance", "constraint", "calculation", "repeat_count")
FIXED_FILTER = re.compile(r"\s*(\w+)\s*=\s*['\"]?([\w -]+?)['\"]?\s*")  # pastel = 'yes'
OTHER = " or_other"
OFFERING = {"select one": "single", "select multiple": "multiple"}
CHOICE = ("value", "name", "score")


def is_workbook(data: bytes) -> bool:
    return data.startswith(BOOKS)


@dataclass
class _Form:
    """What was read so far: open sections, and what is wrong."""

    lists: dict[str, list[dict[str, Any]]]
    nodes: list[dict] = field(default_factory=list)
    sections: list[dict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, node: dict) -> None:
        (self.sections[-1]["children"] if self.sections else self.nodes).append(node)

    def refuse(self, row: int, key: str, reason: str) -> None:
        self.faults.append(Fault(row, key, reason))


def read_xlsform(data: bytes, name: str) -> FrameworkFile:
    """The workbook as a questionnaire. Raises FrameworkRefused with row, column and reason."""
    form = _Form(_lists(data, name))
    for number, row in _rows(data, name, "survey", needed=True):
        _read_row(form, number, row)
    if form.sections:
        form.refuse(form.sections[-1].pop("row"), "type", "this group is never ended.")
    if form.faults:
        raise FrameworkRefused(form.faults)
    return read_content(_content(form, data, name))


def _rows(
    data: bytes, name: str, sheet: str, *, needed: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a sheet with column names in lower case; nothing where it may be missing."""
    try:
        table = read_table(io.BytesIO(data), name, sheet=sheet)
        found = [(number, _lower(row)) for number, row in table.rows]
    except Unreadable as problem:
        if needed:
            raise FrameworkRefused([Fault(None, sheet, str(problem))]) from problem
        return
    yield from found


def _lower(row: dict[str, str]) -> dict[str, str]:
    return {name.strip().lower(): value.strip() for name, value in row.items()}


def _lists(data: bytes, name: str) -> dict[str, list[dict[str, Any]]]:
    """The choices by the name of their list."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _number, row in _rows(data, name, "choices"):
        list_name = row.get("list_name") or row.get("list name") or ""
        value = row.get("name") or row.get("value") or ""
        if list_name and value:
            choice = {"value": value, "name": _label(row) or value, "row": row}
            found.setdefault(list_name, []).append(choice | _score(row.get("score", "")))
    return found


def _score(text: str) -> dict[str, float]:
    try:
        return {"score": to_number(text)} if text else {}
    except Unreadable:
        return {}


def _label(row: dict[str, str]) -> str:
    """The text in the plain column, or in the first language that is there."""
    languages = [name for name in row if name.startswith("label")]
    return next((row[name] for name in ("label", *languages) if row.get(name)), "")


def _read_row(form: _Form, number: int, row: dict[str, str]) -> None:
    kind = " ".join(row.get("type", "").replace("_", " ").lower().split())
    if not kind or kind in (device.replace("_", " ") for device in BY_DEVICE) or kind == "note":
        return
    for name in MEANING:
        if row.get(name):
            form.refuse(number, name, "conditions and calculations are not taken over.")
    if kind.startswith("begin group"):
        _begin(form, number, row)
    elif kind.startswith("end group"):
        _end(form, number)
    else:
        _question(form, number, row, kind)


def _begin(form: _Form, number: int, row: dict[str, str]) -> None:
    title = _label(row) or row.get("name", "")
    section = {"key": _key(row), "title": title or f"Section {number}", "children": []}
    form.add(section)
    form.sections.append(section | {"row": number})


def _end(form: _Form, number: int) -> None:
    if not form.sections:
        form.refuse(number, "type", "this ends a group that never began.")
    else:
        form.sections.pop()


def _key(row: dict[str, str]) -> str:
    return to_slug(row.get("name") or _label(row) or "section")


def _question(form: _Form, number: int, row: dict[str, str], kind: str) -> None:
    choices = _choices(form, number, row, kind)
    asked = PLAIN.get(kind.split(" ")[0]) if choices is None else choices[0]
    if asked is None:
        form.refuse(number, "type", f"{row['type']!r:.40} is not a kind of question that we ask.")
        return
    node = {
        "key": _key(row),
        "type": asked,
        "text": _label(row) or row.get("name", ""),
        "hint": row.get("hint", ""),
        "required": row.get("required", "").lower() in ("yes", "true", "true()", "1"),
        "weight": 1,
    }
    if choices is not None:
        node["choices"] = choices[1]
        if not choices[1]:
            form.refuse(number, "type", "its list of choices is not there.")
    form.add({name: value for name, value in node.items() if value != ""})


def _choices(form: _Form, number: int, row: dict[str, str], kind: str) -> tuple | None:
    """("single" or "multiple", the choices) of a question that offers some."""
    asked = next((ours for words, ours in OFFERING.items() if kind.startswith(words)), None)
    if asked is None:
        return None
    written = row["type"].lower()
    offered = form.lists.get(row["type"].replace(OTHER, "").split()[-1], [])
    kept = _filtered(form, number, row.get("choice_filter", ""), offered)
    choices = [{name: one[name] for name in CHOICE if name in one} for one in kept]
    if written.endswith(OTHER):
        choices.append({"value": "other", "name": "Other"})
    return asked, choices


def _filtered(form: _Form, number: int, written: str, choices: list[dict]) -> list[dict]:
    """The choices that a filter on a column of their own leaves; other filters are conditions."""
    if not written:
        return choices
    found = FIXED_FILTER.fullmatch(written)
    if found is None:
        form.refuse(number, "choice_filter", "only a filter such as column='value' is taken over.")
        return choices
    column, value = found.groups()
    return [choice for choice in choices if choice["row"].get(column.lower()) == value]


def _content(form: _Form, data: bytes, name: str) -> dict[str, Any]:
    settings = next((row for _number, row in _rows(data, name, "settings")), {})
    title = settings.get("form_title") or settings.get("title") or name.rsplit(".", 1)[0]
    return {
        "key": to_slug(settings.get("form_id") or settings.get("id_string") or title),
        "title": title,
        "target": 3,
        "scale": {"min": 0, "max": 4},
        "nodes": _in_sections(form.nodes, title),
    }


def _in_sections(nodes: Iterable[dict], title: str) -> list[dict]:
    """Questions that stand in no group get a section of their own, in their place."""
    found: list[dict] = []
    for node in nodes:
        if "children" in node:
            found.append(node)
        elif found and found[-1].get("key", "").startswith("part-"):
            found[-1]["children"].append(node)
        else:
            found.append({"key": f"part-{len(found) + 1}", "title": title, "children": [node]})
    return found
