"""Points judged against limits, whether just computed or locked long ago."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.spc import given
from metrics.spc.levels import Place
from metrics.spc.limits import ROUNDING, Limits, moving_ranges
from metrics.spc.rules import CLOSENESS_RULES, RULE_SETS, RUN_RULES, SIGNALS, Positions, signals_in


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart and what is unusual about it.

    ``signals`` are names of the rule set in order of precedence, ``side`` the way they point:
    1 up, -1 down, 0 none. ``mr`` is the moving range to the point before, None for a first
    point and for a gap; ``mr_outside`` says that it exceeds its limit.
    """

    value: float | None
    mr: float | None = None
    mr_outside: bool = False
    signals: tuple[str, ...] = ()
    side: int = 0


def judge_points(
    values: Sequence[float | None],
    limits: Limits,
    *,
    rule_set: str = "wheeler",
    places: Sequence[Place] | None = None,
) -> tuple[Point, ...]:
    """Judge every value against given limits, which need not come from these values.

    None is a gap: it is neither judged nor does it break a run. Without limits (fewer than 6
    points) nothing is judged. Against a baseline that never varied every departure is outside.
    Where the spread is unknown only the run rule is used, since it needs a centre line alone.
    ``places``: where each value stands, which limits with a levelling must know; moving ranges
    are then those of levels. Raises ValueError naming the argument.
    """
    given.one_of(rule_set, "rule_set", RULE_SETS)
    numbers = given.numbers(values, "values")
    here = given.present(numbers)
    levels = levels_of(here, present_places(numbers, places), limits)
    found = points_at(here, levels, positions(levels, limits), limits, rule_set)
    return with_gaps(numbers, found)


def present_places(
    values: Sequence[float | None], places: Sequence[Place] | None
) -> Sequence[Place] | None:
    if places is None:
        return None
    return [place for value, place in zip(values, places, strict=True) if value is not None]


def levels_of(
    values: Sequence[float], places: Sequence[Place] | None, limits: Limits
) -> Sequence[float]:
    """Return what is judged: the values themselves, or what their levelling leaves of them."""
    if limits.levelling is None or places is None:
        return values
    return list(map(limits.levelling.level, values, places))


def points_at(
    values: Sequence[float],
    levels: Sequence[float],
    positions: Positions,
    limits: Limits,
    rule_set: str,
) -> list[Point]:
    """Judge checked values without gaps, whose levels and positions are known."""
    found = signals_in(positions, rule_set, judged_by(limits, rule_set))
    ceiling = float("inf") if limits.mr_upper is None else limits.mr_upper * (1 + ROUNDING)
    widths = [None, *moving_ranges(levels)]
    return [
        Point(value, width, width is not None and width > ceiling, *signs(found.get(index)))
        for index, (value, width) in enumerate(zip(values, widths, strict=False))
    ]


def signs(signals: dict[str, int] | None) -> tuple[tuple[str, ...], int]:
    """Return names and side of a point's signals: the side of the first that has one."""
    if not signals:
        return (), 0
    return tuple(signals), next((side for side in signals.values() if side), 0)


def with_gaps(values: Sequence[float | None], judged: list[Point]) -> tuple[Point, ...]:
    """Put a point without a value wherever there is a gap."""
    if len(judged) == len(values):
        return tuple(judged)
    following = iter(judged)
    return tuple(Point(None) if value is None else next(following) for value in values)


def judged_by(limits: Limits, rule_set: str) -> tuple[str, ...]:
    """Return the names of the rules that these limits allow."""
    if limits.lower is not None:
        return SIGNALS[rule_set]
    if limits.constant:
        return tuple(name for name in SIGNALS[rule_set] if name not in CLOSENESS_RULES)
    if limits.can_judge:
        return tuple(name for name in SIGNALS[rule_set] if name == RUN_RULES[rule_set])
    return ()


def positions(values: Sequence[float], limits: Limits) -> list[float]:
    """Return how far each value lies from the centre, in sigma."""
    if limits.centre is None:
        return [0.0] * len(values)
    sigma = sigma_of(limits) or rounding_of(values, limits.centre)
    return [(value - limits.centre) / sigma for value in values]


def sigma_of(limits: Limits) -> float:
    """Return a third of the way to the limits; 0.0 without limits."""
    if limits.centre is None or limits.lower is None or limits.upper is None:
        return 0.0
    # A limit that was clipped at 0 or 100 % is the nearer one: the other tells the spread.
    return max(limits.upper - limits.centre, limits.centre - limits.lower) / 3


def rounding_of(values: Sequence[float], centre: float) -> float:
    """Return the least difference that is not rounding: the sigma of what never varied."""
    return ROUNDING * max(abs(centre), max(map(abs, values), default=0.0)) or 1.0
