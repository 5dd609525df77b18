"""Kinds of charts: which limits fit which numbers, computed from a baseline."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, log
from typing import Any, NamedTuple

from metrics.spc import given
from metrics.spc.levels import NO_CEILING, Levelling, Place
from metrics.spc.limits import LIMITS_FROM, LOCKS_AT, PROVISIONAL_BELOW, Limits, limits_from
from metrics.spc.rare import EDGE, Rooted, Scored, scored
from metrics.spc.rates import Weighed, weighed
from metrics.spc.season import SEASONS_NEEDED, Seasonal, seasonal, widening
from metrics.spc.trend import Sloped, sloped

CHARTS = ("xmr", "trend", "p", "u", "t", "g")
WEIGHED = ("p", "u")  # need a denominator for each value
RARE = ("t", "g")


class Form(NamedTuple):
    """How limits are computed and points judged: the options of ``analyse``."""

    rule_set: str = "wheeler"
    screen: bool = False
    centre: str = "mean"
    chart: str = "xmr"
    season: int = 0
    ceiling: float | None = None  # of shares: 1 or 100; None: as the values look

    @property
    def is_plain(self) -> bool:
        """Whether values are judged as they are."""
        return self.chart == "xmr" and not self.season


def fitted(values: list[float], places: Sequence[Place], form: Form, *, since: int) -> Limits:
    """Compute the limits of present, checked values (see ``analyse``).

    ``since`` is the number of the period that a trend starts from. Raises ValueError where a
    season cannot be told from the values.
    """
    if form.is_plain or not values:
        return limits_from(values, form.rule_set, form.screen, form.centre)
    levelling = levelling_from(values, places, form, since)
    if levelling is None:
        return limits_from(values, form.rule_set, form.screen, form.centre)
    if isinstance(levelling, Scored):
        return of_scores(len(values), levelling)
    levels = list(map(levelling.level, values, places))
    limits = limits_from(levels, form.rule_set, form.screen, form.centre)
    if isinstance(levelling, Weighed):
        limits = about(levelling.centre, limits)
    if isinstance(levelling, Seasonal):
        limits = widened(limits, widening(len(values), form.season))
    return replace(limits, levelling=levelling)


def levelling_from(
    values: list[float], places: Sequence[Place], form: Form, since: int
) -> Levelling | None:
    """Return what makes the values comparable; None where every gap between events is 0."""
    if form.season:
        return seasonal(values, places, form.season)
    if form.chart == "trend":
        return sloped(values, places, since)
    if form.chart in WEIGHED:
        return weighed(values, places, form.chart, form.ceiling)
    return Rooted() if form.chart == "t" else scored(values)


def of_scores(count: int, levelling: Scored) -> Limits:
    """Return limits of normal scores, which have no moving range to come from."""
    limits = Limits(0.0, -EDGE, EDGE, n=count, provisional=count < PROVISIONAL_BELOW)
    if count < LIMITS_FROM:
        limits = replace(limits, lower=None, upper=None)
    return replace(limits, levelling=levelling)


def about(centre: float, limits: Limits) -> Limits:
    """Move limits to another centre: that of all numerators over all denominators."""
    if limits.centre is None:
        return limits
    by = centre - limits.centre
    edges = (None if edge is None else edge + by for edge in (limits.lower, limits.upper))
    lower, upper = edges
    return replace(limits, centre=centre, lower=lower, upper=upper)


def widened(limits: Limits, factor: float) -> Limits:
    """Stretch limits about their centre, and that of moving ranges; the spread stays as found."""
    if limits.centre is None or limits.lower is None or limits.upper is None:
        return limits
    return replace(
        limits,
        lower=limits.centre - (limits.centre - limits.lower) * factor,
        upper=limits.centre + (limits.upper - limits.centre) * factor,
        mr_upper=None if limits.mr_upper is None else limits.mr_upper * factor,
    )


# Kept limits --------------------------------------------------------------------------------
def fitted_or_plain(values: list[float], places: Sequence[Place], form: Form) -> Limits:
    """Compute limits as ``form`` says, or plain ones while the values do not allow it.

    For numbers that come in after the form was chosen: too few seasons yet, a denominator that is
    missing since the definition changed.
    """
    if form.chart in WEIGHED and not all(place.size for place in places):
        form = form._replace(chart="xmr")
    try:
        return fitted(values, places, form, since=0)
    except ValueError:
        return fitted(values, places, form._replace(season=0), since=0)


def longest_baseline(season: int) -> int:
    """Return how many points sharpen limits: 24, or as many more as make seasons whole."""
    return season * max(SEASONS_NEEDED, ceil(LOCKS_AT / season)) if season else LOCKS_AT


def referred(limits: Limits) -> Limits:
    """Return limits as they are drawn at the reference place, to be kept."""
    if limits.levelling is None or limits.centre is None:
        return limits
    lines = (limits.centre, limits.lower, limits.upper)
    centre, lower, upper = (
        None if line is None else limits.levelling.drawn(line) for line in lines
    )
    return replace(limits, centre=centre, lower=lower, upper=upper, levelling=None)


def restored(limits: Limits, levelling: Levelling | None) -> Limits:
    """Return kept limits as limits of levels again."""
    if levelling is None or limits.centre is None:
        return limits
    lines = (limits.centre, limits.lower, limits.upper)
    centre, lower, upper = (None if line is None else levelling.level(line) for line in lines)
    return replace(limits, centre=centre, lower=lower, upper=upper, levelling=levelling)


def levelling_kept(
    chart: str,
    centre: float,
    *,
    slope: float | None = None,
    factors: Sequence[float] = (),
    size: float | None = None,
    ceiling: float | None = None,
) -> Levelling | None:
    """Return the levelling of limits that were kept with what it is made of."""
    if factors:
        return Seasonal(tuple(factors))
    if slope is not None:
        return Sloped(slope, since=0)
    if size:
        return Weighed(chart, centre, size, NO_CEILING if ceiling is None else ceiling)
    if chart == "t":
        return Rooted()
    return Scored(log(0.5) / (centre + 0.5)) if chart == "g" and centre > -0.5 else None


# Options ------------------------------------------------------------------------------------
def checked_places(
    values: Sequence[float | None], form: Form, denominators: Any
) -> list[Place] | None:
    """Return where each value stands, None where that says nothing; ValueError unless values and
    denominators are of the kind that the chart is for."""
    if form.is_plain:
        if denominators is not None:
            raise ValueError("denominators are for the charts p and u.")
        return None
    if form.season and form.chart != "xmr":
        raise ValueError("season must be 0 unless the chart is xmr.")
    if form.centre != "mean" and form.chart in (*WEIGHED, "g"):
        raise ValueError("centre must be mean for the charts p, u and g.")
    sizes = checked_sizes(values, form, denominators)
    refuse_impossible(values, form)
    return [Place(time, size) for time, size in enumerate(sizes)]


def checked_sizes(
    values: Sequence[float | None], form: Form, denominators: Any
) -> Sequence[float | None]:
    if form.chart not in WEIGHED:
        if denominators is not None:
            raise ValueError("denominators are for the charts p and u.")
        return [None] * len(values)
    if denominators is None:
        raise ValueError("denominators are needed for the charts p and u.")
    sizes = given.numbers(denominators, "denominators")
    if len(sizes) != len(values):
        raise ValueError("denominators must be as many as values.")
    for index, (value, size) in enumerate(zip(values, sizes, strict=True)):
        if value is not None and not (size and size > 0):
            raise ValueError(f"denominators[{index}] must be above 0.")
    return sizes


def refuse_impossible(values: Sequence[float | None], form: Form) -> None:
    """Refuse values that no share, rate or gap between events can have."""
    if form.chart not in (*WEIGHED, *RARE):
        return
    for index, value in enumerate(values):
        if value is None:
            continue
        if value < 0:
            raise ValueError(f"values[{index}] must not be below 0 on this chart.")
        if form.chart == "p" and value > (form.ceiling or 1.0):
            raise ValueError(f"values[{index}] must be a share of at most {form.ceiling or 1:g}.")
        if form.chart == "g" and value != int(value):
            raise ValueError(f"values[{index}] must be a whole number of cases.")
