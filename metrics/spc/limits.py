"""Natural process limits of an XmR chart, from moving ranges (formulae 4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum
from statistics import median

from metrics.spc import given
from metrics.spc.levels import Levelling, Place

LIMITS_FROM = 6  # from fewer points "3 sigma" may be anything between 1.3 and 5.2
PROVISIONAL_BELOW = 12  # until here the limits move too much to be relied on
LOCKS_AT = 24  # from here more points hardly sharpen the limits

# (limits, upper range limit) in mean moving ranges, as each school prints them.
FACTORS = {
    "wheeler": (2.66, 3.268),
    "nhs": (2.66, 3.267),
    "western_electric": (3 / 1.128, 3.267),
    "nelson": (3 / 1.128, 3.267),
    "anhoej": (3 / 1.128, 3.267),
}
MEDIAN_FACTORS = (3.145, 3.865)  # the same in median moving ranges
SCREEN_AT = 3.267  # moving ranges from here on, in mean ones, are jumps and not usual variation
CENTRES = ("mean", "median")
# Differences below this share of the largest value are rounding, not variation.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Limits:
    """The usual range of a series, in the unit of its values.

    ``lower``, ``upper`` and ``mr_upper`` are None below 6 points, where nothing varies
    (``constant``), and where the values vary but the chosen measure of spread is nothing, as
    half of the moving ranges being 0 is for the median. ``n`` counts the points that the
    limits were computed from. With a ``levelling`` all of it is of levels, and what is drawn at a
    place is asked of ``at``.
    """

    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    mr_centre: float | None = None
    mr_upper: float | None = None
    n: int = 0
    provisional: bool = False
    constant: bool = False
    levelling: Levelling | None = None

    def at(self, place: Place | None = None) -> "Limits":
        """Return the limits as they are drawn at a place, within the bounds that values have."""
        if self.levelling is None:
            return self
        lines = (self.centre, self.lower, self.upper)
        centre, lower, upper = (drawn_at(line, self.levelling, place) for line in lines)
        shown = self if self.levelling.has_unit else replace(self, mr_centre=None, mr_upper=None)
        return replace(shown, centre=centre, lower=lower, upper=upper, levelling=None)

    @property
    def can_judge(self) -> bool:
        """Whether points may be judged: by limits, or at least by the side of the centre."""
        return self.lower is not None or self.n >= LIMITS_FROM


def drawn_at(line: float | None, levelling: Levelling, place: Place | None) -> float | None:
    if line is None:
        return None
    return min(max(levelling.drawn(line, place), levelling.floor), levelling.ceiling)


def limits_of(
    values: Sequence[float | None],
    *,
    rule_set: str = "wheeler",
    screen: bool = False,
    centre: str = "mean",
) -> Limits:
    """Compute the limits of a series: centre ± 2.66 mean moving ranges.

    None is a gap: the moving range is taken over it, between the points on either side.
    ``rule_set`` chooses the constants (2.66 or 3/1.128), ``centre="median"`` the robust form
    (± 3.145 median moving ranges). ``screen`` leaves out, once, moving ranges of at least
    3.267 times their mean (Nelson 1982). Raises ValueError naming the argument.
    Source: Wheeler, Understanding Variation; formulae 4.1.
    """
    given.one_of(rule_set, "rule_set", FACTORS)
    given.one_of(centre, "centre", CENTRES)
    return limits_from(given.present(given.numbers(values, "values")), rule_set, screen, centre)


def limits_from(points: list[float], rule_set: str, screen: bool, centre: str) -> Limits:
    """Compute the limits of present, checked points (see ``limits_of``)."""
    if not points:
        return Limits()
    ranges = moving_ranges(points)
    middle = middle_of(points, centre) if any(ranges) else points[0]
    kept = screened(ranges) if screen else ranges
    spread = middle_of(kept, centre) if kept else None
    if len(points) < LIMITS_FROM or spread is None or is_rounding(spread, points):
        return without_limits(points, middle, spread)
    limit, range_limit = MEDIAN_FACTORS if centre == "median" else FACTORS[rule_set]
    return Limits(
        centre=middle,
        lower=middle - limit * spread,
        upper=middle + limit * spread,
        mr_centre=spread,
        mr_upper=range_limit * spread,
        n=len(points),
        provisional=len(points) < PROVISIONAL_BELOW,
    )


def without_limits(points: list[float], middle: float, spread: float | None) -> Limits:
    """Return what can be said without limits: the centre, and whether nothing varies.

    Where screening leaves no moving range the spread is unknown, not nothing (as in the NHS's
    tool), so that the series does not count as constant.
    """
    varies = spread is None or not is_rounding(max(points) - min(points), points)
    return Limits(
        centre=middle,
        mr_centre=spread,
        n=len(points),
        provisional=len(points) < PROVISIONAL_BELOW,
        constant=not varies and len(points) >= LIMITS_FROM,
    )


def moving_ranges(points: Sequence[float]) -> list[float]:
    """Return the distance of each point from the one before it."""
    return [abs(later - earlier) for earlier, later in zip(points, points[1:], strict=False)]


def screened(ranges: list[float]) -> list[float]:
    """Leave out the moving ranges of at least 3.267 times their mean, once (Nelson 1982)."""
    if not ranges:
        return ranges
    limit = SCREEN_AT * mean(ranges)
    return [width for width in ranges if width < limit]


def middle_of(points: Sequence[float], centre: str) -> float:
    return median(points) if centre == "median" else mean(points)


def mean(numbers: Sequence[float]) -> float:
    return fsum(numbers) / len(numbers)


def is_rounding(spread: float, points: Sequence[float]) -> bool:
    return spread <= ROUNDING * max(max(points), -min(points))
