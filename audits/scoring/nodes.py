"""The framework as a checked tree of nodes, whichever of its two written forms it came in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from productops.figures import at_least, between, finite, row

SECTION = "section"
SCORED_TYPES = ("level", "number", "boolean", "single", "multiple", "calculated")
UNSCORED_TYPES = ("text", "date", "subject", "file", "note")
IMPORTANCE = ("mandatory", "recommended", "nice_to_have")
DEEPEST = 20  # a questionnaire deeper than this is a mistake, and recursion stays bounded

Scale = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """A section or a question. ``scale`` is None where answers carry no number (text, dates)."""

    key: str
    type: str
    weight: float
    importance: str
    target: float | None
    scale: Scale | None
    choices: Mapping
    children: tuple["Node", ...]
    has_other: bool = False  # offers a choice that stands nowhere
    documents: bool = False  # asks apart how far it is written down

    @property
    def is_section(self) -> bool:
        return self.type == SECTION

    @property
    def is_scored(self) -> bool:
        return not self.is_section and self.scale is not None

    @property
    def ends(self) -> Scale:
        """The scale of a node that is known to have one."""
        assert self.scale is not None, f"{self.key} has no scale"
        return self.scale

    def walk(self) -> Iterable["Node"]:
        """This node and all beneath it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def questions(self) -> Iterable["Node"]:
        """Scored questions beneath that count: what weighs 0 is asked but not rolled up."""
        for child in self.children:
            if child.weight > 0:
                yield from [child] if child.is_scored else child.questions()


def read_framework(framework: Mapping | list) -> Node:
    """The framework's root.

    ``framework`` is a mapping with ``nodes`` (or the list itself). Nodes stand inside each other
    (``children``) or beside each other (``parent`` is the key of another node), and carry ``key``,
    ``type``, ``weight`` (1), ``min``, ``max``, ``target``, ``importance`` and ``choices`` (value
    and score). ``scale: {min, max}`` of the framework holds for every section and every level
    question without a scale of its own. Raises ValueError naming the node.
    """
    head = framework if isinstance(framework, Mapping) else {"nodes": framework}
    below = _by_parent(row(head.get("nodes"), "framework, nodes"))
    scale: Any = head.get("scale") or head
    overall = _own_scale(scale, "framework")
    raw = {"key": head.get("key", ""), "target": head.get("target")}
    root = _node(raw, below, overall, depth=0)
    _refuse_lost(root, below)
    return root if overall else _with_common_scale(raw, below, root)


def _by_parent(nodes: Sequence[Mapping]) -> dict[str | None, list[Mapping]]:
    """Every node under its parent's key (None: the top), in the order they are written."""
    below: dict[str | None, list[Mapping]] = {}
    seen: set[str] = set()
    waiting: list[tuple[Mapping, str | None]] = [(node, None) for node in reversed(nodes)]
    while waiting:
        node, parent = waiting.pop()
        key = _key(node)
        if key in seen:
            raise ValueError(f"framework: the key {key!r} is used twice.")
        seen.add(key)
        below.setdefault(_parent(node, parent), []).append(node)
        children = row(node.get("children") or [], f"node {key}, children")
        waiting.extend((child, key) for child in reversed(children))
    return below


def _key(node: Mapping) -> str:
    if not isinstance(node, Mapping) or not isinstance(node.get("key"), str) or not node["key"]:
        raise ValueError("framework: every node has to be a mapping with a key.")
    return node["key"]


def _parent(node: Mapping, enclosing: str | None) -> str | None:
    parent = node.get("parent", enclosing)
    if parent is not None and not isinstance(parent, str):
        raise ValueError(f"node {node['key']}, parent has to be the key of another node.")
    return parent


def _refuse_lost(root: Node, below: Mapping) -> None:
    """A parent that does not exist, or a circle of parents, leaves nodes that nobody reaches."""
    reached = {node.key for node in root.walk()}
    lost = [node["key"] for nodes in below.values() for node in nodes if node["key"] not in reached]
    if lost:
        raise ValueError(f"framework: the parent of {lost[0]!r} does not lead to the top.")


def _node(raw: Mapping, below: Mapping, overall: Scale | None, depth: int) -> Node:
    key = raw["key"]
    if depth > DEEPEST:
        raise ValueError(f"framework: {key!r} stands more than {DEEPEST} levels deep.")
    inside = below.get(key if depth else None, [])
    kind = _type(raw, is_section=bool(inside) or depth == 0)
    choices = _choices(raw, kind)
    scale = _scale(raw, kind, choices, overall)
    return Node(
        key=key,
        type=kind,
        weight=at_least(raw.get("weight", 1), 0, f"node {key}, weight"),
        importance=_importance(raw),
        target=_target(raw, scale),
        scale=scale,
        choices=choices,
        children=tuple(_node(child, below, overall, depth + 1) for child in inside),
        has_other=raw.get("other") is True,
        documents=raw.get("documents") is True,
    )


def _type(raw: Mapping, is_section: bool) -> str:
    kind = raw.get("type") or (SECTION if is_section else "level")
    if kind not in (SECTION, *SCORED_TYPES, *UNSCORED_TYPES):
        raise ValueError(f"node {raw['key']}, type: {kind!r} is not known.")
    if is_section and kind != SECTION:
        raise ValueError(f"node {raw['key']}: a question cannot hold other nodes.")
    return kind


def _importance(raw: Mapping) -> str:
    importance = raw.get("importance") or "recommended"
    if importance not in IMPORTANCE:
        raise ValueError(f"node {raw['key']}, importance: {importance!r} is not known.")
    return importance


def _choices(raw: Mapping, kind: str) -> dict:
    """Score of each choice by its value. A level is its own score; all choices score, or none."""
    name = f"node {raw['key']}, choices"
    scores = {}
    for choice in row(raw.get("choices") or [], name):
        value = _choice_value(choice, name)
        if value in scores:
            raise ValueError(f"{name}: {value!r:.40} stands there twice.")
        score = choice.get("score")
        score = value if score is None and kind == "level" else score
        scores[value] = None if score is None else finite(score, f"{name}, score")
    if None in scores.values() and set(scores.values()) != {None}:
        raise ValueError(f"{name}: either all of them carry a score, or none does.")
    return scores


def _choice_value(choice: Mapping, name: str) -> str | float | bool:
    value = choice.get("value") if isinstance(choice, Mapping) else None
    if not isinstance(value, (str, int, float)):
        raise ValueError(f"{name}: each has to be a mapping with a value.")
    return value


def _own_scale(raw: Mapping, name: str) -> Scale | None:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{name}, scale has to be a mapping with min and max.")
    if raw.get("min") is None and raw.get("max") is None:
        return None
    low, high = finite(raw.get("min"), f"{name}, min"), finite(raw.get("max"), f"{name}, max")
    if low == high:
        raise ValueError(f"{name}: min and max are the same.")
    return low, high


def _scale(raw: Mapping, kind: str, choices: Mapping, overall: Scale | None) -> Scale | None:
    """From lowest to best. ``min`` above ``max`` is a scale on which less is better."""
    own = _own_scale(raw, f"node {raw['key']}")
    if kind == SECTION:
        return own or overall
    scores = [score for score in choices.values() if score is not None]
    if kind in UNSCORED_TYPES or (choices and not scores):
        return None
    scale = own or _scale_of(kind, scores, overall)
    if kind == "level" and scale is None:
        raise ValueError(f"node {raw['key']}: neither it nor the framework has a scale.")
    return scale


def _scale_of(kind: str, scores: list[float], overall: Scale | None) -> Scale | None:
    """The scale that a question's type and choices imply; a bare number implies none."""
    if kind == "multiple" and scores:
        lowest = sum(score for score in scores if score < 0)
        best = sum(score for score in scores if score > 0)
        return (lowest, best) if lowest < best else None
    if scores:
        return (min(scores), max(scores)) if min(scores) < max(scores) else None
    return {"boolean": (0.0, 1.0), "level": overall}.get(kind)


def _target(raw: Mapping, scale: Scale | None) -> float | None:
    """On the node's own scale; the framework says nothing where there is no scale to be on."""
    if raw.get("target") is None or scale is None:
        return None
    return between(raw["target"], min(scale), max(scale), f"node {raw['key']}, target")


def _with_common_scale(raw: Mapping, below: Mapping, root: Node) -> Node:
    """Without an overall scale, sections take the questions' scale if they share one, else 0 to 1.

    Level questions have been checked to bring their own, so only sections change.
    """
    scales = {node.scale for node in root.walk() if node.is_scored}
    return _node(raw, below, scales.pop() if len(scales) == 1 else (0.0, 1.0), depth=0)
