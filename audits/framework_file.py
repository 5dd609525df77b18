"""A questionnaire's YAML file, read into plain data, or refused with line, key and reason.

Nothing is left out in silence: a field that nobody reads is a mistake of the writer.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from audits.scoring.nodes import read_framework

LARGEST = 2_000_000  # bytes; the longest questionnaire shipped has 40,000
MOST_NODES = 2_000
ROOT = "all"  # the key of the root, which no file may use

TEXT, NUMBER, WHOLE, FLAG, LIST, MAP = (
    "a text",
    "a number",
    "a whole number",
    "true or false",
    ("a list"),
    "a mapping",
)
HEAD = {
    "key": TEXT,
    "title": TEXT,
    "version": WHOLE,
    "language": TEXT,
    "description": TEXT,
    "minutes": WHOLE,
    "target": NUMBER,
    "anonymous": FLAG,
    "areas": MAP,
    "scale": MAP,
    "nodes": LIST,
}
SCALE = {"min": NUMBER, "max": NUMBER, "levels": LIST}
NODE = {
    "key": TEXT,
    "type": TEXT,
    "title": TEXT,
    "text": TEXT,
    "description": TEXT,
    "hint": TEXT,
    "evidence": TEXT,
    "area": TEXT,
    "importance": TEXT,
    "weight": NUMBER,
    "target": NUMBER,
    "required": FLAG,
    "min": NUMBER,
    "max": NUMBER,
    "unit": TEXT,
    "choices": LIST,
    "at_most": WHOLE,
    "sum": NUMBER,
    "counts_as": TEXT,
    "measure": TEXT,
    "suggests": MAP,
    "children": LIST,
}
CHOICE = {"value": None, "score": NUMBER, "name": TEXT, "text": TEXT}
SUGGESTS = {"gap": TEXT, "cause": TEXT, "kpis": LIST, "process": TEXT, "skill": TEXT}
CAUSES = ("process", "tool", "skill", "structure", "data")
LONGEST = {"key": 120, "title": 200, "unit": 20, "area": 20, "counts_as": 20, "measure": 100}


@dataclass(frozen=True)
class Fault:
    """Why a file was refused: where (``line`` from 1, ``key`` of a field or node) and why."""

    line: int | None
    key: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.key}" if self.line else self.key
        return f"{place}: {self.reason}"


class FrameworkRefused(ValueError):  # noqa: N818  a report for people, not a fault
    """The file is no questionnaire; ``faults`` say why, all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class FrameworkFile:
    """``content`` is the file as plain data, ``sha256`` that of all in it but its number."""

    content: dict[str, Any]
    sha256: str

    @property
    def version(self) -> int:
        return int(self.content.get("version") or 1)


class _Lined(dict):
    """A mapping that remembers where each of its keys stands."""

    lines: dict[str, int]
    line: int


class _Loader(yaml.SafeLoader):
    """Plain YAML only: no tags, no anchors (a few lines of them become gigabytes), no key twice."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark
            raise FrameworkRefused([Fault(mark.line + 1, "*", "references are not allowed.")])
        return super().compose_node(parent, index)

    def construct_lined(self, node: yaml.MappingNode) -> Iterator[_Lined]:
        found = _Lined()
        found.line, found.lines = node.start_mark.line + 1, {}
        yield found
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise FrameworkRefused([Fault(line, str(key), "the name of a field is a text.")])
            if key in found:
                raise FrameworkRefused([Fault(line, key, "stands there twice.")])
            found[key], found.lines[key] = self.construct_object(value_node, deep=True), line


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_lined)


class _Dumper(yaml.SafeDumper):
    """Writes out what stands twice, since references are not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read_framework_file(text: str | bytes) -> FrameworkFile:
    """Read a questionnaire. Raises FrameworkRefused with every fault that could be found."""
    head = _load(text)
    faults = list(_faults_of_head(head))
    if faults:
        raise FrameworkRefused(faults)
    _check_scores(head)
    content = _plain(head)
    return FrameworkFile(content, fingerprint(content))


def read_content(content: Mapping[str, Any]) -> FrameworkFile:
    """A questionnaire that came in another form, held to the same rules."""
    return read_framework_file(write_framework_file(content))


def read_framework_files(text: bytes) -> list[FrameworkFile]:
    """Read a pack: one questionnaire or several, each after a line of three hyphens."""
    pieces = [piece for piece in re.split(rb"(?m)^---[ \t]*\r?$", text) if piece.strip()]
    return [read_framework_file(piece) for piece in pieces or [b""]]


def write_framework_files(contents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A pack of questionnaires, as ``read_framework_files`` reads it."""
    for content in contents:
        yield "---\n" + write_framework_file(content)


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 over all that a questionnaire says, whatever the file's order and number."""
    said = {name: value for name, value in content.items() if name != "version"}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def write_framework_file(content: Mapping[str, Any]) -> str:
    """The content as YAML, which ``read_framework_file`` reads back to the same fingerprint."""
    ordered = {name: content[name] for name in HEAD if name in content}
    return yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


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


def _load(text: str | bytes) -> _Lined:
    if len(text) > LARGEST:
        raise FrameworkRefused([Fault(None, "file", "is larger than 2 MB.")])
    try:
        # The loader builds plain data only (a SafeLoader with its own mapping).
        head = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        raise FrameworkRefused([Fault(line, "file", f"is no YAML: {error.problem}.")]) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise FrameworkRefused([Fault(None, "file", "is no text in UTF-8.")]) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, FrameworkRefused):
            raise
        raise FrameworkRefused([Fault(None, "file", "cannot be read as YAML.")]) from None
    if not isinstance(head, _Lined):
        raise FrameworkRefused([Fault(1, "file", "has to begin with fields: key, title, ...")])
    return head


def _faults_of_head(head: _Lined) -> Iterator[Fault]:
    yield from _fields(head, HEAD, required=("key", "title", "target", "scale", "nodes"))
    if isinstance(head.get("scale"), _Lined):
        yield from _fields(head["scale"], SCALE, required=("min", "max"))
        yield from _each(head["scale"], "levels", CHOICE, required=("value", "name"))
        yield from _fault_of_scale(head["scale"])
    if isinstance(head.get("areas"), _Lined):
        yield from _fields(head["areas"], dict.fromkeys(head["areas"], TEXT))
    if isinstance(head.get("nodes"), list):
        yield from _faults_of_nodes(head, "nodes", head, {})


def _fault_of_scale(scale: _Lined) -> Iterator[Fault]:
    low, high = scale.get("min"), scale.get("max")
    if _is_number(low) and _is_number(high) and low >= high:
        yield Fault(scale.lines["max"], "max", "has to be above min.")


def _faults_of_nodes(owner: _Lined, name: str, head: _Lined, seen: dict) -> Iterator[Fault]:
    """Every fault of a list of nodes; ``seen`` holds the keys that came before."""
    if not owner[name]:
        yield Fault(owner.lines[name], name, "is empty.")
    for node in owner[name]:
        if len(seen) >= MOST_NODES:
            yield Fault(owner.lines[name], name, f"holds more than {MOST_NODES} nodes.")
            return
        if not isinstance(node, _Lined):
            yield Fault(owner.lines[name], name, "holds something that is no mapping.")
            continue
        yield from _faults_of_node(node, head, seen)


def _faults_of_node(node: _Lined, head: _Lined, seen: dict) -> Iterator[Fault]:
    is_section = "children" in node
    needed = ("key", "title", "children") if is_section else ("key", "type", "text")
    yield from _fields(node, NODE, required=needed)
    yield from _fault_of_key(node, seen)
    yield from _each(node, "choices", CHOICE, required=("value", "name"))
    if isinstance(node.get("suggests"), _Lined):
        yield from _faults_of_suggestion(node["suggests"])
    areas = head.get("areas")
    if node.get("area") and isinstance(areas, dict) and node["area"] not in areas:
        yield Fault(node.lines["area"], "area", f"{node['area']!r} is not among areas.")
    if is_section and isinstance(node["children"], list):
        yield from _faults_of_nodes(node, "children", head, seen)


def _fault_of_key(node: _Lined, seen: dict) -> Iterator[Fault]:
    key = node.get("key")
    if not isinstance(key, str):
        return
    line = node.lines["key"]
    if key in seen:
        yield Fault(line, "key", f"{key!r} was used before, in line {seen[key]}.")
    elif key == ROOT or key.strip("-") != key or not _is_slug(key):
        yield Fault(line, "key", f"{key!r} has to be lower-case words joined by hyphens.")
    seen[key] = line


def _is_slug(key: str) -> bool:
    return bool(key) and all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in key)


def _faults_of_suggestion(suggests: _Lined) -> Iterator[Fault]:
    yield from _fields(suggests, SUGGESTS)
    if suggests.get("cause") and suggests["cause"] not in CAUSES:
        yield Fault(suggests.lines["cause"], "cause", f"has to be one of {', '.join(CAUSES)}.")


def _each(owner: _Lined, name: str, known: Mapping, required: tuple) -> Iterator[Fault]:
    """Faults of a list of mappings, where it stands there at all."""
    rows = owner.get(name)
    if not isinstance(rows, list):
        return
    for row in rows:
        if isinstance(row, _Lined):
            yield from _fields(row, known, required)
        else:
            yield Fault(owner.lines[name], name, "holds something that is no mapping.")


def _fields(found: _Lined, known: Mapping, required: tuple = ()) -> Iterator[Fault]:
    for name in required:
        if found.get(name) in (None, ""):
            yield Fault(found.line, name, "is missing.")
    for name, value in found.items():
        line = found.lines[name]
        if name not in known:
            yield Fault(line, name, "is not a field that anything reads.")
        elif known[name] and value is not None and not _IS[known[name]](value):
            yield Fault(line, name, f"has to be {known[name]}.")
        elif isinstance(value, str) and len(value) > LONGEST.get(name, 5_000):
            yield Fault(line, name, f"is longer than {LONGEST.get(name, 5_000)} characters.")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


_IS: dict[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str) and "\x00" not in value,
    NUMBER: _is_number,
    WHOLE: lambda value: _is_number(value) and value == int(value) and 0 <= value <= 10_000,
    FLAG: lambda value: isinstance(value, bool),
    LIST: lambda value: isinstance(value, list),
    MAP: lambda value: isinstance(value, _Lined),
}


def _check_scores(head: _Lined) -> None:
    """What the scores will need: kinds, scales, targets, choices. They say it in one sentence."""
    try:
        read_framework(head)
    except ValueError as error:
        reason = str(error)
        node = next((one for one in _nodes(head["nodes"]) if f" {one['key']}" in reason), None)
        line = node.line if node is not None else None
        raise FrameworkRefused([Fault(line, node["key"] if node else "nodes", reason)]) from None


def _nodes(nodes: list) -> Iterator[_Lined]:
    for node in nodes:
        yield node
        yield from _nodes(node.get("children") or [])


def _plain(value: Any) -> Any:
    """The same as plain data: what JSON holds and gives back unchanged."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
