"""What two contents of a questionnaire differ in, node by node and field by field, and what that
means for comparisons between audits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from audits.drafting import ROOT, spots

# What a field means that a file leaves out.
USUAL: dict[str, Any] = {"weight": 1, "required": True, "importance": "recommended"}
# Where one of these changes, numbers before and after mean different things.
MEASURING = ("type", "min", "max", "choices")
NOT_ASKED = ("note", "calculated")
Content = Mapping[str, Any]


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True)
class FieldChange:
    """``name`` may lead inside: ("choices", "3", "text"). None where it was not said."""

    name: tuple[str, ...]
    before: Any
    after: Any


@dataclass(frozen=True)
class NodeChange:
    """A node of either content. ``is_moved`` may stand beside changed words."""

    key: str
    change: Change
    node: Mapping[str, Any]
    section: str  # title of the section in which it stands now (or stood)
    is_moved: bool = False
    fields: tuple[FieldChange, ...] = ()

    @property
    def is_section(self) -> bool:
        return "children" in self.node

    @property
    def is_question(self) -> bool:
        return not self.is_section and self.node.get("type") not in NOT_ASKED

    @property
    def measures_otherwise(self) -> bool:
        """Whether its numbers before and after mean different things."""
        return any(one.name[0] in MEASURING and not _is_words(one.name) for one in self.fields)


@dataclass(frozen=True)
class Difference:
    head: tuple[FieldChange, ...] = ()
    nodes: tuple[NodeChange, ...] = field(default_factory=tuple)

    @property
    def is_empty(self) -> bool:
        return not self.head and all(one.change == Change.SAME for one in self.nodes)

    @property
    def shown(self) -> list[NodeChange]:
        """The nodes that differ."""
        return [one for one in self.nodes if one.change != Change.SAME]

    def count(self, change: Change) -> int:
        return sum(one.change == change for one in self.nodes)

    def questions(self, *changes: Change) -> list[NodeChange]:
        return [one for one in self.nodes if one.is_question and one.change in changes]

    @property
    def keeping(self) -> list[NodeChange]:
        """Questions whose answers can be compared with those before."""
        stay = self.questions(Change.SAME, Change.CHANGED, Change.MOVED)
        return [one for one in stay if not one.measures_otherwise]

    @property
    def measured_otherwise(self) -> list[NodeChange]:
        return [one for one in self.questions(Change.CHANGED) if one.measures_otherwise]


def difference(before: Content, after: Content) -> Difference:
    """What ``after`` says differently; its nodes in order, removed ones behind their neighbours."""
    old = {spot.key: spot for spot in spots(before)}
    new = {spot.key: spot for spot in spots(after)}
    kept = set(_unmoved(before, after))
    nodes = [_change_of(key, old, new, kept) for key in _in_order(old, new)]
    return Difference(tuple(_fields(_head(before), _head(after))), tuple(nodes))


def _head(content: Content) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in ("nodes", "version")}


def _in_order(old: Mapping, new: Mapping) -> list[str]:
    """Keys as the new content orders them, each removed one behind what stood before it."""
    order = list(new)
    before = list(old)
    for place, key in enumerate(before):
        if key not in new:
            behind = before[place - 1] if place else None
            order.insert(order.index(behind) + 1 if behind in order else 0, key)
    return order


def _unmoved(before: Content, after: Content) -> Iterator[str]:
    """Keys that stand in the same section, in the same order among those that stayed there."""
    old, new = _rows(before), _rows(after)
    for section, keys in new.items():
        there = set(old.get(section, [])) & set(keys)
        was = [key for key in old.get(section, []) if key in there]
        now = [key for key in keys if key in there]
        for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
            yield from now[block.b : block.b + block.size]


def _rows(content: Content) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for spot in spots(content):
        rows.setdefault(spot.parent, []).append(spot.key)
    return rows


def _change_of(key: str, old: Mapping, new: Mapping, kept: set[str]) -> NodeChange:
    if key not in new:
        return NodeChange(key, Change.REMOVED, old[key].node, _section(old, key))
    if key not in old:
        return NodeChange(key, Change.ADDED, new[key].node, _section(new, key))
    fields = tuple(_fields(_own(old[key].node), _own(new[key].node)))
    moved = key not in kept
    change = Change.CHANGED if fields else Change.MOVED if moved else Change.SAME
    return NodeChange(key, change, new[key].node, _section(new, key), moved, fields)


def _section(found: Mapping, key: str) -> str:
    parent = found[key].parent
    return "" if parent == ROOT else found[parent].node.get("title", "")


def _own(node: Mapping) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name not in ("children", "key")}


def _fields(before: Mapping, after: Mapping, path: tuple = ()) -> Iterator[FieldChange]:
    for name in dict.fromkeys([*before, *after]):
        usual = USUAL.get(name) if not path else None
        old, new = before.get(name, usual), after.get(name, usual)
        yield from _values((*path, str(name)), old, new)


def _values(path: tuple[str, ...], old: Any, new: Any) -> Iterator[FieldChange]:
    if old == new or (_is_unsaid(old) and _is_unsaid(new)):
        return
    if _is_rows(old) or _is_rows(new):
        rows_before, rows_after = _by_value(old), _by_value(new)
        yield from _fields(rows_before, rows_after, path)
        if not (set(rows_before) ^ set(rows_after)) and list(rows_before) != list(rows_after):
            yield FieldChange((*path, "order"), list(rows_before), list(rows_after))
    elif isinstance(old, Mapping) or isinstance(new, Mapping):
        yield from _fields(old or {}, new or {}, path)
    else:
        yield FieldChange(path, old, new)


def _is_unsaid(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _by_value(rows: Any) -> dict[str, Any]:
    """Choices and levels by their value, other rows by their number."""
    return {
        str(row.get("value", number)): {name: inner for name, inner in row.items()}
        for number, row in enumerate(rows or [], 1)
        if isinstance(row, Mapping)
    }


def _is_words(name: tuple[str, ...]) -> bool:
    """Whether a change of choices is one of words or order, which no number depends on."""
    return name[0] == "choices" and name[-1] in ("name", "text", "order")


# Words --------------------------------------------------------------------------------------
def marked(before: str, after: str) -> list[tuple[str, str]]:
    """Two texts as one: pieces that are "same", "gone" or "new", in reading order."""
    old, new = re.findall(r"\S+\s*|\s+", before), re.findall(r"\S+\s*|\s+", after)
    pieces: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[i1:i2])))
            continue
        pieces += [("gone", "".join(old[i1:i2]))] if i2 > i1 else []
        pieces += [("new", "".join(new[j1:j2]))] if j2 > j1 else []
    return pieces
