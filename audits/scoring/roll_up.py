"""Scores of every node of a framework from the answers of one or several respondents."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from statistics import fmean

from audits.scoring.answers import Said, read_answers
from audits.scoring.nodes import Node, read_framework

UNANSWERED = ("leave_out", "lowest")
NOT_APPLICABLE_AS = ("leave_out", "target")


@dataclass(frozen=True)
class NodeScore:
    """One node's result. Figures are None where nothing beneath the node has been answered.

    ``ratio`` lies in 0..1 (0 the lowest, 1 the best of the node's scale). ``score``, ``mean``,
    ``mean_of_means`` and ``minimum`` are on the node's own scale, never rounded:

    - ``score``: weighted mean of the node's children, each scored the same way
    - ``mean``: weighted mean of all questions beneath, whatever section they stand in
    - ``mean_of_means``: plain mean of the children's scores
    - ``minimum``: the lowest child, named in ``weakest``: the honest overall figure
    - ``total``: sum of weight times score of the questions beneath, on their own scales

    ``answered`` of ``expected`` counts scored questions that have a number; what does not apply
    leaves ``expected`` and stands in ``not_applicable``; ``dont_know`` counts the answers that
    said so, which is a finding in itself. ``hidden`` counts the scored questions that skip logic
    left out: they are neither expected nor scored, whatever was answered before they were hidden.
    """

    key: str
    type: str
    weight: float
    importance: str
    scale: tuple[float, float] | None
    target: float | None
    ratio: float | None
    score: float | None
    mean: float | None
    mean_of_means: float | None
    minimum: float | None
    weakest: str | None
    total: float | None
    answered: int
    expected: int
    not_applicable: int
    dont_know: int
    hidden: int


@dataclass(frozen=True)
class Scorecard(Mapping):
    """Every node's score by key, sections and questions; ``overall`` is the whole framework."""

    overall: NodeScore
    nodes: Mapping[str, NodeScore]

    def __getitem__(self, key: str) -> NodeScore:
        return self.nodes[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


@dataclass(frozen=True)
class Rules:
    """What silence and "does not apply" are worth."""

    unanswered: str
    not_applicable: str
    hidden: frozenset[str] = frozenset()  # questions only
    targets: Mapping[str, float] = field(default_factory=dict)  # what does not apply counts as

    def __post_init__(self) -> None:
        if self.unanswered not in UNANSWERED:
            raise ValueError(f"unanswered has to be one of {', '.join(UNANSWERED)}.")
        if self.not_applicable not in NOT_APPLICABLE_AS:
            raise ValueError(f"not_applicable has to be one of {', '.join(NOT_APPLICABLE_AS)}.")


def score(
    framework: Mapping | list,
    answers: Mapping[str, object],
    *,
    unanswered: str | None = None,
    not_applicable: str | None = None,
    hidden: Iterable[str] = (),
    consensus: Mapping[str, object] | None = None,
) -> Scorecard:
    """Score every node of ``framework`` (see ``read_framework``) from ``answers``.

    ``answers`` maps a node's key to the list of its answers, one a respondent (see
    ``read_answers``); several respondents become their median. Of a question asked about several
    subjects it maps the key to {subject: answers}: the question's score is the mean over the
    subjects of their medians. With s a score and min..max its scale, ratio = (s - min) /
    (max - min), and a section's score is min + (sum of weight * ratio / sum of weight) *
    (max - min).

    ``unanswered="lowest"`` scores a question without a number as its scale's lowest (the SAMM
    toolbox does); ``not_applicable="target"`` scores what does not apply as its target, or that of
    the nearest section with the same scale, instead of leaving it out. Where they are not given the
    framework's own words hold (``unanswered``, ``not_applicable``), else what is not there is left
    out. ``hidden`` names the questions, or sections with all beneath, that skip logic
    hid from everybody: they leave score and progress. Where at least one respondent was asked, a
    question is expected, and only what was said by those who were asked may stand in ``answers``.
    ``consensus`` maps keys to what people agreed upon: a value, "na" or "dont_know", or {subject:
    value}; it takes the place of the answers. Raises ValueError naming the node or argument.
    Source: formulae 4.2; ratio and averages as in CISO Assistant, without its truncation to whole
    numbers.
    """
    root = read_framework(framework)
    head = framework if isinstance(framework, Mapping) else {}
    rules = Rules(
        unanswered=unanswered or head.get("unanswered") or "leave_out",
        not_applicable=not_applicable or head.get("not_applicable") or "leave_out",
        hidden=_all_hidden(root, hidden),
        targets=dict(_targets(root, None, None)),
    )
    return _scorecard(root, _agreed(answers, consensus or {}), rules)


def score_documented(
    framework: Mapping | list, documented: Mapping[str, object], *, hidden: Iterable[str] = ()
) -> Scorecard:
    """Score the same tree by how far things are written down: the second layer beside practice.

    ``documented`` maps keys to numbers on the questions' scales, as ``answers`` of ``score`` does.
    Only questions that ask it (``documents``) take part. Source: formulae 4.2, documentation layer.
    """
    root = _written_down(read_framework(framework))
    rules = Rules("leave_out", "leave_out", _all_hidden(root, hidden))
    return _scorecard(root, documented, rules)


def _written_down(node: Node) -> Node:
    """The node with numbers for answers; what does not ask how far it is written has no scale."""
    children = tuple(_written_down(child) for child in node.children)
    if node.is_section:
        return replace(node, children=children)
    kind = "number" if node.type == "multiple" else node.type
    return replace(node, type=kind, choices={}, scale=node.scale if node.documents else None)


def _targets(
    node: Node, target: float | None, scale: tuple[float, float] | None
) -> Iterator[tuple[str, float]]:
    """What is wanted of each question: its own target, else that of the sections above it, as far
    as they share its scale."""
    if node.target is not None or node.scale != scale:
        target = node.target
    if not node.is_section and target is not None:
        yield node.key, target
    for child in node.children:
        yield from _targets(child, target, node.scale)


def _all_hidden(root: Node, keys: Iterable[str]) -> frozenset[str]:
    """The questions among these keys and beneath those of sections."""
    if isinstance(keys, str):
        raise ValueError("hidden has to be a collection of keys.")
    wanted = frozenset(keys)
    if not wanted:
        return wanted
    tops = [node for node in root.walk() if node.key in wanted]
    return frozenset(inner.key for top in tops for inner in top.walk() if not inner.is_section)


def _agreed(answers: Mapping[str, object], consensus: Mapping[str, object]) -> Mapping[str, object]:
    """The answers with what was agreed in their place; about one subject, beside the others'."""
    if not consensus or not isinstance(answers, Mapping):
        return answers
    found = dict(answers)
    for key, agreed in consensus.items():
        if isinstance(agreed, Mapping):
            said = found.get(key)
            others = said if isinstance(said, Mapping) else {}
            found[key] = {**others, **{subject: [one] for subject, one in agreed.items()}}
        else:
            found[key] = [agreed]
    return found


def _scorecard(root: Node, answers: Mapping[str, object], rules: Rules) -> Scorecard:
    said = _read(root, answers, rules.hidden)
    scores: dict[str, NodeScore] = {}
    overall = _scored(root, said, rules, scores)
    in_order = [node.key for node in root.walk()][1:]
    return Scorecard(overall, {key: scores[key] for key in in_order})


def _read(root: Node, answers: Mapping[str, object], hidden: frozenset[str]) -> dict[str, Said]:
    if not isinstance(answers, Mapping):
        raise ValueError("answers has to be a mapping from a node's key to its answers.")
    questions = {node.key: node for node in root.walk() if not node.is_section}
    for key in answers:
        if key not in questions:
            raise ValueError(f"answers: {key!r:.40} is not a question of the framework.")
    return {
        key: read_answers(questions[key], given)
        for key, given in answers.items()
        if key not in hidden
    }


def _scored(node: Node, said: Mapping, rules: Rules, scores: dict[str, NodeScore]) -> NodeScore:
    """Score a node after all beneath it, which are kept in ``scores`` (the root is not)."""
    if not node.is_section:
        return _question(node, said.get(node.key, Said()), rules)
    children = []
    for child in node.children:
        children.append(_scored(child, said, rules, scores))
        scores[child.key] = children[-1]
    return _section(node, children, [scores[question.key] for question in node.questions()])


def _question(node: Node, said: Said, rules: Rules) -> NodeScore:
    is_hidden = node.key in rules.hidden
    value = None if is_hidden else _value(node, said, rules)
    leaves_out = said.is_not_applicable
    return NodeScore(
        **_card(node),
        ratio=_ratio(node, value),
        score=value,
        mean=value,
        mean_of_means=value,
        minimum=value,
        weakest=None,
        total=None if value is None else node.weight * value,
        answered=int(bool(said.scores)),
        expected=int(node.is_scored and not leaves_out and not is_hidden),
        not_applicable=int(leaves_out),
        dont_know=said.dont_know,
        hidden=int(node.is_scored and is_hidden),
    )


def _value(node: Node, said: Said, rules: Rules) -> float | None:
    if not node.is_scored or said.scores:
        return said.middle
    if said.is_not_applicable:
        return rules.targets.get(node.key) if rules.not_applicable == "target" else None
    return node.ends[0] if rules.unanswered == "lowest" else None


def _section(node: Node, children: list[NodeScore], questions: list[NodeScore]) -> NodeScore:
    known = {
        child.key: child.ratio for child in children if child.ratio is not None and child.weight > 0
    }
    weakest = min(known, key=known.__getitem__, default=None)
    lowest = None if weakest is None else known[weakest]
    ratio = _weighted(children)
    return NodeScore(
        **_card(node),
        ratio=ratio,
        score=_on_scale(node, ratio),
        mean=_on_scale(node, _weighted(questions)),
        mean_of_means=_on_scale(node, fmean(known.values()) if known else None),
        minimum=_on_scale(node, lowest),
        weakest=weakest,
        total=_total(questions),
        answered=sum(one.answered for one in questions),
        expected=sum(one.expected for one in questions),
        not_applicable=sum(one.not_applicable for one in questions),
        dont_know=sum(one.dont_know for one in questions),
        hidden=sum(one.hidden for one in questions),
    )


def _card(node: Node) -> dict:
    names = ("key", "type", "weight", "importance", "scale", "target")
    return {name: getattr(node, name) for name in names}


def _ratio(node: Node, value: float | None) -> float | None:
    if value is None:
        return None
    low, high = node.ends
    return (value - low) / (high - low)


def _on_scale(node: Node, ratio: float | None) -> float | None:
    if ratio is None:
        return None
    low, high = node.ends
    return low + ratio * (high - low)


def _weighted(scores: Iterable[NodeScore]) -> float | None:
    known = [(one.weight, one.ratio) for one in scores if one.ratio is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * ratio for weight, ratio in known) / total if total else None


def _total(questions: list[NodeScore]) -> float | None:
    totals = [one.total for one in questions if one.total is not None]
    return sum(totals) if totals else None
