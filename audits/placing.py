"""Hold content that came from rows to the rules of questionnaires, with faults at its own rows.

The rules speak of lines of YAML, for that is how a questionnaire is usually written. Here the
content is written so and read back, and each line is led back to the row that it was made from.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from audits.framework_file import (
    Fault,
    FrameworkFile,
    FrameworkRefused,
    read_framework_file,
    write_framework_file,
)
from audits.framework_file.loading import Lined, load

# (key of a node, or "" for the questionnaire itself; name of a field) -> where that is written.
Place = Callable[[str, str], tuple[int | None, str]]


def read_placed(content: Mapping[str, Any], place: Place) -> FrameworkFile:
    """The questionnaire. Raises FrameworkRefused with faults at the places that ``place`` names."""
    text = write_framework_file(_children_last(content, "nodes"))
    try:
        return read_framework_file(text)
    except FrameworkRefused as refused:
        found = _Lines(load(text))
        faults = [Fault(*place(*found.at(fault)), fault.reason) for fault in refused.faults]
        raise FrameworkRefused(faults) from refused


def _children_last(node: Mapping[str, Any], below: str = "children") -> dict[str, Any]:
    """So that the lines of a node stand together before those of its children."""
    alone = {name: value for name, value in node.items() if name != below}
    inside = {below: [_children_last(child) for child in node[below]]} if below in node else {}
    return alone | inside


class _Lines:
    """Which node and which field stand at a line."""

    def __init__(self, head: Lined) -> None:
        nodes = list(_nodes(head.get("nodes") or []))
        self.head, self.nodes = head, {node["key"]: node for node in nodes}
        self.starts = [node.line for node in nodes]
        self.keys = [node["key"] for node in nodes]

    def at(self, fault: Fault) -> tuple[str, str]:
        if fault.line is None:
            return (fault.key, "") if fault.key in self.nodes else ("", fault.key)
        behind = bisect_right(self.starts, fault.line)
        key = self.keys[behind - 1] if behind else ""
        return key, _field(self.nodes[key] if key else self.head, fault.line)


def _field(node: Lined, line: int) -> str:
    known = [(at, name) for name, at in node.lines.items() if at <= line]
    return max(known)[1] if known else ""


def _nodes(nodes: list) -> Iterator[Lined]:
    for node in nodes:
        yield node
        yield from _nodes(node.get("children") or [])
