"""Several people's scores and weights brought together; keep the individual ones beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from productops.figures import finite, rectangle, row
from tooling.decision.case import read_weights


@dataclass(frozen=True)
class Combined:
    """``matrix``: median score of each option and criterion. ``weights``: means, adding up to 1."""

    matrix: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]


def combine_raters(
    matrices: Sequence[Sequence[Sequence[float | None]]], weights: Sequence[Sequence[float]]
) -> Combined:
    """Medians of scores, since one rater out of tune should not decide, and means of weights.

    ``matrices``: one table a rater, None where one gave no score; ``weights``: one row a rater.
    Raises ValueError where nobody scored a cell. Source: formulae 4.5.
    """
    tables = [
        [row(line, "matrices") for line in row(one, "matrices")]
        for one in row(matrices, "matrices")
    ]
    shapes = {tuple(len(line) for line in one) for one in tables}
    if len(shapes) != 1 or len(set(next(iter(shapes)))) != 1:
        raise ValueError("matrices: all raters need the same options and criteria.")
    (widths,) = shapes
    own = [read_weights(line, widths[0]) for line in rectangle(weights, "weights")]
    return Combined(
        matrix=tuple(
            tuple(_median([one[i][k] for one in tables]) for k in range(width))
            for i, width in enumerate(widths)
        ),
        weights=tuple(map(fmean, zip(*own, strict=True))),
    )


def _median(scores: Sequence[float | None]) -> float:
    given = [finite(score, "matrices") for score in scores if score is not None]
    if not given:
        raise ValueError("matrices: an option has a criterion that nobody scored.")
    return median(given)
