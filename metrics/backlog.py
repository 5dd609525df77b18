"""Ideas in the order of their scores, with how far that order can be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from metrics import scoring
from metrics.choices import ImprovementState, ScoringModel
from metrics.models import Improvement, Priority
from productops import numbers

MOST = 50
WAITING = (ImprovementState.IDEA, ImprovementState.APPROVED)


@dataclass(frozen=True)
class Item:
    """An improvement that waits; ``in_top`` is how often it stays among the first three."""

    improvement: Improvement
    priority: Priority | None
    in_top: float | None

    @property
    def score(self) -> str:
        return numbers.number(self.priority.value) if self.priority else numbers.NOTHING

    @property
    def sure(self) -> str:
        return numbers.percent(self.in_top, 0) if self.in_top is not None else numbers.NOTHING


def backlog_of(improvements: QuerySet[Improvement], model: str) -> list[Item]:
    """The fifty best; what has no score by the model yet stands behind. Two queries beside that
    of the improvements."""
    waiting = list(improvements.filter(state__in=WAITING))
    scores = {
        one.improvement_id: one
        for one in Priority.objects.filter(model=model, improvement__in=[w.pk for w in waiting])
    }
    ranked = sorted(waiting, key=lambda one: order_of(one, scores))[:MOST]
    sure = stability_of(ranked, scores, model)
    return [Item(one, scores.get(one.pk), sure.get(one.pk)) for one in ranked]


def order_of(one: Improvement, scores: dict[int, Priority]) -> tuple[Any, ...]:
    found = scores.get(one.pk)
    return (found is None, -found.value if found else 0.0, one.pk)


def stability_of(
    ranked: Iterable[Improvement], scores: dict[int, Priority], model: str
) -> dict[int, float]:
    known = [scores[one.pk] for one in ranked if one.pk in scores]
    found = scoring.stability(model, [one.inputs for one in known])
    if found is None:
        return {}
    return {one.improvement_id: share for one, share in zip(known, found.in_top, strict=True)}


def model_asked(text: str) -> str:
    """The model that an address names, RICE where it names none."""
    return text if text in ScoringModel.values else ScoringModel.RICE.value
