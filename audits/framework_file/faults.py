"""Which fields a questionnaire has, and everything that is wrong with one."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from audits.framework_file.fields import faults_of_fields, one_of
from audits.framework_file.loading import Fault, Lined
from audits.scoring.roll_up import NOT_APPLICABLE_AS, UNANSWERED
from audits.tree import ROOT

MOST_NODES = 2_000
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
    "unanswered": TEXT,
    "not_applicable": TEXT,
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
    "relevant": TEXT,
    "constraint": TEXT,
    "constraint_message": TEXT,
    "soft": FLAG,
    "calculation": TEXT,
    "repeat": TEXT,
    "catalogue": TEXT,
    "other": FLAG,
    "documents": FLAG,
    "fact": MAP,
    "maps": LIST,
    "children": LIST,
}
CHOICE = {"value": None, "score": NUMBER, "name": TEXT, "text": TEXT}
SUGGESTS = {"gap": TEXT, "cause": TEXT, "kpis": LIST, "process": TEXT, "skill": TEXT}
FACT = {"levels": LIST, "tolerance": NUMBER, "days": WHOLE}
MAPS = {"framework": TEXT, "key": TEXT, "relation": TEXT, "strength": NUMBER}
CAUSES = ("process", "tool", "skill", "structure", "data")
LONGEST = {
    "key": 120,
    "title": 200,
    "unit": 20,
    "area": 20,
    "counts_as": 20,
    "measure": 100,
    "framework": 120,
}


def faults_of(head: Lined) -> Iterator[Fault]:
    yield from _fields(head, HEAD, required=("key", "title", "target", "scale", "nodes"))
    yield from one_of(head, "unanswered", UNANSWERED)
    yield from one_of(head, "not_applicable", NOT_APPLICABLE_AS)
    if isinstance(head.get("scale"), Lined):
        yield from _fields(head["scale"], SCALE, required=("min", "max"))
        yield from _each(head["scale"], "levels", CHOICE, required=("value", "name"))
        yield from _fault_of_scale(head["scale"])
    if isinstance(head.get("areas"), Lined):
        yield from _fields(head["areas"], dict.fromkeys(head["areas"], TEXT))
    if isinstance(head.get("nodes"), list):
        yield from _faults_of_nodes(head, "nodes", head, {})


def _fault_of_scale(scale: Lined) -> Iterator[Fault]:
    low, high = scale.get("min"), scale.get("max")
    if _is_number(low) and _is_number(high) and low >= high:
        yield Fault(scale.lines["max"], "max", "has to be above min.")


def _faults_of_nodes(owner: Lined, name: str, head: Lined, seen: dict) -> Iterator[Fault]:
    """Every fault of a list of nodes; ``seen`` holds the keys that came before."""
    if not owner[name]:
        yield Fault(owner.lines[name], name, "is empty.")
    for node in owner[name]:
        if len(seen) >= MOST_NODES:
            yield Fault(owner.lines[name], name, f"holds more than {MOST_NODES} nodes.")
            return
        if not isinstance(node, Lined):
            yield Fault(owner.lines[name], name, "holds something that is no mapping.")
            continue
        yield from _faults_of_node(node, head, seen)


def _faults_of_node(node: Lined, head: Lined, seen: dict) -> Iterator[Fault]:
    is_section = "children" in node
    needed = ("key", "title", "children") if is_section else ("key", "type", "text")
    yield from _fields(node, NODE, required=needed)
    yield from _fault_of_key(node, seen)
    yield from _each(node, "choices", CHOICE, required=("value", "name"))
    if isinstance(node.get("suggests"), Lined):
        yield from _faults_of_suggestion(node["suggests"])
    yield from _faults_of_fact(node)
    yield from _each(node, "maps", MAPS, required=("framework", "key", "relation", "strength"))
    yield from faults_of_fields(node)
    areas = head.get("areas")
    if node.get("area") and isinstance(areas, dict) and node["area"] not in areas:
        yield Fault(node.lines["area"], "area", f"{node['area']!r} is not among areas.")
    if is_section and isinstance(node["children"], list):
        yield from _faults_of_nodes(node, "children", head, seen)


def _fault_of_key(node: Lined, seen: dict) -> Iterator[Fault]:
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


def _faults_of_suggestion(suggests: Lined) -> Iterator[Fault]:
    yield from _fields(suggests, SUGGESTS)
    if suggests.get("cause") and suggests["cause"] not in CAUSES:
        yield Fault(suggests.lines["cause"], "cause", f"has to be one of {', '.join(CAUSES)}.")


def _faults_of_fact(node: Lined) -> Iterator[Fault]:
    fact = node.get("fact")
    if not isinstance(fact, Lined):
        return
    yield from _fields(fact, FACT, required=("levels",))
    levels = fact.get("levels")
    if not isinstance(levels, list):
        return
    line = fact.lines["levels"]
    if not levels or not all(map(_is_number, levels)):
        yield Fault(line, "levels", "has to be a list of numbers, one for each level.")
    elif levels not in (sorted(set(levels)), sorted(set(levels), reverse=True)):
        yield Fault(line, "levels", "has to rise or to fall from level to level.")


def _each(owner: Lined, name: str, known: Mapping, required: tuple) -> Iterator[Fault]:
    """Faults of a list of mappings, where it stands there at all."""
    rows = owner.get(name)
    if not isinstance(rows, list):
        return
    for row in rows:
        if isinstance(row, Lined):
            yield from _fields(row, known, required)
        else:
            yield Fault(owner.lines[name], name, "holds something that is no mapping.")


def _fields(found: Lined, known: Mapping, required: tuple = ()) -> Iterator[Fault]:
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
    MAP: lambda value: isinstance(value, Lined),
}
