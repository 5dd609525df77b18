"""How far several respondents agree, for one question and over a whole questionnaire."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean, median, variance

from productops.figures import finite, numbers, rectangle, row, whole

SMALLEST_GROUP = 5  # below it two or three random answers look like agreement (formulae 4.3)
BANDS = ((0.30, "lack"), (0.50, "weak"), (0.70, "moderate"), (0.90, "strong"), (1.0, "very_strong"))

Weight = Callable[[float, float], float]


@dataclass(frozen=True)
class Agreement:
    """What may be shown about one question. ``rwg`` and ``band`` are None below five answers."""

    n: int
    lowest: float
    middle: float
    highest: float
    deviation: float
    is_acceptable: bool
    rwg: float | None
    band: str | None


def agreement(ratings: Sequence[float], levels: int) -> Agreement:
    """One question's ratings summed up; for small groups show the raw answers and range instead.

    ``middle`` is the median, ``deviation`` the mean absolute deviation from the mean (scale
    points), acceptable up to ``levels`` / 6. Source: formulae 4.3.
    """
    found = _on_levels(numbers(ratings, "ratings"), levels, "ratings")
    index = rwg(found, levels) if len(found) >= SMALLEST_GROUP else None
    deviation = average_deviation(found)
    return Agreement(
        n=len(found),
        lowest=min(found),
        middle=median(found),
        highest=max(found),
        deviation=deviation,
        is_acceptable=deviation <= acceptable_deviation(levels),
        rwg=index,
        band=None if index is None else band(index),
    )


def rwg(ratings: Sequence[float], levels: int) -> float:
    """Within-group agreement on one item, 0 (as if at random, or worse) to 1 (all the same).

    max(0, 1 - s^2 / ((A^2 - 1) / 12)) with the sample variance s^2 (n - 1) and A = ``levels``
    points of the scale. Two ratings at least; raises ValueError if they span more than the scale.
    Golden: [4, 4, 5, 4] on 5 levels is .875. Source: James, Demaree & Wolf 1984.
    """
    found = _several(numbers(ratings, "ratings"), "ratings")
    spread = variance(_on_levels(found, levels, "ratings"))
    return max(0.0, 1 - spread / _random_variance(levels))


def rwg_j(items: Sequence[Sequence[float]], levels: int) -> float:
    """Agreement of a group over J parallel items, 0 to 1.

    ``items``: one row a rater, one column an item. With the mean variance ratio
    v = mean(s_j^2) / ((A^2 - 1) / 12): J (1 - v) / (J (1 - v) + v), and 0 where v >= 1.
    Golden: [[4, 4], [5, 4], [4, 3]] on 5 levels is .9091. Source: James, Demaree & Wolf 1984.
    """
    columns = list(zip(*_several(rectangle(items, "items"), "items"), strict=True))
    return rwg_of_ratios([variance_ratio(column, levels) for column in columns])


def variance_ratio(ratings: Sequence[float], levels: int) -> float:
    """v = s^2 / ((A^2 - 1) / 12): how the ratings vary beside answers spread evenly over the scale.

    0 where all are the same, 1 as if at random, above it where people fall into camps.
    """
    found = _on_levels(_several(list(ratings), "ratings"), levels, "ratings")
    return variance(found) / _random_variance(levels)


def rwg_of_ratios(ratios: Sequence[float]) -> float:
    """``rwg_j`` from the ``variance_ratio`` of each item: also where people answered different
    items, or items have scales of their own. Of one item it is r_wg."""
    ratio = fmean(ratios)
    if ratio >= 1:
        return 0.0
    return len(ratios) * (1 - ratio) / (len(ratios) * (1 - ratio) + ratio)


def average_deviation(ratings: Sequence[float]) -> float:
    """Mean |x - mean|, in points of the scale. Source: Burke & Dunlap 2002 (AD_M)."""
    found = numbers(ratings, "ratings")
    centre = fmean(found)
    return fmean(abs(rating - centre) for rating in found)


def acceptable_deviation(levels: int) -> float:
    """The largest average deviation that counts as agreement: levels / 6 (Burke & Dunlap 2002)."""
    return whole(levels, 2, "levels") / 6


def band(index: float) -> str:
    """The word for an r_wg in 0..1 (LeBreton & Senter 2008): lack, weak, moderate, strong, ..."""
    rounded = round(finite(index, "index"), 2)
    return next((word for limit, word in BANDS if rounded <= limit), BANDS[-1][1])


def krippendorff_alpha(table: Sequence[Sequence[Hashable]], level: str = "nominal") -> float | None:
    """Reliability of raters over units: 1 is perfect, 0 what chance gives, below it worse.

    ``table``: one row a rater, one column a unit, None where an answer is missing. ``level``:
    "nominal" (any values), "ordinal", "interval" or "ratio" (numbers; ratio not below 0).
    alpha = 1 - D_o / D_e from the coincidences o_ck = sum over units of (c-k pairs) / (m_u - 1):
    D_o = sum o_ck d(c, k) / n, D_e = sum n_c n_k d(c, k) / (n (n - 1)). None where it is not
    defined: no unit with two answers, or one value only. From .80 reliable, .667 to .80 tentative.
    Golden: Krippendorff's 4 x 12 example, nominal .743, ordinal .815, interval .849. Source:
    Krippendorff 2011.
    """
    rows = [row(line, "table, each rater") for line in row(table, "table")]
    if len({len(line) for line in rows}) > 1:
        raise ValueError("table has rows of different length.")
    return alpha_of_units(zip(*rows, strict=True), level)


def alpha_of_units(units: Iterable[Sequence[Hashable]], level: str = "nominal") -> float | None:
    """``krippendorff_alpha`` from the answers of each unit: who gave which one plays no part in it.

    One pass over the answers; what it costs beyond grows with the different values, not with
    people times units, so a questionnaire of 100,000 answers takes a fraction of a second.
    """
    units = _units(units, level)
    counts = Counter(value for unit in units for value in unit)
    n = sum(counts.values())
    distance = _distance(level, counts)
    expected = _pairwise(counts, distance) / (n - 1) if n else 0.0
    if expected == 0:
        return None
    observed = sum(_pairwise(Counter(unit), distance) / (len(unit) - 1) for unit in units)
    return 1 - observed / expected


def cronbach_alpha(items: Sequence[Sequence[float]]) -> float | None:
    """Internal consistency of J items: J / (J - 1) * (1 - sum of s_j^2 / s^2 of the sums).

    ``items``: one row a respondent, one column an item, at least two of each. None where every
    respondent has the same sum. Source: Cronbach 1951.
    """
    rows = _several(rectangle(items, "items"), "items")
    columns = _several(list(zip(*rows, strict=True)), "items")
    of_sums = variance(sum(line) for line in rows)
    if of_sums == 0:
        return None
    share = sum(variance(column) for column in columns) / of_sums
    return len(columns) / (len(columns) - 1) * (1 - share)


def _random_variance(levels: int) -> float:
    """Variance of answers spread evenly over the scale."""
    return (whole(levels, 2, "levels") ** 2 - 1) / 12


def _on_levels(ratings: Sequence[float], levels: int, name: str) -> Sequence[float]:
    if max(ratings) - min(ratings) > whole(levels, 2, "levels") - 1:
        raise ValueError(f"{name} span more than the {levels} levels of the scale.")
    return ratings


def _several(rows: list, name: str) -> list:
    if len(rows) < 2:
        raise ValueError(f"{name} has to hold at least two.")
    return rows


def _units(units: Iterable[Sequence[Hashable]], level: str) -> list[list]:
    """Answers by unit; a unit with one answer says nothing about agreement and leaves."""
    if level not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError(f"level {level!r:.40} is not known.")
    found = [[_value(one, level) for one in unit if one is not None] for unit in units]
    return [unit for unit in found if len(unit) > 1]


def _value(answer: Hashable, level: str) -> Hashable:
    if level != "nominal":
        number = finite(answer, "table")
        if level == "ratio" and number < 0:
            raise ValueError("table has values below 0, which a ratio scale does not know.")
        return number
    if not isinstance(answer, Hashable) or answer != answer:
        raise ValueError("table holds something that cannot be compared.")
    return answer


def _pairwise(counts: Counter, distance: Weight) -> float:
    """Distances between all ordered pairs of the counted values, added up."""
    values = list(counts)
    above = (
        counts[one] * counts[other] * distance(one, other)
        for at, one in enumerate(values)
        for other in values[at + 1 :]
    )
    return 2 * sum(above)


def _distance(level: str, counts: Counter) -> Weight:
    """Squared difference of two different values at this level of measurement."""
    if level == "ordinal":
        return _ordinal(counts)
    return {
        "nominal": lambda one, other: 1.0,
        "interval": lambda one, other: (one - other) ** 2,
        "ratio": lambda one, other: ((one - other) / (one + other)) ** 2,
    }[level]


def _ordinal(counts: Counter) -> Weight:
    """(sum of n_g for g from c to k, less (n_c + n_k) / 2) squared: distance in ranks."""
    ordered = sorted(counts)
    upto = accumulate(counts[value] for value in ordered)
    middle = {value: n - counts[value] / 2 for value, n in zip(ordered, upto, strict=True)}
    return lambda one, other: (middle[one] - middle[other]) ** 2
