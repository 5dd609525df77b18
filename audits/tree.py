"""A questionnaire's content as nodes in their places, with the columns that each one has."""

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

ROOT = "all"  # the key of the root, which no file may use
# Columns by the file's word for them where the two are the same, with what stands for nothing.
SAME: dict[str, Any] = {
    "area": "",
    "evidence": "",
    "weight": 1,
    "target": None,
    "unit": "",
    "required": True,
    "choices": [],
    "at_most": None,
    "counts_as": "",
    "suggests": {},
    "relevant": "",
    "constraint": "",
    "constraint_message": "",
    "calculation": "",
    "repeat": "",
    "catalogue": "",
    "documents": False,
    "measure": "",
    "fact": {},
    "maps": [],
}
RENAMED = {"low": "min", "high": "max", "total": "sum"}


def columns_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a node of the content says, by the names of Node's columns."""
    is_section = "children" in raw
    return {
        "key": raw["key"],
        "kind": "section" if is_section else raw["type"],
        "title": "" if is_section else raw.get("title", ""),
        "text": raw["title"] if is_section else raw["text"],
        "hint": raw.get("description", "") if is_section else raw.get("hint", ""),
        "importance": raw.get("importance") or "recommended",
        "is_soft": raw.get("soft", False),
        "has_other": raw.get("other", False),
        **{column: raw.get(word) for column, word in RENAMED.items()},
        **{name: raw.get(name, copy(nothing)) for name, nothing in SAME.items()},
    }


def to_written(value: Any) -> str:
    """The value of a choice as expressions and addresses write it: 2, not 2.0; true, not True."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def flat(content: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str, int, int]]:
    """Yield (node, key of its parent, place, place of the last node beneath it), root not
    included and counted as place 0, parents before their children."""
    places = _places(content["nodes"], 1)
    yield from _walk(content["nodes"], ROOT, places)


def _places(nodes: list, start: int) -> dict[str, tuple[int, int]]:
    """First and last place of each node, depth first."""
    found: dict[str, tuple[int, int]] = {}
    place = start
    for node in nodes:
        inside = _places(node.get("children") or [], place + 1)
        last = max((end for _begin, end in inside.values()), default=place)
        found |= {node["key"]: (place, last)} | inside
        place = last + 1
    return found


def _walk(nodes: list, parent: str, places: dict) -> Iterator[tuple[dict, str, int, int]]:
    for node in nodes:
        yield node, parent, *places[node["key"]]
        yield from _walk(node.get("children") or [], node["key"], places)
