"""Edits of a questionnaire's content. Each takes a content and gives another one; what was given
stays as it was, and no edit but ``removed`` ever loses a node.

Nodes are named by their key, the whole by ``all``.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from productops import parsing

ROOT = "all"
EXPRESSIONS = ("relevant", "constraint", "calculation")
WITHOUT_WORDS = re.compile(r"(section|question|note|calculation)-\d+")  # keys nobody has chosen
LONGEST_KEY = 60  # of keys that are made of words
Content = Mapping[str, Any]
Node = dict[str, Any]


class CannotEdit(ValueError):  # noqa: N818  a sentence for people, not a fault
    """The content has no such place, or a node cannot stand there."""


@dataclass(frozen=True)
class Spot:
    """A node where it stands: ``place`` from 0 among ``siblings`` beneath ``parent``."""

    node: Node
    parent: str
    depth: int
    place: int
    siblings: int

    @property
    def key(self) -> str:
        return self.node["key"]

    @property
    def is_section(self) -> bool:
        return "children" in self.node

    @property
    def is_first(self) -> bool:
        return self.place == 0

    @property
    def is_last(self) -> bool:
        return self.place == self.siblings - 1


# Reading ------------------------------------------------------------------------------------
def spots(content: Content) -> Iterator[Spot]:
    """Every node in reading order."""
    yield from _spots(content.get("nodes") or [], ROOT, 0)


def _spots(nodes: list[Node], parent: str, depth: int) -> Iterator[Spot]:
    for place, node in enumerate(nodes):
        yield Spot(node, parent, depth, place, len(nodes))
        yield from _spots(node.get("children") or [], node["key"], depth + 1)


def spot_of(content: Content, key: str) -> Spot:
    """Where a node stands. Raises CannotEdit where there is none of this key."""
    found = next((spot for spot in spots(content) if spot.key == key), None)
    if found is None:
        raise CannotEdit(f"There is nothing called {key!r:.80} here.")
    return found


def keys_of(content: Content) -> list[str]:
    return [spot.key for spot in spots(content)]


def sections_for(content: Content, key: str) -> list[Spot]:
    """The sections into which a node may be moved: all but itself and what is in it."""
    own = {spot.key for spot in _spots([spot_of(content, key).node], ROOT, 0)}
    return [spot for spot in spots(content) if spot.is_section and spot.key not in own]


def askable_before(content: Content, key: str) -> list[Spot]:
    """The questions and calculations that a condition of ``key`` may name: those before it."""
    found = []
    for spot in spots(content):
        if spot.key == key:
            break
        if not spot.is_section and spot.node.get("type") != "note":
            found.append(spot)
    return found


def free_key(content: Content, wanted: str) -> str:
    """``wanted``, or the first of wanted-2, wanted-3, ... that no node has."""
    taken = {*keys_of(content), ROOT}
    wanted = wanted[: LONGEST_KEY + 20].strip("-") or "question"
    number = 1
    while (key := wanted if number == 1 else f"{wanted}-{number}") in taken:
        number += 1
    return key


def key_from(words: str, otherwise: str) -> str:
    """A key made of words: lower case, hyphens, cut between words."""
    try:
        slug = parsing.to_slug(words)
    except parsing.Unreadable:
        return otherwise
    if len(slug) <= LONGEST_KEY:
        return slug
    return slug[: LONGEST_KEY + 1].rpartition("-")[0] or slug[:LONGEST_KEY]


# Beginning ----------------------------------------------------------------------------------
def new_content(
    *, key: str, title: str, low: float, high: float, target: float, names: list[str]
) -> dict[str, Any]:
    """A questionnaire with a scale and nothing to ask yet. ``names`` are those of the levels from
    the lowest on; empty ones leave the level without a name."""
    levels = [
        {"value": _whole(low + step), "name": name} for step, name in enumerate(names) if name
    ]
    scale = {"min": _whole(low), "max": _whole(high)} | ({"levels": levels} if levels else {})
    return {"key": key, "title": title, "target": _whole(target), "scale": scale, "nodes": []}


def new_node(content: Content, kind: str) -> Node:
    """A node of a kind, with a key of its own and, for a level, the levels of the whole."""
    if kind == "section":
        return {"key": free_key(content, f"section-{_next(content)}"), "title": "", "children": []}
    word = {"note": "note", "calculated": "calculation"}.get(kind, "question")
    node: Node = {"key": free_key(content, f"{word}-{_next(content)}"), "type": kind, "text": ""}
    levels = levels_of(content)
    return node | {"choices": levels} if kind == "level" and levels else node


def levels_of(content: Content) -> list[dict[str, Any]]:
    """The levels of the whole as choices of a question, yet to be described."""
    levels = (content.get("scale") or {}).get("levels") or []
    return [
        {"value": level["value"], "score": level["value"], "name": level["name"]}
        for level in levels
        if "value" in level and "name" in level
    ]


def _next(content: Content) -> int:
    return sum(1 for _spot in spots(content)) + 1


def _whole(number: float) -> float:
    """3.0 as 3, as files write it."""
    return int(number) if float(number).is_integer() else number


# Editing ------------------------------------------------------------------------------------
def added(content: Content, node: Node, *, into: str = ROOT, after: str = "") -> dict[str, Any]:
    """With one more node: at the end of a section, or right behind a neighbour in it."""
    edited, row = _row_in(content, into)
    place = next((i + 1 for i, other in enumerate(row) if other["key"] == after), len(row))
    row.insert(place, deepcopy(node))
    return edited


def moved(content: Content, key: str, by: int) -> dict[str, Any]:
    """One place up (-1) or down (+1) among its neighbours; at the end of the row it stays."""
    spot = spot_of(content, key)
    edited, row = _row_in(content, spot.parent)
    place = min(max(spot.place + by, 0), len(row) - 1)
    row.insert(place, row.pop(spot.place))
    return edited


def moved_into(content: Content, key: str, section: str) -> dict[str, Any]:
    """To the end of a section, or of the whole (``all``)."""
    spot = spot_of(content, key)
    if section != ROOT and section not in {one.key for one in sections_for(content, key)}:
        raise CannotEdit(f"{key!r:.80} cannot stand in {section!r:.80}.")
    edited, row = _row_in(content, spot.parent)
    node = row.pop(spot.place)
    _row_of(edited, section).append(node)
    return edited


def duplicated(content: Content, key: str) -> tuple[dict[str, Any], str]:
    """With a copy behind the node, and the key of that copy. What is asked inside the copy asks
    inside the copy: conditions follow the new keys."""
    spot = spot_of(content, key)
    copy = deepcopy(spot.node)
    names = {}
    taken: dict[str, Any] = deepcopy(dict(content))
    for one in _spots([copy], ROOT, 0):
        names[one.key] = free_key(taken, one.key)
        taken["nodes"].append({"key": names[one.key]})
    for one in list(_spots([copy], ROOT, 0)):
        one.node["key"] = names[one.key]
        _rename_in(one.node, names)
    return added(content, copy, into=spot.parent, after=key), copy["key"]


def removed(content: Content, key: str) -> dict[str, Any]:
    """Without the node and all beneath it."""
    spot = spot_of(content, key)
    edited, row = _row_in(content, spot.parent)
    del row[spot.place]
    return edited


def changed(content: Content, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """With other values of a node; None, "" and empty lists leave a field out, but for its words.

    ``children`` stay whatever is given. A new ``key`` is followed by all conditions that name the
    old one. Raises CannotEdit where another node has it already.
    """
    new_key = values.get("key") or key
    if new_key != key and new_key in {*keys_of(content), ROOT}:
        raise CannotEdit(f"{new_key!r:.80} is the key of another place here.")
    edited = deepcopy(dict(content))
    node = spot_of(edited, key).node
    for name, value in values.items():
        if name not in ("key", "children"):
            _put(node, name, value)
    node["key"] = new_key
    if new_key != key:
        for spot in spots(edited):
            _rename_in(spot.node, {key: new_key})
    return edited


def head_changed(content: Content, values: Mapping[str, Any]) -> dict[str, Any]:
    """With other values of the whole; ``key`` and ``nodes`` stay."""
    edited = deepcopy(dict(content))
    for name, value in values.items():
        if name not in ("key", "nodes"):
            _put(edited, name, value)
    return edited


def key_for(content: Content, node: Mapping[str, Any], words: str) -> str:
    """The key that a node should have: nobody chose one yet, so its words make one."""
    if not WITHOUT_WORDS.fullmatch(node["key"]) or not words:
        return node["key"]
    wanted = key_from(words, node["key"])
    return node["key"] if wanted == node["key"] else free_key(content, wanted)


# Rows of choices ----------------------------------------------------------------------------
def row_moved(rows: list, place: int, by: int) -> list:
    """A list with one of its rows a place further; beyond the ends nothing changes."""
    if not (0 <= place < len(rows) and 0 <= place + by < len(rows)):
        return list(rows)
    other = list(rows)
    other.insert(place + by, other.pop(place))
    return other


def row_removed(rows: list, place: int) -> list:
    return [row for at, row in enumerate(rows) if at != place]


# How it is done -----------------------------------------------------------------------------
def _row_in(content: Content, section: str) -> tuple[dict[str, Any], list[Node]]:
    edited = deepcopy(dict(content))
    return edited, _row_of(edited, section)


def _row_of(edited: dict[str, Any], section: str) -> list[Node]:
    """The nodes that stand right beneath a section, to be changed in place."""
    if section == ROOT:
        return edited.setdefault("nodes", [])
    spot = spot_of(edited, section)
    if not spot.is_section:
        raise CannotEdit(f"{section!r:.80} is a question, and holds nothing.")
    return spot.node["children"]


def _put(row: dict[str, Any], name: str, value: Any) -> None:
    if value == "" and name == _words_of(row):
        row[name] = value
    elif value is None or value == "" or (isinstance(value, (list, dict)) and not value):
        row.pop(name, None)
    else:
        row[name] = deepcopy(value)


def _words_of(node: Node) -> str:
    """The field that no node may lack, though a draft's may be empty."""
    return "title" if "children" in node else "text"


def _rename_in(node: Node, names: Mapping[str, str]) -> None:
    def renamed(found: re.Match) -> str:
        return f"${{{names.get(found[1], found[1])}}}"

    for field in EXPRESSIONS:
        if isinstance(node.get(field), str):
            node[field] = re.sub(r"\$\{([^{}]+)\}", renamed, node[field])
