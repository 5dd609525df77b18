"""From the scores of one audit to its gaps: one for each weak dimension, wherever it is weak."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audits.scoring import GapPriority, NodeScore, gap_priority

MOST_FINDINGS = 3  # weakest questions that a gap names; more would be the questionnaire again


@dataclass(frozen=True)
class Dimension:
    """What an audit's result has one row for: a section, or a question where there is but one
    section. ``target`` is its own or the whole framework's."""

    key: str
    title: str
    target: float
    low: float
    high: float
    weight: float
    questions: tuple[dict, ...]

    @property
    def range(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Finding:
    """A weak question: in ``below`` of ``asked`` subjects; ``level`` is their mean score."""

    question: dict
    level: float
    below: int
    asked: int

    @property
    def level_name(self) -> str:
        """The name of the level that the mean has reached."""
        reached = [one for one in self.question.get("choices", []) if one["value"] <= self.level]
        return max(reached, key=lambda one: one["value"])["name"] if reached else ""


@dataclass(frozen=True)
class FoundGap:
    """``levels``: the score of each subject that lies below target, by the subject's scope."""

    dimension: Dimension
    levels: Mapping[int, float]
    level: float
    priority: GapPriority
    findings: tuple[Finding, ...]

    @property
    def cause(self) -> str:
        """The cause that the weakest question suggests."""
        causes = (finding.question.get("suggests", {}).get("cause") for finding in self.findings)
        return next((cause for cause in causes if cause), "")


def dimensions(content: Mapping) -> list[Dimension]:
    """The rows of a result: the sections that count, or the questions of the only one."""
    sections = [node for node in content["nodes"] if node.get("weight", 1) > 0]
    while len(sections) == 1 and sections[0].get("children"):
        sections = [node for node in sections[0]["children"] if node.get("weight", 1) > 0]
    return [_dimension(node, content) for node in sections if node.get("type") not in _UNSCORED]


_UNSCORED = ("text", "date")


def _dimension(node: Mapping, content: Mapping) -> Dimension:
    scale = content["scale"]
    return Dimension(
        key=node["key"],
        title=node.get("title") or node["text"],
        target=node.get("target", content["target"]),
        low=node.get("min", scale["min"]),
        high=node.get("max", scale["max"]),
        weight=node.get("weight", 1),
        questions=tuple(_questions(node)),
    )


def _questions(node: Mapping) -> Iterable[dict]:
    if "children" not in node:
        yield dict(node)
    for child in node.get("children", ()):
        yield from _questions(child)


def found_gaps(
    content: Mapping,
    cards: Mapping[int, Mapping[str, NodeScore]],
    criticality: Mapping[int, float],
    effort: float = 3,
) -> list[FoundGap]:
    """One gap for each dimension that lies below target in some scope, most urgent first.

    ``cards``: the scorecard of each scope; ``criticality`` 1 to 3 of each scope. Its level is the
    mean of the scopes that lie below, coverage their share of the scopes with a score, so that
    a deep gap in one place and a shallow one everywhere can be told apart. Source: formulae 4.2.
    """
    found = [_gap(one, cards, criticality, effort) for one in dimensions(content)]
    gaps = [gap for gap in found if gap is not None]
    return sorted(gaps, key=lambda gap: -gap.priority.priority)


def _gap(dimension: Dimension, cards: Mapping, criticality: Mapping, effort: float):
    scores = {scope: card[dimension.key].score for scope, card in cards.items()}
    known = {scope: score for scope, score in scores.items() if score is not None}
    below = {scope: score for scope, score in known.items() if score < dimension.target}
    if not below:
        return None
    level = sum(below.values()) / len(below)
    priority = gap_priority(
        score=level,
        target=dimension.target,
        scale=dimension.range,
        weight=dimension.weight,
        criticality=sum(criticality.get(scope, 2) for scope in below) / len(below),
        coverage=len(below) / len(known),
        effort=effort,
    )
    return FoundGap(dimension, below, level, priority, _findings(dimension, cards, below))


def _findings(dimension: Dimension, cards: Mapping, below: Mapping) -> tuple[Finding, ...]:
    """The questions that lie below their target where the dimension does, deepest first."""
    found = []
    for question in dimension.questions:
        target = question.get("target", dimension.target)
        scores = [cards[scope][question["key"]].score for scope in below]
        known = [score for score in scores if score is not None]
        weak = [score for score in known if score < target]
        if weak and question.get("type") not in _UNSCORED:
            depth = sum(target - score for score in weak) / len(known)
            found.append((depth, Finding(question, sum(weak) / len(weak), len(weak), len(known))))
    found.sort(key=lambda pair: -pair[0])
    return tuple(finding for _depth, finding in found[:MOST_FINDINGS])
