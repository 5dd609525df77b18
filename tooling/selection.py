"""A tool decision as a whole: gates first, then scores, and how little would turn the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from productops import numbers
from tooling.decision import (
    AhpWeights,
    Flips,
    Gated,
    Scores,
    WeightFlip,
    acceptability,
    ahp_weights,
    close_call,
    flips,
    gates,
    topsis,
    weighted_sum,
)
from tooling.decision.case import Pair

METHODS = ("wsm", "topsis", "ahp")
MOST_DRAWN = 1_500_000  # draws x options x criteria: about half a second
MOST_DRAWS, FEWEST_DRAWS = 10_000, 200


@dataclass(frozen=True)
class Selected:
    """The decision over the options that pass all gates; indexes count all options from 0.

    ``flips`` and ``acceptability`` are None where scores stand on no common scale.
    """

    gated: Gated
    scores: Scores | None
    weights: tuple[float, ...]
    flips: Flips | None
    acceptability: tuple[tuple[float, ...], ...] | None
    is_close: bool
    comparisons: AhpWeights | None


def select(
    scores: Sequence[Sequence[float]],
    weights: Sequence[float],
    directions: Sequence[str],
    *,
    limits: Sequence[float | None],
    method: str = "wsm",
    anchors: Sequence[Pair] | None = None,
    comparisons: Sequence[Sequence[float]] | None = None,
) -> Selected:
    """Look at the gates, score who passes, and see what would turn the order (formulae 4.5).

    ``method`` ahp takes its weights from ``comparisons``, a matrix of how many times as important
    one criterion is as another; without them, from the proportions of ``weights``. Raises
    ValueError naming the argument.
    """
    gated = gates(scores, limits, directions)
    compared = _compared(weights, comparisons) if method == "ahp" else None
    chosen = list(compared.weights) if compared else [float(weight) for weight in weights]
    share = tuple(weight / sum(chosen) for weight in chosen) if sum(chosen) else tuple(chosen)
    matrix = [scores[option] for option in gated.passed]
    if not matrix:
        return Selected(gated, None, share, None, None, False, compared)
    scored = (
        topsis(matrix, chosen, directions)
        if method == "topsis"
        else weighted_sum(matrix, chosen, directions, anchors=anchors)
    )
    turned, ranks = _robustness(matrix, chosen, directions, anchors, method)
    return Selected(gated, scored, share, turned, ranks, close_call(scored.scores), compared)


def _compared(weights, comparisons) -> AhpWeights:
    if comparisons is not None:
        return ahp_weights(comparisons)
    if any(not isinstance(weight, (int, float)) or weight <= 0 for weight in weights):
        raise ValueError("weights: comparing criteria needs each of them above 0.")
    return ahp_weights([[one / other for other in weights] for one in weights])


def _robustness(matrix, weights, directions, anchors, method):
    """Flips and rank acceptability; for TOPSIS only where the raw values share a scale."""
    try:
        turned = flips(matrix, weights, directions, anchors=anchors)
    except ValueError:
        if method != "topsis":
            raise
        return None, None
    draws = MOST_DRAWN // (len(matrix) * len(weights))
    ranks = acceptability(
        matrix, directions, anchors=anchors, draws=max(FEWEST_DRAWS, min(MOST_DRAWS, draws))
    )
    # The flips of a weighted sum say nothing about the order that distances gave.
    return (None if method == "topsis" else turned), ranks


def sentence(found: Selected, options: Sequence[str], criteria: Sequence[str]) -> str:
    """The decision in words: who is first, and unless what."""
    if found.scores is None:
        return _("No option passes all must-haves.")
    names = [options[option] for option in found.gated.passed]
    first = names[found.scores.order[0]]
    if found.is_close:
        return _("No clear winner: %s leads by less than 10%%.") % first
    critical = found.flips and found.flips.most_critical
    if not critical:
        return _("%s is first.") % first
    return _("%(first)s stays first unless “%(criterion)s” moves from %(weight)s to %(limit)s.") % {
        "first": first,
        "criterion": criteria[critical.criterion],
        "weight": numbers.percent(critical.weight),
        "limit": numbers.percent(critical.becomes),
    }


def weight_flip(flip: WeightFlip, names: Sequence[str], criteria: Sequence[str]) -> dict[str, Any]:
    return {
        "leader": names[flip.leader],
        "rival": names[flip.rival],
        "criterion": criteria[flip.criterion],
        "weight": flip.weight,
        "change": flip.change,
        "becomes": flip.becomes,
        "relative": flip.relative,
    }
