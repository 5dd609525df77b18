"""What a node says beyond XLSForm, in columns of its own; the rest of it as JSON in ``more``.

Forms that others wrote have none of these columns, and other programs pass over them.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from productops.parsing import Unreadable, to_flag, to_number

TEXT, NUMBER, FLAG, WORDS = "text", "number", "flag", "words"
NODE = {
    "title": TEXT,
    "relevant": TEXT,
    "constraint": TEXT,
    "constraint_message": TEXT,
    "calculation": TEXT,
    "soft": FLAG,
    "importance": TEXT,
    "weight": NUMBER,
    "target": NUMBER,
    "area": TEXT,
    "evidence": TEXT,
    "documents": FLAG,
    "min": NUMBER,
    "max": NUMBER,
    "unit": TEXT,
    "at_most": NUMBER,
    "sum": NUMBER,
    "counts_as": TEXT,
    "measure": TEXT,
}
SUGGESTS = {"gap": TEXT, "cause": TEXT, "kpis": WORDS, "process": TEXT, "skill": TEXT}
CHOICE = {"score": NUMBER, "text": TEXT}
HEAD = {
    "description": TEXT,
    "minutes": NUMBER,
    "target": NUMBER,
    "anonymous": FLAG,
    "unanswered": TEXT,
    "not_applicable": TEXT,
}


NOT_IN_A_SHEET = re.compile(r"[\x00-\x08\x0b-\x1f]")


def clean(cell: Any) -> Any:
    """The cell without characters that a workbook has no way to write."""
    return NOT_IN_A_SHEET.sub("", cell) if isinstance(cell, str) else cell


def told(kind: str, text: str) -> Any:
    """A cell's text as the field's value. Raises Unreadable with a sentence."""
    if kind == NUMBER:
        number = to_number(text.strip())
        return int(number) if number.is_integer() and not set(text) & set(".eE") else number
    if kind == FLAG:
        return to_flag(text)
    return text.split() if kind == WORDS else text


def written(value: Any) -> Any:
    """A field's value as a cell that ``told`` reads back; None where no cell can say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value) if value.is_integer() else value
    if isinstance(value, int):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    return value if isinstance(value, str) else None


def to_more(told_so_far: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """What has to change in what the cells tell to become what is said, as JSON; "" if nothing.

    A field that is to go away is null there.
    """
    more = {name: None for name in told_so_far if name not in said}
    more |= {
        name: value
        for name, value in said.items()
        if name not in told_so_far or not _same(told_so_far[name], value)
    }
    return json.dumps(more, ensure_ascii=False, sort_keys=True) if more else ""


def _same(one: Any, other: Any) -> bool:
    """Also of the same type: 1 and 1.0 and true are different content."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def with_more(node: dict[str, Any], text: str) -> dict[str, Any]:
    """The node with what ``more`` says of it. Raises Unreadable with a sentence."""
    if not text.strip():
        return node
    try:
        more = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("is no JSON.") from problem
    if not isinstance(more, dict):
        raise Unreadable("has to be an object of JSON.")
    joined = node | more
    return {name: value for name, value in joined.items() if value is not None}
