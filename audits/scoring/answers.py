"""What respondents said to one question, as numbers on that question's scale."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from audits.scoring.nodes import Node
from productops.figures import finite

NOT_APPLICABLE = "na"
DONT_KNOW = "dont_know"


@dataclass(frozen=True)
class Said:
    """Scores given to a question, with those who said that it does not apply or they don't know."""

    scores: tuple[float, ...] = ()
    not_applicable: int = 0
    dont_know: int = 0

    @property
    def middle(self) -> float | None:
        """Median of the scores: one odd respondent does not move it. None without a score."""
        return median(self.scores) if self.scores else None

    @property
    def is_not_applicable(self) -> bool:
        """Everyone who answered said so; one number or one "don't know" keeps the question in."""
        return bool(self.not_applicable) and not self.scores and not self.dont_know


def read_answers(node: Node, given: object) -> Said:
    """``given``: one answer, or the list of all respondents' answers to this node.

    An answer is a value, "na", "dont_know" or None (not answered yet). Raises ValueError naming
    the node where a value is not one of its choices or leaves its scale.
    """
    every = list(given) if isinstance(given, (list, tuple)) else [given]
    values = [one for one in every if not _is_one_of(one, (None, NOT_APPLICABLE, DONT_KNOW))]
    return Said(
        scores=tuple(_score(node, value) for value in values) if node.is_scored else (),
        not_applicable=sum(_is_one_of(one, (NOT_APPLICABLE,)) for one in every),
        dont_know=sum(_is_one_of(one, (DONT_KNOW,)) for one in every),
    )


def _is_one_of(answer: object, words: tuple) -> bool:
    return (answer is None or isinstance(answer, str)) and answer in words


def _score(node: Node, value: object) -> float:
    if node.type == "multiple":
        return _sum_of_ticked(node, value)
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


def _within(node: Node, value: object) -> float:
    return _inside(node, finite(value, f"answers, {node.key}"))


def _inside(node: Node, number: float) -> float:
    low, high = sorted(node.ends)
    if not low <= number <= high:
        raise ValueError(f"answers, {node.key}: {number:g} leaves the scale {low:g} to {high:g}.")
    return number
