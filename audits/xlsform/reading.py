"""From a form's rows to the content of a questionnaire, and why a row cannot be taken over."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from audits.framework_file import Fault
from audits.xlsform import fields
from audits.xlsform.book import Book, Row
from audits.xlsform.kinds import WHOLE, Kind, kind_of
from productops.parsing import Unreadable, to_number, to_slug

NAMED = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
FIXED_FILTER = re.compile(r"\s*(\w+)\s*=\s*['\"]?([\w -]+?)['\"]?\s*")  # pastel = 'yes'
EXPRESSIONS = ("relevant", "constraint", "calculation")
WHOLE_NUMBER = ". mod 1 = 0"
YES, NO, USUAL = ("yes", "true", "1"), ("no", "false", "0", "false()", ""), "true()"
UNASKED = ("note", "calculated")
MARK = "sections"  # in settings: "as_written" says that questions may stand outside of groups
LOWEST, HIGHEST, TARGET = 0, 4, 3  # of a form that says nothing of a scale
# What would change the meaning of a form if it were passed over in silence.
LOST = {
    "repeat_count": "how often a group repeats follows from the catalogue; leave this out.",
    "default": "nobody's answer stands there before it is given; leave the default out.",
    "trigger": "calculations are always up to date; leave the trigger out.",
    "read_only": "what nobody may change is a note or a calculate.",
    "media::image": "pictures beside a question are not shown; ask with words.",
    "media::audio": "recordings beside a question are not played; ask with words.",
    "media::video": "films beside a question are not shown; ask with words.",
    "image": "pictures beside a question are not shown; ask with words.",
    "audio": "recordings beside a question are not played; ask with words.",
    "video": "films beside a question are not shown; ask with words.",
    "bind::saveto": "entities are not kept here.",
    "save_to": "entities are not kept here.",
}
KNOWN = (
    *("type", "name", "label", "hint", "guidance_hint", "required", "required_message"),
    *("appearance", "parameters", "choice_filter", "disabled", "key", "kind", "more"),
    *("subject_kind", *LOST, *fields.NODE, *(f"suggests_{name}" for name in fields.SUGGESTS)),
)
SHEETS_LOST = {
    "external_choices": "choices in a sheet of their own kind are not taken over.",
    "entities": "entities are not kept here.",
    "osm": "places on a map are not asked here.",
}


@dataclass
class Form:
    """What was read so far: open sections, where each node stands, and what is wrong."""

    book: Book
    keys: dict[str, str]  # name in the form -> our key
    language: str = ""
    nodes: list[dict] = field(default_factory=list)
    open: list[tuple[dict, Row, str]] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)  # by our key
    faults: list[Fault] = field(default_factory=list)

    def add(self, node: dict) -> None:
        (self.open[-1][0]["children"] if self.open else self.nodes).append(node)

    def refuse(self, row: Row, column: str, reason: str) -> None:
        self.faults.append(row.fault(column, reason))

    def words(self, row: Row, column: str) -> str:
        """A text in the plain column, in the form's own language, or in the first that is there."""
        own = f"{column}::{self.language}"
        others = [name for name in row.letters if name.startswith(f"{column}::")]
        return next((row.text(name) for name in (column, own, *others) if row.text(name)), "")


def read_form(book: Book, title: str) -> tuple[dict[str, Any], Form]:
    """The content and the form with its faults; content means something only without faults."""
    survey = book.rows("survey")
    form = Form(book, _keys(survey), book.settings.text("default_language").lower())
    _check_sheets(form)
    for row in survey:
        if row.text("disabled").lower() not in YES:
            _read_row(form, row)
    for _node, row, _what in form.open:
        form.refuse(row, "type", "this group is never ended.")
    return _content(form, title), form


def _keys(rows: list[Row]) -> dict[str, str]:
    return {row.text("name"): _key_of(row) for row in rows if row.text("name")}


def _key_of(row: Row) -> str:
    if row.text("key"):
        return row.text("key")
    try:
        return to_slug(row.text("name")).strip("-")
    except Unreadable:
        return f"{kind_of(row.text('type')).name or 'node'}-{row.number}"


def _check_sheets(form: Form) -> None:
    for sheet, reason in SHEETS_LOST.items():
        for row in form.book.rows(sheet)[:1]:
            form.faults.append(Fault(row.number, sheet, reason))
    head = form.book.headers.get("survey")
    for name in head.letters if head else ():
        likely = get_close_matches(name, KNOWN, 1, cutoff=0.85)
        if head and likely and name not in KNOWN:
            form.refuse(head, name, f"is not known as a column; do you mean {likely[0]}?")


def _read_row(form: Form, row: Row) -> None:
    kind = kind_of(row.text("type"))
    if kind.name == "end":
        _end(form, row, kind)
        return
    if kind.name == "nothing":
        if row.text("name") and not row.text("type"):
            form.refuse(row, "type", "is missing.")
        return
    for column, reason in LOST.items():
        if row.text(column) and not (column == "read_only" and row.text(column).lower() in NO):
            form.refuse(row, column, reason)
    if not kind.name:
        form.refuse(row, "type", kind.reason)
        return
    node = {"key": _key_of(row)} | _own(form, row, kind)
    _note_place(form, row, node)
    form.add(node)
    if "children" in node:
        form.open.append((node, row, kind.words))


def _note_place(form: Form, row: Row, node: dict) -> None:
    if former := form.rows.get(node["key"]):
        column = "key" if row.text("key") else "name"
        reason = f"{node['key']!r} is the key of {former.place('name')} already."
        form.refuse(row, column, reason)
    form.rows.setdefault(node["key"], row)


def _end(form: Form, row: Row, kind: Kind) -> None:
    if not form.open:
        form.refuse(row, "type", "this ends a group that never began.")
    elif form.open[-1][2] != kind.words:
        form.refuse(row, "type", f"this would end the {form.open[-1][2]} before.")
    else:
        form.open.pop()


def _own(form: Form, row: Row, kind: Kind) -> dict[str, Any]:
    """The node without its children, with what its columns say."""
    node = _section(form, row, kind) if kind.name in ("group", "repeat") else {}
    node = node or _question(form, row, kind)
    node |= _cells(form, row, fields.NODE)
    suggests = _cells(form, row, fields.SUGGESTS, "suggests_")
    if suggests:
        node["suggests"] = suggests
    _translate(form, node)
    if kind.words in WHOLE and kind.name == "number":
        _ask_for_whole(node)
    try:
        return fields.with_more(node, row.text("more"))
    except Unreadable as problem:
        form.refuse(row, "more", str(problem))
        return node


def _section(form: Form, row: Row, kind: Kind) -> dict[str, Any]:
    node: dict[str, Any] = {"title": form.words(row, "label") or row.text("name"), "children": []}
    if hint := form.words(row, "hint"):
        node["description"] = hint
    if kind.name == "repeat":
        node["repeat"] = row.text("subject_kind") or "product"
    return node


def _question(form: Form, row: Row, kind: Kind) -> dict[str, Any]:
    name = row.text("kind") or kind.name
    node = {"type": name} | _words(form, row)
    if name not in UNASKED:
        _read_required(form, row, node)
    if name == "subject":
        node["catalogue"] = row.text("subject_kind")
    if kind.listed and name not in ("boolean", "subject"):
        node["choices"] = _choices(form, row, kind, name)
    if kind.has_other:
        node["other"] = True
    return node | (_ends(form, row) if kind.words == "range" else {})


def _words(form: Form, row: Row) -> dict[str, Any]:
    """What one reads of a question."""
    found = {"text": form.words(row, "label") or row.text("name")}
    hints = [form.words(row, column) for column in ("hint", "guidance_hint")]
    if hint := "\n".join(filter(None, hints)):
        found["hint"] = hint
    for column in ("label", "hint"):
        if NAMED.search(form.words(row, column)):
            form.refuse(row, column, "answers are not shown within a text.")
    return found


def _read_required(form: Form, row: Row, node: dict) -> None:
    """``true()`` is what we take where nothing is said, so that it stays unsaid."""
    text = row.text("required").lower()
    if text in YES + NO:
        node["required"] = text in YES
    elif text != USUAL:
        reason = "has to be yes or no; a condition belongs into relevant."
        form.refuse(row, "required", reason)


def _ends(form: Form, row: Row) -> dict[str, Any]:
    """min and max of a range."""
    pairs = re.findall(r"(\w+)\s*=\s*(\S+?)(?=[\s,;]|$)", row.text("parameters"))
    given = {"start": "1", "end": "10"} | {name.lower(): value for name, value in pairs}
    try:
        return {
            "min": fields.told(fields.NUMBER, given["start"]),
            "max": fields.told(fields.NUMBER, given["end"]),
        }
    except Unreadable as problem:
        form.refuse(row, "parameters", str(problem))
        return {}


def _cells(form: Form, row: Row, known: Mapping[str, str], before: str = "") -> dict[str, Any]:
    """What stands in the columns of ours."""
    found = {}
    for name, kind in known.items():
        if text := row.text(before + name):
            try:
                found[name] = fields.told(kind, text)
            except Unreadable as problem:
                form.refuse(row, before + name, str(problem))
    return found


def _translate(form: Form, node: dict) -> None:
    """Names of the form become keys wherever an expression asks for them."""
    for name in EXPRESSIONS:
        if name in node:
            node[name] = NAMED.sub(
                lambda found: f"${{{form.keys.get(found[1], found[1])}}}", node[name]
            )


def _ask_for_whole(node: dict) -> None:
    """An integer takes no fractions; ours are decimals unless something checks them."""
    own = node.get("constraint")
    node["constraint"] = f"({own}) and {WHOLE_NUMBER}" if own else WHOLE_NUMBER
    node.setdefault("constraint_message", "Write a whole number.")


# Choices ------------------------------------------------------------------------------------
def _choices(form: Form, row: Row, kind: Kind, name: str) -> list[dict]:
    rows = [one for one in form.book.rows("choices") if one.text("list_name") == kind.listed]
    if not rows:
        form.refuse(row, "type", f"there is no list of choices {kind.listed!r:.40}.")
    return [_choice(form, one, name) for one in _filtered(form, row, rows)]


def _choice(form: Form, row: Row, name: str) -> dict[str, Any]:
    value: Any = row.text("name") or row.text("value")
    choice: dict[str, Any] = {"value": value, "name": form.words(row, "label") or value}
    if not value:
        form.refuse(row, "name", "is missing.")
    elif name == "level":
        try:
            to_number(value)
            choice["value"] = fields.told(fields.NUMBER, value)
        except Unreadable as problem:
            form.refuse(row, "name", str(problem))
    return choice | _cells(form, row, fields.CHOICE)


def _filtered(form: Form, row: Row, choices: list[Row]) -> list[Row]:
    """The choices that a filter on a column of their own leaves; other filters are conditions."""
    written = row.text("choice_filter")
    if not written:
        return choices
    found = FIXED_FILTER.fullmatch(written)
    if found is None:
        form.refuse(row, "choice_filter", "only a filter such as column='value' is taken over.")
        return choices
    column, value = found.groups()
    return [choice for choice in choices if choice.text(column.lower()) == value]


# The whole ----------------------------------------------------------------------------------
def _content(form: Form, name: str) -> dict[str, Any]:
    settings = form.book.settings
    title = settings.text("form_title") or settings.text("form_id") or name or "Questionnaire"
    content: dict[str, Any] = {
        "key": settings.text("key") or _slug(form, settings.text("form_id") or title),
        "title": title,
        "target": TARGET,
    }
    content |= _cells(form, settings, fields.HEAD)
    content["scale"] = _scale(form, settings)
    if version := settings.text("version"):
        content |= {"version": int(version)} if version.isdigit() and int(version) < 10_000 else {}
    if language := settings.text("default_language"):
        content["language"] = language.rpartition("(")[2].rstrip(") ") or language
    if areas := form.book.rows("areas"):
        content["areas"] = {row.text("key"): row.text("name") for row in areas}
    is_ours = settings.text(MARK) == "as_written"
    content["nodes"] = form.nodes if is_ours else _in_sections(form.nodes, title)
    try:
        return fields.with_more(content, settings.text("more"))
    except Unreadable as problem:
        form.refuse(settings, "more", str(problem))
        return content


def _slug(form: Form, text: str) -> str:
    try:
        return to_slug(text).strip("-")
    except Unreadable as problem:
        form.refuse(form.book.settings, "form_id", str(problem))
        return "form"


def _scale(form: Form, settings: Row) -> dict[str, Any]:
    ends = {"scale_min": fields.NUMBER, "scale_max": fields.NUMBER}
    found = {"scale_min": LOWEST, "scale_max": HIGHEST} | _cells(form, settings, ends)
    scale: dict[str, Any] = {"min": found["scale_min"], "max": found["scale_max"]}
    if rows := form.book.rows("levels"):
        scale["levels"] = [_level(form, row) for row in rows]
    return scale


def _level(form: Form, row: Row) -> dict[str, Any]:
    return _cells(form, row, {"value": fields.NUMBER, "name": fields.TEXT} | fields.CHOICE)


def _in_sections(nodes: list[dict], title: str) -> list[dict]:
    """Questions that stand in no group get a section of their own, in their place."""
    found: list[dict] = []
    for node in nodes:
        if "children" in node:
            found.append(node)
        elif found and found[-1]["key"].startswith("part-"):
            found[-1]["children"].append(node)
        else:
            found.append({"key": f"part-{len(found) + 1}", "title": title, "children": [node]})
    return found
