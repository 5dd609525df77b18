"""What respondents said to one question, as numbers on that question's scale."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from audits.scoring.nodes import Node
from productops.figures import finite

NOT_APPLICABLE = "na"
DONT_KNOW = "dont_know"
OTHER = "other"  # a choice that stands nowhere, which says that none of the levels fits


@dataclass(frozen=True)
class Said:
    """Scores given to a question, with those who said that it does not apply or they don't know.

    ``about`` holds the same for each subject of a question that was asked about several.
    """

    scores: tuple[float, ...] = ()
    not_applicable: int = 0
    dont_know: int = 0
    about: tuple["Said", ...] = ()

    @property
    def middle(self) -> float | None:
        """Median of the scores: one odd respondent does not move it. None without a score.

        Over several subjects it is the mean of their medians: each of them counts alike, however
        many people spoke about it.
        """
        if self.about:
            middles = [one.middle for one in self.about if one.middle is not None]
            return fmean(middles) if middles else None
        return median(self.scores) if self.scores else None

    @property
    def is_not_applicable(self) -> bool:
        """Everyone who answered said so; one number or one "don't know" keeps the question in."""
        return bool(self.not_applicable) and not self.scores and not self.dont_know


def read_answers(node: Node, given: object) -> Said:
    """``given``: one answer, the list of all respondents' answers to this node or, of a question
    that was asked about several subjects, a mapping from each of them to either.

    An answer is a value, "na", "dont_know" or None (not answered yet); "other" counts as "na" where
    the question offers it. Raises ValueError naming the node where a value is not one of its
    choices or leaves its scale.
    """
    if isinstance(given, Mapping):
        about = tuple(_read(node, answers) for answers in given.values())
        return Said(
            scores=tuple(score for one in about for score in one.scores),
            not_applicable=sum(one.not_applicable for one in about),
            dont_know=sum(one.dont_know for one in about),
            about=about,
        )
    return _read(node, given)


def _read(node: Node, given: object) -> Said:
    every: Sequence = given if isinstance(given, (list, tuple)) else [given]
    scores, is_scored = [], node.is_scored
    not_applicable = dont_know = 0
    for one in every:
        answer = _without_other(one) if node.has_other else one
        if answer is None:
            continue
        if isinstance(answer, str) and answer == NOT_APPLICABLE:
            not_applicable += 1
        elif isinstance(answer, str) and answer == DONT_KNOW:
            dont_know += 1
        elif is_scored:
            scores.append(_score(node, answer))
    return Said(tuple(scores), not_applicable, dont_know)


def _without_other(answer: object) -> object:
    """What was chosen beside "other"; alone it says nothing that could be scored."""
    if isinstance(answer, (list, tuple)):
        return [one for one in answer if one != OTHER] or NOT_APPLICABLE
    return NOT_APPLICABLE if answer == OTHER else answer


def _score(node: Node, value: object) -> float:
    if node.type == "multiple":
        return _sum_of_ticked(node, value)
    if node.type == "calculated":
        return _nearest(node, value)
    if node.choices:
        return _score_of_choice(node, value)
    if node.type == "boolean" and isinstance(value, int) and value in (0, 1):
        return node.ends[1] if value else node.ends[0]
    return _within(node, value)


def _score_of_choice(node: Node, value: object) -> float:
    """A level between two choices (a consensus of 2.5) counts as itself if scores are levels."""
    if isinstance(value, (str, bool, int, float)):
        for choice, score in node.choices.items():
            if choice == value and isinstance(choice, bool) == isinstance(value, bool):
                return score
    if node.type == "level" and all(choice == score for choice, score in node.choices.items()):
        return _within(node, value)
    raise ValueError(f"answers, {node.key}: {value!r:.40} is not one of its choices.")


def _sum_of_ticked(node: Node, value: object) -> float:
    """Scores of the ticked choices, added; ``value`` is the collection of what was ticked."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(f"answers, {node.key}: several choices have to come as a list.")
    ticked = list(value)
    if len(ticked) != len(set(map(repr, ticked))):
        raise ValueError(f"answers, {node.key}: a choice is ticked twice.")
    return _inside(node, sum(_score_of_choice(node, one) for one in ticked))


def _nearest(node: Node, value: object) -> float:
    """Of a calculation beyond its scale the nearer end: nobody could have written another."""
    low, high = sorted(node.ends)
    return min(high, max(low, finite(value, f"answers, {node.key}")))


def _within(node: Node, value: object) -> float:
    return _inside(node, finite(value, f"answers, {node.key}"))


def _inside(node: Node, number: float) -> float:
    low, high = sorted(node.ends)
    if not low <= number <= high:
        raise ValueError(f"answers, {node.key}: {number:g} leaves the scale {low:g} to {high:g}.")
    return number
