"""From the scores of one audit to its gaps: its weak dimensions, its weak questions, or both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import fmean

from audits.scoring import GapPriority, NodeScore, gap_priority

MOST_FINDINGS = 3  # weakest questions that a gap names; more would be the questionnaire again
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Dimension:
    """What an audit's result has one row for: a section, or a question where there is but one
    section. ``target`` is its own or the whole framework's. Where questions become gaps of their
    own, each is looked at in the same way."""

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
        """The name of the level that the mean has reached; none where several are ticked."""
        if self.question.get("type") == "multiple":
            return ""
        names = {_points(choice): choice["name"] for choice in self.question.get("choices", [])}
        reached = [points for points in names if points is not None and points <= self.level]
        return names[max(reached)] if reached else ""


def _points(choice: Mapping) -> float | None:
    """What a choice counts; a level counts itself, and some choices count nothing."""
    points = choice.get("score")
    if points is None:
        points = choice["value"]
    return points if isinstance(points, (int, float)) else None


@dataclass(frozen=True)
class FoundGap:
    """``levels``: the score of each subject in which it was found, by the subject's scope."""

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


@dataclass(frozen=True)
class Rule:
    """What becomes a gap. ``kind`` is one of ``audits.choices.GapRule``. A mandatory question is
    weak at or below ``level``; where that is None, below its target. ``targets`` are the levels
    that single subjects want instead of the framework's, by scope and key."""

    kind: str = "dimension"
    level: float | None = None
    targets: Mapping[tuple[int, str], float] = field(default_factory=dict)

    @property
    def asks_dimensions(self) -> bool:
        return self.kind in ("dimension", "both")

    @property
    def asks_questions(self) -> bool:
        return self.kind in ("question", "both")

    def wanted(self, scope: int, key: str, otherwise: float) -> float:
        return self.targets.get((scope, key), otherwise)

    def is_weak(self, scope: int, dimension: Dimension, score: float) -> bool:
        return score < self.wanted(scope, dimension.key, dimension.target)


@dataclass(frozen=True)
class QuestionRule(Rule):
    """The same of single questions."""

    def is_weak(self, scope: int, dimension: Dimension, score: float) -> bool:
        if self.level is None:
            return super().is_weak(scope, dimension, score)
        return score <= self.level


def dimensions(content: Mapping) -> list[Dimension]:
    """The rows of a result: the sections that count, or the questions of the only one."""
    sections = [node for node in content["nodes"] if node.get("weight", 1) > 0]
    while len(sections) == 1 and sections[0].get("children"):
        sections = [node for node in sections[0]["children"] if node.get("weight", 1) > 0]
    return [_dimension(node, content) for node in sections if node.get("type") not in _UNSCORED]


_UNSCORED = ("text", "date", "file", "subject", "note", "calculated")


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


def mandatory_questions(content: Mapping) -> list[Dimension]:
    """The mandatory questions that count, each as a row of its own. A question wants what its
    dimension wants unless it says otherwise, and weighs what both make together."""
    found = []
    for dimension in dimensions(content):
        for question in dimension.questions:
            weight = question.get("weight", 1)
            is_asked = question.get("importance") == "mandatory" and weight > 0
            if is_asked and question.get("type") not in _UNSCORED:
                found.append(_alone(question, dimension, content))
    return found


def _alone(question: Mapping, dimension: Dimension, content: Mapping) -> Dimension:
    own = _dimension({"target": dimension.target} | dict(question), content)
    title = question.get("suggests", {}).get("gap") or own.title
    if own.key == dimension.key:
        return replace(own, title=title[:LONGEST_TITLE])
    return replace(own, title=title[:LONGEST_TITLE], weight=own.weight * dimension.weight)


def found_gaps(
    content: Mapping,
    cards: Mapping[int, Mapping[str, NodeScore]],
    criticality: Mapping[int, float],
    effort: float = 3,
    rule: Rule = Rule(),
) -> list[FoundGap]:
    """One gap for whatever the rule calls weak in some scope, most urgent first; none twice.

    ``cards``: the scorecard of each scope; ``criticality`` 1 to 3 of each scope. Its level is the
    mean of the scopes in which it is weak, coverage their share of the scopes with a score, so
    that a deep gap in one place and a shallow one everywhere can be told apart. Source: formulae
    4.2.
    """
    asked: dict[str, tuple[Dimension, Rule]] = {}
    if rule.asks_questions:
        alone = QuestionRule(rule.kind, rule.level, rule.targets)
        asked |= {one.key: (one, alone) for one in mandatory_questions(content)}
    if rule.asks_dimensions:
        asked |= {one.key: (one, rule) for one in dimensions(content)}
    found = [_gap(one, its, cards, criticality, effort) for one, its in asked.values()]
    gaps = [gap for gap in found if gap is not None]
    return sorted(gaps, key=lambda gap: -gap.priority.priority)


def _gap(dimension: Dimension, rule: Rule, cards: Mapping, criticality: Mapping, effort: float):
    known = _scores(dimension.key, cards)
    below = {scope: at for scope, at in known.items() if rule.is_weak(scope, dimension, at)}
    if not below:
        return None
    wanted = [rule.wanted(scope, dimension.key, dimension.target) for scope in below]
    dimension = replace(dimension, target=fmean(wanted))
    level = fmean(below.values())
    priority = gap_priority(
        score=level,
        target=dimension.target,
        scale=dimension.range,
        weight=dimension.weight,
        criticality=fmean(criticality.get(scope, 2) for scope in below),
        coverage=len(below) / len(known),
        effort=effort,
    )
    return FoundGap(dimension, below, level, priority, _findings(dimension, cards, below))


def _scores(key: str, cards: Mapping) -> dict[int, float]:
    """What is known of the node: nothing where nobody answered or was asked."""
    found = {scope: card.get(key) for scope, card in cards.items()}
    return {
        scope: node.score
        for scope, node in found.items()
        if node is not None and node.score is not None
    }


def _findings(dimension: Dimension, cards: Mapping, below: Mapping) -> tuple[Finding, ...]:
    """The questions that lie below their target where the dimension does, deepest first."""
    found = []
    for question in dimension.questions:
        target = question.get("target", dimension.target)
        scores = _scores(question["key"], cards)
        known = [scores[scope] for scope in below if scope in scores]
        weak = [score for score in known if score < target]
        if weak and question.get("type") not in _UNSCORED:
            depth = sum(target - score for score in weak) / len(known)
            found.append((depth, Finding(question, sum(weak) / len(weak), len(weak), len(known))))
    found.sort(key=lambda pair: -pair[0])
    return tuple(finding for _depth, finding in found[:MOST_FINDINGS])
